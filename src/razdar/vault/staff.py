"""Sealing for data of staff: names, TOTP seeds, session payloads.

Staff are not customers: their values are sealed under a subkey of the installation's key and bound to their owner and
kind, so that a value moved to somebody else's row does not open.
"""

import base64
import binascii
import os
from uuid import UUID

from razdar.core.crypto import bound
from razdar.core.crypto.material import wipe
from razdar.core.errors import Unopenable
from razdar.keys import agent

_SUBKEY = b"staff"


def seal_staff(owner: UUID, kind: str, text: str) -> str:
    """Seal a text for its owner; the result is base64 text.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    key = agent.current().installation_subkey(_SUBKEY)
    try:
        sealed = bound.seal_bound(key, text.encode(), _context(owner, kind), os.urandom(12))
    finally:
        wipe(key)
    return base64.b64encode(sealed).decode()


def open_staff(owner: UUID, kind: str, sealed: str) -> str:
    """Open what `seal_staff` made.

    Raises:
        Unopenable: altered, or sealed for another owner or kind.
    """
    key = agent.current().installation_subkey(_SUBKEY)
    try:
        return bytes(bound.open_bound(key, base64.b64decode(sealed, validate=True), _context(owner, kind))).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unopenable from error
    finally:
        wipe(key)


def _context(owner: UUID, kind: str) -> bytes:
    return owner.bytes + kind.encode()
