"""Keyed hashes under subkeys of the installation's key: the password pepper, the names by which tries are counted,
the authenticators of grants."""

import hashlib
import hmac

from razdar.keys import agent, wipe

PEPPER = b"identity password pepper"
TRIES = b"identity tries"
RIGHTS = b"identity rights"


def keyed_hash(purpose: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256 of the data under the purpose's own subkey: 32 bytes.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    key = agent.current().installation_subkey(purpose)
    try:
        return hmac.new(key, data, hashlib.sha256).digest()
    finally:
        wipe(key)
