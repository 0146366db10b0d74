"""Jobs of a room that exists in tests only."""

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connection

from razdar.core.errors import BadInput
from razdar.runtime.jobs import job, periodic
from razdar.runtime.scope import current_client, scope
from tests.runtime import probe

SECRET = "Anna Kowalska 4111111111111111"
MARK = "PROBE_MARK"


@job("probe.add")
def add(client: UUID) -> None:
    assert current_client() == client
    probe.add_customer(client)


@job("probe.add-then-fail", attempts=1)
def add_then_fail(client: UUID) -> None:
    probe.add_customer(client)
    follow_up.defer(client)
    raise ValueError(SECRET)


@job("probe.follow-up")
def follow_up(client: UUID) -> None:
    probe.add_customer(client)


@job("probe.refuse", failed=lambda client: _note(client, "gave up"))
def refuse(client: UUID) -> None:
    raise BadInput(SECRET)


@job("probe.stumble", attempts=3, failed=lambda client: _note(client, "gave up"))
def stumble(client: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE people (name text UNIQUE) ON COMMIT DROP")
        for _ in range(2):
            cursor.execute("INSERT INTO people VALUES (%s)", [SECRET])


@job("probe.hang", scoped=False)
def hang(client: UUID) -> None:
    """The first worker hangs in it, to be killed; the next one does it."""
    mark = Path(os.environ[MARK])
    if not mark.exists():
        mark.touch()
        time.sleep(600)
    with scope(client):
        probe.add_customer(client)


@job("probe.alone", alone=("client",))
def alone(client: UUID) -> None:
    probe.add_customer(client)


@periodic("probe.tick", "0 0 1 1 *")
def tick() -> None:
    assert current_client() is None


def _note(client: UUID, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO probe_customer (id, client_id, text) VALUES (%s, %s, %s)", [uuid4(), client, text])
