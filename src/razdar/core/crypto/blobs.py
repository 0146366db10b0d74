"""Blob v1: one sealed field or body.

::

    suite 1 | key version 2, big-endian | sealed by the suite

With suite 0x11 the sealed part is ``nonce 12 | ciphertext | tag 16``: 31 bytes more than the plaintext. The suite, the
key version and the ``Place`` are bound as additional data, so a blob opens only in the cell it was made for, under the
key it names. AES-GCM does not commit to a key by itself; the key version inside the bound data and one key per customer
and group are what stands in for that here.
"""

from razdar.core.crypto import aad, frame, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.material import Key, Octets


def seal(subkey: Key, version: int, plaintext: bytes, place: Place, nonce: bytes) -> bytes:
    """Seal a value for its place.

    Args:
        subkey: the group's subkey of the customer key.
        version: the customer key's version, 1 to 65535.
        plaintext: the value; may be empty.
        place: the cell it will be stored in.
        nonce: 12 bytes never used before with this subkey.

    Raises:
        ValueError: an argument out of range, or a wiped key.
    """
    bound = aad.pack(suites.AES_256_GCM, version, place)
    sealed = suites.by_id(suites.AES_256_GCM).seal(subkey, plaintext, bound, nonce)
    return frame.pack(suites.AES_256_GCM, version) + sealed


def open_blob(subkey: Key, blob: Octets, place: Place) -> bytes:
    """Open a blob in the cell it was found in.

    Raises:
        Unopenable: anything at all is wrong.
    """
    suite_id, version = frame.unpack(blob)
    bound = aad.pack(suite_id, version, place)
    return suites.by_id(suite_id).open(subkey, memoryview(blob)[frame.LENGTH :], bound)


def key_version(blob: Octets) -> int:
    """Which version of the customer key the blob names; not yet authenticated.

    Raises:
        Unopenable: not a blob.
    """
    return frame.unpack(blob)[1]
