"""Whose turn it is to sequence: one process at a time, and nobody but the sequencer's role can be in the way.

The turn is a lock on a table that the role of pages and jobs may not change, so it may not take that lock either; an
advisory lock can be taken by every role that may connect. A second sequencer stands by, says so, and takes over when
the connection of the first is gone.

The lock is let go and taken again every few seconds: VACUUM waits for it too, and must come by before transaction ids
run out. Should another process take the turn in between, it works and this one stands by.

A row's lock would do as well, and would hold back VACUUM in the whole database for as long as it is held.

Whoever takes the turn raises the *fence*, a number that every round reads, and holds, in its own transaction. So a
process that lost its turn without noticing (stopped for a while, its connection cut) cannot write any more: its number
is an old one. The server ends the transactions of a process that has stood still for half a minute.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.errors import Unavailable

AGAIN_AFTER: Final = 10.0
"""Seconds for which the turn is held in one go."""
FROZEN_AFTER: Final = 30.0
"""Seconds after which a process that stands still in the middle of its work loses its locks."""
# Held by one at a time, and in nobody's way who reads or writes. A vacuum at work holds it as well, so it is worth
# waiting for: the server ends an automatic one for us after a second.
_LOCK: Final = (
    "SET LOCAL idle_in_transaction_session_timeout = {timeout}; SET LOCAL lock_timeout = '2s'; "
    "LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE; SET LOCAL lock_timeout = DEFAULT"
)
_RAISE: Final = "UPDATE audit_sequencing SET fence = fence + 1 WHERE id = 1 RETURNING fence"
_HELD: Final = "SELECT fence FROM audit_sequencing WHERE id = 1 FOR UPDATE"
_LOCK_NOT_AVAILABLE: Final = "55P03"


class AnotherHolds(Unavailable):
    """Another sequencer is at work; nothing was changed."""

    code = "another-sequencer-holds-the-log"


class Fenced(AnotherHolds):
    """Another sequencer took the turn since this one did."""

    code = "another-sequencer-took-the-turn"


class Turn:
    """This process's turn, held by a connection of its own for as long as it lives."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None
        self._since = 0.0
        self._fence = 0

    def keep(self) -> int:
        """Take the turn, or make sure that it is still ours. Returns the fence, for the round that follows.

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
            return self._fence
        self._connection.rollback()
        lock(self._connection, "audit_sequencing")
        self._fence = raise_fence()
        self._since = time.monotonic()
        return self._fence

    def end(self) -> None:
        """Let another one work."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


@contextmanager
def writing(fence: int | None = None) -> Iterator[None]:
    """A transaction that nobody else writes to the log in; all of it happens, or nothing.

    Args:
        fence: of the turn it belongs to; ``None`` for work that belongs to none, a command's.

    Raises:
        AnotherHolds: another sequencer is in the middle of a round, or took the turn.
    """
    with transaction.atomic(using=SEQUENCER):
        lock(connections[SEQUENCER], "audit_log")
        if fence is not None:
            hold_fence(fence)
        yield


def raise_fence() -> int:
    """Shut every other sequencer out; returns the number that is now the only one good for writing.

    Raises:
        AnotherHolds: one of them is in the middle of a round.
    """
    with transaction.atomic(using=SEQUENCER):
        return int(_one("SET LOCAL lock_timeout = '2s'", _RAISE))


def hold_fence(fence: int) -> None:
    """Make sure that nobody raised the fence, and that nobody can until the open transaction ends.

    Raises:
        Fenced: somebody did.
    """
    if int(_one(_HELD)) != fence:
        raise Fenced("Another sequencer has taken the turn.")


def _one(*statements: str) -> Any:
    with _no_waiting(), connections[SEQUENCER].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchone()[0]


def lock(connection: BaseDatabaseWrapper, table: str) -> None:
    """Lock a table against other sequencers until the transaction ends.

    Raises:
        AnotherHolds: one of them has it.
    """
    statement = _LOCK.format(table=table, timeout=int(FROZEN_AFTER * 1000))
    with _no_waiting(), connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _no_waiting() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise AnotherHolds("Another sequencer holds the log.") from error
        raise
