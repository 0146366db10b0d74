"""Who an age file is for: recipients, which anybody may know, and identities, which open what was sealed to them.

=====================  =====================================  ==========================================================
kind                   texts                                  stanza in a file's header
=====================  =====================================  ==========================================================
post-quantum hybrid    ``age1pq1...``, ``AGE-SECRET-KEY-PQ-1``  ``mlkem768x25519 enc`` | HPKE ciphertext 32
classical              ``age1...``, ``AGE-SECRET-KEY-1...``     ``X25519 share`` | ChaCha20-Poly1305 ciphertext 32
=====================  =====================================  ==========================================================

The formats are those of c2sp.org/age. Hybrid: HPKE base mode (RFC 9180) with MLKEM768-X25519, HKDF-SHA256 and
ChaCha20Poly1305; the 32-byte seed is expanded by SHAKE256 to ML-KEM's 64 bytes and X25519's 32 (X-Wing). HPKE draws its
own randomness. A stanza addressed to a kind and not shaped as that kind demands makes the whole file unopenable.
"""

import base64
import binascii
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from razdar.core.crypto import bech32
from razdar.core.crypto.material import wipe
from razdar.core.errors import BadInput, Unopenable

FILE_KEY_BYTES: Final = 16
Random = Callable[[int], bytes]

_SEED_BYTES = 32
_WRAPPED_BYTES = FILE_KEY_BYTES + 16
_HYBRID, _HYBRID_INFO = "mlkem768x25519", b"age-encryption.org/mlkem768x25519"
_PLAIN, _PLAIN_INFO = "X25519", b"age-encryption.org/v1/X25519"
_MLKEM_PUBLIC, _ENCAPSULATED, _SHARE = 1184, 1120, 32
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_NO_NONCE = bytes(12)  # each wrapping key wraps once


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient's part of a header: arguments, of which the first names the kind, and a body."""

    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Recipient(ABC):
    """Whom a file can be sealed to; public.

    Attributes:
        text: as age writes it.
        post_quantum: whether a quantum computer leaves it closed.
    """

    text: str
    post_quantum = False

    @staticmethod
    def parse(text: str) -> "Recipient":
        """A recipient from its text.

        Raises:
            BadInput: mistyped, or of another kind.
        """
        text = text.strip()
        return HybridRecipient.read(text) if text.startswith("age1pq1") else PlainRecipient.read(text)

    @abstractmethod
    def wrap(self, file_key: bytes | bytearray, random: Random) -> Stanza:
        """The stanza that gives this recipient a file's key."""


class Identity(ABC):
    """What opens the files sealed to its recipient. Its secret is shown by ``reveal`` and by nothing else."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != _SEED_BYTES or not any(seed):
            raise BadInput("This is not an identity.")
        self._seed = bytearray(seed)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    @staticmethod
    def parse(text: str) -> "Identity":
        """An identity from its text; comments and empty lines around it, as age-keygen writes them, are fine.

        Raises:
            BadInput: mistyped, of another kind, or more than one.
        """
        lines = [line.strip() for line in text.splitlines()]
        found = [line for line in lines if line and not line.startswith("#")]
        if len(found) != 1:
            raise BadInput("An identity is one line that begins with AGE-SECRET-KEY.")
        if found[0].startswith(HybridIdentity.PREFIX):
            return HybridIdentity(bech32.decode(HybridIdentity.PREFIX, found[0]))
        return PlainIdentity(bech32.decode(PlainIdentity.PREFIX, found[0]))

    @staticmethod
    def generate(random: Random) -> "HybridIdentity":
        """A new post-quantum identity from 32 random bytes."""
        return HybridIdentity(random(_SEED_BYTES))

    @property
    @abstractmethod
    def recipient(self) -> Recipient:
        """The public part."""

    @abstractmethod
    def reveal(self) -> str:
        """The secret text, for whoever shall keep it."""

    @abstractmethod
    def unwrap(self, stanza: Stanza) -> bytearray | None:
        """A file's key, wiped by the caller; ``None`` when the stanza is for somebody else.

        Raises:
            Unopenable: a stanza of this kind that is not shaped like one.
        """

    def close(self) -> None:
        """Overwrite the secret."""
        wipe(self._seed)


class HybridRecipient(Recipient):
    """MLKEM768-X25519: public key = ML-KEM 1184 | X25519 32."""

    post_quantum = True

    @classmethod
    def read(cls, text: str) -> "HybridRecipient":
        _hybrid_public(bech32.decode("age1pq", text))
        return cls(text)

    def wrap(self, file_key: bytes | bytearray, random: Random) -> Stanza:  # noqa: ARG002 - HPKE draws its own
        sealed = _SUITE.encrypt(file_key, _public_of(self.text), _HYBRID_INFO)
        return Stanza((_HYBRID, encode_base64(sealed[:_ENCAPSULATED])), sealed[_ENCAPSULATED:])


class HybridIdentity(Identity):
    PREFIX = "AGE-SECRET-KEY-PQ-"

    @property
    def recipient(self) -> Recipient:
        mlkem, plain = self._keys()
        public = mlkem.public_key().public_bytes_raw() + plain.public_key().public_bytes_raw()
        return HybridRecipient(bech32.encode("age1pq", public))

    def reveal(self) -> str:
        return bech32.encode(self.PREFIX, bytes(self._seed))

    def unwrap(self, stanza: Stanza) -> bytearray | None:
        enc = _argument(stanza, _HYBRID, _ENCAPSULATED)
        if enc is None:
            return None
        try:
            private = hpke.MLKEM768X25519PrivateKey(*self._keys())
            return bytearray(_SUITE.decrypt(enc + stanza.body, private, _HYBRID_INFO))
        except (InvalidTag, ValueError):
            return None

    def _keys(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = hashlib.shake_256(self._seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        return mlkem, X25519PrivateKey.from_private_bytes(expanded[64:])


class PlainRecipient(Recipient):
    """X25519: age's first kind; recordings of today may be opened by the quantum computers of tomorrow."""

    @classmethod
    def read(cls, text: str) -> "PlainRecipient":
        if len(bech32.decode("age", text)) != _SHARE:
            raise BadInput("This is not a recipient.")
        return cls(text)

    def wrap(self, file_key: bytes | bytearray, random: Random) -> Stanza:
        public = bech32.decode("age", self.text)
        ephemeral = X25519PrivateKey.from_private_bytes(random(_SHARE))
        share = ephemeral.public_key().public_bytes_raw()
        try:
            shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            raise BadInput("This recipient could be opened by anybody.") from None  # RFC 7748, section 6.1
        body = _plain_cipher(shared, share + public).encrypt(_NO_NONCE, bytes(file_key), None)
        return Stanza((_PLAIN, encode_base64(share)), body)


class PlainIdentity(Identity):
    PREFIX = "AGE-SECRET-KEY-"

    @property
    def recipient(self) -> Recipient:
        return PlainRecipient(bech32.encode("age", self._key().public_key().public_bytes_raw()))

    def reveal(self) -> str:
        return bech32.encode(self.PREFIX, bytes(self._seed))

    def unwrap(self, stanza: Stanza) -> bytearray | None:
        share = _argument(stanza, _PLAIN, _SHARE)
        if share is None:
            return None
        key = self._key()
        try:
            shared = key.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            raise Unopenable from None  # a share of small order: the secret would be known to everybody
        try:
            cipher = _plain_cipher(shared, share + key.public_key().public_bytes_raw())
            return bytearray(cipher.decrypt(_NO_NONCE, stanza.body, None))
        except InvalidTag:
            return None

    def _key(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(bytes(self._seed))


def encode_base64(data: bytes) -> str:
    """Base64 without padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode().rstrip("=")


def decode_base64(text: str) -> bytes:
    """Canonical base64 without padding.

    Raises:
        Unopenable: anything else.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Unopenable from None
    if encode_base64(data) != text:
        raise Unopenable
    return data


def _argument(stanza: Stanza, kind: str, size: int) -> bytes | None:
    """The one argument of a stanza of this kind, in bytes; ``None`` for other kinds."""
    if stanza.arguments[0] != kind:
        return None
    if len(stanza.arguments) != 2 or len(stanza.body) != _WRAPPED_BYTES:
        raise Unopenable
    value = decode_base64(stanza.arguments[1])
    if len(value) != size:
        raise Unopenable
    return value


@lru_cache(maxsize=64)
def _public_of(text: str) -> hpke.MLKEM768X25519PublicKey:
    """Reading the text of a public key takes longer than sealing to it."""
    return _hybrid_public(bech32.decode("age1pq", text))


def _hybrid_public(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    try:
        return hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]),
        )
    except ValueError:
        raise BadInput("This is not a recipient.") from None


def _plain_cipher(shared: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt, _PLAIN_INFO).derive(shared))
