"""Ed25519 signatures (RFC 8032) under a 32-byte seed that its holder wipes.

Each purpose has a key of its own (``hierarchy.signing_seed``), so what was signed for one never counts for another.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from razdar.core.crypto.material import Key, Octets, usable

SIGNATURE_BYTES = 64
PUBLIC_BYTES = 32


def sign(seed: Key, message: bytes) -> bytes:
    """The signature, 64 bytes; the same for the same seed and message.

    Raises:
        ValueError: a wiped or malformed seed.
    """
    return _private(seed).sign(message)


def public_key(seed: Key) -> bytes:
    """The 32-byte key that verifies what the seed signs.

    Raises:
        ValueError: a wiped or malformed seed.
    """
    return _private(seed).public_key().public_bytes_raw()


def verifies(public: Octets, message: bytes, signature: bytes) -> bool:
    """Whether the signature was made over this message under the seed of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(seed: Key) -> Ed25519PrivateKey:
    if not usable(seed):
        raise ValueError("a seed is 32 bytes and not wiped")
    return Ed25519PrivateKey.from_private_bytes(seed)
