"""The key store's part of live streams: which keys wait to be bound to a customer, and which are.

Nothing is sealed or opened here (``streaming``). A sealed key is overwritten in the transaction that stores the wrapped
one; a customer's erasure overwrites the wrapped ones, and whatever is bound to the customer later is overwritten at
once. An epoch that was rotated away from ends in the transaction that binds the last stream sealed to it.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from razdar.core.crypto.hierarchy import WRAPPED_BYTES
from razdar.core.crypto.streams import SEALED_KEY_BYTES
from razdar.core.errors import BadInput, NotFound, Unopenable
from razdar.keys.columns import OFFSET, millis, narrow, wide
from razdar.keys.epochs import end_closed, require_living
from razdar.keys.records import BoundStreams, KeyRef, StreamRef, WaitingStream, WrappedStream
from razdar.keys.sqlite_file import SqliteFile

_NOBODY = bytes(16)
_GONE = bytes(WRAPPED_BYTES)
_FREE = (_NOBODY, _NOBODY, OFFSET, bytes(SEALED_KEY_BYTES))

_ADD = "INSERT INTO stream (client, stream, customer, version, wrapped, created_at) VALUES (?, ?, ?, ?, ?, ?)"
_OWNER = "SELECT customer, wrapped FROM stream WHERE client = ? AND stream = ?"
_WAITING = "SELECT id, epoch, sealed FROM waiting_stream WHERE client = ? AND stream = ?"
_BIND = "UPDATE stream SET customer = ?, version = ?, wrapped = ? WHERE client = ? AND stream = ?"
_FILL = "UPDATE waiting_stream SET client = ?, stream = ?, epoch = ?, sealed = ? WHERE id = ?"
_FIND = "SELECT customer, version, wrapped FROM stream WHERE client = ? AND stream = ?"
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
        """
        owner = client.bytes, waiting.stream.bytes
        with self._file.writing() as connection:
            if connection.execute(_OWNER, owner).fetchone():
                row = connection.execute(_WAITING, owner).fetchone()
                if row is None or row[2] != waiting.sealed:
                    raise BadInput("This stream has a key already.")
                return
            require_living(connection, client, waiting.epoch)
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

    def bind(self, owner: KeyRef, wrapped: Mapping[UUID, bytes], streams: Sequence[UUID], at: datetime) -> BoundStreams:
        """Give streams to a customer; where the customer was erased meanwhile, their keys are overwritten instead.

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
            bound = [stream for stream in streams if _bind(connection, owner, stream, keys.get(stream))]
            ended = end_closed(connection, owner.client, at)
        return BoundStreams(tuple(bound), ended, erased)

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
    if key is None:
        return False
    place = connection.execute(_WAITING, (owner.client.bytes, stream.bytes)).fetchone()[0]
    connection.execute(_BIND, (owner.customer.bytes, wide(owner.version), key, owner.client.bytes, stream.bytes))
    connection.execute(_FILL, (*_FREE, place))
    return True


def _found(connection: sqlite3.Connection, ref: StreamRef) -> WrappedStream:
    row = connection.execute(_FIND, (ref.client.bytes, ref.stream.bytes)).fetchone()
    if row is None or row[0] != ref.customer.bytes:
        raise NotFound("There is no such stream.")
    if row[2] == _GONE:
        raise Unopenable
    return WrappedStream(ref, narrow(row[1]), row[2])
