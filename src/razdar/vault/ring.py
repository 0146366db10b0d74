"""Customer keys for one request or one batch: fetched from the key agent together, overwritten at the end.

A ring answers what the modes of `razdar.core.crypto.modes` ask. To read, it holds the customer keys that the stored
values name; to write, the newest keys of the customers concerned, and of customers whose values are only sealed to a
public key it holds nothing else. Nothing is kept longer than the ``with`` block.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from razdar.core.crypto import blobs, frame, hierarchy
from razdar.core.crypto.age import Recipient
from razdar.core.crypto.hierarchy import KeyGroup
from razdar.core.crypto.material import NONCE_BYTES, Key, Octets, wipe
from razdar.core.crypto.modes import Refusing
from razdar.core.crypto.modes.token import token_of
from razdar.core.disclosure import DataClass, Group, group_of
from razdar.core.errors import SecondKeyNeeded, Unopenable
from razdar.keys import agent
from razdar.keys.agent import KeyRef
from razdar.keys.records import PublicKey
from razdar.vault import modes
from razdar.vault.models import Token
from razdar.vault.modes import Choice, Policy
from razdar.vault.sealed import Sealed, SealedFile

Name: TypeAlias = tuple[int, int, int]
"""Client, customer and version of a customer key, as numbers: an id as such hashes and compares ten times slower."""
_GROUPS = {group.value: KeyGroup(group.value) for group in Group}
_SEALING = "sealing"
_PUBLICS_AT_ONCE = 500  # of 1.2 kB each, so that one answer stays well below the key agent's frame of 1 MB


@dataclass(frozen=True)
class Kept:
    """A value that was sealed apart from its row and is still to be stored."""

    token: UUID
    customer: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class _Way:
    """How values of one class of one client are stored, looked up once in a batch."""

    choice: Choice
    group: str


@dataclass(repr=False)
class Ring:
    """Opened keys and what goes with them; see the functions that make one.

    Attributes:
        keys: customer keys.
        policies: how each client's classes are stored.
        newest: the key to seal with, by customer.
        publics: the public key to seal to, by customer.
        kept: sealed values by token.
        made: what sealing left to be stored beside the rows.
        derived: keys derived from those, once for each customer and group of classes; wiped by ``close``.
        ways: how values are stored, by client and class.
    """

    keys: Mapping[Name, bytearray]
    policies: Mapping[UUID, Policy] = field(default_factory=dict)
    newest: Mapping[UUID, KeyRef] = field(default_factory=dict)
    publics: Mapping[UUID, PublicKey] = field(default_factory=dict)
    kept: Mapping[UUID, bytes] = field(default_factory=dict)
    made: list[Kept] = field(default_factory=list)
    derived: dict[tuple[int, int, int, str], bytearray] = field(default_factory=dict)
    ways: dict[tuple[int, DataClass], _Way] = field(default_factory=dict)

    def close(self) -> None:
        """Overwrite every key this ring holds."""
        wipe(*self.keys.values(), *self.derived.values())

    def subkey(self, ref: KeyRef, group: Group) -> bytearray:
        """The subkey of a group; the caller wipes it.

        Raises:
            Unopenable: the ring does not hold this key.
        """
        return self._made((*_name(ref), group.value))

    def open(self, sealed: Sealed, second_key: Octets | None = None) -> str:
        """Plain text of a sealed field.

        Args:
            sealed: a value this ring was opened for.
            second_key: what another person gave, for a value under dual control.

        Raises:
            Unopenable: altered, moved, sealed under another key, or in a mode that was replaced.
            SecondKeyNeeded: under dual control, and no second key was given.
        """
        way = self._way(sealed)
        mode = way.choice.reads(sealed.blob)
        try:
            return mode.open(_Held(self, sealed, way, second_key), sealed.blob, sealed.place).decode()
        except UnicodeDecodeError as error:
            raise Unopenable from error

    def seal(self, empty: Sealed, text: str) -> bytes:
        """Seal a text for the place of ``empty`` in the mode that holds; the blob."""
        way = self._way(empty)
        return way.choice.writes.seal(_Held(self, empty, way, None), text.encode(), empty.place)

    def _way(self, sealed: Sealed) -> _Way:
        place = (sealed.client.int, sealed.data_class)
        way = self.ways.get(place)
        if way is None:
            policy = self.policies.get(sealed.client)
            if policy is None:
                raise Unopenable
            way = self.ways[place] = _Way(policy.of(sealed.data_class), group_of(sealed.data_class).value)
        return way

    def derive(self, place: tuple[int, int, int, str]) -> bytearray:
        """A key derived from a customer key, by the key's name and a label; made at its first use, wiped by ``close``.

        Raises:
            Unopenable: the ring does not hold the customer key.
        """
        key = self.derived.get(place)
        if key is None:
            key = self.derived[place] = self._made(place)
        return key

    def _made(self, place: tuple[int, int, int, str]) -> bytearray:
        client, customer, version, label = place
        key = self.keys.get((client, customer, version))
        if key is None:
            raise Unopenable
        return hierarchy.sealing_seed(key) if label == _SEALING else hierarchy.subkey(key, _GROUPS[label])


class _Held(Refusing):
    """What a mode may ask while one value is opened or sealed."""

    __slots__ = ("_ring", "_sealed", "_second", "_way")

    def __init__(self, ring: Ring, sealed: Sealed, way: _Way, second_key: Octets | None) -> None:
        self._ring = ring
        self._sealed = sealed
        self._way = way
        self._second = second_key

    def newest(self) -> tuple[int, Key]:
        ref = self._ring.newest.get(self._sealed.customer)
        if ref is None:
            raise Unopenable
        return ref.version, self.of_version(ref.version)

    def of_version(self, version: int) -> Key:
        sealed = self._sealed
        return self._ring.derive((sealed.client.int, sealed.customer.int, version, self._way.group))

    def nonce(self) -> bytes:
        return os.urandom(NONCE_BYTES)

    def random(self, length: int, /) -> bytes:
        return os.urandom(length)

    def public(self) -> tuple[int, bytes]:
        found = self._ring.publics.get(self._sealed.customer)
        if found is None:
            raise Unopenable
        return found.version, found.key

    def private(self, version: int) -> Key:
        sealed = self._sealed
        return self._ring.derive((sealed.client.int, sealed.customer.int, version, _SEALING))

    def recipients(self) -> Sequence[Recipient]:
        return self._way.choice.persons()

    def second(self) -> Key:
        if self._second is None:
            raise SecondKeyNeeded
        return self._second

    def keep(self, token: bytes, sealed: bytes) -> None:
        self._ring.made.append(Kept(UUID(bytes=token), self._sealed.customer, sealed))

    def kept(self, token: bytes) -> bytes:
        found = self._ring.kept.get(UUID(bytes=token))
        if found is None:
            raise Unopenable
        return found


def key_of(sealed: Sealed | SealedFile) -> KeyRef:
    """Which customer key opens a value."""
    version = sealed.key_version if isinstance(sealed, SealedFile) else blobs.key_version(sealed.blob)
    return KeyRef(sealed.client, sealed.customer, version)


@contextmanager
def opened(values: Sequence[Sealed | SealedFile], purpose: str) -> Iterator[Ring]:
    """Open the keys of all given values with one question to the key agent.

    Raises:
        KeysLocked: no key agent. Unopenable: a key is unknown or destroyed.
        Unavailable: how the client's data is stored is not known.
    """
    fields = [value for value in values if isinstance(value, Sealed)]
    clients = {value.client.int: value.client for value in fields}.values()
    policies = {client: modes.current(client) for client in clients}
    refs = _keys_of(values)
    keys = agent.current().unwrap(list(refs.values()), purpose) if refs else ()
    ring = Ring(dict(zip(refs, keys, strict=True)), policies)
    try:
        ring.kept = _kept(fields)
        yield ring
    finally:
        ring.close()


def _keys_of(values: Sequence[Sealed | SealedFile]) -> dict[Name, KeyRef]:
    """Each key once, in the order of the values."""
    refs: dict[Name, KeyRef] = {}
    for value in values:
        version = value.key_version if isinstance(value, SealedFile) else frame.unpack(value.blob)[1]
        name = (value.client.int, value.customer.int, version)
        if name not in refs:
            refs[name] = KeyRef(value.client, value.customer, version)
    return refs


def _name(ref: KeyRef) -> Name:
    return ref.client.int, ref.customer.int, ref.version


def _kept(values: Sequence[Sealed]) -> dict[UUID, bytes]:
    """The values that stand apart from their rows, fetched together."""
    found: dict[UUID, bytes] = {}
    apart = [value for value in values if value.is_token]
    for client in {value.client for value in apart}:
        mine = [UUID(bytes=token_of(value.blob)) for value in apart if value.client == client]
        rows = Token.objects.filter(client_id=client, id__in=mine).values_list("id", "sealed")
        found |= {token: bytes(sealed) for token, sealed in rows}
    return found


@contextmanager
def newest(client: UUID, customers: Sequence[UUID], purpose: str) -> Iterator[tuple[Ring, dict[UUID, KeyRef]]]:
    """Open the newest keys of customers, for sealing files.

    Raises:
        NotFound: a customer has no key. Unopenable: it was destroyed.
    """
    refs = agent.current().newest(client, customers) if customers else {}
    keys = agent.current().unwrap(list(refs.values()), purpose) if refs else []
    ring = Ring(dict(zip(map(_name, refs.values()), keys, strict=True)), newest=refs)
    try:
        yield ring, refs
    finally:
        ring.close()


@contextmanager
def writing(client: UUID, wanted: Mapping[UUID, set[DataClass]], purpose: str) -> Iterator[Ring]:
    """A ring for sealing: the newest key of a customer only where one of its classes cannot be sealed without it.

    Args:
        wanted: which classes will be sealed for which customer.

    Raises:
        NotFound: a customer has no key. Unopenable: it was destroyed.
        Unavailable: how the client's data is stored is not known.
    """
    policy = modes.for_writing(client)
    named = {customer: {policy.of(each).mode for each in classes} for customer, classes in wanted.items()}
    blindly = [customer for customer, names in named.items() if modes.SEALED in names]
    with newest(client, [c for c, names in named.items() if names - {modes.SEALED}], purpose) as (ring, _):
        ring.policies = {client: policy}
        ring.publics = _publics(client, blindly)
        yield ring


def _publics(client: UUID, customers: Sequence[UUID]) -> dict[UUID, PublicKey]:
    found: dict[UUID, PublicKey] = {}
    for start in range(0, len(customers), _PUBLICS_AT_ONCE):
        found |= agent.current().sealed_public(client, customers[start : start + _PUBLICS_AT_ONCE])
    return found
