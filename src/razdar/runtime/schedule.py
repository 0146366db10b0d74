"""Which work is done by the clock, when it ran last and when it is due.

What each does is said by whoever shows it; here are names, times and cron expressions (UTC, with seconds at the end).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from croniter import croniter
from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from razdar.runtime import runs
from razdar.runtime.jobs import SCHEDULED
from razdar.runtime.runs import Run

PATIENCE = timedelta(minutes=5)
"""So late may work be that waits for its turn."""


@dataclass(frozen=True)
class Scheduled:
    """One piece of scheduled work.

    Attributes:
        every: a cron expression.
        last: None where it never ran, or ran before this was written down.
    """

    name: str
    every: str
    last: Run | None

    def next_at(self, now: datetime) -> datetime:
        """When it is due next."""
        return _moment(croniter(self.every, now.astimezone(UTC)).get_next(datetime))

    def is_overdue(self, now: datetime) -> bool:
        """It ran before, and not when it was due after that."""
        if self.last is None:
            return False
        due = _moment(croniter(self.every, self.last.began_at.astimezone(UTC)).get_next(datetime))
        return now - due > PATIENCE


def every() -> list[Scheduled]:
    """All scheduled work, by name; the machinery's own housekeeping is left out."""
    known = runs.last()
    return [Scheduled(name, str(one.every), known.get(name)) for name, one in sorted(SCHEDULED.items())]


def overdue(now: datetime) -> list[str]:
    """Names of work that did not run when it was due, as happens while there is no worker for long."""
    return [one.name for one in every() if one.is_overdue(now)]


def waiting_since(before: datetime) -> int:
    """How many jobs could have begun before a moment and did not."""
    came = Q(scheduled_at=None, procrastinateevent__type="deferred", procrastinateevent__at__lt=before)
    late = ProcrastinateJob.objects.filter(Q(scheduled_at__lt=before) | came, status="todo")
    return late.distinct().count()


def _moment(found: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=UTC)
