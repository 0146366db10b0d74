"""The key store's part of freezes: which clients have stopped all reading of their data, and everything that was so.

A freeze is open until a row says that it was lifted. At most one is open for a client. Rows are never changed, and
travel in every key bundle with the rest of the store.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from razdar.core.errors import BadInput, ClientFrozen
from razdar.keys.columns import millis, moment
from razdar.keys.freeze_records import Decision, Freeze
from razdar.keys.sqlite_file import SqliteFile

_OPEN = """
    SELECT request FROM freeze AS one WHERE client = ?1 AND lifts IS NULL
    AND NOT EXISTS (SELECT 1 FROM freeze AS other WHERE other.client = ?1 AND other.lifts = one.request)
"""
_KNOWN = "SELECT lifts, asked_by, agreed_by FROM freeze WHERE client = ? AND request = ?"
_ADD = "INSERT INTO freeze (client, request, lifts, asked_by, agreed_by, at) VALUES (?, ?, ?, ?, ?, ?)"
_ALL = """
    SELECT one.request, one.asked_by, one.agreed_by, one.at,
           other.request, other.asked_by, other.agreed_by, other.at
    FROM freeze AS one LEFT JOIN freeze AS other ON other.client = one.client AND other.lifts = one.request
    WHERE one.client = ? AND one.lifts IS NULL ORDER BY one.number DESC
"""
_KNOWN_CLIENT = "SELECT 1 FROM epoch WHERE client = ?"
_OTHER = "This decision was carried out for something else. Nothing was changed."
_ALREADY = "The client has stopped all reading of its data already."
_NOT_THIS = "There is no such freeze to lift. It may have been lifted already."
_STRANGER = "There is no such client."


class Freezes:
    """Freezes in the store; see ``KeyStore`` for what every method may raise."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def require_none(self, clients: Iterable[UUID]) -> None:
        """See that nobody stopped the reading of these clients' data.

        Raises:
            ClientFrozen: one of them did.
        """
        asked = set(clients)
        with self._file.reading() as connection:
            if any(_open(connection, client) for client in asked):
                raise ClientFrozen

    def all(self, client: UUID) -> list[Freeze]:
        """Every freeze of a client, the newest first."""
        with self._file.reading() as connection:
            return [_freeze(row) for row in connection.execute(_ALL, (client.bytes,))]

    def begin(self, client: UUID, decision: Decision) -> None:
        """Stop the reading of a client's data; a decision that was carried out changes nothing more.

        Raises:
            BadInput: an unknown client, one that is frozen, or a decision that was another one.
        """
        with self._file.writing() as connection:
            if _carried_out(connection, client, decision, None):
                return
            if connection.execute(_KNOWN_CLIENT, (client.bytes,)).fetchone() is None:
                raise BadInput(_STRANGER)
            if _open(connection, client):
                raise BadInput(_ALREADY)
            connection.execute(_ADD, _values(client, decision, None))

    def end(self, client: UUID, freeze: UUID, decision: Decision) -> None:
        """Lift this freeze and no other; a decision that was carried out changes nothing more.

        Raises:
            BadInput: it is not open, or the decision was another one.
        """
        with self._file.writing() as connection:
            if _carried_out(connection, client, decision, freeze):
                return
            if _open(connection, client) != freeze.bytes:
                raise BadInput(_NOT_THIS)
            connection.execute(_ADD, _values(client, decision, freeze))


def _open(connection: sqlite3.Connection, client: UUID) -> bytes | None:
    """The request of the client's open freeze."""
    row = connection.execute(_OPEN, (client.bytes,)).fetchone()
    return None if row is None else bytes(row[0])


def _carried_out(connection: sqlite3.Connection, client: UUID, decision: Decision, lifts: UUID | None) -> bool:
    row = connection.execute(_KNOWN, (client.bytes, decision.request.bytes)).fetchone()
    if row is None:
        return False
    if tuple(row) != (lifts.bytes if lifts else None, decision.asked_by.bytes, decision.agreed_by.bytes):
        raise BadInput(_OTHER)
    return True


def _values(client: UUID, decision: Decision, lifts: UUID | None) -> tuple[bytes | int | None, ...]:
    by = decision.asked_by.bytes, decision.agreed_by.bytes
    return client.bytes, decision.request.bytes, lifts.bytes if lifts else None, *by, millis(decision.at)


def _freeze(row: tuple[bytes, bytes, bytes, int, bytes | None, bytes, bytes, int]) -> Freeze:
    lifted = None if row[4] is None else _decision(row[4], *row[5:])
    return Freeze(_decision(*row[:4]), lifted)


def _decision(request: bytes, asked_by: bytes, agreed_by: bytes, at: int) -> Decision:
    return Decision(UUID(bytes=request), UUID(bytes=asked_by), UUID(bytes=agreed_by), moment(at))


def now(request: UUID, asked_by: UUID, agreed_by: UUID, at: datetime) -> Decision:
    """A decision of two people, carried out at this moment.

    Raises:
        BadInput: they are one person, or nobody.
    """
    nobody = UUID(int=0)
    if asked_by == agreed_by or nobody in {request, asked_by, agreed_by}:
        raise BadInput("Two people of the client decide this.")
    return Decision(request, asked_by, agreed_by, at)
