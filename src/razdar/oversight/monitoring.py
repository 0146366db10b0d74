"""The live monitor: what happens to the client's data as it happens, in words.

Opening the monitor is an event. Its parts bring themselves up to date without one, for as long as the opening is good:
each carries a mark that this viewer opened it in this session not long ago. A part without such a mark, or with one
that is too old, opens the monitor anew, which is an event again: nobody watches unseen.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.audit import watching
from razdar.audit.watching import Kind
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound
from razdar.oversight.selectors import Row, role_words, row_of, short
from razdar.ui.hours import HourMap, hour_map

OPENING_LASTS: Final = timedelta(minutes=5)
LISTED_FOR: Final = timedelta(hours=24)
COUNTED_FOR: Final = timedelta(days=28)
SHOWN: Final = 50
_SALT: Final = "razdar.oversight.monitor"

KIND_LABELS: Final = {
    Kind.ALL: _("Everything"),
    Kind.REVEALS: _("Reveals"),
    Kind.PLAYS: _("Sound listened to"),
    Kind.EXPORTS: _("Exports"),
    Kind.REFUSED: pgettext_lazy("touches of data", "Refused"),
    Kind.BACKGROUND: pgettext_lazy("touches of data", "Background work"),
}


@dataclass(frozen=True)
class Worker:
    """Somebody with touches in the last quarter of an hour."""

    actor: str
    who: str
    role: str
    sessions: int
    touches: int
    customers: int
    last: datetime


@dataclass(frozen=True)
class Feed:
    """The newest touches.

    Attributes:
        opening: the mark to ask with for the next ones.
        kind: which are shown.
        rows: newest first.
        read_at: when they were read.
    """

    opening: str
    kind: str
    rows: tuple[Row, ...]
    read_at: datetime


@dataclass(frozen=True)
class Lately:
    """The last 24 hours: reveals and exports; who is at work now."""

    reveals: tuple[Row, ...]
    exports: tuple[Row, ...]
    at_work: tuple[Worker, ...]


def opened(viewer: Viewer, mark: str = "") -> str:
    """A mark of an opening: the one that is shown if it is good still, or that of a new opening, which is an event.

    Raises:
        NotYours: watching is not among the viewer's duties; logged. Unavailable: it could not be logged.
    """
    whose = [str(viewer.client), str(viewer.person), viewer.session]
    try:
        if mark and signing.loads(mark, salt=_SALT, max_age=OPENING_LASTS) == whose:
            return mark
    except signing.BadSignature:
        pass  # too old, or not made here
    watching.begin(viewer)
    return signing.dumps(whose, salt=_SALT)


def feed(viewer: Viewer, kind: str = Kind.ALL, mark: str = "") -> Feed:
    """The newest touches of one kind.

    Raises:
        NotFound: no such kind. The rest as `opened`.
    """
    if kind not in set(Kind):
        raise NotFound("There is no such list.")
    opening = opened(viewer, mark)
    lines = watching.touches(viewer, Kind(kind), size=SHOWN).lines
    return Feed(opening, kind, tuple(map(row_of, lines)), datetime.now(UTC))


def lately(viewer: Viewer, mark: str = "") -> tuple[str, Lately]:
    """The mark, and what happened in the last 24 hours. Raises as `opened`."""
    opening, now = opened(viewer, mark), datetime.now(UTC)
    since = now - LISTED_FOR
    reveals, exports = (
        tuple(map(row_of, watching.touches(viewer, kind, since=since, size=200).lines))
        for kind in (Kind.REVEALS, Kind.EXPORTS)
    )
    return opening, Lately(reveals, exports, tuple(map(_worker, watching.at_work(viewer, now))))


def hours(viewer: Viewer, customer: UUID | None = None) -> HourMap:
    """At which hours of the week the client's data, or one customer's, was touched in the last four weeks.

    For pages that have logged what they read: leaves no event of its own.

    Raises:
        NotYours: watching is not among the viewer's duties.
    """
    found = watching.by_hour(viewer, datetime.now(UTC) - COUNTED_FOR, customer)
    return hour_map({(one.weekday, one.hour): one.touches for one in found})


def _worker(one: watching.AtWork) -> Worker:
    who, role = short(one.actor), role_words(one.role)
    return Worker(str(one.actor), who, role, one.sessions, one.touches, one.customers, one.last)
