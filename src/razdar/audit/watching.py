"""Watching a client's log: what touches its data as it happens, who is at work on it, at which hours it was touched.

Opening the watch is an event (`begin`), committed before anything is read. What follows for the same opening is not, or
a page that keeps itself up to date would fill the log with itself: whoever calls `touches`, `at_work` and `by_hour` has
called `begin` for this viewer before (`razdar.oversight.monitoring` holds on to that).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils import timezone

from razdar.audit.admission import require
from razdar.audit.models import Entry, Subject
from razdar.audit.selectors import Lines, Page, page_of
from razdar.audit.services import record_now
from razdar.core.disclosure import Viewer
from razdar.core.ledger import Event, Mode

ACTION: Final = "oversight:monitor:view"
AT_WORK_FOR: Final = timedelta(minutes=15)
TOUCHING: Final = (
    Mode.VIEW,
    Mode.LIST_ROW,
    Mode.SEARCH,
    Mode.MATCH,
    Mode.PLAY,
    Mode.REVEAL,
    Mode.EXPORT,
    Mode.API,
    Mode.PRINT,
    Mode.DENY,
)
"""Ways in which people and programs meet data. Changes and background work are not among them."""
_OF_THE_LOG = Q(action__startswith="oversight:") & ~Q(mode=Mode.EXPORT)
"""Looks at the log itself, which holds nothing of a customer; that it was exported is worth knowing."""


class Kind(StrEnum):
    """Which touches are wanted."""

    ALL = "all"
    REVEALS = "reveals"
    EXPORTS = "exports"
    PLAYS = "plays"
    REFUSED = "refused"
    BACKGROUND = "background"


_MODES: Final = {
    Kind.ALL: TOUCHING,
    Kind.REVEALS: (Mode.REVEAL,),
    Kind.EXPORTS: (Mode.EXPORT, Mode.PRINT, Mode.API),
    Kind.PLAYS: (Mode.PLAY,),
    Kind.REFUSED: (Mode.DENY,),
    Kind.BACKGROUND: (Mode.SYSTEM,),
}


@dataclass(frozen=True)
class AtWork:
    """Somebody with touches in the last quarter of an hour.

    Attributes:
        sessions: in how many sessions.
        touches: how many.
        customers: how many customers they were of.
        last: when the last one was.
    """

    actor: UUID
    role: str
    sessions: int
    touches: int
    customers: int
    last: datetime


@dataclass(frozen=True)
class Hour:
    """How often data was touched in one hour of the week.

    Attributes:
        weekday: 1 for Monday to 7 for Sunday.
        hour: 0 to 23, in the time zone of the viewer's client.
    """

    weekday: int
    hour: int
    touches: int


def begin(viewer: Viewer) -> None:
    """Begin to watch; that is an event.

    Raises:
        NotYours: the viewer may not read the log; the attempt is logged. Unavailable: it could not be logged.
    """
    require(viewer, ACTION)
    record_now(Event.by(viewer, ACTION, Mode.MONITOR))


def touches(viewer: Viewer, kind: Kind, *, since: datetime | None = None, size: int = 50) -> Lines:
    """The newest touches of the client's data, newest first.

    Raises:
        NotYours: as `begin`.
    """
    require(viewer, ACTION)
    rows = _touching(viewer, _MODES[kind])
    if kind is Kind.BACKGROUND:  # only what opened something of somebody
        rows = rows.filter(index__in=Subject.objects.filter(client=viewer.client).values("index"))
    return page_of(rows.filter(at__gte=since) if since else rows, Page(size=size))


def at_work(viewer: Viewer, now: datetime) -> list[AtWork]:
    """Who touched the client's data in the last quarter of an hour, the latest first.

    Raises:
        NotYours: as `begin`.
    """
    require(viewer, ACTION)
    rows = _touching(viewer, TOUCHING).filter(at__gte=now - AT_WORK_FOR, actor__isnull=False)
    found = rows.values("actor", "role").annotate(
        sessions=Count("session", distinct=True),
        touches=Count("index"),
        customers=Count("customer", distinct=True),
        last=Max("at"),
    )
    return [AtWork(**each) for each in found.order_by("-last")[:100]]  # type: ignore[arg-type] # none without actor


def by_hour(viewer: Viewer, since: datetime, customer: UUID | None = None) -> Sequence[Hour]:
    """How often data was touched in each hour of the week since a time; hours without a touch are left out.

    Args:
        customer: of this customer alone, in lists too.

    Raises:
        NotYours: as `begin`.
    """
    require(viewer, ACTION)
    rows = _touching(viewer, TOUCHING).filter(at__gte=since)
    if customer is not None:
        theirs = Subject.objects.filter(client=viewer.client, subject=customer)
        rows = rows.filter(index__in=theirs.values("index"))
    zone = timezone.get_current_timezone()
    counted = (
        rows.order_by()
        .values(weekday=ExtractIsoWeekDay("at", tzinfo=zone), hour=ExtractHour("at", tzinfo=zone))
        .annotate(touches=Count("index"))
    )
    return [Hour(**each) for each in counted]


def _touching(viewer: Viewer, modes: Sequence[Mode]) -> QuerySet[Entry]:
    return Entry.objects.filter(log=viewer.client, mode__in=modes).exclude(_OF_THE_LOG)
