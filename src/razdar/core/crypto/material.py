"""Keys in memory.

A key is 32 bytes in a ``bytearray`` that its holder overwrites after use. Overwriting shortens exposure; whoever can
read the memory of the process while a key is in use can still take it, and no more than that is claimed.

A wiped key is all zeros. Sealing under it would look like success and protect nothing, so all-zero keys are refused
everywhere.
"""

from typing import TypeAlias

KEY_BYTES = 32
NONCE_BYTES = 12
"""96 bits, NIST SP 800-38D section 8.2. Random nonces are safe below 2^32 seals per key (section 8.3)."""

Octets: TypeAlias = bytes | bytearray | memoryview
"""Bytes in any of the forms the cryptographic library takes."""

Key: TypeAlias = Octets
"""32 bytes of key material. Functions never keep what they are handed."""


def wipe(*secrets: bytearray) -> None:
    """Overwrite each buffer with zeros, in place."""
    for secret in secrets:
        secret[:] = bytes(len(secret))


def usable(key: Key) -> bool:
    """Whether this is a whole key that has not been wiped."""
    return len(key) == KEY_BYTES and any(key)
