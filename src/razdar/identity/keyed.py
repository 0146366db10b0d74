"""Keyed hashes under subkeys of the installation's key: the password pepper, the names by which tries are counted."""

import hashlib
import hmac

from razdar.keys import agent

PEPPER = b"identity password pepper"
TRIES = b"identity tries"


def keyed_hash(purpose: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256 of the data under the purpose's own subkey: 32 bytes.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    key = agent.current().installation_subkey(purpose)
    try:
        return hmac.new(key, data, hashlib.sha256).digest()
    finally:
        key[:] = bytes(len(key))
