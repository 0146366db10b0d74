"""Which contacts there were, for the rooms that work on them: found, paged by marks, shown as `courses` lets them be.

A page ends with a mark from which the next one begins: the value it is sorted by, and the id. So a page costs the
same wherever it stands, and a contact that came in meanwhile moves nothing.

What only other rooms know of a contact, they ask as a condition of their own over ``OuterRef("id")``.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput
from razdar.core.ledger.events import Mode
from razdar.interactions import courses
from razdar.interactions.models import Interaction, Recording, Region, Stage
from razdar.interactions.selectors import Row, rows_of

ROWS = 50
Key = TypeVar("Key", bound=Hashable)


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"


_COLUMN: Mapping[Order, tuple[str, bool]] = {
    Order.NEWEST: ("started_at", True),
    Order.OLDEST: ("started_at", False),
    Order.LONGEST: ("duration_ms", True),
    Order.SHORTEST: ("duration_ms", False),
}
"""By which column, and whether it falls."""


class Sound(StrEnum):
    """How far the recording of a contact is."""

    LOCKED = "locked"
    READY = "ready"
    DAMAGED = "damaged"
    GONE = "gone"


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is left empty does not narrow.

    Attributes:
        since, until: when it began; the second is not included.
        shortest_s, longest_s: its length in seconds, both included.
        after: the mark of the page before.
    """

    since: datetime | None = None
    until: datetime | None = None
    agent: UUID | None = None
    channel: str = ""
    direction: str = ""
    shortest_s: int | None = None
    longest_s: int | None = None
    order: Order = Order.NEWEST
    after: str = ""


@dataclass(frozen=True)
class Line:
    """A contact in a list.

    Attributes:
        recorded: there is a recording of it now.
        damaged: parts of the recording do not open any more.
    """

    row: Row
    recorded: bool
    damaged: bool


@dataclass(frozen=True)
class Lines:
    """A page of a list; `following` is the mark of the next one, empty at the end."""

    lines: tuple[Line, ...]
    following: str


def page(viewer: Viewer, wanted: Wanted, also: Q) -> Lines:
    """A page of the contacts of a client that may be shown, with one event.

    Raises:
        BadInput: a mark that is none.
    """
    if not courses.are_shown(viewer):
        return Lines((), "")
    column, falls = _COLUMN[wanted.order]
    rows = narrowed(viewer.client, wanted).filter(also)
    if wanted.after:
        rows = _behind(rows, column, wanted.after, falls=falls)
    sign = "-" if falls else ""
    found = list(rows.order_by(f"{sign}{column}", f"{sign}id")[: ROWS + 1])
    following = _mark(found[ROWS - 1], column) if len(found) > ROWS else ""
    return Lines(_lines(viewer, courses.shown(viewer, found[:ROWS])), following)


def narrowed(client: UUID, by: Wanted) -> QuerySet[Interaction]:
    """The contacts of a client that are looked for, in no order."""
    wanted = {
        "started_at__gte": by.since,
        "started_at__lt": by.until,
        "agent": by.agent,
        "channel": by.channel or None,
        "direction": by.direction or None,
        "duration_ms__gte": None if by.shortest_s is None else by.shortest_s * 1000,
        "duration_ms__lte": None if by.longest_s is None else by.longest_s * 1000 + 999,
    }
    rows = Interaction.objects.filter(client_id=client)
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def with_sound(client: UUID, sound: Sound) -> Q:
    """Contacts whose recording is so far."""
    recorded = Exists(Recording.objects.filter(client_id=client, interaction_id=OuterRef("id")))
    stages = Stage.objects.filter(client_id=client, interaction_id=OuterRef("id"))
    waits = Exists(stages.exclude(state=Stage.State.PASSED))
    broken = Exists(Region.objects.filter(client_id=client, interaction_id=OuterRef("id"), reason=Region.DAMAGED))
    there = Q(recorded) & Q(recording_gone_at=None)
    return {
        Sound.LOCKED: there & Q(waits),
        Sound.READY: there & ~Q(waits),
        Sound.DAMAGED: Q(broken),
        Sound.GONE: ~Q(recording_gone_at=None),
    }[sound]


def once_recorded(client: UUID) -> Q:
    """Contacts of which something was or is recorded."""
    recorded = Exists(Recording.objects.filter(client_id=client, interaction_id=OuterRef("id")))
    return Q(recorded) | ~Q(recording_gone_at=None)


def channels(viewer: Viewer) -> list[str]:
    """The channels by which there were contacts, for who may be shown any."""
    if not courses.are_shown(viewer):
        return []
    rows = Interaction.objects.filter(client_id=viewer.client).order_by("channel")
    return list(rows.values_list("channel", flat=True).distinct())


def of_records(viewer: Viewer, records: Sequence[UUID], most: int) -> tuple[list[Row], bool]:
    """Contacts under some customers' records, newest first, and whether there are more."""
    rows = Interaction.objects.filter(client_id=viewer.client, customer_id__in=records).order_by("-started_at", "-id")
    found = list(rows[: most + 1])
    shown = rows_of(viewer, courses.shown(viewer, found[:most]))
    return shown, bool(shown) and len(found) > most


def own(viewer: Viewer, since: datetime, also: Q, most: int) -> list[Row]:
    """The viewer's own contacts that began after a moment, oldest first."""
    rows = Interaction.objects.filter(also, client_id=viewer.client, agent=viewer.person, started_at__gt=since)
    return rows_of(viewer, courses.shown(viewer, list(rows.order_by("started_at", "id")[:most])))


def one(viewer: Viewer, contact: UUID) -> Row | None:
    """One contact of the client; None where there is none that may be shown."""
    found = list(Interaction.objects.filter(client_id=viewer.client, id=contact))
    return next(iter(rows_of(viewer, courses.shown(viewer, found, Mode.VIEW))), None)


def newest(
    viewer: Viewer,
    wanted: Mapping[Key, tuple[Sequence[UUID], UUID]],
    running: Callable[[UUID, Collection[UUID]], set[UUID]],
    since: datetime,
) -> dict[Key, Row]:
    """By key the newest contact under some records with an agent, where it runs or ended since; all with one event."""
    rows = _last(viewer.client, wanted)
    going = running(viewer.client, [row.id for row in rows.values()])
    fresh = {key: row for key, row in rows.items() if row.id in going or _end(row) > since}
    shown = {row.id: row for row in rows_of(viewer, courses.shown(viewer, list(fresh.values())))}
    return {key: shown[row.id] for key, row in fresh.items() if row.id in shown}


def count(client: UUID, agent: UUID, since: datetime, also: Q) -> int:
    """How many contacts of an agent began after a moment."""
    return Interaction.objects.filter(also, client_id=client, agent=agent, started_at__gt=since).count()


def _last(client: UUID, wanted: Mapping[Key, tuple[Sequence[UUID], UUID]]) -> dict[Key, Interaction]:
    """By key the newest contact under some records with an agent; one query for all."""
    records = {record for theirs, _ in wanted.values() for record in theirs}
    agents = {agent for _, agent in wanted.values()}
    rows = Interaction.objects.filter(client_id=client, customer_id__in=records, agent__in=agents)
    rows = rows.order_by("agent", "customer_id", "-started_at", "-id").distinct("agent", "customer_id")
    newest = {(row.customer_id, row.agent): row for row in rows}
    found = {}
    for key, (theirs, agent) in wanted.items():
        known = [newest[record, agent] for record in theirs if (record, agent) in newest]
        if known:
            found[key] = max(known, key=lambda row: (row.started_at, row.id))
    return found


def _end(row: Interaction) -> datetime:
    return row.started_at + timedelta(milliseconds=row.duration_ms)


def _lines(viewer: Viewer, rows: list[Interaction]) -> tuple[Line, ...]:
    mine = {"client_id": viewer.client, "interaction_id__in": [row.id for row in rows]}
    recorded = set(Recording.objects.filter(**mine).values_list("interaction_id", flat=True))
    broken = set(Region.objects.filter(**mine, reason=Region.DAMAGED).values_list("interaction_id", flat=True))
    return tuple(Line(row, row.id in recorded, row.id in broken) for row in rows_of(viewer, rows))


def _behind(rows: QuerySet[Interaction], column: str, mark: str, *, falls: bool) -> QuerySet[Interaction]:
    value, last = _read(mark, column)
    beyond = "lt" if falls else "gt"
    same = Q(**{column: value, f"id__{beyond}": last})
    bound = Q(**{f"{column}__{beyond}e": value})  # the index begins here
    return rows.filter(bound & (Q(**{f"{column}__{beyond}": value}) | same))


def _mark(row: Interaction, column: str) -> str:
    value = round(row.started_at.timestamp() * 1_000_000) if column == "started_at" else row.duration_ms
    return f"{value}.{row.id.hex}"


def _read(mark: str, column: str) -> tuple[datetime | int, UUID]:
    number, _, last = mark.partition(".")
    try:
        value, row = int(number), UUID(last)
        if column == "started_at":
            return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=value), row
    except (ValueError, OverflowError) as error:
        raise BadInput("There is no such page of this list.") from error
    if not 0 <= value < 2**31:
        raise BadInput("There is no such page of this list.")
    return value, row
