"""Sealed values: inert everywhere but at the door.

Text, representation, formatting, HTML, JSON and pickling of a sealed value give the mask or an error, never the
ciphertext and never anything of the value.
"""

from dataclasses import dataclass, field
from typing import Never, TypeAlias
from uuid import UUID

from razdar.core.crypto.aad import Place
from razdar.core.crypto.suites import DUAL_CONTROL, TOKEN
from razdar.core.disclosure import MASK, DataClass, info
from razdar.vault.places import Table

_DUAL_CONTROL, _TOKEN = bytes((DUAL_CONTROL,)), bytes((TOKEN,))


class _Inert:
    __slots__ = ()

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__
    __html__ = __str__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> Never:
        raise TypeError("a sealed value is not serialised")


@dataclass(frozen=True, repr=False, slots=True)
class Placed(_Inert):
    """What is sealed for one place.

    Attributes:
        client, customer: whose it is; the customer's key opens it.
        table, row: where it stands (`razdar.vault.places.Table`, row id).
        data_class: what it is; decides the subkey, the level and the mask.
    """

    client: UUID
    customer: UUID
    table: int
    row: UUID
    data_class: DataClass

    @property
    def place(self) -> Place:
        return Place(self.client, self.customer, self.table, info(self.data_class).number, self.row)


@dataclass(frozen=True, repr=False, slots=True)
class Sealed(Placed):
    """One sealed field of one row.

    Attributes:
        blob: blob v1, or empty when there is no value.
    """

    blob: bytes

    @property
    def present(self) -> bool:
        return bool(self.blob)

    @property
    def needs_second_key(self) -> bool:
        """Whether another person must give a key of their own before this opens."""
        return self.blob[:1] == _DUAL_CONTROL

    @property
    def is_token(self) -> bool:
        """Whether the row holds a surrogate only."""
        return self.blob[:1] == _TOKEN


@dataclass(frozen=True, repr=False, slots=True)
class SealedFile(Placed):
    """A finished file in the object store, sealed under a key derived for exactly this place.

    Attributes:
        name: name of the object.
        key_version: version of the customer's key.
        size: bytes of the sealed object.
        digest: SHA-256 of the sealed object; empty where none was kept.
    """

    name: UUID
    key_version: int
    size: int
    digest: bytes = b""


@dataclass(frozen=True, repr=False, slots=True)
class SealedSegment(_Inert):
    """A piece of one stream in the object store; what is said of it here is proved by opening it.

    Attributes:
        stream, number: which, and the place in its stream, from 0.
        first, frames: where in the stream it begins, and how long it is.
        last: nothing follows it.
        previous: tag of the one before.
        name, size: of the object.
    """

    stream: UUID
    number: int
    first: int
    frames: int
    last: bool
    previous: bytes
    name: UUID
    size: int


@dataclass(frozen=True, repr=False, slots=True)
class SealedStream(Placed):
    """The recording of a live call: segments of streams, each stream under a key of its own.

    Whatever its row says, it is an original: nothing that was sealed while it was spoken has been redacted.

    Attributes:
        call: the interaction; its segments were sealed for it.
        segments: those that are to be opened.
    """

    table: int = field(init=False, default=Table.RECORDING)
    call: UUID
    segments: tuple[SealedSegment, ...] = ()


SealedSound: TypeAlias = SealedFile | SealedStream
