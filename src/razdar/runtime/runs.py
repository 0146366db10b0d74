"""When each piece of scheduled work ran last, how long it took, and what came of it.

Rules
-----
* One row a job, written by the worker after each run, on a connection outside the work's own transaction: work that
  failed is written down as well.
* Of an error its code alone is kept; of the work nothing but its name.
* That a run could not be written down never makes the work fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from razdar.core.errors import RazdarError
from razdar.core.registry import Registry
from razdar.runtime import logs
from razdar.runtime.models import ScheduledRun

UNKNOWN = "internal"
"""The code of an error that is not of the one tree."""
TOLD: Registry[Callable[[], None]] = Registry("who is told of runs")
"""Called after a run that is worth telling of."""
OFTEN = timedelta(minutes=1)
"""Work that comes more often than this is told of only where something else came of it than before."""

_UPSERT = """
INSERT INTO runtime_scheduledrun AS known (name, began_at, ended_at, error, failures, good_at)
VALUES (%(name)s, %(began)s, %(ended)s, %(error)s, %(bad)s, CASE WHEN %(bad)s = 0 THEN %(ended)s::timestamptz END)
ON CONFLICT (name) DO UPDATE SET
    began_at = excluded.began_at, ended_at = excluded.ended_at, error = excluded.error,
    failures = CASE WHEN excluded.failures = 0 THEN 0 ELSE known.failures + 1 END,
    good_at = coalesce(excluded.good_at, known.good_at)
RETURNING failures
"""


@dataclass(frozen=True)
class Run:
    """The last run of a job.

    Attributes:
        began_at, ended_at: when.
        error: its code; empty where it went well.
        failures: how many in a row.
        good_at: when it went well for the last time.
    """

    name: str
    began_at: datetime
    ended_at: datetime
    error: str
    failures: int
    good_at: datetime | None

    @property
    def seconds(self) -> float:
        return max(0.0, (self.ended_at - self.began_at).total_seconds())


def code(error: BaseException | None) -> str:
    """What is kept of an error."""
    return "" if error is None else error.code if isinstance(error, RazdarError) else UNKNOWN


def note(name: str, began: datetime, ended: datetime, error: str) -> None:
    """Write a run down."""
    values: dict[str, str | datetime | int] = {
        "name": name,
        "began": began,
        "ended": ended,
        "error": error,
        "bad": int(bool(error)),
    }
    try:
        before = ScheduledRun.objects.filter(name=name).values_list("error", "began_at").first()
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, values)
        if before is None or before[0] != error or began - before[1] >= OFTEN:
            tell()
    except DatabaseError as failure:
        logs.error("run-not-noted", failure, job=name)


def tell() -> None:
    """Tell whoever wants to know that something of the machinery changed."""
    for told in TOLD.values():
        told()


def last() -> dict[str, Run]:
    """The last run of every job, by its name."""
    rows = ScheduledRun.objects.values_list("name", "began_at", "ended_at", "error", "failures", "good_at")
    return {row[0]: Run(*row) for row in rows}
