"""Killed again and again at different moments of the pipeline: nothing in clear, nothing lost, nothing twice."""

import os
import signal
import time
from contextlib import suppress

import psycopg
import pytest

from razdar.demo_content.calls import CALLS
from tests.leaks import house, installation, planted, sources
from tests.leaks.house import House

CALL = CALLS[0]
MOMENTS = (0.0, 0.15, 0.4, 1.0)


@pytest.mark.heavy
@pytest.mark.timeout(1200)
def test_no_moment_of_a_crash_leaves_anything_in_clear_or_loses_a_call(template: House) -> None:
    with house.like(template) as made:
        made.start("up")
        made.wait_for("Razdar is ready")
        for done, moment in enumerate(MOMENTS):
            house.succeed(house.import_call(made, CALL))
            time.sleep(moment)
            kill(made)
            left = planted.scanner().scan(sources.files(made.base))
            assert left.found == set(), (moment, left)
            made.wait_until_redacted(done + 1)  # the silent worker's job is put back after half a minute
            installation.wait_until(lambda: index_is_whole(made), lambda: made.output)
        made.wait_until_redacted(len(MOMENTS))
        assert renditions(made) == [2] * len(MOMENTS)
        made.stop()
        objects = [path for path in (made.var / "objects").rglob("*") if path.is_file()]
        assert len(objects) >= 2 * len(MOMENTS)
        after = planted.scanner().scan(sources.files(made.base))
        assert after.found == set(), after


def kill(made: House) -> None:
    """PostgreSQL with all its processes, and the worker."""
    for victim in (*sources.family(made.pid_of("postgres")), made.pid_of("worker")):
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


def index_is_whole(made: House) -> bool:
    """Whether the search index that the crash emptied has been built again."""
    with suppress(psycopg.OperationalError), psycopg.connect(made.admin_url, dbname="razdar") as database:
        return database.execute("SELECT FROM vault_indexstate").fetchone() is not None
    return False


def renditions(made: House) -> list[int]:
    """For each call, how many renditions of it there are."""
    with psycopg.connect(made.admin_url, dbname="razdar") as database:
        query = "SELECT count(*) FROM interactions_recording GROUP BY interaction_id"
        return [int(number) for (number,) in database.execute(query).fetchall()]
