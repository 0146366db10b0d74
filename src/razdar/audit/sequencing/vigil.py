"""What the log says about its own time: heartbeats, and clocks that were set back.

1. A log without an entry for 60 seconds gets a heartbeat, so that silence is evidence too: a longer gap means that
   nobody sequenced.
2. A clock that stands more than 2 seconds before the log's last round was set back. The installation's log says so, and
   each log concerned, once for each step; everything goes on with the time there is.
3. An entry that its writer dated more than half a minute before one that stands above it (a transaction that took long,
   or a writer's clock that was set back) is announced in the same way. So times never run back in a log without a word;
   a verifier allows two minutes, which leaves room for the clocks of witnesses.
4. What is dated more than two minutes after the round that takes it in has no honest writer: it is set apart
   (``inbox``). All parts of an installation go by one database's host, or by clocks that are kept.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from razdar.audit.models import NIL, AuditLog
from razdar.core.ledger import Dated, Event, Mode, Outcome
from razdar.core.ledger.events import Detail

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HEARTBEAT: Final = "audit:log:heartbeat"
CLOCK_BACK: Final = "audit:clock:back"
SILENCE: Final = timedelta(seconds=60)
STEP: Final = timedelta(seconds=2)
LATE: Final = timedelta(seconds=30)
AHEAD: Final = timedelta(minutes=2)


def silent(logs: Iterable[AuditLog], now: datetime) -> list[UUID]:
    """The logs that are due for a heartbeat."""
    return [log.log for log in logs if log.last_at is not None and now - log.last_at >= SILENCE]


def set_back(logs: Iterable[AuditLog], now: datetime) -> dict[UUID, int]:
    """By how many milliseconds the clock went back, for each log that saw a later time."""
    steps = {log.log: _millis(log.last_at - now) for log in logs if log.last_at and log.last_at - now > STEP}
    return {NIL: max(steps.values()), **steps} if steps else {}


def late(log: AuditLog, at: datetime) -> int:
    """By how many milliseconds an entry comes too late to stand below the newest; 0 if it is in time."""
    behind = log.newest_at - at if log.newest_at is not None else timedelta()
    return _millis(behind) if behind > LATE else 0


def is_ahead(dated: Dated, now: datetime) -> bool:
    """Whether an event is dated so late that no clock set back explains it."""
    return dated.at_ms > _millis(now + AHEAD - _EPOCH)


def own_event(log: UUID, action: str, detail: Detail = (), outcome: str = Outcome.OK) -> Event:
    """An event that the log itself tells."""
    client = None if log == NIL else log
    return Event(client=client, action=action, mode=Mode.SYSTEM, role="system", outcome=outcome, detail=detail)


def is_step(dated: Dated) -> bool:
    """Whether this entry announces that time runs back."""
    return dated.event.action == CLOCK_BACK


def _millis(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
