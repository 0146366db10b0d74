"""Stamps: how a writer vouches for a row before the log has taken it in.

A writer is one running process with a role, a random id, a counter that starts at 1 and a key of its own. It stamps
each row with an HMAC-SHA256 (RFC 2104, FIPS 198-1) over a header of fixed width and the SHA-256 of the payload:

    version 1 | kind 1 | row id 16 | role 16, ASCII, filled with zeros | writer 16 | counter 8, big endian
    | SHA-256 of the payload 32                                                                        = 90 bytes

So a row that waits cannot be altered, moved in order or given to another writer unseen, and one that is taken away
leaves a hole in the counter. A change that was rolled back leaves a *void* with the counter of its event: "this number
is accounted for". A *report* says "these are the numbers I have used up to now" and uses up none itself.
"""

import hmac
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from struct import Struct
from typing import Final
from uuid import UUID

_VERSION: Final = 2
_HEADER: Final = Struct(">BB16s16s16sQ32s")
_ROLE_BYTES: Final = 16


class Kind(IntEnum):
    """What a row in the inbox says."""

    EVENT = 1
    VOID = 2
    REPORT = 3


@dataclass(frozen=True, slots=True)
class Stamp:
    """The identity of a row.

    Attributes:
        row: id of the row.
        kind: event, void or report.
        role: what the process is: ``web``, ``worker``.
        writer: id of the process.
        counter: the writer's running number; for a report, the last one used.
    """

    row: UUID
    kind: Kind
    role: str
    writer: UUID
    counter: int


def stamp(key: bytes | bytearray, identity: Stamp, payload: bytes) -> bytes:
    """The HMAC of a row, 32 bytes.

    Args:
        key: the writer's key, 32 bytes, derived from the installation key by the caller.
        identity: what the row is.
        payload: its bytes; empty for voids and reports.

    Raises:
        ValueError: a counter outside 1 to 2**63 - 1 (0 for the report of a writer that has written nothing), or a role
            that is not 1 to 16 letters.
    """
    if not 0 <= identity.counter < 1 << 63:
        raise ValueError("counter out of range")
    if not (identity.role.isascii() and identity.role.isalpha() and len(identity.role) <= _ROLE_BYTES):
        raise ValueError("a role is a short word")
    message = _HEADER.pack(
        _VERSION,
        identity.kind,
        identity.row.bytes,
        identity.role.encode(),
        identity.writer.bytes,
        identity.counter,
        sha256(payload).digest(),
    )
    return hmac.digest(key, message, "sha256")


def vouches(key: bytes | bytearray, identity: Stamp, payload: bytes, mac: bytes) -> bool:
    """Whether the stamp is the writer's own. Takes the same time whatever is wrong."""
    return hmac.compare_digest(stamp(key, identity, payload), mac)
