"""AES-256-GCM (NIST SP 800-38D), the only module that builds the cipher object.

A cipher object keeps its own copies of the key for as long as it lives, so one is built per call and dropped; building
it costs under a microsecond. Only who opens a batch of keys under one key keeps it, for that batch (``KeyOpener``).

Errors: what cannot be opened is ``Unopenable``, whatever the reason. A wiped or malformed key or nonce on *sealing* is
a mistake of the program and raises ``ValueError``: nothing may be stored that only looks sealed.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, Key, Octets, usable
from razdar.core.errors import Unopenable

TAG_BYTES = 16
OVERHEAD = NONCE_BYTES + TAG_BYTES


def seal(key: Key, plaintext: Octets, aad: bytes, nonce: bytes) -> bytes:
    """Seal to ``nonce | ciphertext | tag``, 28 bytes longer than the plaintext.

    Args:
        key: 32 bytes, not all zero.
        plaintext: any length below 2^31 bytes.
        aad: bound, not stored.
        nonce: 12 bytes never used before with this key.

    Raises:
        ValueError: a wiped or malformed key, or a nonce of another length.
    """
    if not usable(key):
        raise ValueError("a key is 32 bytes and not wiped")
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce is 12 bytes")
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_(key: Key, sealed: Octets, aad: bytes) -> bytes:
    """Open ``nonce | ciphertext | tag``.

    Raises:
        Unopenable: anything at all is wrong.
    """
    if len(sealed) < OVERHEAD or not usable(key):
        raise Unopenable
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except InvalidTag:
        raise Unopenable from None


def open_key(key: Key, sealed: Octets, aad: bytes) -> bytearray:
    """Open ``nonce | 32-byte key | tag`` straight into a buffer that can be wiped.

    Raises:
        Unopenable: anything at all is wrong, or what is inside is not a key.
    """
    return KeyOpener(key).open(sealed, aad)


class KeyOpener:
    """Opens keys that are sealed under one key, as ``open_key`` does; to be dropped with the batch.

    Raises:
        Unopenable: a wiped or malformed key.
    """

    __slots__ = ("_decrypt_into",)

    def __init__(self, key: Key) -> None:
        if not usable(key):
            raise Unopenable
        self._decrypt_into = AESGCM(key).decrypt_into

    def open(self, sealed: Octets, aad: bytes) -> bytearray:
        """Raises ``Unopenable``, as ``open_key``."""
        if len(sealed) != OVERHEAD + KEY_BYTES:
            raise Unopenable
        opened = bytearray(KEY_BYTES)
        try:
            self._decrypt_into(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad, opened)
        except InvalidTag:
            opened[:] = bytes(KEY_BYTES)
            raise Unopenable from None
        if not any(opened):
            raise Unopenable
        return opened


def open_into(key: Key, nonce: Octets, sealed: Octets, aad: bytes | None, into: bytearray | memoryview) -> None:
    """Open ``ciphertext | tag`` into a buffer exactly 16 bytes shorter; the buffer is zeroed when it does not open.

    Raises:
        Unopenable: anything at all is wrong.
    """
    if not usable(key) or len(sealed) - TAG_BYTES != len(into):
        raise Unopenable
    try:
        AESGCM(key).decrypt_into(nonce, sealed, aad, into)
    except InvalidTag:
        into[:] = bytes(len(into))
        raise Unopenable from None
