"""The passphrase-sealed root file: a random 32-byte root secret under Argon2id (RFC 9106) and AES-256-GCM.

A JSON object with exactly these members::

    format      "razdar-root"
    version     1
    kdf         "argon2id"
    memory_kib, iterations, lanes
    salt        base64, 16 bytes
    nonce       base64, 12 bytes
    ciphertext  base64, 48 bytes: the root secret and the tag

    bound data = "razdar root file" | version u16 | memory u32 | iterations u32 | lanes u32 | salt 16, big-endian

The file of a root that took another's place is of version 2: it has one member more, ``root_version`` from 2, which
follows the salt in the bound data as a u32.

The default cost is 256 MiB, 3 passes, 4 lanes: about half a second of two cores. A file that asks for less than 64 MiB
or 2 passes is refused on making *and* on opening, before anything is computed: otherwise somebody who can write the
file could have the next start spend the passphrase on a cheap guess. One that asks for more than 4 GiB, 16 passes or 64
lanes is refused too, so that it cannot stall a start.

A wrong passphrase and a changed file are the same error.
"""

import base64
import binascii
import json
import struct
from dataclasses import dataclass
from typing import cast

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from razdar.core.crypto import aead
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, Key, Octets, usable, wipe
from razdar.core.errors import Unopenable

SALT_BYTES = 16

_FORMAT, _KDF = "razdar-root", "argon2id"
_FIRST, _LATER = 1, 2
_LABEL = b"razdar root file"
_AAD = struct.Struct(">HIII16s")
_ROOT_VERSION = struct.Struct(">I")
_TEXT_MEMBERS = ("salt", "nonce", "ciphertext")
_NUMBER_MEMBERS = ("version", "memory_kib", "iterations", "lanes")
_MAX_FILE = 4096


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of the passphrase costs.

    Attributes:
        memory_kib: memory in KiB.
        iterations: passes over it.
        lanes: parallel lanes.

    Raises:
        ValueError: below the floor or above the ceiling.
    """

    memory_kib: int = 256 * 1024
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (64 * 1024 <= self.memory_kib <= 4 * 1024 * 1024 and 2 <= self.iterations <= 16):
            raise ValueError("Argon2id needs 64 MiB to 4 GiB and 2 to 16 passes")
        if not 1 <= self.lanes <= 64:
            raise ValueError("Argon2id needs 1 to 64 lanes")


DEFAULT = Cost()
FLOOR = Cost(memory_kib=64 * 1024, iterations=2, lanes=4)


@dataclass(frozen=True, slots=True)
class _File:
    """What a root file says, apart from what it seals."""

    cost: Cost
    salt: bytes
    root_version: int

    def bound(self) -> bytes:
        version = _FIRST if self.root_version == 1 else _LATER
        fixed = _AAD.pack(version, self.cost.memory_kib, self.cost.iterations, self.cost.lanes, self.salt)
        return _LABEL + fixed + (b"" if version == _FIRST else _ROOT_VERSION.pack(self.root_version))

    def members(self) -> dict[str, object]:
        """The members that are not sealed, in their order."""
        first = {"format": _FORMAT, "version": _FIRST} if self.root_version == 1 else _later(self.root_version)
        cost = {"memory_kib": self.cost.memory_kib, "iterations": self.cost.iterations, "lanes": self.cost.lanes}
        return {**first, "kdf": _KDF, **cost, "salt": _encode(self.salt)}


def _later(root_version: int) -> dict[str, object]:
    return {"format": _FORMAT, "version": _LATER, "root_version": root_version}


def seal_root(
    secret: Key, passphrase: Octets, salt: bytes, nonce: bytes, cost: Cost = DEFAULT, root_version: int = 1
) -> str:
    """Seal a root secret; the text of a root file.

    Args:
        secret: 32 random bytes.
        passphrase: encoded by the caller, in one normal form.
        salt: 16 random bytes, new for every file.
        nonce: 12 random bytes.
        cost: of one guess.
        root_version: of the root, from 1.

    Raises:
        ValueError: an argument out of range, or an empty passphrase.
        MemoryError: less memory than ``cost`` asks for is free.
    """
    if not usable(secret) or not passphrase or len(salt) != SALT_BYTES or not 1 <= root_version < 1 << 24:
        raise ValueError("a root file needs a 32-byte secret, a passphrase, a 16-byte salt and a version")
    head = _File(cost, salt, root_version)
    key = _stretch(passphrase, salt, cost)
    try:
        sealed = aead.seal(key, secret, head.bound(), nonce)
    finally:
        wipe(key)
    members = head.members() | {"nonce": _encode(nonce), "ciphertext": _encode(sealed[NONCE_BYTES:])}
    return json.dumps(members, indent=2) + "\n"


def open_root(text: str, passphrase: Octets) -> bytearray:
    """Open a root file; 32 bytes that the caller wipes.

    Raises:
        Unopenable: a wrong passphrase, a changed file, a cost out of bounds: anything at all.
        MemoryError: less memory than the file's cost is free.
    """
    head, sealed = _parse(text)
    if not passphrase:
        raise Unopenable
    key = _stretch(passphrase, head.salt, head.cost)
    try:
        return aead.open_key(key, sealed, head.bound())
    finally:
        wipe(key)


def root_version(text: str) -> int:
    """Which version of the root a file says it holds; true only once ``open_root`` has opened it.

    Raises:
        Unopenable: not a root file.
    """
    return _parse(text)[0].root_version


def root_cost(text: str) -> Cost:
    """What a guess of a root file's passphrase costs.

    Raises:
        Unopenable: not a root file.
    """
    return _parse(text)[0].cost


def _stretch(passphrase: Octets, salt: bytes, cost: Cost) -> bytearray:
    key = bytearray(KEY_BYTES)
    kdf = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    kdf.derive_into(cast("bytes", passphrase), key)  # any buffer is accepted, as for every other call of the library
    return key


def _parse(text: str) -> tuple[_File, bytes]:
    """The head and ``nonce | ciphertext``; strict, because everything here was under somebody else's hands."""
    try:
        members = json.loads(text) if len(text) <= _MAX_FILE else None
        if not isinstance(members, dict):
            raise Unopenable
        salt, nonce, ciphertext = (_decode(members.pop(name)) for name in _TEXT_MEMBERS)
        version, *cost = (_integer(members.pop(name)) for name in _NUMBER_MEMBERS)
        number = _integer(members.pop("root_version")) if version == _LATER else 1
        in_range = version == _FIRST or (version == _LATER and 1 < number < 1 << 24)
        if not in_range or members != {"format": _FORMAT, "kdf": _KDF}:
            raise Unopenable
        head = _File(Cost(*cost), salt, number)
    except (ValueError, KeyError, RecursionError):
        raise Unopenable from None
    if len(salt) != SALT_BYTES or len(nonce) != NONCE_BYTES:
        raise Unopenable
    return head, nonce + ciphertext


def _integer(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not an integer")
    return value


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decode(value: object) -> bytes:
    if not isinstance(value, str):
        raise ValueError("not a text")
    try:
        return base64.b64decode(value.encode("ascii"), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
