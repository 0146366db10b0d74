"""How often one person may look. Counted beside the request, so that a failed request counts too.

The counts live in a table, not in a process, so that more processes give nobody more tries. A window slides: what was
done in the one before still counts, less and less, so that its edge gives nobody a second set of tries.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connections

from razdar.core.errors import TooManyTries
from razdar.runtime.ids import uuid7


@dataclass(frozen=True)
class Limit:
    """At most ``most`` acts in a window of ``window``."""

    act: str
    most: int
    window: timedelta
    message: str


MATCH = Limit(
    "match", 3, timedelta(minutes=15), "Three tries were made. Wait a quarter of an hour, or ask a supervisor."
)
REVEAL = Limit("reveal", 30, timedelta(hours=1), "Too many reveals in an hour. The security officer can see why.")
SEARCH = Limit("search", 120, timedelta(minutes=10), "Too many searches. Wait a few minutes.")
LOOK = Limit("look", 2000, timedelta(hours=1), "Too many records were opened. Wait, or ask the security officer.")

NOBODY = UUID(int=0)
"""The person of a job's viewer."""

_COUNT = """
INSERT INTO vault_tally (id, person, act, subject, "window", count) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (person, act, subject, "window") DO UPDATE SET count = vault_tally.count + excluded.count
RETURNING count, coalesce(
    (SELECT old.count FROM vault_tally old WHERE (old.person, old.act, old.subject, old."window") = (%s, %s, %s, %s)), 0
)
"""


def count(limit: Limit, person: UUID, subject: UUID, times: int = 1) -> None:
    """Count one act; what jobs do is not counted.

    Raises:
        TooManyTries: the limit is passed; the act must not happen.
    """
    if person == NOBODY or not times:
        return
    now, seconds = datetime.now(UTC).timestamp(), limit.window.total_seconds()
    start = datetime.fromtimestamp(now // seconds * seconds, UTC)
    key = (person, limit.act, subject)
    with connections["audit"].cursor() as cursor:
        cursor.execute(_COUNT, [uuid7(), *key, start, times, *key, start - limit.window])
        done, before = cursor.fetchone()
    if done + before * (1 - now % seconds / seconds) > limit.most:
        raise TooManyTries(limit.message)
