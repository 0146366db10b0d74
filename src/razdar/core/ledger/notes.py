"""Signed notes (C2SP signed-note) and witnesses' cosignatures (C2SP tlog-cosignature), both with Ed25519.

1. A note is a text ending in a newline, a blank line, and signature lines: em dash, space, name of the signer, space,
   base64 of a 4-byte key id and the signature. The text may hold blank lines; the last one in the note divides.
2. A key is known by name and key id together, the first four bytes of SHA-256(name, newline, algorithm, key).
   Signatures of unknown keys are passed over; one with a known key's name and id that does not verify spoils the note.
3. What is not exactly in this form is refused: UTF-8 without control characters, base64 in its one spelling.
4. The signer's key stays where it is: signing takes a callable.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from typing import Final

from razdar.core.crypto import signing
from razdar.core.errors import BadInput, Unverifiable

MAX_NOTE: Final = 1_000_000
"""Longest note in bytes."""
MAX_SIGNATURES: Final = 100
MAX_TIMESTAMP: Final = (1 << 63) - 1

Sign = Callable[[bytes], bytes]
"""Gives the 64-byte Ed25519 signature of a message."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"— (\S+) (\S+)")
_ID_BYTES: Final = 4
_STAMP_BYTES: Final = 8


class Algorithm(IntEnum):
    """How a key signs.

    Attributes:
        ED25519: the text of the note.
        COSIGNATURE: the text after a line with the time; the time stands before the signature.
    """

    ED25519 = 0x01
    COSIGNATURE = 0x04


class SignerName(str):
    """The name of a key: not empty, without white space and plus signs.

    Raises:
        BadInput: the name breaks this.
    """

    __slots__ = ()

    def __new__(cls, name: str) -> "SignerName":
        if not name or "+" in name or name.split() != [name] or not name.isprintable():
            raise BadInput("The name of a signer must not be empty or hold spaces or plus signs.")
        return super().__new__(cls, name)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line.

    Attributes:
        name: of the signer.
        key_id: 4 bytes.
        value: what the algorithm makes; for a cosignature, 8 bytes of time and 64 of signature.
    """

    name: SignerName
    key_id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read a line, without its newline.

        Raises:
            BadInput: it is not a signature line.
        """
        match = _LINE.fullmatch(line)
        if match is None:
            raise BadInput("This is not a signature line.")
        blob = from_base64(match[2])
        if len(blob) <= _ID_BYTES:
            raise BadInput("A signature is too short.")
        return cls(SignerName(match[1]), blob[:_ID_BYTES], blob[_ID_BYTES:])

    def line(self) -> str:
        """The line, without its newline."""
        return f"— {self.name} {to_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures.

    Attributes:
        text: ends in a newline.
        signatures: at least one.
    """

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The bytes of the note.

        Raises:
            BadInput: text or signatures break the rules of the format.
        """
        _check(self.text, len(self.signatures))
        lines = "".join(signature.line() + "\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def with_signatures(self, *more: Signature) -> "Note":
        """The note with further signatures; those it has already are not repeated."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *more))))


def parse(data: bytes) -> Note:
    """Read a note. Nothing is verified yet.

    Raises:
        BadInput: these bytes are not exactly what ``Note.encode`` writes.
    """
    if len(data) > MAX_NOTE:
        raise BadInput("The note is too long.")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise BadInput("The note is not in UTF-8.") from error
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadInput("The note is not signed.")
    note = Note(text + "\n", tuple(Signature.parse(line) for line in lines[:-1].split("\n")))
    _check(note.text, len(note.signatures))
    return note


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A signer's public key, written ``name+key id in hexadecimal+base64 of algorithm and key``.

    Attributes:
        name: of the signer.
        algorithm: how it signs.
        public_key: 32 bytes.

    Raises:
        BadInput: the key is not 32 bytes long.
    """

    name: SignerName
    algorithm: Algorithm
    public_key: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", SignerName(self.name))
        if len(self.public_key) != signing.PUBLIC_BYTES:
            raise BadInput("A verifier key holds 32 bytes.")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a key.

        Raises:
            BadInput: it is not a verifier key, is of another algorithm, or its key id is not its own.
        """
        name, _, rest = text.partition("+")
        blob = from_base64(rest.partition("+")[2])
        if blob[:1] not in {bytes([item]) for item in Algorithm}:
            raise BadInput("The verifier key is of an unknown kind.")
        key = cls(SignerName(name), Algorithm(blob[0]), blob[1:])
        if key.format() != text:
            raise BadInput("The verifier key does not fit its own number.")
        return key

    def format(self) -> str:
        """The key as text."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.algorithm]) + self.public_key)}"

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of the fingerprint."""
        return self._digest()[:_ID_BYTES]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over name, algorithm and key in hexadecimal: what people compare. It begins with the key id."""
        return self._digest().hex()

    def check(self, note: Note) -> int | None:
        """Verify this key's signature on a note.

        Returns:
            The time of a cosignature in seconds since 1970, the latest if there are several; ``None`` for a plain one.

        Raises:
            Unverifiable: the note bears no signature of this key, or one that does not verify.
        """
        own = [item for item in note.signatures if (item.name, item.key_id) == (self.name, self.key_id)]
        if not own:
            raise Unverifiable("The note is not signed with this key.")
        times = [self._verify(note.text, item.value) for item in own]
        return max((time for time in times if time is not None), default=None)

    def has_signed(self, note: Note) -> bool:
        """Whether the note bears a signature that claims to be this key's; it is not verified."""
        return any((item.name, item.key_id) == (self.name, self.key_id) for item in note.signatures)

    def _verify(self, text: str, value: bytes) -> int | None:
        time = None
        message = text.encode()
        if self.algorithm is Algorithm.COSIGNATURE:
            stamp, value = value[:_STAMP_BYTES], value[_STAMP_BYTES:]
            time = int.from_bytes(stamp)
            message = _cosigned(text, time)
        good = len(value) == signing.SIGNATURE_BYTES and signing.verifies(self.public_key, message, value)
        if not good or (time or 0) > MAX_TIMESTAMP:
            raise Unverifiable("A signature on the note does not verify.")
        return time

    def _digest(self) -> bytes:
        return sha256(f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public_key).digest()


def sign(text: str, name: str, public_key: bytes, sign: Sign) -> Note:
    """A text, signed.

    Args:
        text: ends in a newline.
        name: of the signer.
        public_key: of the key that signs, 32 bytes.
        sign: signs the bytes it is given.

    Raises:
        BadInput: text or name break the rules of the format.
    """
    _check(text, 1)
    key = VerifierKey(SignerName(name), Algorithm.ED25519, public_key)
    return Note(text, (Signature(key.name, key.key_id, sign(text.encode())),))


def cosign(note: Note, name: str, public_key: bytes, timestamp_s: int, sign: Sign) -> Signature:
    """A witness's signature over a note's text and the time. Whether the note deserves it is for the caller to know.

    Args:
        note: the checkpoint.
        name: of the witness.
        public_key: of the key that signs, 32 bytes.
        timestamp_s: seconds since 1970.
        sign: signs the bytes it is given.

    Raises:
        BadInput: the time is out of range, or the name breaks the rules of the format.
    """
    if not 0 <= timestamp_s <= MAX_TIMESTAMP:
        raise BadInput("The time of a cosignature is out of range.")
    key = VerifierKey(SignerName(name), Algorithm.COSIGNATURE, public_key)
    value = sign(_cosigned(note.text, timestamp_s))
    return Signature(key.name, key.key_id, timestamp_s.to_bytes(_STAMP_BYTES) + value)


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """The bytes that ``to_base64`` wrote as this text.

    Raises:
        BadInput: it is not base64, or spelled in another way.
    """
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("This is not base64.") from error
    if to_base64(data) != text:
        raise BadInput("This is not the canonical form of base64.")
    return data


def _cosigned(text: str, timestamp_s: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp_s}\n{text}".encode()


def _check(text: str, signatures: int) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise BadInput("The text of a note ends in a newline and holds no other control characters.")
    if not 1 <= signatures <= MAX_SIGNATURES:
        raise BadInput("A note bears between 1 and 100 signatures.")
