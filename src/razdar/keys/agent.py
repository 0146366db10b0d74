"""The key agent: the only thing that sees key-encryption keys and index keys.

Other rooms call ``current()`` and get wrapped work done; they receive customer keys of one request or batch and wipe
them. Methods take batches, because the agent may be another process. ``LocalAgent`` does the work in this process.

Answers:

* an unknown client or customer is ``NotFound``;
* an unknown version, and anything of a customer whose keys were destroyed, is ``Unopenable`` (``is_destroyed`` tells
  them apart for whoever may ask);
* a batch is answered whole or not at all;
* nothing is opened of a frozen client (``freezing``), which is ``ClientFrozen``; without an installed agent everything
  is ``KeysLocked``.

No key is cached: what was destroyed is gone with the next call.
"""

import copy
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from razdar.core.crypto import blind, hierarchy, signing
from razdar.core.crypto.hierarchy import KekPurpose, SigningPurpose, Unwrapper
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, wipe
from razdar.core.errors import KeysLocked
from razdar.keys import sealing
from razdar.keys.book import Book, require_purpose
from razdar.keys.certifying import Certifier, Certifying
from razdar.keys.charges import Booked
from razdar.keys.freezing import Freezer, Freezing
from razdar.keys.log_heads import LogSigner, SigningLogs
from razdar.keys.providers import RootProvider
from razdar.keys.records import (
    BookLine,
    BookPage,
    DestroyedKeys,
    KeyRef,
    KeysStatus,
    Outcome,
    PublicKey,
    WrappedEpoch,
    WrappedIndexKey,
    WrappedKey,
)
from razdar.keys.root_in_hand import RootInHand
from razdar.keys.rotation import Keeper, Place, Rotating, again
from razdar.keys.stamping import MakingWriters, Stamping
from razdar.keys.store import KeyStore
from razdar.keys.streaming import Streaming, StreamKeys

__all__ = [
    "Agent",
    "BookLine",
    "DestroyedKeys",
    "KeyRef",
    "KeysStatus",
    "LocalAgent",
    "SigningPurpose",
    "current",
    "install",
]

_KEY_ID_BYTES = 16
_utc_now = partial(datetime.now, UTC)
HERE = "here"
"""The caller's name in the book while the keys are unlocked in the calling process itself."""


class Agent(Keeper, Certifier, LogSigner, Stamping, StreamKeys, Freezer, Protocol):
    """What the rest of Razdar asks of the keys. May also raise ``Unavailable`` and ``Misconfigured``."""

    def create_client(self, client: UUID) -> None:
        """Make a client's first epoch; repeating it changes nothing."""

    def known_clients(self, clients: Sequence[UUID]) -> list[UUID]:
        """Those that have keys here, in the order asked: nobody else was founded by the operator."""

    def create_customer(self, client: UUID, customer: UUID) -> KeyRef:
        """Make a customer's first key; a customer that has one keeps it.

        Raises:
            NotFound: an unknown client.
            Unopenable: the customer's keys were destroyed.
        """

    def create_customers(self, client: UUID, customers: Sequence[UUID]) -> list[KeyRef]:
        """`create_customer` for many, in the order given; kept with one commit for each thousand at most.

        Raises:
            As `create_customer`; then no key of that thousand was made.
        """

    def newest(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, KeyRef]:
        """The key to seal with, for each customer, in the order asked.

        Raises:
            NotFound: an unknown client or customer.
            Unopenable: a customer's keys were destroyed.
        """

    def unwrap(self, refs: Sequence[KeyRef], purpose: str) -> list[bytearray]:
        """Customer keys, 32 bytes each, in the order asked; the caller wipes them.

        Args:
            refs: which keys.
            purpose: what for, without personal data.

        Raises:
            BadInput: no purpose, or one of more than 100 characters.
            NotFound: an unknown client or customer.
            Unopenable: an unknown version, or destroyed keys.
        """

    def sealed_public(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, PublicKey]:
        """The public key (``core.crypto.hpke``) to seal to, for each customer; nothing here opens.

        Raises:
            NotFound: an unknown client or customer.
            Unopenable: a customer's keys were destroyed.
        """

    def destroy_customer(self, client: UUID, customer: UUID) -> DestroyedKeys:
        """Destroy all versions of a customer's key for good; repeating it gives the first answer again.

        Raises:
            NotFound: an unknown client or customer.
        """

    def is_destroyed(self, client: UUID, customer: UUID) -> bool:
        """Whether the customer's keys were destroyed; false for a customer that never had any."""

    def blind(self, client: UUID, field: int, values: Sequence[bytes]) -> list[bytes]:
        """Blind indexes (``core.crypto.blind``) of normalised values of one field, in order; the key stays here.

        Raises:
            NotFound: an unknown client.
            BadInput: an empty value.
            ValueError: a field outside 0 to 65535.
        """

    def installation_subkey(self, purpose: bytes) -> bytearray:
        """A 32-byte subkey of the installation, the same at every call; the caller wipes it.

        Raises:
            ValueError: no purpose.
        """

    def verifying_key(self, purpose: SigningPurpose) -> bytes:
        """The 32-byte Ed25519 key that verifies what is signed for a purpose; the same as long as there are keys."""

    def book(self, since: datetime, until: datetime) -> list[BookLine]:
        """What was handed out in the minutes that began in a span, its end excluded; in their order."""

    def status(self) -> KeysStatus:
        """How the keys stand now."""


class LocalAgent(Rotating, SigningLogs, MakingWriters, Certifying, Freezing, Streaming):
    """The agent in this process; safe to share between its threads.

    Args:
        store: the key store; closed with the agent.
        root: the opened root; closed with the agent.
        place: where the root file and the bundles are; without it neither can be made.
        book: where it is noted what is handed out; closed with the agent. Without one it is noted in memory.
        now: the clock.
        random: number of bytes to fresh random bytes.
    """

    def __init__(
        self,
        store: KeyStore,
        root: RootProvider,
        *,
        place: Place | None = None,
        book: Book | None = None,
        now: Callable[[], datetime] = _utc_now,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._store = store
        self._heads = store.heads
        self._root = RootInHand(root)
        self._place = place
        self._book = book or Book(now=now)
        self._caller = HERE
        self._now = now
        self._since = now()
        self._random = random

    def close(self) -> None:
        """Wipe the root and close store and book; every later call raises ``KeysLocked``."""
        self._root.close()
        self._store.close()
        self._book.close()

    def for_caller(self, name: str) -> "LocalAgent":
        """The same agent, on behalf of another process; only the book tells the difference."""
        other = copy.copy(self)
        other._caller = name
        return other

    def turn_away(self, call: str, outcome: Outcome) -> None:
        """Note in the book that a call of this caller was denied or limited."""
        self._book.turned_away(self._caller, call, outcome)

    def booked(self, call: str, booked: Booked) -> None:
        """Note in the book what a call of this caller gave or changed."""
        self._book.done(self._caller, call, booked.subjects, booked.times)

    def require_book(self) -> None:
        """Make sure that what is given or changed now can be written down; see ``Book.require``."""
        self._book.require()

    def create_client(self, client: UUID) -> None:
        def create() -> None:
            root = self._root.current
            with self._fresh_key() as secret:
                wrapped = root.wrap(secret, hierarchy.epoch_binding(client, 1))
            self._store.add_epoch(WrappedEpoch(client, 1, root.version, wrapped), self._now())

        again(create)

    def known_clients(self, clients: Sequence[UUID]) -> list[UUID]:
        return self._store.epochs.known_clients(clients)

    def create_customer(self, client: UUID, customer: UUID) -> KeyRef:
        return self.create_customers(client, [customer])[0]

    def create_customers(self, client: UUID, customers: Sequence[UUID]) -> list[KeyRef]:
        return again(lambda: self._create_customers(client, customers))

    def _create_customers(self, client: UUID, customers: Sequence[UUID]) -> list[KeyRef]:
        epoch = self._store.newest_epoch(client)
        with self._keks((epoch,), KekPurpose.CUSTOMER) as keks:
            kek = keks[client, epoch.number]
            keys = [self._first_key(KeyRef(client, customer, 1), epoch, kek) for customer in customers]
        versions = self._store.add_customer_keys(keys, self._now())
        return [KeyRef(client, customer, version) for customer, version in zip(customers, versions, strict=True)]

    def _first_key(self, ref: KeyRef, epoch: WrappedEpoch, kek: bytearray) -> WrappedKey:
        binding = hierarchy.customer_binding(ref.client, ref.customer, ref.version)
        with self._fresh_key() as key:
            wrapped = hierarchy.wrap(kek, key, binding, self._random(NONCE_BYTES))
        return WrappedKey(ref, self._random(_KEY_ID_BYTES), epoch.number, wrapped)

    def newest(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, KeyRef]:
        versions = self._store.newest_versions(client, customers)
        return {customer: KeyRef(client, customer, version) for customer, version in versions.items()}

    def unwrap(self, refs: Sequence[KeyRef], purpose: str) -> list[bytearray]:
        require_purpose(purpose)
        self._book.require()
        opened = self._unless_frozen((ref.client for ref in refs), lambda: self._opened(refs))
        try:
            self._book.given(self._caller, purpose, tuple(refs))
        except BaseException:
            wipe(*opened)
            raise
        return opened

    def _opened(self, refs: Sequence[KeyRef]) -> list[bytearray]:
        """Customer keys; whoever hands them out notes it in the book."""
        found = self._store.find(refs)
        opened: list[bytearray] = []
        try:
            with self._keks(found.epochs, KekPurpose.CUSTOMER) as keks:
                # By number: an id as such hashes and compares ten times slower.
                under = {(client.int, epoch): Unwrapper(kek).unwrap for (client, epoch), kek in keks.items()}
                for ref, key in zip(refs, found.keys, strict=True):
                    binding = hierarchy.customer_binding(ref.client, ref.customer, ref.version)
                    opened.append(under[ref.client.int, key.epoch](key.wrapped, binding))
        except BaseException:
            wipe(*opened)
            raise
        return opened

    def sealed_public(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, PublicKey]:
        refs = self.newest(client, customers)
        return sealing.public_keys(refs, self._opened(list(refs.values())))

    def destroy_customer(self, client: UUID, customer: UUID) -> DestroyedKeys:
        return self._store.destroy(client, customer, self._now())

    def is_destroyed(self, client: UUID, customer: UUID) -> bool:
        return self._store.is_destroyed(client, customer)

    def blind(self, client: UUID, field: int, values: Sequence[bytes]) -> list[bytes]:
        with self._reading([client]):
            key = self._index_key(client, field)
            try:
                return blind.index(key, values)
            finally:
                wipe(key)

    def installation_subkey(self, purpose: bytes) -> bytearray:
        with self._installation() as secret:
            return hierarchy.installation_subkey(secret, purpose)

    def verifying_key(self, purpose: SigningPurpose) -> bytes:
        with self._seed(purpose) as seed:
            return signing.public_key(seed)

    def book(self, since: datetime, until: datetime) -> list[BookLine]:
        return self._book.lines(since, until)

    def book_page(self, since: datetime, until: datetime, after: bytes) -> BookPage:
        """A part of the book; see ``Book.page``."""
        return self._book.page(since, until, after)

    def status(self) -> KeysStatus:
        return KeysStatus(self._root.name, self._root.version, *self._store.counts(), since=self._since)

    @contextmanager
    def _installation(self) -> Iterator[bytearray]:
        secret = self._root.unwrap(self._store.installation(), hierarchy.installation_binding())
        try:
            yield secret
        finally:
            wipe(secret)

    @contextmanager
    def _seed(self, purpose: SigningPurpose) -> Iterator[bytearray]:
        with self._installation() as secret:
            seed = hierarchy.signing_seed(secret, purpose)
        try:
            yield seed
        finally:
            wipe(seed)

    def _index_key(self, client: UUID, field: int) -> bytearray:
        """The index key of a field, made at its first use."""
        binding = hierarchy.index_binding(client, field)
        found = self._store.index_key(client, field)
        if found is None:
            again(lambda: self._make_index_key(client, field))
            return self._index_key(client, field)  # another process may have been first
        key, epoch = found
        with self._keks((epoch,), KekPurpose.INDEX) as keks:
            return hierarchy.unwrap(keks[client, epoch.number], key.wrapped, binding)

    def _make_index_key(self, client: UUID, field: int) -> None:
        epoch = self._store.newest_epoch(client)
        wrapped = self._new_wrapped(epoch, KekPurpose.INDEX, hierarchy.index_binding(client, field))
        self._store.add_index_key(WrappedIndexKey(client, field, epoch.number, wrapped), self._now())

    def _new_wrapped(self, epoch: WrappedEpoch, purpose: KekPurpose, binding: bytes) -> bytes:
        """A new random key, wrapped; in the clear it lives only here."""
        with self._keks((epoch,), purpose) as keks, self._fresh_key() as key:
            kek = keks[epoch.client, epoch.number]
            return hierarchy.wrap(kek, key, binding, self._random(NONCE_BYTES))

    @contextmanager
    def _fresh_key(self) -> Iterator[bytearray]:
        key = bytearray(self._random(KEY_BYTES))
        try:
            yield key
        finally:
            wipe(key)

    @contextmanager
    def _keks(self, epochs: Iterable[WrappedEpoch], purpose: KekPurpose) -> Iterator[dict[tuple[UUID, int], bytearray]]:
        """Key-encryption keys of epochs, for the length of a block."""
        keks: dict[tuple[UUID, int], bytearray] = {}
        try:
            for epoch in epochs:
                secret = self._root.unwrap(epoch.wrapped, hierarchy.epoch_binding(epoch.client, epoch.number))
                try:
                    keks[epoch.client, epoch.number] = hierarchy.kek(secret, epoch.client, purpose)
                finally:
                    wipe(secret)
            yield keks
        finally:
            wipe(*keks.values())


class _Process:
    """The one agent of this process."""

    agent: Agent | None = None


def install(agent: Agent | None) -> None:
    """Make an agent this process's own; ``None`` locks the keys again (closing the agent is its owner's business)."""
    _Process.agent = agent


def current() -> Agent:
    """This process's agent.

    Raises:
        KeysLocked: none is installed.
    """
    if _Process.agent is None:
        raise KeysLocked("The keys are locked in this process.")
    return _Process.agent
