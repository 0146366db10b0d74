"""Reading the log of the client in scope.

Reading it is itself an event, committed before anything is returned. What is shown comes from each entry's stamped
bytes; the columns beside them only find it. An entry whose bytes cannot be read is shown as damaged, never left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Value

from razdar.audit.admission import require
from razdar.audit.models import Entry, Sequencing, Subject
from razdar.audit.proving import ProofState, export_zip, proof_of, proof_state
from razdar.audit.sequencing.entries import moment
from razdar.audit.sequencing.vigil import HEARTBEAT
from razdar.audit.services import record_now
from razdar.audit.vouching import Covered, HeldEntry, Keys, Vouching, entry_of, keys_of
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput
from razdar.core.ledger import Event, Mode, decode

__all__ = [
    "Choices",
    "Covered",
    "Filters",
    "HeldEntry",
    "Keys",
    "Line",
    "Lines",
    "Page",
    "ProofState",
    "Standing",
    "Vouching",
    "choices",
    "end",
    "entry_of",
    "events",
    "events_of_customer",
    "export_zip",
    "keys_of",
    "lines_at",
    "newer",
    "proof_of",
    "proof_state",
    "speaks_of",
    "standing",
]

MAX_PAGE = 200
ACTION = "oversight:log:view"
STANDS_STILL_AFTER: Final = timedelta(seconds=60)
"""The sequencer speaks up every ten seconds."""

# A loose index scan: one step in an index for each value, however long the log is.
_DISTINCT = """
WITH RECURSIVE step(value) AS (
    (SELECT {0} FROM audit_event WHERE log = %s AND {0} IS NOT NULL ORDER BY {0} LIMIT 1)
    UNION ALL
    SELECT (SELECT {0} FROM audit_event WHERE log = %s AND {0} > step.value ORDER BY {0} LIMIT 1) FROM step
    WHERE step.value IS NOT NULL
)
SELECT value FROM step WHERE value IS NOT NULL
"""


@dataclass(frozen=True)
class Filters:
    """Which entries are wanted; what is ``None`` or empty does not narrow.

    Attributes:
        actor: pseudonym of a member of staff.
        action: ``room:thing:action``.
        mode: how it was looked at.
        since, until: from and before which time, time zone aware.
        customer: pseudonym of a customer of whom the entry speaks, in a list too.
        data_class: name of a data class of which a field was seen.
        purpose: name of the purpose given.
        heartbeats: those of the log itself as well; asking for their action is asking too.
    """

    actor: UUID | None = None
    action: str = ""
    mode: Mode | None = None
    since: datetime | None = None
    until: datetime | None = None
    customer: UUID | None = None
    data_class: str = ""
    purpose: str = ""
    heartbeats: bool = False


@dataclass(frozen=True)
class Page:
    """Newest first, from below an index.

    Attributes:
        before: only entries with a smaller index; ``None`` starts at the newest.
        size: at most so many, 200 at most.
    """

    before: int | None = None
    size: int = 50


@dataclass(frozen=True)
class Line:
    """One entry of the log.

    Attributes:
        index: its place.
        at: when it was written, UTC.
        event: what happened; ``None`` when the stored bytes are damaged.
    """

    index: int
    at: datetime
    event: Event | None


@dataclass(frozen=True)
class Lines:
    """One page of the log.

    Attributes:
        lines: newest first.
        older: what to ask for as ``before`` to go on; ``None`` at the end.
    """

    lines: Sequence[Line] = field(default_factory=tuple)
    older: int | None = None


@dataclass(frozen=True)
class Choices:
    """The values a filter may have.

    Attributes:
        actors: pseudonyms, in no meaningful order.
        actions: in alphabetical order.
    """

    actors: tuple[UUID, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Whether what happened is in the log by now.

    Attributes:
        up_to_date: everything that happened until a minute ago is in it.
        since: when everything was in it for the last time, UTC; ``None`` if that never was.
    """

    up_to_date: bool
    since: datetime | None


def events(viewer: Viewer, filters: Filters | None = None, page: Page | None = None) -> Lines:
    """The log of the viewer's client. Asking for what it says about a customer is a look at that customer.

    Raises:
        NotYours: the viewer may not read the log; the attempt is logged.
        Unavailable: the reading could not be logged, so nothing is read.
    """
    filters = filters or Filters()
    known = filters.customer is not None and speaks_of(viewer, filters.customer)
    _admit(viewer, filters.customer if known else None)
    return _page(Entry.objects.filter(log=viewer.client), filters, page or Page())


def events_of_customer(
    viewer: Viewer, customer: UUID, page: Page | None = None, filters: Filters | None = None
) -> Lines:
    """Who looked at a customer, and what was changed: every entry that speaks of this pseudonym, lists included.

    Of an entry that lists many records, only the fields of this customer are returned.

    Raises:
        NotYours: as ``events``. Unavailable: as ``events``.
    """
    _admit(viewer, customer)
    theirs = Subject.objects.filter(client=viewer.client, subject=customer)
    rows = Entry.objects.filter(log=viewer.client, index__in=theirs.values("index"))
    found = _page(rows, filters or Filters(), page or Page())
    return Lines(tuple(_about(line, customer) for line in found.lines), found.older)


def speaks_of(viewer: Viewer, customer: UUID) -> bool:
    """Whether the log of the viewer's client has an entry about a customer, erased ones included. Leaves no event.

    Raises:
        NotYours: as ``events``.
    """
    require(viewer, ACTION)
    return Subject.objects.filter(client=viewer.client, subject=customer).exists()


def choices(viewer: Viewer) -> Choices:
    """What occurs in the log of the viewer's client, for a filter.

    Raises:
        NotYours: as ``events``.
    """
    require(viewer, ACTION)
    return Choices(tuple(_distinct(viewer, "actor")), tuple(_distinct(viewer, "action")))


def standing(viewer: Viewer, now: datetime | None = None) -> Standing:
    """Whether the log is up to date. What is not yet in it waits where pages cannot look. Leaves no event.

    Raises:
        NotYours: as ``events``.
    """
    require(viewer, ACTION)
    since = Sequencing.objects.values_list("caught_up_at", flat=True).get()
    return Standing(since is not None and (now or datetime.now(UTC)) - since <= STANDS_STILL_AFTER, since)


def end(viewer: Viewer) -> int:
    """The index that the next entry will have. Leaves no event.

    Raises:
        NotYours: as ``events``.
    """
    require(viewer, ACTION)
    found = Entry.objects.filter(log=viewer.client).order_by("-index").values_list("index", flat=True).first()
    return 0 if found is None else found + 1


def newer(viewer: Viewer, first: int, customer: UUID | None, most: int) -> int:
    """How many entries there are from an index on, at most so many; nothing is read of them. Leaves no event.

    Heartbeats do not count, nor do the readings of the log in the viewer's own session.

    Args:
        customer: only entries that speak of this pseudonym.

    Raises:
        NotYours: as ``events``.
    """
    require(viewer, ACTION)
    rows = Entry.objects.filter(log=viewer.client, index__gte=first).exclude(action=HEARTBEAT)
    rows = rows.exclude(action=ACTION, session=viewer.session)
    if customer is not None:
        theirs = Subject.objects.filter(client=viewer.client, subject=customer)
        rows = rows.filter(index__in=theirs.values("index"))
    return len(rows.order_by("index").values_list("index")[:most])


def _distinct(viewer: Viewer, column: Literal["actor", "action"]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT.format(column), [viewer.client, viewer.client])
        yield from (value for (value,) in cursor.fetchall())


def _admit(viewer: Viewer, customer: UUID | None) -> None:
    require(viewer, ACTION)
    record_now(Event.by(viewer, ACTION, Mode.VIEW, customer=customer))


def lines_at(viewer: Viewer, places: Sequence[int]) -> Lines:
    """The entries at these places of the client's log, newest first; places that are not there are left out.

    For whoever marked them before; what it is read for is an event of its own.

    Raises:
        NotYours: as ``events``.
    """
    require(viewer, ACTION)
    return page_of(Entry.objects.filter(log=viewer.client, index__in=list(places)), Page(size=MAX_PAGE))


def _page(rows: QuerySet[Entry], filters: Filters, page: Page) -> Lines:
    return page_of(_filtered(rows, filters), page)


def page_of(rows: QuerySet[Entry], page: Page) -> Lines:
    """A page of entries of one log, for this room's own readers: leaves no event."""
    size = max(1, min(page.size, MAX_PAGE))
    if page.before is not None:
        rows = rows.filter(index__lt=page.before)
    found = list(rows.order_by("-index").values_list("index", "at", "payload")[: size + 1])
    lines = tuple(_line(index, at, bytes(payload)) for index, at, payload in found[:size])
    return Lines(lines, lines[-1].index if len(found) > size else None)


def _filtered(rows: QuerySet[Entry], filters: Filters) -> QuerySet[Entry]:
    wanted = {
        "actor": filters.actor,
        "action": filters.action or None,
        "mode": filters.mode,
        "at__gte": filters.since,
        "at__lt": filters.until,
        "purpose": filters.purpose or None,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if filters.customer is not None:
        theirs = Subject.objects.filter(client=OuterRef("log"), subject=filters.customer)
        rows = rows.filter(index__in=theirs.values("index"))
    if filters.data_class:
        rows = rows.alias(seen=Position(Value(_seen(filters.data_class)), F("payload"))).filter(seen__gt=0)
    if not filters.heartbeats and filters.action != HEARTBEAT:
        rows = rows.exclude(action=HEARTBEAT)
    return rows


class Position(Func):
    """Where some bytes stand in others, from 1; 0 if nowhere."""

    function = "position"
    template = "%(function)s(%(expressions)s)"
    arg_joiner = " IN "
    output_field = IntegerField()


def _seen(data_class: str) -> bytes:
    """What stands in the bytes of an entry, and there alone, when a field of the class was seen: its text begins so.

    Searched in the stamped bytes themselves, so that this needs no column and no index of its own; nothing else in them
    is a text that begins with a class's name and a colon, but a detail, which only ever finds an entry too many.
    """
    return f'"{data_class}:'.encode()


def _line(index: int, at: datetime, payload: bytes) -> Line:
    try:
        dated = decode(payload)
    except BadInput:
        return Line(index, at, None)
    return Line(index, moment(dated.at_ms), dated.event)


def _about(line: Line, customer: UUID) -> Line:
    event = line.event
    if event is None or event.customer == customer:
        return line
    return Line(line.index, line.at, event.only(customer))
