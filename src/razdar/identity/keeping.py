"""How long a client keeps each class of data: changed by whoever runs the installation, and logged.

A shorter time holds for what is there already. Nothing is destroyed here: whoever keeps data asks for the days.
"""

from collections.abc import Mapping
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass
from razdar.core.errors import NotFound
from razdar.core.ledger.events import Event, Mode
from razdar.identity import retention
from razdar.identity.models import Client
from razdar.runtime.scope import scope

CHOOSE = "identity:retention:choose"


def changes(client: UUID, days: Mapping[str, int]) -> Mapping[DataClass, tuple[int, int]]:
    """What `choose` would change; it changes nothing.

    Raises:
        As `choose`.
    """
    retention.checked(days)
    with scope(client):
        row = Client.objects.filter(pk=client).first()
    if row is None:
        raise NotFound("There is no such client.")
    return _changed(retention.checked(row.retention), days)


def choose(client: UUID, days: Mapping[str, int]) -> Mapping[DataClass, tuple[int, int]]:
    """Keep some classes for other times.

    Args:
        days: by name of the class.

    Returns:
        What changed: days until now, and from now on.

    Raises:
        NotFound: no such client. BadInput: an unknown class, or a number that is not between 1 and 36,500.
    """
    retention.checked(days)
    with scope(client):
        row = Client.objects.select_for_update().filter(pk=client).first()
        if row is None:
            raise NotFound("There is no such client.")
        before = retention.checked(row.retention)
        changed = _changed(before, days)
        row.retention = {**before, **days}
        row.save(update_fields=["retention"])
        for data_class, (old, new) in changed.items():
            detail = (("data_class", str(data_class)), ("days", new), ("days_before", old))
            audit.record(Event(client=client, action=CHOOSE, mode=Mode.CHANGE, role="system", detail=detail))
    return changed


def _changed(before: Mapping[str, int], days: Mapping[str, int]) -> dict[DataClass, tuple[int, int]]:
    return {DataClass(name): (before[name], count) for name, count in days.items() if before[name] != count}
