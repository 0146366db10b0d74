"""Rows that give rights carry an authenticator: an HMAC-SHA256 under a subkey of the installation's key.

Whoever writes to the database without going through Razdar, under whatever role, cannot make a matrix or a grant that
is believed: a row that does not verify is as if it were not there. Putting an old row back is not noticed by this; the
log shows what happened since.
"""

import hmac
import json
from collections.abc import Iterable

from razdar.keys import agent, wipe

_SUBKEY = b"rights"


def authenticator(kind: str, values: Iterable[object]) -> bytes:
    """The authenticator of a row of a kind: 32 bytes over all values that give the right.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    key = agent.current().installation_subkey(_SUBKEY)
    try:
        text = json.dumps([kind, *(str(value) for value in values)], ensure_ascii=False, separators=(",", ":"))
        return hmac.digest(key, text.encode(), "sha256")
    finally:
        wipe(key)


def holds(kind: str, values: Iterable[object], mac: bytes | memoryview) -> bool:
    """Whether a stored authenticator is that of the row, in constant time."""
    return hmac.compare_digest(authenticator(kind, values), bytes(mac))
