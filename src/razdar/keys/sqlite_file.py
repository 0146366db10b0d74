"""One SQLite file that is opened by many threads and processes at once and that must not remember what was overwritten.

Journal: ``TRUNCATE`` with ``synchronous=FULL``. A write-ahead log would keep overwritten pages until a checkpoint that
any reader can delay; ``PERSIST`` leaves them in the journal for good; ``DELETE`` commits by removing a name, which a
power cut can bring back unless the folder is synced as well. Cutting the journal to nothing, synced, *is* the commit:
once a write is acknowledged, what it overwrote is in neither the file nor its journal, and no crash brings it back.
``secure_delete`` overwrites freed cells and pages; ``temp_store=MEMORY`` keeps pages out of temporary files.

Waiting: each SQLite lock is asked for every millisecond for 30 seconds. SQLite's own waiting backs off to 100 ms (a
whole second in some builds), which lets a busy process starve the others. Within a process one connection is shared
under a lock; transactions are short and hold one commit at most.

A connection does not survive a fork; a forked process must open its own.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from razdar.core.errors import KeysLocked, Misconfigured, RazdarError, Unavailable

PATIENCE_S = 30.0
_PAUSE_S = 0.001

_BUSY = "The key store is busy. Nothing was changed; try again."
_MOVED = "The key store was moved or removed while it was in use. Put it back and start again."
_UNWRITABLE = "The key store cannot be written. Give this account write access to its folder and start again."
_DAMAGED = "The key store is damaged. Stop every process and put back the newest copy of it."
_FULL = "The disk that holds the key store is full. Nothing was changed; free some space and try again."
_FAILING = "The disk that holds the key store reports errors. Check the disk, then try again."

_SETTINGS = (
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "foreign_keys=ON",
    "mmap_size=0",
)
_PRIMARY = 0xFF  # the low byte of SQLite's extended error codes
_EXPLANATIONS: dict[int, tuple[type[RazdarError], str]] = {
    sqlite3.SQLITE_BUSY: (Unavailable, _BUSY),
    sqlite3.SQLITE_LOCKED: (Unavailable, _BUSY),
    sqlite3.SQLITE_FULL: (Unavailable, _FULL),
    sqlite3.SQLITE_READONLY: (Misconfigured, _UNWRITABLE),
    sqlite3.SQLITE_PERM: (Misconfigured, _UNWRITABLE),
    sqlite3.SQLITE_CANTOPEN: (Misconfigured, _UNWRITABLE),
    sqlite3.SQLITE_CORRUPT: (Misconfigured, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (Misconfigured, _DAMAGED),
    sqlite3.SQLITE_READONLY_DBMOVED: (Misconfigured, _MOVED),
}


def explain(error: sqlite3.Error) -> RazdarError:
    """The error to show for one of SQLite's: what is wrong and what to do, nothing else."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR)
    kind, sentence = _EXPLANATIONS.get(code) or _EXPLANATIONS.get(code & _PRIMARY) or (Unavailable, _FAILING)
    return kind(sentence)


class SqliteFile:
    """An existing SQLite file; never makes one.

    Raises:
        Misconfigured: it cannot be opened, or is not an SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        try:
            self._connection: sqlite3.Connection | None = _connect(path)
        except sqlite3.Error as error:
            raise explain(error) from error

    def close(self) -> None:
        """Close the file; every later use raises ``KeysLocked``."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent read.

        Raises:
            Unavailable: busy for too long, or the disk fails.
            Misconfigured: damaged.
        """
        with self._held() as connection:
            connection.execute("BEGIN")
            try:
                _insist(connection, "SELECT 1 FROM sqlite_schema LIMIT 1")  # takes the read lock, waiting if need be
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write, on the disk when the block ends; undone when it raises.

        Raises:
            Unavailable: busy for too long, the disk is full or fails; nothing was changed.
            Misconfigured: read-only, moved or damaged; nothing was changed.
        """
        with self._held() as connection:
            _insist(connection, "BEGIN IMMEDIATE")
            try:
                yield connection
                _insist(connection, "COMMIT")
            finally:
                _roll_back(connection)

    @contextmanager
    def _held(self) -> Iterator[sqlite3.Connection]:
        if os.getpid() != self._process:
            raise Unavailable("The key store was opened before this process was forked; it must open its own.")
        if not self._lock.acquire(timeout=PATIENCE_S):
            raise Unavailable(_BUSY)
        try:
            if self._connection is None:
                raise KeysLocked("The key store is closed.")
            yield self._connection
        except sqlite3.IntegrityError:
            raise  # a mistake of the program, not of the disk
        except sqlite3.Error as error:
            raise explain(error) from error
        finally:
            self._lock.release()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw",
        uri=True,
        timeout=0,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _configure(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    for setting in _SETTINGS:
        _insist(connection, f"PRAGMA {setting}")  # some of them read the file, which another process may be writing
    (journal,) = _insist(connection, "PRAGMA journal_mode=TRUNCATE").fetchone()
    if journal != "truncate":
        raise Misconfigured("The key store was opened by another program that changed its journal. Stop that program.")


def _roll_back(connection: sqlite3.Connection) -> None:
    """End a transaction that was neither committed nor, as SQLite does on some errors, rolled back already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _insist(connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Run a statement that takes a lock, again and again while another process holds it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE_S)
