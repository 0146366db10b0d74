"""The key agent: the only thing that sees key-encryption keys and index keys.

Other rooms call ``current()`` and get wrapped work done; they receive customer keys of one request or batch and wipe
them. Methods take batches, because the agent may be another process. ``LocalAgent`` does the work in this process.

Answers:

* an unknown client or customer is ``NotFound``;
* an unknown version, and anything of a customer whose keys were destroyed, is ``Unopenable`` (``is_destroyed`` tells
  them apart for whoever may ask);
* a batch is answered whole or not at all;
* without an installed agent everything is ``KeysLocked``.

No key is cached: what was destroyed is gone with the next call.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from razdar.core.crypto import blind, hierarchy
from razdar.core.crypto.hierarchy import KekPurpose
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, wipe
from razdar.core.errors import BadInput, KeysLocked
from razdar.keys.providers import RootProvider
from razdar.keys.records import DestroyedKeys, KeyRef, WrappedEpoch, WrappedIndexKey, WrappedKey
from razdar.keys.store import KeyStore

__all__ = ["Agent", "DestroyedKeys", "KeyRef", "LocalAgent", "current", "install"]

_KEY_ID_BYTES = 16


class Agent(Protocol):
    """What the rest of Razdar asks of the keys. May also raise ``Unavailable`` and ``Misconfigured``."""

    def create_client(self, client: UUID) -> None:
        """Make a client's first epoch; repeating it changes nothing."""

    def create_customer(self, client: UUID, customer: UUID) -> KeyRef:
        """Make a customer's first key; a customer that has one keeps it.

        Raises:
            NotFound: an unknown client.
            Unopenable: the customer's keys were destroyed.
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
            BadInput: no purpose.
            NotFound: an unknown client or customer.
            Unopenable: an unknown version, or destroyed keys.
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


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LocalAgent:
    """The agent in this process; safe to share between its threads.

    Args:
        store: the key store; closed with the agent.
        root: the opened root; closed with the agent.
        now: the clock.
        random: number of bytes to fresh random bytes.
    """

    def __init__(
        self,
        store: KeyStore,
        root: RootProvider,
        *,
        now: Callable[[], datetime] = _utc_now,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._store = store
        self._root = root
        self._now = now
        self._random = random

    def close(self) -> None:
        """Wipe the root and close the store; every later call raises ``KeysLocked``."""
        self._root.close()
        self._store.close()

    def create_client(self, client: UUID) -> None:
        with self._fresh_key() as secret:
            wrapped = self._root.wrap(secret, hierarchy.epoch_binding(client, 1))
        self._store.add_epoch(WrappedEpoch(client, 1, self._root.version, wrapped), self._now())

    def create_customer(self, client: UUID, customer: UUID) -> KeyRef:
        ref = KeyRef(client, customer, 1)
        epoch = self._store.newest_epoch(client)
        binding = hierarchy.customer_binding(client, customer, ref.version)
        wrapped = self._new_wrapped(epoch, KekPurpose.CUSTOMER, binding)
        key = WrappedKey(ref, self._random(_KEY_ID_BYTES), epoch.number, wrapped)
        return KeyRef(client, customer, self._store.add_customer_key(key, self._now()))

    def newest(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, KeyRef]:
        versions = self._store.newest_versions(client, customers)
        return {customer: KeyRef(client, customer, version) for customer, version in versions.items()}

    def unwrap(self, refs: Sequence[KeyRef], purpose: str) -> list[bytearray]:
        if not purpose.strip():
            raise BadInput("Keys are handed out for a purpose only.")
        found = self._store.find(refs)
        opened: list[bytearray] = []
        try:
            with self._keks(found.epochs.values(), KekPurpose.CUSTOMER) as keks:
                for key in found.keys:
                    ref = key.ref
                    binding = hierarchy.customer_binding(ref.client, ref.customer, ref.version)
                    opened.append(hierarchy.unwrap(keks[ref.client, key.epoch], key.wrapped, binding))
        except BaseException:
            wipe(*opened)
            raise
        return opened

    def destroy_customer(self, client: UUID, customer: UUID) -> DestroyedKeys:
        return self._store.destroy(client, customer, self._now())

    def is_destroyed(self, client: UUID, customer: UUID) -> bool:
        return self._store.is_destroyed(client, customer)

    def blind(self, client: UUID, field: int, values: Sequence[bytes]) -> list[bytes]:
        key = self._index_key(client, field)
        try:
            return blind.index(key, values)
        finally:
            wipe(key)

    def installation_subkey(self, purpose: bytes) -> bytearray:
        secret = self._root.unwrap(self._store.installation(), hierarchy.installation_binding())
        try:
            return hierarchy.installation_subkey(secret, purpose)
        finally:
            wipe(secret)

    def _index_key(self, client: UUID, field: int) -> bytearray:
        """The index key of a field, made at its first use."""
        binding = hierarchy.index_binding(client, field)
        found = self._store.index_key(client, field)
        if found is None:
            epoch = self._store.newest_epoch(client)
            wrapped = self._new_wrapped(epoch, KekPurpose.INDEX, binding)
            self._store.add_index_key(WrappedIndexKey(client, field, epoch.number, wrapped), self._now())
            return self._index_key(client, field)  # another process may have been first
        key, epoch = found
        with self._keks((epoch,), KekPurpose.INDEX) as keks:
            return hierarchy.unwrap(keks[client, epoch.number], key.wrapped, binding)

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
