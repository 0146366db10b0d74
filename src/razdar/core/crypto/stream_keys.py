"""The key of a live stream: sealed to its client while the call runs; what its records and segments are sealed under.

::

    stream key, 32 random bytes        one side of a call at one recorder
      -> record key                    HKDF-Expand-SHA256(stream key, "razdar stream records v1")
      -> segment key                   HKDF-Expand-SHA256(stream key, "razdar stream segments v1")

    sealed stream key = suite 1 (0x22) | epoch 4 | encapsulated key 1120 | ciphertext 32 | tag 16         1173 bytes
        info          = "razdar stream key v1" | suite 1 | epoch 4 | client 16 | stream 16

All big-endian. Whoever receives a stream makes its key, seals it to the client's public key and forgets it when the
stream ends. The pair belongs to one epoch of the client; the number of the epoch stands in front.
"""

import struct
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from razdar.core.crypto import hpke, suites
from razdar.core.crypto.material import KEY_BYTES, Key, Octets, usable
from razdar.core.errors import Unopenable

_EPOCH = struct.Struct(">BI")
SEALED_KEY_BYTES = _EPOCH.size + hpke.OVERHEAD + KEY_BYTES


def seal_key(public: Octets, epoch: int, key: Key, client: UUID, stream: UUID) -> bytes:
    """Seal a stream's key to its client's public key of an epoch.

    Raises:
        ValueError: a wiped or malformed key, not a public key, or an epoch outside 1 to 2^32 - 1.
    """
    if not usable(key) or not 1 <= epoch < 1 << 32:
        raise ValueError("a stream's key is 32 bytes and not wiped; epochs count from 1")
    head = _EPOCH.pack(suites.HPKE_HYBRID, epoch)
    info = _key_info(head, client, stream)
    return head + suites.by_id(suites.HPKE_HYBRID).seal(bytes(public), bytes(key), info, b"")


def epoch_of(sealed: Octets) -> int:
    """The epoch a sealed stream key names; not yet authenticated.

    Raises:
        Unopenable: not a sealed stream key.
    """
    if len(sealed) != SEALED_KEY_BYTES or sealed[0] != suites.HPKE_HYBRID:
        raise Unopenable
    epoch: int = _EPOCH.unpack_from(sealed)[1]
    return epoch


def open_key(seed: Key, sealed: Octets, client: UUID, stream: UUID) -> bytearray:
    """The stream's key, from the seed of the epoch's pair; the caller wipes it.

    Raises:
        Unopenable: anything at all is wrong.
    """
    head = _EPOCH.pack(suites.HPKE_HYBRID, epoch_of(sealed))
    ciphertext = memoryview(sealed)[_EPOCH.size :]
    opened = bytearray(suites.by_id(suites.HPKE_HYBRID).open(seed, ciphertext, _key_info(head, client, stream)))
    if not usable(opened):
        raise Unopenable
    return opened


def _key_info(head: bytes, client: UUID, stream: UUID) -> bytes:
    return b"razdar stream key v1" + head + client.bytes + stream.bytes


def record_key(stream_key: Key) -> bytearray:
    """The key of a stream's records.

    Raises:
        ValueError: a wiped or malformed key.
    """
    return _expand(stream_key, b"razdar stream records v1")


def segment_key(stream_key: Key) -> bytearray:
    """The key of a stream's segments.

    Raises:
        ValueError: a wiped or malformed key.
    """
    return _expand(stream_key, b"razdar stream segments v1")


def _expand(key: Key, info: bytes) -> bytearray:
    if not usable(key):
        raise ValueError("a stream's key is 32 bytes and not wiped")
    derived = bytearray(KEY_BYTES)
    HKDFExpand(SHA256(), KEY_BYTES, info).derive_into(key, derived)
    return derived
