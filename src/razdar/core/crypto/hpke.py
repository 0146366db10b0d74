"""Sealing to a public key: HPKE (RFC 9180), base mode, single message, with the hybrid of draft-ietf-hpke-pq.

::

    KEM  MLKEM768-X25519 (0x647a, X-Wing)     KDF  HKDF-SHA256     AEAD  AES-256-GCM
    key pair    from a 32-byte seed: SHAKE256(seed, 96) = ML-KEM seed 64 | X25519 private key 32
    public key  ML-KEM-768 1184 | X25519 32                      1216 bytes
    sealed      encapsulated key 1120 | ciphertext | tag 16      1136 bytes more than the plaintext

Whoever records ciphertext today opens nothing with a quantum computer later: both halves must fall. The library's
single-message interface has no additional data, so what a value is bound to goes into ``info``, which enters the key
schedule: with another ``info`` nothing opens. HPKE draws its own randomness; every message has a key of its own.

Errors: as in ``aead``. What cannot be opened is ``Unopenable``; a malformed key on *sealing* is ``ValueError``.
"""

from hashlib import shake_256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from razdar.core.crypto.material import Key, Octets, usable
from razdar.core.errors import Unopenable

_MLKEM_SEED: Final = 64
_X25519: Final = 32
_MLKEM_PUBLIC: Final = 1184
PUBLIC_BYTES: Final = _MLKEM_PUBLIC + _X25519
ENCAPSULATED_BYTES: Final = 1120
OVERHEAD: Final = ENCAPSULATED_BYTES + 16

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def public_key(seed: Key) -> bytes:
    """The 1216-byte public key of the pair that a seed stands for.

    Raises:
        ValueError: a wiped or malformed seed.
    """
    if not usable(seed):
        raise ValueError("a seed is 32 bytes and not wiped")
    lattice, curve = _halves(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def seal(public: Key, plaintext: bytes, info: bytes, _nonce: bytes = b"") -> bytes:
    """Seal to a public key; 1136 bytes longer than the plaintext.

    Args:
        public: as ``public_key`` gives it.
        plaintext: any length.
        info: what the value is bound to, not stored.

    Raises:
        ValueError: not a public key.
    """
    if len(public) != PUBLIC_BYTES or not any(public):
        raise ValueError("a public key is 1216 bytes and not wiped")
    raw = bytes(public)
    lattice = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
    curve = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:])
    return _SUITE.encrypt(plaintext, hpke.MLKEM768X25519PublicKey(lattice, curve), info)


def open_(seed: Key, sealed: Octets, info: bytes) -> bytes:
    """Open what was sealed to the seed's public key.

    Raises:
        Unopenable: anything at all is wrong.
    """
    if len(sealed) < OVERHEAD or not usable(seed):
        raise Unopenable
    try:
        return _SUITE.decrypt(sealed, hpke.MLKEM768X25519PrivateKey(*_halves(seed)), info)
    except (InvalidTag, ValueError):  # a share of small order is refused before the tag is looked at (RFC 7748, 6.1)
        raise Unopenable from None


def _halves(seed: Key) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = shake_256(seed).digest(_MLKEM_SEED + _X25519)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED])
    return lattice, X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:])
