"""The key store's part of rotation: which keys are still wrapped under which epoch and root, and the exchange.

Nothing is wrapped or unwrapped here. An exchange names the wrapped bytes that were read; if they are others by now,
because the customer's keys were destroyed meanwhile, nothing is written: a destruction is never undone.

An epoch's secret is overwritten only in a transaction that sees nothing wrapped under it; a new key is accepted only
under an epoch whose secret is still there, and an epoch only under the root in use.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.crypto.hierarchy import WRAPPED_BYTES
from razdar.core.errors import NotFound, Unavailable
from razdar.keys.columns import millis, moment, narrow, wide
from razdar.keys.records import EpochKeys, EpochState, KeyRef, RootVersion, WrappedEpoch, WrappedIndexKey, WrappedKey
from razdar.keys.sqlite_file import SqliteFile

BATCH = 1000
_CHECKED_AT_ONCE = 20_000
_GONE = bytes(WRAPPED_BYTES)

_KEYS_FROM = """
    SELECT id, customer, version, key_id, epoch, wrapped FROM customer_key NOT INDEXED
    WHERE id > ? AND client = ? AND epoch < ? AND wrapped <> zeroblob(61) ORDER BY id LIMIT ?
"""
_EXCHANGE_KEY = "UPDATE customer_key SET epoch = ?, wrapped = ? WHERE id = ? AND wrapped = ?"
_EXCHANGE_INDEX = "UPDATE index_key SET epoch = ?, wrapped = ? WHERE client = ? AND field = ? AND wrapped = ?"
_LEFT_IN = """
    SELECT count(*), max(id) FROM (
        SELECT id, client, epoch, wrapped FROM customer_key NOT INDEXED WHERE id > ? ORDER BY id LIMIT ?
    ) WHERE client = ? AND epoch < ? AND wrapped <> zeroblob(61)
"""
_LEFT_AFTER = """
    SELECT EXISTS (
            SELECT 1 FROM customer_key NOT INDEXED
            WHERE id > ? AND client = ? AND epoch < ? AND wrapped <> zeroblob(61)
        )
        OR EXISTS (SELECT 1 FROM index_key WHERE client = ? AND epoch < ?)
"""
_ENDING = """
    SELECT number FROM epoch WHERE client = ?1 AND number < ?2
    AND number NOT IN (SELECT number FROM epoch_end WHERE client = ?1)
"""
_CLOSE = "INSERT OR IGNORE INTO epoch_closed (client, number, closed_at) VALUES (?, ?, ?)"
_OVER = """
    SELECT number FROM epoch_closed AS c WHERE client = ?1
    AND number NOT IN (SELECT number FROM epoch_end WHERE client = ?1)
    AND number NOT IN (SELECT epoch FROM waiting_stream WHERE client = ?1) ORDER BY number
"""
_PROGRESS = "SELECT epoch, reached, done, started_at FROM rewrapping WHERE client = ?"
_STATES = """
    SELECT e.client, e.number, e.root_version, e.created_at, d.destroyed_at
    FROM epoch AS e LEFT JOIN epoch_end AS d ON d.client = e.client AND d.number = e.number ORDER BY e.client, e.number
"""
_KEYS_UNDER = """
    SELECT epoch, count(*) FROM customer_key WHERE client = ? AND wrapped <> zeroblob(61) GROUP BY epoch ORDER BY epoch
"""


class EpochEnded(Unavailable):
    """The epoch or the root changed while something was being wrapped under it; wrap it again."""


@dataclass(frozen=True, slots=True)
class Rewrapping:
    """A rotation under way.

    Attributes:
        client: whose epoch.
        epoch: the new one.
        reached: customer keys up to this id are done.
        done: how many were exchanged.
        started_at: when it began.
    """

    client: UUID
    epoch: int
    reached: int
    done: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Customer keys to re-wrap, with the ids of their rows in ascending order; empty at the end of the table."""

    keys: tuple[WrappedKey, ...]
    ids: tuple[int, ...]


class Epochs:
    """A client's epochs in the store; see ``KeyStore`` for what every method may raise."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def known_clients(self, clients: Iterable[UUID]) -> list[UUID]:
        """Those of some clients that have keys, in the order asked."""
        with self._file.reading() as connection:
            found = "SELECT 1 FROM epoch WHERE client = ?"
            return [client for client in clients if connection.execute(found, (client.bytes,)).fetchone()]

    def begin(self, epoch: WrappedEpoch, at: datetime) -> Rewrapping:
        """Make an epoch the client's newest and begin to move to it; a rotation that is under way stays the one.

        Raises:
            EpochEnded: the epoch before it is not the newest, or another root is in use.
        """
        owner = epoch.client.bytes
        with self._file.writing() as connection:
            if connection.execute(_PROGRESS, (owner,)).fetchone() is None:
                require_root(connection, epoch.root_version)
                newest = connection.execute("SELECT max(number) FROM epoch WHERE client = ?", (owner,)).fetchone()[0]
                if newest is None:
                    raise NotFound("There is no such client.")
                if narrow(newest) + 1 != epoch.number:
                    raise EpochEnded("Another epoch was begun meanwhile.")
                insert_epoch(connection, epoch, at)
                statement = "INSERT INTO rewrapping (client, epoch, reached, done, started_at) VALUES (?, ?, 0, 0, ?)"
                connection.execute(statement, (owner, wide(epoch.number), millis(at)))
            return _rewrapping(epoch.client, connection.execute(_PROGRESS, (owner,)).fetchone())

    def under_way(self, client: UUID) -> Rewrapping | None:
        """The client's rotation, if one was begun and not finished."""
        with self._file.reading() as connection:
            row = connection.execute(_PROGRESS, (client.bytes,)).fetchone()
            return _rewrapping(client, row) if row else None

    def all_under_way(self) -> list[Rewrapping]:
        """Every rotation that was begun and not finished."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT client, epoch, reached, done, started_at FROM rewrapping").fetchall()
            return [_rewrapping(UUID(bytes=row[0]), row[1:]) for row in rows]

    def keys_left(self, moving: Rewrapping, most: int = BATCH) -> Batch:
        """The next customer keys that are not under the new epoch."""
        client = moving.client
        with self._file.reading() as connection:
            values = (moving.reached, client.bytes, wide(moving.epoch), most)
            rows = connection.execute(_KEYS_FROM, values).fetchall()
        keys = tuple(
            WrappedKey(KeyRef(client, UUID(bytes=customer), version), key_id, narrow(epoch), wrapped)
            for _, customer, version, key_id, epoch, wrapped in rows
        )
        return Batch(keys, tuple(row[0] for row in rows))

    def index_keys_left(self, moving: Rewrapping) -> list[WrappedIndexKey]:
        """The client's index keys that are not under the new epoch."""
        query = "SELECT field, epoch, wrapped FROM index_key WHERE client = ? AND epoch < ?"
        with self._file.reading() as connection:
            rows = connection.execute(query, (moving.client.bytes, wide(moving.epoch))).fetchall()
            return [WrappedIndexKey(moving.client, field, narrow(epoch), wrapped) for field, epoch, wrapped in rows]

    def exchange(self, moving: Rewrapping, batch: Batch, wrapped: Sequence[bytes]) -> Rewrapping:
        """Write re-wrapped customer keys in the place of those that were read, and how far it is."""
        epoch, owner = wide(moving.epoch), moving.client.bytes
        values = [(epoch, new, row, key.wrapped) for key, row, new in zip(batch.keys, batch.ids, wrapped, strict=True)]
        with self._file.writing() as connection:
            written = connection.executemany(_EXCHANGE_KEY, values).rowcount
            statement = (
                "UPDATE rewrapping SET reached = max(reached, ?), done = done + ? WHERE client = ? AND epoch = ?"
            )
            connection.execute(statement, (batch.ids[-1], max(written, 0), owner, epoch))
            row = connection.execute(_PROGRESS, (owner,)).fetchone()
            return _rewrapping(moving.client, row) if row else moving

    def exchange_index(self, moving: Rewrapping, old: WrappedIndexKey, wrapped: bytes) -> None:
        """Write a re-wrapped index key in the place of the one that was read."""
        values = (wide(moving.epoch), wrapped, moving.client.bytes, old.field, old.wrapped)
        with self._file.writing() as connection:
            connection.execute(_EXCHANGE_INDEX, values)

    def check_all(self, moving: Rewrapping) -> bool:
        """Whether no key that can still be opened is under an older epoch; goes back to the first that is."""
        start = 0
        while True:
            with self._file.reading() as connection:
                end = connection.execute(
                    "SELECT max(id) FROM (SELECT id FROM customer_key WHERE id > ? ORDER BY id LIMIT ?)",
                    (start, _CHECKED_AT_ONCE),
                ).fetchone()[0]
                values = (start, _CHECKED_AT_ONCE, moving.client.bytes, wide(moving.epoch))
                left = connection.execute(_LEFT_IN, values).fetchone()[0]
            if end is None:
                return True
            if left:
                with self._file.writing() as connection:
                    connection.execute(
                        "UPDATE rewrapping SET reached = ? WHERE client = ?", (start, moving.client.bytes)
                    )
                return False
            start = end

    def finish(self, moving: Rewrapping, at: datetime) -> tuple[int, ...] | None:
        """Overwrite the secrets of the client's older epochs if nothing is wrapped under them any more.

        One that streams wait under is closed, and ends with the last of them (``end_closed``).

        Returns:
            The numbers of the epochs that ended; ``None`` when something is left to do.
        """
        owner, epoch = moving.client.bytes, wide(moving.epoch)
        with self._file.writing() as connection:
            row = connection.execute(_PROGRESS, (owner,)).fetchone()
            if row is None or row[0] != epoch:
                return ()  # another process finished it
            if connection.execute(_LEFT_AFTER, (row[1], owner, epoch, owner, epoch)).fetchone()[0]:
                return None
            ended = [number for (number,) in connection.execute(_ENDING, (owner, epoch)).fetchall()]
            connection.executemany(_CLOSE, [(owner, number, millis(at)) for number in ended])
            connection.execute("DELETE FROM rewrapping WHERE client = ?", (owner,))
            return end_closed(connection, moving.client, at)

    def states(self) -> list[EpochState]:
        """Every epoch there ever was, by client and number."""
        with self._file.reading() as connection:
            return [
                EpochState(UUID(bytes=client), narrow(number), narrow(root), moment(at), moment(gone) if gone else None)
                for client, number, root, at, gone in connection.execute(_STATES)
            ]

    def keys_under(self, client: UUID) -> list[EpochKeys]:
        """How many keys of a client are wrapped under each of its epochs; destroyed ones do not count."""
        with self._file.reading() as connection:
            return [
                EpochKeys(narrow(number), count) for number, count in connection.execute(_KEYS_UNDER, (client.bytes,))
            ]


class Roots:
    """Versions of the root in the store."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def current(self) -> int:
        """The version everything is wrapped under."""
        with self._file.reading() as connection:
            return _root_version(connection)

    def versions(self) -> list[RootVersion]:
        """Every version there ever was."""
        query = "SELECT version, provider, since, until, final FROM root ORDER BY version"
        with self._file.reading() as connection:
            return [
                RootVersion(narrow(version), provider, moment(since), moment(until) if until else None, bool(final))
                for version, provider, since, until, final in connection.execute(query)
            ]

    def exchange(
        self, version: int, provider: str, rewrap: Callable[[bytes, WrappedEpoch | None], bytes], at: datetime
    ) -> int:
        """Re-wrap everything the root wraps, in one transaction.

        Args:
            version: of the new root.
            provider: its name.
            rewrap: what the old root wrapped to what the new one wraps; the epoch is ``None`` for the installation.
            at: when.

        Returns:
            How many secrets were re-wrapped.

        Raises:
            EpochEnded: the new version is not the one after that in use.
        """
        with self._file.writing() as connection:
            if _root_version(connection) + 1 != version:
                raise EpochEnded("The root was changed meanwhile.")
            wrapped = connection.execute("SELECT wrapped FROM installation").fetchone()[0]
            values = (wide(version), rewrap(wrapped, None))
            connection.execute("UPDATE installation SET root_version = ?, wrapped = ?", values)
            living = _living(connection)
            for epoch in living:
                statement = "UPDATE epoch SET root_version = ?, wrapped = ? WHERE client = ? AND number = ?"
                values_of = (wide(version), rewrap(epoch.wrapped, epoch), epoch.client.bytes, wide(epoch.number))
                connection.execute(statement, values_of)
            connection.execute("UPDATE root SET until = ? WHERE until IS NULL", (millis(at),))
            statement = "INSERT INTO root (version, provider, since) VALUES (?, ?, ?)"
            connection.execute(statement, (wide(version), provider, millis(at)))
        return len(living) + 1

    def mark_final(self, version: int) -> None:
        """Note that an ended version can never open anything again."""
        with self._file.writing() as connection:
            connection.execute("UPDATE root SET final = 1 WHERE version = ? AND until IS NOT NULL", (wide(version),))


def require_living(connection: sqlite3.Connection, client: UUID, number: int) -> None:
    """Refuse an epoch whose secret is gone or about to go, in the caller's transaction.

    Raises:
        EpochEnded: wrap it again, under the newest.
    """
    query = """
        SELECT 1 FROM epoch_end WHERE client = ?1 AND number = ?2
        UNION ALL SELECT 1 FROM epoch_closed WHERE client = ?1 AND number = ?2
    """
    if connection.execute(query, (client.bytes, wide(number))).fetchone():
        raise EpochEnded("The keys were rotated meanwhile; try again.")


def require_root(connection: sqlite3.Connection, version: int) -> None:
    """Refuse what another version of the root wrapped, in the caller's transaction.

    Raises:
        EpochEnded: wrap it again, under the root in use.
    """
    row = connection.execute("SELECT root_version FROM installation").fetchone()
    if row is not None and narrow(row[0]) != version:
        raise EpochEnded("The root was changed meanwhile; try again.")


def insert_epoch(connection: sqlite3.Connection, epoch: WrappedEpoch, at: datetime) -> None:
    """Keep an epoch, in the caller's transaction; the one that is there stays."""
    statement = """
        INSERT OR IGNORE INTO epoch (client, number, root_version, wrapped, created_at) VALUES (?, ?, ?, ?, ?)
    """
    values = (epoch.client.bytes, wide(epoch.number), wide(epoch.root_version), epoch.wrapped, millis(at))
    connection.execute(statement, values)


def end_closed(connection: sqlite3.Connection, client: UUID, at: datetime) -> tuple[int, ...]:
    """Overwrite the secrets of closed epochs that no stream waits under any more, in the caller's transaction.

    Returns:
        Their numbers.
    """
    over = [number for (number,) in connection.execute(_OVER, (client.bytes,)).fetchall()]
    for number in over:
        _end(connection, client.bytes, number, at)
    return tuple(map(narrow, over))


def _end(connection: sqlite3.Connection, owner: bytes, number: int, at: datetime) -> None:
    """Overwrite an epoch's secret with zeros of its length, and note when."""
    values = (owner, number)
    connection.execute("UPDATE epoch SET wrapped = zeroblob(length(wrapped)) WHERE client = ? AND number = ?", values)
    connection.execute("INSERT INTO epoch_end (client, number, destroyed_at) VALUES (?, ?, ?)", (*values, millis(at)))


def _living(connection: sqlite3.Connection) -> list[WrappedEpoch]:
    query = """
        SELECT client, number, root_version, wrapped FROM epoch AS e
        WHERE NOT EXISTS (SELECT 1 FROM epoch_end AS d WHERE d.client = e.client AND d.number = e.number)
    """
    return [
        WrappedEpoch(UUID(bytes=client), narrow(number), narrow(root), wrapped)
        for client, number, root, wrapped in connection.execute(query).fetchall()
    ]


def _root_version(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT root_version FROM installation").fetchone()
    return narrow(row[0]) if row else 0


def _rewrapping(client: UUID, row: tuple[int, int, int, int]) -> Rewrapping:
    return Rewrapping(client, narrow(row[0]), row[1], row[2], moment(row[3]))
