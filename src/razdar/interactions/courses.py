"""That there was contact with a customer, when, how, for how long and how it ended: *time and course of a contact*.

None of it is sealed, so there is nothing to open; the matrix and the log hold for it all the same.

Rules
-----
1. It is shown in clear or not at all, for the purpose the viewer works for.
2. Who needs an assignment sees the contacts of customers they work for, and those that were their own.
3. What is shown is in the log before it is returned: one event for a list, naming the customers.
"""

from collections.abc import Sequence

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.ledger.events import Mode
from razdar.customers.selectors import purpose_of
from razdar.interactions.models import Interaction
from razdar.vault import door
from razdar.vault.door import Look

VIEW = "interactions:contact:view"


def shown(viewer: Viewer, rows: Sequence[Interaction], mode: Mode = Mode.LIST_ROW) -> list[Interaction]:
    """Those of some contacts of the viewer's client that may be shown, in their order; logged."""
    found = visible(viewer, rows)
    trace = found[0].trace if len(found) == 1 else None
    look = Look(VIEW, mode, purpose_of(viewer), trace=trace)
    door.tell_shown(viewer, DataClass.CALL_META, [row.customer_id for row in found], look)
    return found


def are_shown(viewer: Viewer) -> bool:
    """Whether the matrix shows a viewer time and course of contacts at all."""
    return door.is_clear(viewer, DataClass.CALL_META, purpose_of(viewer))


def visible(viewer: Viewer, rows: Sequence[Interaction]) -> list[Interaction]:
    """The same without an entry in the log: for what says nothing of time and course itself."""
    if not are_shown(viewer):
        return []
    theirs = door.worked_for(viewer, {row.customer_id for row in rows})
    return [row for row in rows if row.customer_id in theirs or row.agent == viewer.person]
