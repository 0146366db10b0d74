"""Finding entries for the system's own work: where an event got its place, what stood in a span of time.

Nobody is shown anything, so no event is left; pages read through ``selectors``. All of it needs the client's scope.
What an entry says comes from its stamped bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from razdar.audit.models import NIL, Checkpoint, Entry, Sequencing, Subject
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.errors import BadInput
from razdar.core.ledger import Dated, checkpoints, decode, notes
from razdar.keys import agent

STANDS_STILL_AFTER = timedelta(seconds=60)
_AT_ONCE = 2000


@dataclass(frozen=True)
class Place:
    """An entry and where it stands.

    Attributes:
        log: name of the log, as its checkpoints call it.
        index: its place.
        dated: what it says.
    """

    log: str
    index: int
    dated: Dated


def installation() -> UUID:
    """The id of this installation, part of every log's name.

    Raises:
        KeysLocked: the keys are not unlocked in this process.
    """
    return agent.current().installation_id()


def caught_up_at(now: datetime) -> datetime | None:
    """When everything that happened was in the log; ``None`` while the log stands still."""
    at = Sequencing.objects.values_list("caught_up_at", flat=True).get()
    return at if at is not None and now - at <= STANDS_STILL_AFTER else None


def places(client: UUID, subject: UUID, action: str) -> list[Place]:
    """The entries of one action that speak of a record and that a signed checkpoint covers, in order."""
    newest = Checkpoint.objects.filter(log=client).order_by("-size").first()
    if newest is None:
        return []
    log = checkpoints.parse_text(notes.parse(bytes(newest.note)).text).origin
    theirs = Subject.objects.filter(client=client, subject=subject).values("index")
    rows = Entry.objects.filter(log=client, action=action, index__in=theirs, index__lt=newest.size).order_by("index")
    found = [(index, _read(payload)) for index, payload in rows.values_list("index", "payload")]
    return [Place(log, index, dated) for index, dated in found if dated is not None]


def between(client: UUID, since: datetime, until: datetime) -> Iterator[Dated]:
    """The entries of a span, its end excluded, in order; damaged ones are left out."""
    rows = Entry.objects.filter(log=client, at__gte=since, at__lt=until).order_by("index")
    for payload in rows.values_list("payload", flat=True).iterator(chunk_size=_AT_ONCE):
        dated = _read(payload)
        if dated is not None:
            yield dated


def newest(client: UUID, actions: Sequence[str]) -> Dated | None:
    """The latest entry of one of these actions."""
    rows = [Entry.objects.filter(log=client, action=action).order_by("-index") for action in actions]
    found = [row for action in rows for row in action.values_list("index", "payload")[:1]]
    return _read(max(found)[1]) if found else None


def of_action(client: UUID, action: str, since: datetime) -> Iterator[Dated]:
    """The entries of one action since a time."""
    rows = Entry.objects.filter(log=client, action=action, at__gte=since).order_by("index")
    for payload in rows.values_list("payload", flat=True).iterator(chunk_size=_AT_ONCE):
        dated = _read(payload)
        if dated is not None:
            yield dated


def of_installation(action: str) -> Iterator[Dated]:
    """The entries of one action in the installation's own log, as the sequencer's role reads it."""
    rows = Entry.objects.using(SEQUENCER).filter(log=NIL, action=action).order_by("index")
    for payload in rows.values_list("payload", flat=True).iterator(chunk_size=_AT_ONCE):
        dated = _read(payload)
        if dated is not None:
            yield dated


def _read(payload: bytes | memoryview) -> Dated | None:
    try:
        return decode(bytes(payload))
    except BadInput:
        return None
