"""The erasure ledger: which customers' keys were destroyed, in order, each row bound to all before it.

::

    hash = SHA-256("razdar erasure v1" | hash of the row before, 32 zeros for the first | number 8 | client 16
                   | customer 16 | destroyed_at 8, ms | key ids of 16 bytes each)

It lives in the key store, is written in the transaction that destroys, and travels in every key bundle, so that a
restore from older data can repeat every erasure. The chain tells a ledger that was shortened in the middle or changed
from a whole one; that its end was cut is told by the log and by notices kept elsewhere.
"""

import hashlib
import json
import sqlite3
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.errors import Unopenable
from razdar.keys.columns import millis, moment

START = bytes(32)
_LABEL = b"razdar erasure v1"
_FIXED = struct.Struct(">32sQ16s16sQ")
_KEY_ID = 16


@dataclass(frozen=True, slots=True)
class Erasure:
    """One row.

    Attributes:
        number: from 1, without gaps.
        client, customer: whose keys were destroyed.
        destroyed_at: when, to the millisecond.
        key_ids: the keys' ids, 32 hexadecimal digits each.
        hash: 64 hexadecimal digits, over this row and all before it.
    """

    number: int
    client: UUID
    customer: UUID
    destroyed_at: datetime
    key_ids: tuple[str, ...]
    hash: str


def append(connection: sqlite3.Connection, client: UUID, customer: UUID) -> None:
    """Add a row for a customer that has tombstones, in the caller's transaction."""
    owner = client.bytes, customer.bytes
    query = "SELECT key_id, destroyed_at FROM tombstone WHERE client = ? AND customer = ? ORDER BY version"
    found = connection.execute(query, owner).fetchall()
    last = connection.execute("SELECT number, hash FROM erasure ORDER BY number DESC LIMIT 1").fetchone() or (0, START)
    key_ids = tuple(bytes(key).hex() for key, _ in found)
    row = Erasure(last[0] + 1, client, customer, moment(found[0][1]), key_ids, "")
    values = (row.number, *owner, found[0][1], bytes.fromhex("".join(key_ids)), _hash(bytes(last[1]), row))
    statement = "INSERT INTO erasure (number, client, customer, destroyed_at, key_ids, hash) VALUES (?, ?, ?, ?, ?, ?)"
    connection.execute(statement, values)


def rows(connection: sqlite3.Connection, after: int = 0, most: int = -1) -> list[Erasure]:
    """Rows after a number, in order; all of them unless ``most`` says how many."""
    query = """
        SELECT number, client, customer, destroyed_at, key_ids, hash FROM erasure WHERE number > ?
        ORDER BY number LIMIT ?
    """
    return [
        Erasure(number, UUID(bytes=client), UUID(bytes=customer), moment(at), _split(key_ids), bytes(digest).hex())
        for number, client, customer, at, key_ids, digest in connection.execute(query, (after, most))
    ]


def verify(ledger: Iterable[Erasure]) -> None:
    """Check a whole ledger from its first row.

    Raises:
        Unopenable: a row is missing, moved or changed.
    """
    previous = START
    for number, row in enumerate(ledger, 1):
        previous = _hash(previous, row)
        if row.number != number or previous.hex() != row.hash:
            raise Unopenable


def to_lines(ledger: Iterable[Erasure]) -> bytes:
    """One JSON object a row and line."""
    return b"".join(json.dumps(_members(row), sort_keys=True).encode() + b"\n" for row in ledger)


def from_lines(lines: bytes) -> list[Erasure]:
    """What ``to_lines`` wrote, checked.

    Raises:
        Unopenable: malformed, or the chain is broken.
    """
    try:
        found = [_row(json.loads(line)) for line in lines.splitlines()]
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
        raise Unopenable from None
    verify(found)
    return found


def _members(row: Erasure) -> dict[str, object]:
    return {
        "number": row.number,
        "client": str(row.client),
        "customer": str(row.customer),
        "destroyed_at_ms": millis(row.destroyed_at),
        "key_ids": list(row.key_ids),
        "hash": row.hash,
    }


def _row(members: dict[str, object]) -> Erasure:
    at, number, key_ids = members["destroyed_at_ms"], members["number"], members["key_ids"]
    if not isinstance(at, int) or not isinstance(number, int) or not isinstance(key_ids, list):
        raise TypeError
    ids = (UUID(str(members["client"])), UUID(str(members["customer"])))
    return Erasure(number, *ids, moment(at), tuple(map(str, key_ids)), str(members["hash"]))


def _hash(previous: bytes, row: Erasure) -> bytes:
    try:
        fixed = _FIXED.pack(previous, row.number, row.client.bytes, row.customer.bytes, millis(row.destroyed_at))
    except struct.error:
        raise Unopenable from None
    return hashlib.sha256(_LABEL + fixed + bytes.fromhex("".join(row.key_ids))).digest()


def _split(key_ids: bytes) -> tuple[str, ...]:
    return tuple(key_ids[at : at + _KEY_ID].hex() for at in range(0, len(key_ids), _KEY_ID))
