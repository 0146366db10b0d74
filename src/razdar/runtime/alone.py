"""What one process at a time does on the whole installation, however it was asked for.

The turn is a lock of this thread's connection: it ends with the process, whatever becomes of that. Whoever waits asks
again and again, so that nobody waits inside a statement and holds back the database's cleaning up.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

ASK_SECONDS = 0.5


@contextmanager
def alone(name: str, *, wait: bool) -> Iterator[bool]:
    """Hold the turn of this name while the block runs; says whether it is held.

    Args:
        wait: until it is free; else the block runs without it, and does no work.
    """
    held = _try(name)
    while wait and not held:
        time.sleep(ASK_SECONDS)
        held = _try(name)
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _try(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
