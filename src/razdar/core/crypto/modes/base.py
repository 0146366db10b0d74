"""What a mode is, and the registry of modes.

A client chooses per data class *how* it is stored. A mode is one file in this package with one registered object. There
is no clear mode.

A mode never holds keys: it asks ``Keys`` for the one thing it needs at the moment it needs it. What a caller may not
have, ``Keys`` refuses, and the refusal passes through the mode unchanged. So a mode whose writer holds only a public
key, one whose second key another person must bring, and one that leaves only a surrogate in the row ask through further
methods of ``Keys``, and neither the callers nor the other modes change. ``Refusing`` refuses all of these: whoever can
give one of them says so by its own method.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from razdar.core.crypto.aad import Place
from razdar.core.crypto.age import Recipient
from razdar.core.crypto.material import NONCE_BYTES, Key
from razdar.core.errors import SecondKeyNeeded, Unopenable
from razdar.core.registry import Registry


class Keys(Protocol):
    """What the vault can hand out for one customer and one group of data classes, during one request or batch."""

    def newest(self) -> tuple[int, Key]:
        """Version and group subkey for sealing."""

    def of_version(self, version: int) -> Key:
        """Group subkey of that version of the customer key; ``Unopenable`` where there is none."""

    def nonce(self) -> bytes:
        """12 fresh random bytes."""

    def random(self, length: int, /) -> bytes:
        """Fresh random bytes."""

    def public(self) -> tuple[int, bytes]:
        """Version of the customer key and public key of its pair, for sealing without being able to open."""

    def private(self, version: int) -> Key:
        """Seed of that version's key pair (``hpke``); ``Unopenable`` where there is none."""

    def recipients(self) -> Sequence[Recipient]:
        """The persons any one of whom can open the second key of a value under dual control."""

    def second(self) -> Key:
        """The second key that such a person gave for this value; ``SecondKeyNeeded`` where nobody did."""

    def keep(self, token: bytes, sealed: bytes) -> None:
        """Keep a sealed value apart from its row, under its 16-byte token."""

    def kept(self, token: bytes) -> bytes:
        """What is kept under a token; ``Unopenable`` where there is nothing."""


class Refusing:
    """The answers of ``Keys`` that have nothing to give: every further method of the modes refuses."""

    __slots__ = ()

    def public(self) -> tuple[int, bytes]:
        raise Unopenable

    def private(self, version: int) -> Key:  # noqa: ARG002 (the signature is the protocol's)
        raise Unopenable

    def recipients(self) -> Sequence[Recipient]:
        raise Unopenable

    def second(self) -> Key:
        raise SecondKeyNeeded

    def keep(self, token: bytes, sealed: bytes) -> None:  # noqa: ARG002 (the signature is the protocol's)
        raise Unopenable

    def kept(self, token: bytes) -> bytes:  # noqa: ARG002 (the signature is the protocol's)
        raise Unopenable


@dataclass(frozen=True, slots=True, repr=False)
class OneKey(Refusing):
    """``Keys`` with a single version: what most requests have.

    Attributes:
        version: of the customer key.
        subkey: of the group; whoever made it wipes it.
        random: number of bytes to fresh random bytes.
    """

    version: int
    subkey: Key
    random: Callable[[int], bytes]

    def newest(self) -> tuple[int, Key]:
        return self.version, self.subkey

    def of_version(self, version: int) -> Key:
        if version != self.version:
            raise Unopenable
        return self.subkey

    def nonce(self) -> bytes:
        return self.random(NONCE_BYTES)


class Mode(Protocol):
    """One mode in which values of a data class are stored; the same object serves every client and thread."""

    @property
    def searchable(self) -> bool:
        """Whether the vault keeps a blind index (``blind``) of the normalised value beside what this mode stores."""

    @property
    def suites(self) -> frozenset[int]:
        """Suites of the blobs this mode makes. It opens no others, so a row cannot be exchanged for a weaker one."""

    def seal(self, keys: Keys, plaintext: bytes, place: Place) -> bytes:
        """What is stored for one value in its place.

        Args:
            keys: of the place's customer.
            plaintext: the value; may be empty.
            place: the cell it will be stored in.
        """

    def open(self, keys: Keys, blob: bytes, place: Place) -> bytes:
        """Open one value in the cell it was found in.

        Raises:
            Unopenable: anything at all is wrong, a suite of another mode included.
        """


MODES: Registry[Mode] = Registry("mode")
