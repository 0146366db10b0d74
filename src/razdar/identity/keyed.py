"""Keyed hashes under subkeys of the installation's key: the password pepper, the names by which tries are counted,
the authenticators of grants and of links."""

import hmac
from collections.abc import Sequence

from razdar.keys import agent, wipe

PEPPER = b"identity password pepper"
TRIES = b"identity tries"
RIGHTS = b"identity rights"
LINKS = b"identity links"


def keyed_hash(purpose: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256 of the data under the purpose's own subkey: 32 bytes.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    return keyed_hashes(purpose, [data])[0]


def keyed_hashes(purpose: bytes, many: Sequence[bytes]) -> list[bytes]:
    """The same of each, with one question to the key agent; with none where there is nothing to hash.

    Raises:
        KeysLocked: as `keyed_hash`.
    """
    if not many:
        return []
    key = agent.current().installation_subkey(purpose)
    try:
        return [hmac.digest(key, data, "sha256") for data in many]
    finally:
        wipe(key)
