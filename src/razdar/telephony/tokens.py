"""What an exchange brings to a recorder: its credentials, and a one-time id.

An id travels as client and tap in one word of 43 letters, digits, ``-`` and ``_`` (RFC 4648, section 5).
The client is part of it because a recorder finds the tap under the client's row-level security. It is no secret by
itself: whoever brings it must also show a node's credentials.
"""

import base64
import binascii
from dataclasses import dataclass, field
from uuid import UUID

from razdar.core.errors import BadInput

LENGTH = 43


@dataclass(frozen=True)
class Credentials:
    """Of an exchange; the secret is printed nowhere but where it was asked for."""

    name: str
    secret: str = field(repr=False)


def pack(client: UUID, tap: UUID) -> str:
    return base64.urlsafe_b64encode(client.bytes + tap.bytes).rstrip(b"=").decode()


def unpack(token: str) -> tuple[UUID, UUID]:
    """Client and tap.

    Raises:
        BadInput: it is none.
    """
    try:
        raw = base64.b64decode(token.encode() + b"=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(token) != LENGTH or len(raw) != 32 or pack(UUID(bytes=raw[:16]), UUID(bytes=raw[16:])) != token:
        raise BadInput("This is no stream id.")
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:])
