"""The contacts of a client, narrowed, sorted and paged; and its recordings. Nothing of what was said is opened.

Who is not shown time and course of contacts gets no line; for the others each page is logged with its lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.identity import selectors as people
from razdar.interactions import finding
from razdar.interactions.finding import Line, Order, Sound, Wanted
from razdar.interactions.selectors import Row
from razdar.telephony import selectors as calls
from razdar.work import contacts, dispositions
from razdar.work.contacts import Contact
from razdar.work.models import Disposition

__all__ = ["Narrowed", "Order", "Page", "State", "channels", "contacts_of_client", "recordings_of_client"]


class State(StrEnum):
    """How far a contact and its recording are."""

    RUNNING = "running"
    OPEN = "open"
    """Over, and nobody has said how it ended."""
    CLOSED = "closed"
    LOCKED = "locked"
    READY = "ready"
    DAMAGED = "damaged"
    GONE = "gone"


@dataclass(frozen=True)
class Narrowed(Wanted):
    """What is looked for; what is left empty does not narrow.

    Attributes:
        code: how it ended.
    """

    code: UUID | None = None
    state: State | None = None


@dataclass(frozen=True)
class Listed:
    """A contact in a list, with the state of its recording.

    Attributes:
        recorded: there is a recording of it now.
        damaged: parts of the recording do not open any more.
        kept_until: when its recording is destroyed; None where there is none.
    """

    contact: Contact
    row: Row
    recorded: bool
    damaged: bool
    kept_until: datetime | None


@dataclass(frozen=True)
class Page:
    """A page of a list; `following` is the mark of the next one, empty at the end."""

    rows: tuple[Listed, ...]
    following: str


def contacts_of_client(viewer: Viewer, narrowed: Narrowed) -> Page:
    """Contacts, for who oversees them.

    Raises:
        NotYours: not among the viewer's duties. BadInput: a mark that is none.
    """
    if not viewer.may(Permission.WORK_CONTACT_OVERSEE):
        raise NotYours("Overseeing contacts is not among your duties.")
    return _page(viewer, narrowed, Q())


def recordings_of_client(viewer: Viewer, narrowed: Narrowed) -> Page:
    """Contacts of which something was or is recorded, for who may play recordings.

    Raises:
        NotYours: not among the viewer's duties. BadInput: a mark that is none.
    """
    if not viewer.may(Permission.INTERACTIONS_RENDITION_PLAY):
        raise NotYours("Playing recordings is not among your duties.")
    return _page(viewer, narrowed, finding.once_recorded(viewer.client))


def channels(viewer: Viewer) -> list[str]:
    """The channels by which there were contacts, for who may be shown any."""
    return finding.channels(viewer)


def _page(viewer: Viewer, narrowed: Narrowed, also: Q) -> Page:
    also &= _ended_with(viewer.client, narrowed.code) & _in_state(viewer.client, narrowed.state)
    found = finding.page(viewer, narrowed, also)
    kept = timedelta(days=people.kept_days(viewer.client)[DataClass.RECORDING])
    shown = contacts.described(viewer, [line.row for line in found.lines])
    listed = (_listed(line, contact, kept) for line, contact in zip(found.lines, shown, strict=True))
    return Page(tuple(listed), found.following)


def _ended_with(client: UUID, code: UUID | None) -> Q:
    if code is None:
        return Q()
    said = Disposition.objects.filter(client_id=client, interaction_id=OuterRef("id"), code=code, holds=True)
    return Q(Exists(said))


def _in_state(client: UUID, state: State | None) -> Q:
    runs, said = Q(calls.runs(client)), Q(dispositions.is_said(client))
    of_contacts: Mapping[State | None, Q] = {
        None: Q(),
        State.RUNNING: runs,
        State.OPEN: ~runs & ~said,
        State.CLOSED: said,
    }
    return of_contacts[state] if state in of_contacts else finding.with_sound(client, Sound(str(state)))


def _listed(line: Line, contact: Contact, kept: timedelta) -> Listed:
    until = line.row.started_at + kept if line.recorded else None
    return Listed(contact, line.row, line.recorded, line.damaged, until)
