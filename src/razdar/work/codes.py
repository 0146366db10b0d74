"""In which ways contacts of a client may end: a short list with an order, which administrators keep.

A client begins with the shipped list. As long as nobody has changed anything it is nowhere stored; the ids of shipped
codes follow from the client's, so that what was said with one stays said. A code that is no longer used is switched
off, not removed: what ended so ended so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.core.redaction import sensitive
from razdar.runtime.ids import uuid7
from razdar.work.models import Code

CHANGE = "work:codes:change"
LONGEST, MOST = 60, 40

SHIPPED: Mapping[str, str | Promise] = {
    "resolved": pgettext_lazy("how a contact ended", "Resolved"),
    "follow_up": pgettext_lazy("how a contact ended", "Needs more work"),
    "call_back": pgettext_lazy("how a contact ended", "Call back agreed"),
    "passed_on": pgettext_lazy("how a contact ended", "Passed to another team"),
    "complaint": pgettext_lazy("how a contact ended", "Complaint taken"),
    "not_identified": pgettext_lazy("how a contact ended", "Caller could not be identified"),
    "wrong_number": pgettext_lazy("how a contact ended", "Wrong number"),
    "cut_off": pgettext_lazy("how a contact ended", "Cut off or nobody answered"),
}
"""Key to name, in their order."""

UNKNOWN = _("A way that is no longer known")


@dataclass(frozen=True)
class Known:
    """A code as pages show it."""

    id: UUID
    name: str | Promise
    active: bool


def known(client: UUID) -> list[Known]:
    """Every code of a client, in order, those that are switched off included."""
    rows = list(Code.objects.filter(client_id=client).order_by("place", "id"))
    if rows:
        return [Known(row.id, row.name or SHIPPED.get(row.key, UNKNOWN), row.active) for row in rows]
    return [Known(_id(client, key), name, active=True) for key, name in SHIPPED.items()]


def active(client: UUID) -> list[Known]:
    """The codes that may be chosen."""
    return [code for code in known(client) if code.active]


def names(client: UUID) -> dict[UUID, str | Promise]:
    """What the codes are called."""
    return {code.id: code.name for code in known(client)}


def add(viewer: Viewer, name: str) -> None:
    """Add a code at the end.

    Raises:
        NotYours: not among the viewer's duties. BadInput: no name, one that is there already, or too many codes.
    """
    wanted = _checked(viewer, name)
    count = len(_stored(viewer.client))
    if count >= MOST:
        raise BadInput("There are forty ways already. Switch off what nobody uses, and give it another name.")
    row = Code(id=uuid7(), client_id=viewer.client, name=wanted, place=count)
    row.save(force_insert=True)
    _record(viewer, row.id)


def rename(viewer: Viewer, code: UUID, name: str) -> None:
    """Give a code another name; what was said with it before is called so, too.

    Raises:
        As `add`. NotFound: no such code.
    """
    wanted = _checked(viewer, name, but=code)
    row = _one(viewer, code)
    row.name, row.key = wanted, ""
    row.save(update_fields=["name", "key"])
    _record(viewer, code)


def switch(viewer: Viewer, code: UUID, *, on: bool) -> None:
    """Let a code be chosen, or not any more.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such code. BadInput: it is the last one.
    """
    _require(viewer)
    row = _one(viewer, code)
    if not on and not Code.objects.filter(client_id=viewer.client, active=True).exclude(id=code).exists():
        raise BadInput("Contacts must end in some way. Switch another one on first.")
    row.active = on
    row.save(update_fields=["active"])
    _record(viewer, code)


def move(viewer: Viewer, code: UUID, *, up: bool) -> None:
    """Move a code one place up or down; at the end of the list nothing happens.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such code.
    """
    _require(viewer)
    rows = _stored(viewer.client)
    at = next((place for place, row in enumerate(rows) if row.id == code), None)
    if at is None:
        raise NotFound("There is no such way for a contact to end.")
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        for place, row in enumerate(rows):
            row.place = place
        Code.objects.bulk_update(rows, ["place"])
        _record(viewer, code)


def _id(client: UUID, key: str) -> UUID:
    return uuid5(client, f"razdar way to end {key}")


def _stored(client: UUID) -> list[Code]:
    """The client's rows, held; the shipped list is written down first where there are none."""
    rows = list(Code.objects.select_for_update().filter(client_id=client).order_by("place", "id"))
    if rows:
        return rows
    made = [Code(id=_id(client, key), client_id=client, key=key, place=place) for place, key in enumerate(SHIPPED)]
    Code.objects.bulk_create(made, ignore_conflicts=True)  # somebody else may do the same at this moment
    return list(Code.objects.select_for_update().filter(client_id=client).order_by("place", "id"))


def _one(viewer: Viewer, code: UUID) -> Code:
    row = next((each for each in _stored(viewer.client) if each.id == code), None)
    if row is None:
        raise NotFound("There is no such way for a contact to end.")
    return row


def _checked(viewer: Viewer, name: str, but: UUID | None = None) -> str:
    _require(viewer)
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= LONGEST or not wanted.isprintable():
        raise BadInput("Write a name of at most sixty letters.")
    if sensitive(wanted):
        raise BadInput(
            "This looks like personal data. It would stand in the open; write what is true of many contacts."
        )
    if any(str(code.name).casefold() == wanted.casefold() for code in known(viewer.client) if code.id != but):
        raise BadInput("There is a way of this name already.")
    return wanted


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.WORK_CODES_KEEP):
        raise NotYours("Keeping the ways in which contacts end is not among your duties.")


def _record(viewer: Viewer, code: UUID) -> None:
    audit.record(Event.by(viewer, CHANGE, Mode.CHANGE, detail=(("code", str(code)),)))
