"""The key hierarchy (HKDF: RFC 5869; wrapping: AES-256-GCM with what the key belongs to as bound data).

::

    root secret
      -> epoch secret of a client            random, wrapped by the root provider
           -> key-encryption key             HKDF-SHA256(epoch secret, "razdar kek v1" | client 16 | purpose)
                -> customer key, versioned   random, wrapped, bound to client | customer | version
                     -> subkey of a group    HKDF-Expand-SHA256(customer key, "razdar subkey v1" | group)
                          -> file key        HKDF-Expand-SHA256(content subkey, "razdar file v1" | place 55)
                     -> sealing seed         HKDF-Expand-SHA256(customer key, "razdar sealing v1")
                     -> key of stream keys   HKDF-Expand-SHA256(customer key, "razdar streams v1")
           -> seed of the stream pair        HKDF-SHA256(epoch secret, "razdar stream seed v1" | client 16)
                -> index key of a field      random, wrapped, bound to client | field
    installation secret                      random, wrapped by the root provider
      -> subkey of a purpose                 HKDF-Expand-SHA256(installation secret, "razdar installation v1" | purpose)
      -> Ed25519 seed of a signer            HKDF-Expand-SHA256(installation secret, "razdar signing v1" | purpose)

    wrapped key = format 1 (0x01) | nonce 12 | key 32 | tag 16     61 bytes

The two labels under the installation secret part in their eighth byte, so no purpose of a subkey, whoever chooses it,
yields a signer's seed. HKDF-Expand alone is used where the input is already a uniformly random key (RFC 5869, section
3.3). Every label ends where a fixed-width member or the end of the input begins, so no two inputs can meet. Wrapping by
GCM instead of AES-KWP because KWP binds nothing: two customers' wrapped keys could be exchanged.

Every function returns a fresh ``bytearray`` that the caller wipes.
"""

import struct
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from razdar.core.crypto import aead
from razdar.core.crypto.material import KEY_BYTES, Key, Octets, usable
from razdar.core.errors import Unopenable

WRAPPED_BYTES = 1 + aead.OVERHEAD + KEY_BYTES

_FORMAT = b"\x01"
_CUSTOMER = struct.Struct(">B16s16sH")
_INDEX = struct.Struct(">B16sH")
_EPOCH = struct.Struct(">B16sI")
_STREAM = struct.Struct(">B16s16sH16s")
_KIND_CUSTOMER, _KIND_INDEX, _KIND_EPOCH, _KIND_INSTALLATION, _KIND_STREAM = range(1, 6)
"""First byte of what a wrapped key is bound to, so that no kind of key passes for another."""


class KeyGroup(StrEnum):
    """Groups of data classes that have a subkey of their own.

    Whoever is handed the subkey of one group opens nothing of the others.
    """

    IDENTITY = "identity"
    CONTENT = "content"
    METADATA = "metadata"


class KekPurpose(StrEnum):
    """What a key-encryption key wraps."""

    CUSTOMER = "customer"
    INDEX = "index"


class SigningPurpose(StrEnum):
    """What is signed; each has a key pair of its own."""

    LOG = "log"
    CERTIFICATE = "certificate"
    NOTICE = "notice"
    BACKUP = "backup"


def kek(epoch_secret: Key, client: UUID, purpose: KekPurpose) -> bytearray:
    """The key-encryption key of a client's epoch for one purpose.

    Raises:
        ValueError: a wiped or malformed secret.
    """
    _require(epoch_secret)
    derived = bytearray(KEY_BYTES)
    info = b"razdar kek v1" + client.bytes + purpose.encode()
    HKDF(SHA256(), KEY_BYTES, None, info).derive_into(epoch_secret, derived)
    return derived


def subkey(customer_key: Key, group: KeyGroup) -> bytearray:
    """The subkey of a customer key for one group.

    Raises:
        ValueError: a wiped or malformed key.
    """
    return _expand(customer_key, b"razdar subkey v1" + group.encode())


def file_key(content_subkey: Key, place: bytes) -> bytearray:
    """The key of one file, from the content subkey and the 55 bytes of ``aad.pack``.

    Raises:
        ValueError: a wiped or malformed key.
    """
    return _expand(content_subkey, b"razdar file v1" + place)


def sealing_seed(customer_key: Key) -> bytearray:
    """The seed of a customer key's own key pair (``hpke``), for values whose writer holds the public key only.

    Raises:
        ValueError: a wiped or malformed key.
    """
    return _expand(customer_key, b"razdar sealing v1")


def stream_seed(epoch_secret: Key, client: UUID) -> bytearray:
    """The seed of the pair (``hpke``) that keys of live streams are sealed to during an epoch of a client.

    Raises:
        ValueError: a wiped or malformed secret.
    """
    _require(epoch_secret)
    derived = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, None, b"razdar stream seed v1" + client.bytes).derive_into(epoch_secret, derived)
    return derived


def stream_wrapping_key(customer_key: Key) -> bytearray:
    """The key that wraps the keys of a customer's streams.

    Raises:
        ValueError: a wiped or malformed key.
    """
    return _expand(customer_key, b"razdar streams v1")


def installation_subkey(secret: Key, purpose: bytes) -> bytearray:
    """A subkey of the installation secret, for data of the installation itself.

    Raises:
        ValueError: a wiped or malformed secret, or no purpose.
    """
    if not purpose:
        raise ValueError("a subkey of the installation has a purpose")
    return _expand(secret, b"razdar installation v1" + purpose)


def signing_seed(secret: Key, purpose: SigningPurpose) -> bytearray:
    """The Ed25519 seed of the installation for one purpose; never handed out.

    Raises:
        ValueError: a wiped or malformed secret.
    """
    return _expand(secret, b"razdar signing v1" + purpose.encode())


def root_wrapping_key(root_secret: Key) -> bytearray:
    """The key under which a root secret held in memory wraps epoch and installation secrets.

    Raises:
        ValueError: a wiped or malformed secret.
    """
    return _expand(root_secret, b"razdar root v1")


def customer_binding(client: UUID, customer: UUID, version: int) -> bytes:
    """What a wrapped customer key is bound to: 35 bytes.

    Raises:
        ValueError: a version outside 1 to 65535.
    """
    if not 1 <= version <= 0xFFFF:
        raise ValueError("key versions are 1 to 65535")
    return _CUSTOMER.pack(_KIND_CUSTOMER, client.bytes, customer.bytes, version)


def index_binding(client: UUID, field: int) -> bytes:
    """What a wrapped index key is bound to: 19 bytes.

    Raises:
        ValueError: a field outside 0 to 65535.
    """
    if not 0 <= field <= 0xFFFF:
        raise ValueError("field numbers are 0 to 65535")
    return _INDEX.pack(_KIND_INDEX, client.bytes, field)


def stream_binding(client: UUID, customer: UUID, version: int, stream: UUID) -> bytes:
    """What a wrapped stream key is bound to: 51 bytes.

    Raises:
        ValueError: a version outside 1 to 65535.
    """
    if not 1 <= version <= 0xFFFF:
        raise ValueError("key versions are 1 to 65535")
    return _STREAM.pack(_KIND_STREAM, client.bytes, customer.bytes, version, stream.bytes)


def epoch_binding(client: UUID, number: int) -> bytes:
    """What a wrapped epoch secret is bound to: 21 bytes."""
    return _EPOCH.pack(_KIND_EPOCH, client.bytes, number)


def installation_binding() -> bytes:
    """What the wrapped installation secret is bound to: 1 byte."""
    return bytes((_KIND_INSTALLATION,))


def wrap(wrapping_key: Key, key: Key, binding: bytes, nonce: bytes) -> bytes:
    """Wrap a 32-byte key to 61 bytes.

    Args:
        wrapping_key: a key-encryption key or the root's wrapping key.
        key: the key to keep.
        binding: what it belongs to, from one of the ``*_binding`` functions.
        nonce: 12 bytes never used before with the wrapping key.

    Raises:
        ValueError: a wiped or malformed key or nonce.
    """
    _require(key)
    return _FORMAT + aead.seal(wrapping_key, key, _FORMAT + binding, nonce)


def unwrap(wrapping_key: Key, wrapped: Octets, binding: bytes) -> bytearray:
    """Unwrap a key that belongs to ``binding``.

    Raises:
        Unopenable: anything at all is wrong; also what a destroyed key leaves behind.
    """
    return Unwrapper(wrapping_key).unwrap(wrapped, binding)


class Unwrapper:
    """Unwraps a batch of keys under one wrapping key, as ``unwrap`` does; to be dropped with the batch.

    Raises:
        Unopenable: a wiped or malformed wrapping key.
    """

    __slots__ = ("_open",)

    def __init__(self, wrapping_key: Key) -> None:
        self._open = aead.KeyOpener(wrapping_key).open

    def unwrap(self, wrapped: Octets, binding: bytes) -> bytearray:
        """Raises ``Unopenable``, as ``unwrap``."""
        if len(wrapped) != WRAPPED_BYTES or wrapped[0] != _FORMAT[0]:
            raise Unopenable
        return self._open(wrapped[1:], _FORMAT + binding)


def _expand(key: Key, info: bytes) -> bytearray:
    _require(key)
    derived = bytearray(KEY_BYTES)
    HKDFExpand(SHA256(), KEY_BYTES, info).derive_into(key, derived)
    return derived


def _require(key: Key) -> None:
    if not usable(key):
        raise ValueError("a key is 32 bytes and not wiped")
