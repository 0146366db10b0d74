"""The key store's part of live streams: which keys wait to be bound to a customer, and which are.

Nothing is sealed or opened here (``streaming``). A sealed key is overwritten in the transaction that stores the wrapped
one; a customer's erasure overwrites the wrapped ones, and whatever is bound to the customer later is overwritten at
once. An epoch that was rotated away from ends in the transaction that binds or drops the last stream sealed to it.

A stream that was dropped, or given to an erased customer before it had a key, keeps its row without a key: what has a
row is never opened again.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from razdar.core.crypto.hierarchy import WRAPPED_BYTES
from razdar.core.crypto.stream_keys import SEALED_KEY_BYTES
from razdar.core.errors import BadInput, NotFound, Throttled, Unopenable
from razdar.keys.columns import OFFSET, millis, moment, narrow, wide
from razdar.keys.epochs import end_closed, require_living
from razdar.keys.records import BoundStreams, KeyRef, StreamRef, WaitingStream, WrappedStream
from razdar.keys.sqlite_file import SqliteFile
from razdar.keys.stream_records import DroppedStreams, WaitingSince

MOST_WAITING = 20_000
"""Streams of one client that may wait: what is kept for a recorder that makes them up has an end."""
_NOBODY = bytes(16)
_GONE = bytes(WRAPPED_BYTES)
_FREE = (_NOBODY, _NOBODY, OFFSET, bytes(SEALED_KEY_BYTES))

_ADD = "INSERT INTO stream (client, stream, customer, version, wrapped, created_at) VALUES (?, ?, ?, ?, ?, ?)"
_OWNER = "SELECT customer, wrapped FROM stream WHERE client = ? AND stream = ?"
_WAITING = "SELECT id, epoch, sealed FROM waiting_stream WHERE client = ? AND stream = ?"
_BIND = "UPDATE stream SET customer = ?, version = ?, wrapped = ? WHERE client = ? AND stream = ?"
_FILL = "UPDATE waiting_stream SET client = ?, stream = ?, epoch = ?, sealed = ? WHERE id = ?"
_FIND = "SELECT customer, version, wrapped FROM stream WHERE client = ? AND stream = ?"
_COUNT_WAITING = "SELECT count(*) FROM waiting_stream WHERE client = ?"
_ALL_WAITING = """
    SELECT stream, created_at FROM waiting_stream CROSS JOIN stream USING (client, stream)
    WHERE client = ? ORDER BY stream.id LIMIT ?
"""
_DESTROY = "UPDATE stream SET wrapped = ? WHERE client = ? AND stream = ?"
_CROWDED = "Too many streams of this client wait for their calls to end. razdar worker binds them; see that it runs."
_ELSEWHERE = "A stream belongs to one customer; this one belongs to another already."


class Streams:
    """Keys of live streams in the store; see ``KeyStore`` for what every method may raise."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def add(self, client: UUID, waiting: WaitingStream, at: datetime) -> None:
        """Keep a sealed key; repeating it changes nothing.

        Raises:
            BadInput: the stream has another key.
            EpochEnded: its epoch takes no more.
            Throttled: too many of the client's streams wait.
        """
        owner = client.bytes, waiting.stream.bytes
        with self._file.writing() as connection:
            if connection.execute(_OWNER, owner).fetchone():
                row = connection.execute(_WAITING, owner).fetchone()
                if row is None or row[2] != waiting.sealed:
                    raise BadInput("This stream has a key already, or had one.")
                return
            require_living(connection, client, waiting.epoch)
            if connection.execute(_COUNT_WAITING, (client.bytes,)).fetchone()[0] >= MOST_WAITING:
                raise Throttled(_CROWDED)
            connection.execute(_ADD, (*owner, _NOBODY, OFFSET, _GONE, millis(at)))
            free = connection.execute(_WAITING, (_NOBODY, _NOBODY)).fetchone()
            values = (*owner, wide(waiting.epoch), waiting.sealed)
            if free:
                connection.execute(_FILL, (*values, free[0]))
            else:
                statement = "INSERT INTO waiting_stream (client, stream, epoch, sealed) VALUES (?, ?, ?, ?)"
                connection.execute(statement, values)

    def waiting(self, client: UUID, streams: Sequence[UUID]) -> list[WaitingStream]:
        """Those of the streams that wait to be bound, in the order asked."""
        found = []
        with self._file.reading() as connection:
            for stream in streams:
                row = connection.execute(_WAITING, (client.bytes, stream.bytes)).fetchone()
                if row:
                    found.append(WaitingStream(stream, narrow(row[1]), row[2]))
        return found

    def all_waiting(self, client: UUID) -> list[WaitingSince]:
        """The client's streams that wait to be bound, the oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute(_ALL_WAITING, (client.bytes, MOST_WAITING)).fetchall()
        return [WaitingSince(UUID(bytes=stream), moment(opened)) for stream, opened in rows]

    def bind(self, owner: KeyRef, wrapped: Mapping[UUID, bytes], streams: Sequence[UUID], at: datetime) -> BoundStreams:
        """Give streams to a customer; where the customer was erased meanwhile, their keys are overwritten instead.

        Then those that have no key yet never get one.

        Args:
            owner: the customer, and the version of the key that the wrapped keys are under.
            wrapped: keys of the streams that were waiting.
            streams: which are meant; those that are the customer's already stay as they are.
            at: when.

        Raises:
            BadInput: one of them is another customer's; nothing was changed.
        """
        with self._file.writing() as connection:
            erased = _is_erased(connection, owner)
            keys = dict.fromkeys(streams, _GONE) if erased else wrapped
            if erased:
                _bury(connection, owner, streams, at)
            bound = [stream for stream in streams if _bind(connection, owner, stream, keys.get(stream))]
            ended = end_closed(connection, owner.client, at)
        return BoundStreams(tuple(bound), ended, erased)

    def drop(self, client: UUID, streams: Sequence[UUID], at: datetime) -> DroppedStreams:
        """Destroy the keys of streams, bound or waiting; an unknown one, or one without a key, stays as it is."""
        with self._file.writing() as connection:
            dropped = [stream for stream in dict.fromkeys(streams) if _drop(connection, client, stream)]
            ended = end_closed(connection, client, at)
        return DroppedStreams(tuple(dropped), ended)

    def find(self, refs: Sequence[StreamRef]) -> list[WrappedStream]:
        """Wrapped keys of bound streams, in the order asked.

        Raises:
            NotFound: an unknown stream, or one that is not this customer's.
            Unopenable: a destroyed key.
        """
        with self._file.reading() as connection:
            return [_found(connection, ref) for ref in refs]


def overwrite(connection: sqlite3.Connection, client: UUID, customer: UUID) -> None:
    """Destroy the keys of all streams of a customer, in the caller's transaction."""
    statement = "UPDATE stream SET wrapped = ? WHERE client = ? AND customer = ?"
    connection.execute(statement, (_GONE, client.bytes, customer.bytes))


def _is_erased(connection: sqlite3.Connection, owner: KeyRef) -> bool:
    query = "SELECT 1 FROM tombstone WHERE client = ? AND customer = ? LIMIT 1"
    return connection.execute(query, (owner.client.bytes, owner.customer.bytes)).fetchone() is not None


def _bind(connection: sqlite3.Connection, owner: KeyRef, stream: UUID, key: bytes | None) -> bool:
    """Give one stream to its customer; whether it is the customer's now. One without a key came later: the next call's.

    Raises:
        BadInput: it is another's.
    """
    row = connection.execute(_OWNER, (owner.client.bytes, stream.bytes)).fetchone()
    if row is None or row[0] == owner.customer.bytes:
        return row is not None
    if row[0] != _NOBODY:
        raise BadInput(_ELSEWHERE)
    place = connection.execute(_WAITING, (owner.client.bytes, stream.bytes)).fetchone()
    if place is None:
        key = _GONE  # it was dropped
    if key is None:
        return False
    connection.execute(_BIND, (owner.customer.bytes, wide(owner.version), key, owner.client.bytes, stream.bytes))
    if place:
        connection.execute(_FILL, (*_FREE, place[0]))
    return True


def _bury(connection: sqlite3.Connection, owner: KeyRef, streams: Sequence[UUID], at: datetime) -> None:
    """Rows without a key for streams that have none, so that nobody opens them later."""
    for stream in dict.fromkeys(streams):
        place = owner.client.bytes, stream.bytes
        if connection.execute(_OWNER, place).fetchone() is None:
            connection.execute(_ADD, (*place, owner.customer.bytes, OFFSET, _GONE, millis(at)))


def _drop(connection: sqlite3.Connection, client: UUID, stream: UUID) -> bool:
    """Destroy the key of one stream; whether there was one."""
    owner = client.bytes, stream.bytes
    waiting = connection.execute(_WAITING, owner).fetchone()
    if waiting:
        connection.execute(_FILL, (*_FREE, waiting[0]))
        return True
    row = connection.execute(_OWNER, owner).fetchone()
    if row is None or row[1] == _GONE:
        return False
    connection.execute(_DESTROY, (_GONE, *owner))
    return True


def _found(connection: sqlite3.Connection, ref: StreamRef) -> WrappedStream:
    row = connection.execute(_FIND, (ref.client.bytes, ref.stream.bytes)).fetchone()
    if row is None or row[0] != ref.customer.bytes:
        raise NotFound("There is no such stream.")
    if row[2] == _GONE:
        raise Unopenable
    return WrappedStream(ref, narrow(row[1]), row[2])
