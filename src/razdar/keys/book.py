"""The agent's own book: which caller was handed whose keys, for what, how often. The second source beside the log.

Rules:

* No book, no keys: while lines cannot be written, nothing is unwrapped. What is waiting in memory is bounded.
* Lines are written each second and when the agent closes; a power cut takes the last second with it.
* A line is a minute, a caller, a purpose, a client and a customer's pseudonym, with a count: never a key, never data.
* Every other call that gives or changes something has a line under its name (``charges``), written by the same rule.
* Calls that were turned away are in it too, without a customer. They ask for no room: when there is none they are
  dropped, for nothing was handed out.
* Kept for 90 days.

It is an SQLite file of its own, so that writing it never waits for the key store. Its journal is a write-ahead log: it
holds nothing that must ever be forgotten early.
"""

import sqlite3
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote
from uuid import UUID

from razdar.core.errors import BadInput, KeysLocked, Misconfigured, RazdarError, Unavailable
from razdar.keys import private_files
from razdar.keys.charges import NOBODY
from razdar.keys.records import BookLine, BookPage, KeyRef, Outcome

KEPT = timedelta(days=90)
FLUSH_SECONDS = 1.0
MOST_WAITING = 200_000
"""Keys handed out that may wait to be written, about 60 MB."""
PAGE_LINES = 1000
MOST_PURPOSE = 100

APPLICATION_ID = 0x52415A42  # "RAZB"
SCHEMA_VERSION = 1
_PRUNE_MINUTES = 60
_PATIENCE_S = 5.0
_CURSOR = struct.Struct(">qq16s")

_UNWRITABLE = (
    "The book of unwraps cannot be written, so no keys are handed out. Free some space on the disk that holds the "
    "keys folder and check its rights; nothing was lost."
)
_FOREIGN = "The book of unwraps is damaged or not one. Move book.sqlite3 away and keep it; a new one is begun."

_SCHEMA = (
    """CREATE TABLE who (
        id INTEGER PRIMARY KEY,
        caller TEXT NOT NULL, purpose TEXT NOT NULL, outcome TEXT NOT NULL, client BLOB NOT NULL,
        UNIQUE (caller, purpose, outcome, client)
    ) STRICT""",
    """CREATE TABLE line (
        minute INTEGER NOT NULL, who INTEGER NOT NULL REFERENCES who, customer BLOB NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (minute, who, customer)
    ) STRICT, WITHOUT ROWID""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
_ADD_WHO = "INSERT OR IGNORE INTO who (caller, purpose, outcome, client) VALUES (?, ?, ?, ?)"
_WHO = "SELECT id FROM who WHERE caller = ? AND purpose = ? AND outcome = ? AND client = ?"
_ADD_LINE = """
    INSERT INTO line (minute, who, customer, count) VALUES (?, ?, ?, ?)
    ON CONFLICT (minute, who, customer) DO UPDATE SET count = count + excluded.count
"""
_PAGE = """
    SELECT minute, who, customer, count, caller, purpose, outcome, client
    FROM line JOIN who ON who.id = line.who
    WHERE minute >= ? AND minute < ? AND (minute, who, customer) > (?, ?, ?)
    ORDER BY minute, who, customer LIMIT ?
"""

_Head: TypeAlias = tuple[int, str, str, Outcome]
_Line: TypeAlias = tuple[_Head, UUID, UUID]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def require_purpose(purpose: str) -> None:
    """Refuse to hand keys out for nothing that could be written down.

    Raises:
        BadInput: no purpose, or too long a one.
    """
    if not purpose.strip():
        raise BadInput("Keys are handed out for a purpose only.")
    if len(purpose) > MOST_PURPOSE:
        raise BadInput("A purpose has at most 100 characters.")


class Book:
    """One process's access to the book; safe to share between its threads.

    Args:
        path: the file, made when it is missing; ``None`` for a book in memory only.
        now: the clock.

    Raises:
        Misconfigured: damaged, of another program, or open to other accounts.
        Unavailable: it cannot be written.
    """

    def __init__(self, path: Path | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._now = now
        self._lock = threading.Lock()  # around the connection
        self._waiting_lock = threading.Lock()  # around what waits; never held while the disk works
        self._fresh: list[tuple[_Head, Sequence[KeyRef], int]] = []
        self._room = MOST_WAITING
        self._unwritten: Counter[_Line] = Counter()
        self._failed = False
        self._pruned = 0
        self._connection: sqlite3.Connection | None = _opened(path)
        self._ending = threading.Event()
        if path is not None:
            threading.Thread(target=self._keep_writing, name="book", daemon=True).start()

    def close(self) -> None:
        """Write what waits, and close; every later use raises ``KeysLocked``."""
        self._ending.set()
        self.flush()
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def require(self) -> None:
        """Make sure that what is handed out now can be written down.

        Raises:
            Unavailable: it cannot.
            KeysLocked: after ``close``.
        """
        if self._connection is None:
            raise KeysLocked("The keys are locked.")
        if self._failed or self._room <= 0:
            self.flush()
        if self._failed:
            raise Unavailable(_UNWRITABLE)

    def given(self, caller: str, purpose: str, refs: Sequence[KeyRef]) -> None:
        """Note that keys are handed out; to be called before they are.

        Raises:
            Unavailable, KeysLocked: as ``require``.
        """
        self.require()
        self._add((self._minute(), caller, purpose, Outcome.GIVEN), refs)

    def done(self, caller: str, call: str, subjects: Sequence[KeyRef], times: int) -> None:
        """Note that something else was given or changed; whoever calls this has called ``require`` before."""
        self._add((self._minute(), caller, call, Outcome.DONE), subjects, times)

    def turned_away(self, caller: str, call: str, outcome: Outcome) -> None:
        """Note a call that was denied or limited."""
        if not self._failed and self._room > 0:
            self._add((self._minute(), caller, call, outcome), (KeyRef(NOBODY, NOBODY, 0),))

    def flush(self) -> bool:
        """Write what waits; whether nothing waits any more."""
        with self._lock:
            self._collect()
            if self._connection is None:
                return not self._unwritten
            try:
                self._write(self._connection)
            except sqlite3.Error:
                self._failed = True
                return False
            self._unwritten = Counter()
            with self._waiting_lock:
                self._room = MOST_WAITING - sum(len(refs) for _, refs, _ in self._fresh)
            self._failed = False
            return True

    def lines(self, since: datetime, until: datetime) -> list[BookLine]:
        """All lines of a span; see ``Agent.book``."""
        found: list[BookLine] = []
        after = b""
        while True:
            page = self.page(since, until, after)
            found += page.lines
            if not (after := page.after):
                return found

    def page(self, since: datetime, until: datetime, after: bytes) -> BookPage:
        """The next lines of a span, at most 1,000.

        Args:
            since: first moment of a minute to show.
            until: the first moment that is not shown.
            after: empty at the beginning, then what the page before gave.

        Raises:
            Unavailable: the book cannot be read or written.
            KeysLocked: after ``close``.
        """
        self.flush()
        start = _CURSOR.unpack(after) if len(after) == _CURSOR.size else (-1, -1, b"")
        first, end = (-(-_seconds(moment) // 60) for moment in (since, until))
        with self._reading() as connection:
            rows = connection.execute(_PAGE, (first, end, *start, PAGE_LINES)).fetchall()
        more = _CURSOR.pack(*rows[-1][:3]) if len(rows) == PAGE_LINES else b""
        return BookPage(tuple(_line(row) for row in rows), more)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _minute(self) -> int:
        return _seconds(self._now()) // 60

    def _add(self, head: _Head, refs: Sequence[KeyRef], times: int = 1) -> None:
        with self._waiting_lock:
            self._fresh.append((head, refs, times))
            self._room -= len(refs)

    def _collect(self) -> None:
        """Add up what came since the last time; the callers' batches are kept as they were until here."""
        with self._waiting_lock:
            fresh, self._fresh = self._fresh, []
        for head, refs, times in fresh:
            for ref in refs:
                self._unwritten[head, ref.client, ref.customer] += times

    def _write(self, connection: sqlite3.Connection) -> None:
        minute = self._minute()
        prune = minute - self._pruned >= _PRUNE_MINUTES
        if not (self._unwritten or prune or self._failed):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            known: dict[tuple[str, ...], int] = {}
            rows = [
                (head[0], _who(connection, known, head, client), customer.bytes, count)
                for (head, client, customer), count in self._unwritten.items()
            ]
            connection.executemany(_ADD_LINE, rows)
            if prune:
                connection.execute("DELETE FROM line WHERE minute < ?", (minute - KEPT // timedelta(minutes=1),))
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        self._pruned = minute if prune else self._pruned

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                raise KeysLocked("The keys are locked.")
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise Unavailable("The book of unwraps cannot be read. Check the disk of the keys folder.") from error

    def _keep_writing(self) -> None:
        while not self._ending.wait(FLUSH_SECONDS):
            self.flush()


def _opened(path: Path | None) -> sqlite3.Connection:
    try:
        if path is not None:
            _make_or_check(path)
        connection = _connect(path)
    except OSError as error:
        raise Unavailable(_UNWRITABLE) from error
    except sqlite3.Error as error:
        raise _explain(error) from error
    try:
        _prepare(connection)
    except sqlite3.Error as error:
        connection.close()
        raise _explain(error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _make_or_check(path: Path) -> None:
    try:
        private_files.write_new(path, b"")
    except FileExistsError:
        private_files.require_private(path)


def _connect(path: Path | None) -> sqlite3.Connection:
    name = ":memory:" if path is None else f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(
        name, uri=path is not None, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
    )


def _prepare(connection: sqlite3.Connection) -> None:
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if found == (0, 0) and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            for statement in _SCHEMA:
                connection.execute(statement)
        elif found != (APPLICATION_ID, SCHEMA_VERSION):
            raise Misconfigured(_FOREIGN)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _explain(error: sqlite3.Error) -> RazdarError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    damaged = code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    return Misconfigured(_FOREIGN) if damaged else Unavailable(_UNWRITABLE)


def _who(connection: sqlite3.Connection, known: dict[tuple[str, ...], int], head: _Head, client: UUID) -> int:
    """The number of a caller, purpose, outcome and client; made at their first line."""
    _, caller, purpose, outcome = head
    name = (caller, purpose, outcome.value, client.hex)
    if name not in known:
        values = (caller, purpose, outcome.value, client.bytes)
        connection.execute(_ADD_WHO, values)
        known[name] = connection.execute(_WHO, values).fetchone()[0]
    return known[name]


def _line(row: tuple[Any, ...]) -> BookLine:
    minute, _, customer, count, caller, purpose, outcome, client = row
    moment = datetime.fromtimestamp(minute * 60, UTC)
    return BookLine(moment, caller, purpose, UUID(bytes=client), UUID(bytes=customer), count, Outcome(outcome))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
