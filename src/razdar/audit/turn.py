"""Whose turn it is to sequence: one process at a time, and nobody but the sequencer's role can be in the way.

The turn is a lock on a table that the role of pages and jobs may not change, so it may not take that lock either; an
advisory lock can be taken by every role that may connect. A second sequencer stands by, says so, and takes over when
the connection of the first is gone.

The lock is let go and taken again every few seconds: VACUUM waits for it too, and must come by before transaction ids
run out. Should another process take the turn in between, it works and this one stands by.

A row's lock would do as well, and would hold back VACUUM in the whole database for as long as it is held.
"""

import time
from typing import Final

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from razdar.audit.inbox import SEQUENCER
from razdar.core.errors import Unavailable

AGAIN_AFTER: Final = 10.0
"""Seconds for which the turn is held in one go."""
# Held by one at a time, and in nobody's way who reads or writes. A vacuum at work holds it as well, so it is worth
# waiting for: the server ends an automatic one for us after a second.
_LOCK: Final = (
    "SET LOCAL lock_timeout = '2s'; LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE; SET LOCAL lock_timeout = DEFAULT"
)
_LOCK_NOT_AVAILABLE: Final = "55P03"


class AnotherHolds(Unavailable):
    """Another sequencer is at work; nothing was changed."""

    code = "another-sequencer-holds-the-log"


class Turn:
    """This process's turn, held by a connection of its own for as long as it lives."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None
        self._since = 0.0

    def keep(self) -> None:
        """Take the turn, or make sure that it is still ours.

        Raises:
            AnotherHolds: another process has it.
            django.db.Error: the database is away; the turn is lost.
        """
        if self._connection is None:
            self._connection = connections.create_connection(SEQUENCER)
            self._connection.set_autocommit(False)
        elif time.monotonic() - self._since < AGAIN_AFTER:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return
        self._connection.rollback()
        lock(self._connection, "audit_sequencing")
        self._since = time.monotonic()

    def end(self) -> None:
        """Let another one work."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def lock(connection: BaseDatabaseWrapper, table: str) -> None:
    """Lock a table against other sequencers until the transaction ends.

    Raises:
        AnotherHolds: one of them has it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK.format(table))
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise AnotherHolds("Another sequencer holds the log.") from error
        raise
