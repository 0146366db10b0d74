"""Rotation: new epochs, new roots and new customer keys while everything goes on.

* **Epoch.** A new random secret; then customer and index keys are re-wrapped under it in batches. The work between
  reading and writing is done outside every transaction, and a batch is written by exchange: a key that was destroyed
  meanwhile stays destroyed. Old and new epoch are both there until the last key has moved, so reads never fail; then
  the old secrets are overwritten, in a transaction that sees nothing left under them. What broke off anywhere goes on
  where it was.
* **Root.** A new secret under a new passphrase; everything the root wraps is re-wrapped in one transaction, and the old
  root file is overwritten (``root_files``). Changing the passphrase is rotating the root: re-sealing the old secret
  would leave it open to the old passphrase for ever.
* **Customer key.** A further version for new data; old versions stay for what they sealed.

Every call may be repeated: it names what it wants to reach, not a step.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

from razdar.core.crypto import hierarchy
from razdar.core.crypto.age import Recipient
from razdar.core.crypto.hierarchy import KekPurpose
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, wipe
from razdar.core.errors import BadInput, Misconfigured, NotYours, Unavailable, Unopenable
from razdar.keys import bundles, passphrase
from razdar.keys.epochs import EpochEnded, Rewrapping
from razdar.keys.erasures import Erasure
from razdar.keys.providers import RootProvider
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.records import (
    Bundle,
    EpochKeys,
    EpochState,
    Keeping,
    KeyRef,
    Progress,
    WrappedEpoch,
    WrappedIndexKey,
    WrappedKey,
)
from razdar.keys.root_files import RootFiles
from razdar.keys.root_in_hand import RootInHand
from razdar.keys.store import KeyStore

STEP_SECONDS = 2.0
"""How long one call works on a rotation; a caller in another process waits ten seconds for an answer."""
_TRIES = 5
_WRONG = "The passphrase in use is another one. Nothing was changed."
_KEY_ID_BYTES = 16
_MOST_NAME = 64
_MOST_ROWS = 2000
_OLD_STAYS = "The root could not be changed; the old one stays. Check the disk, then try again."
_OLD_IS_LEFT = (
    "The new root and its passphrase are in use, but the old root file could not be removed. Check the disk of the "
    "keys folder; the next key bundle or start removes it."
)

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where an agent keeps what is not in the key store.

    Attributes:
        root: the root files.
        bundles: folder of the key bundles.
    """

    root: RootFiles
    bundles: Path


class Keeper(Protocol):
    """What whoever keeps the keys asks of the agent, beside what everybody asks."""

    def keeping(self) -> Keeping:
        """How root, epochs, bundles and recipients stand; ended epochs are left out."""

    def epoch_keys(self, client: UUID) -> list[EpochKeys]:
        """How many keys that open a client has under each of its epochs; none of a client that is not known."""

    def rotate_epoch(self, client: UUID, number: int) -> Progress:
        """Work for a moment towards this epoch of a client; to be called again until it is finished.

        Args:
            client: whose keys.
            number: the epoch to reach, the newest or the one after it.

        Raises:
            NotFound: an unknown client. BadInput: another number.
        """

    def rotate_customers(self, refs: Sequence[KeyRef]) -> list[KeyRef]:
        """The version after each of these, made where it is missing.

        Raises:
            NotFound: an unknown client or customer. Unopenable: destroyed keys.
            BadInput: not the newest version, or the last one there can be.
        """

    def rotate_root(self, old: bytes, words: bytes, version: int) -> int:
        """Make a new root under a new passphrase and re-wrap everything; the number of secrets re-wrapped.

        Args:
            old: the passphrase in use, so that nobody exchanges the root who merely reaches the agent.
            words: the new passphrase.
            version: the root's version to reach; 0 secrets when it is in use already.

        Raises:
            NotYours: another passphrase is in use.
            BadInput: too short a passphrase, or a version that is not the next.
            Unavailable: another process is at it, or the disk is full.
        """

    def add_recipient(self, name: str, text: str) -> None:
        """Seal key bundles to somebody.

        Raises:
            BadInput: not a post-quantum recipient, an unusable name, or there already.
        """

    def remove_recipient(self, name: str) -> None:
        """Seal no further bundles to somebody.

        Raises:
            NotFound: no such name.
        """

    def make_bundle(self) -> Bundle:
        """Write a key bundle.

        Raises:
            Misconfigured: fewer than two recipients. Unavailable: the disk is full or fails.
        """

    def drop_expired(self) -> list[int]:
        """Remove the files of expired bundles; their numbers."""

    def ledger(self, after: int) -> list[Erasure]:
        """Rows of the erasure ledger after a number, in order, some thousand at the most; empty at its end."""


class Rotating:
    """The part of ``LocalAgent`` that rotates keys and makes bundles."""

    _store: KeyStore
    _root: RootInHand
    _place: "Place | None"
    _now: Callable[[], datetime]
    _random: Callable[[int], bytes]
    installation_id: Callable[[], UUID]

    def keeping(self) -> Keeping:
        store = self._store
        return Keeping(
            installation=self.installation_id(),
            roots=tuple(store.roots.versions()),
            epochs=tuple(epoch for epoch in store.epochs.states() if epoch.destroyed_at is None),
            moving=tuple(Progress(m.client, m.epoch, m.done, (), False) for m in store.epochs.all_under_way()),
            recipients=tuple(store.bundles.recipients()),
            bundles=bundles.told(store.bundles.all(), self._now()),
            keys=store.living_keys(),
            erasures=store.bundles.erasures(),
        )

    def epoch_keys(self, client: UUID) -> list[EpochKeys]:
        return self._store.epochs.keys_under(client)

    def rotate_epoch(self, client: UUID, number: int) -> Progress:
        moving = again(lambda: self._rotation(client, number))
        if moving is None:
            return Progress(client, number, 0, (), True)
        return self._move(moving, time.monotonic() + STEP_SECONDS)

    def rotate_customers(self, refs: Sequence[KeyRef]) -> list[KeyRef]:
        made = []
        for ref in refs:
            newest = self._store.newest_versions(ref.client, [ref.customer])[ref.customer]
            if newest == ref.version:
                newest = again(lambda ref=ref: self._next_version(ref))  # type: ignore[misc]
            if newest != ref.version + 1:
                raise BadInput("A customer's keys are followed by the version after the newest.")
            made.append(KeyRef(ref.client, ref.customer, newest))
        return made

    def rotate_root(self, old: bytes, words: bytes, version: int) -> int:
        passphrase.require_long(words)
        files = self._require_place().root
        with files.locked():
            self._settle_root(files)
            if self._root.version == version:  # asked again, after the answer was lost
                self._require_passphrase(words)
                return 0
            self._require_passphrase(old)
            if self._root.version + 1 != version:
                raise BadInput("A root is followed by the version after it.")
            used = self._root.current
            newer = files.prepare(words, version, used.file)
            self._root.expect(newer)
            count = self._exchange_root(used, newer)
            try:
                self._settle_root(files)
            except Unavailable:
                raise Unavailable(_OLD_STAYS if self._root.current is used else _OLD_IS_LEFT) from None
            if count is None:
                raise Unavailable(_OLD_STAYS)
            if used.destroy_version(used.version):
                self._store.roots.mark_final(used.version)
        return count

    def add_recipient(self, name: str, text: str) -> None:
        if not 0 < len(name) <= _MOST_NAME or not name.replace("-", "").replace("_", "").isalnum():
            raise BadInput("A recipient's name has letters, digits, - and _, at most 64 of them.")
        recipient = Recipient.parse(text)
        if not recipient.post_quantum:
            raise BadInput("Key bundles are sealed to post-quantum recipients only; theirs begin with age1pq1.")
        self._store.bundles.add_recipient(name, recipient.text, self._now())

    def remove_recipient(self, name: str) -> None:
        self._store.bundles.remove_recipient(name)

    def make_bundle(self) -> Bundle:
        place = self._require_place()
        with place.root.locked():
            with suppress(Unavailable):  # the bundle needs no file: it carries what the root in hand was read from
                self._settle_root(place.root)
            return bundles.Maker(self._store.bundles, self._root.current, place.bundles).make(self._now(), self._random)

    def drop_expired(self) -> list[int]:
        return bundles.drop_expired(self._require_place().bundles, self._store.bundles.all(), self._now())

    def ledger(self, after: int) -> list[Erasure]:
        return self._store.bundles.ledger(after, _MOST_ROWS)

    # --- epochs -------------------------------------------------------------------------------------------------------

    def _rotation(self, client: UUID, number: int) -> Rewrapping | None:
        """The rotation to an epoch, begun if nobody has; None when it is over."""
        # In this order: who begins makes its epoch the newest and under way at once, so what is seen as the newest
        # and is then not under way was finished.
        newest = self._store.newest_epoch(client)
        moving = self._store.epochs.under_way(client)
        if moving is not None or newest.number == number:
            return moving
        if newest.number + 1 != number:
            raise BadInput("An epoch is followed by the one with the next number.")
        return self._begin(client, number)

    def _begin(self, client: UUID, number: int) -> Rewrapping:
        root, secret = self._root.current, bytearray(self._random(KEY_BYTES))
        try:
            wrapped = root.wrap(secret, hierarchy.epoch_binding(client, number))
        finally:
            wipe(secret)
        return self._store.epochs.begin(WrappedEpoch(client, number, root.version, wrapped), self._now())

    def _move(self, moving: Rewrapping, until: float) -> Progress:
        """Re-wrap until the time is over or everything is done."""
        while True:
            with self._client_keks(moving.client, KekPurpose.CUSTOMER) as keks:
                while (batch := self._store.epochs.keys_left(moving)).keys:
                    wrapped = [self._rewrapped_key(key, keks, moving.epoch) for key in batch.keys]
                    moving = self._store.epochs.exchange(moving, batch, wrapped)
                    if time.monotonic() >= until:
                        return Progress(moving.client, moving.epoch, moving.done, (), False)
            self._move_index_keys(moving)
            whole = self._store.epochs.check_all(moving)
            if whole and (ended := self._store.epochs.finish(moving, self._now())) is not None:
                return Progress(moving.client, moving.epoch, moving.done, ended, True)
            moving = self._store.epochs.under_way(moving.client) or moving
            if time.monotonic() >= until:
                return Progress(moving.client, moving.epoch, moving.done, (), False)

    def _move_index_keys(self, moving: Rewrapping) -> None:
        if not self._store.epochs.index_keys_left(moving):
            return
        with self._client_keks(moving.client, KekPurpose.INDEX) as keks:
            # Asked again: who finished the rotation in between has ended the epoch that they were under.
            for key in self._store.epochs.index_keys_left(moving):
                self._store.epochs.exchange_index(moving, key, self._rewrapped_index(key, keks, moving.epoch))

    def _rewrapped_key(self, key: WrappedKey, keks: dict[int, bytearray], epoch: int) -> bytes:
        binding = hierarchy.customer_binding(key.ref.client, key.ref.customer, key.ref.version)
        return self._rewrapped(key.wrapped, binding, keks[key.epoch], keks[epoch])

    def _rewrapped_index(self, key: WrappedIndexKey, keks: dict[int, bytearray], epoch: int) -> bytes:
        binding = hierarchy.index_binding(key.client, key.field)
        return self._rewrapped(key.wrapped, binding, keks[key.epoch], keks[epoch])

    def _rewrapped(self, wrapped: bytes, binding: bytes, old: bytearray, new: bytearray) -> bytes:
        try:
            key = hierarchy.unwrap(old, wrapped, binding)
        except Unopenable:
            raise Misconfigured(
                "A key in the key store is damaged, so its epoch cannot end. Put back the newest copy of the key store."
            ) from None
        try:
            return hierarchy.wrap(new, key, binding, self._random(NONCE_BYTES))
        finally:
            wipe(key)

    @contextmanager
    def _client_keks(self, client: UUID, purpose: KekPurpose) -> Iterator[dict[int, bytearray]]:
        """Key-encryption keys of a client's living epochs, for the length of a block."""
        keks: dict[int, bytearray] = {}
        try:
            for epoch in self._store.living_epochs(client):
                secret = self._root.unwrap(epoch.wrapped, hierarchy.epoch_binding(client, epoch.number))
                try:
                    keks[epoch.number] = hierarchy.kek(secret, client, purpose)
                finally:
                    wipe(secret)
            yield keks
        finally:
            wipe(*keks.values())

    # --- customers and root -------------------------------------------------------------------------------------------

    def _next_version(self, ref: KeyRef) -> int:
        if ref.version >= 0xFFFF:
            raise BadInput("This customer's key has had its last version.")
        epoch = self._store.newest_epoch(ref.client)
        binding = hierarchy.customer_binding(ref.client, ref.customer, ref.version + 1)
        key = bytearray(self._random(KEY_BYTES))
        try:
            with self._client_keks(ref.client, KekPurpose.CUSTOMER) as keks:
                if epoch.number not in keks:
                    raise EpochEnded("The keys were rotated meanwhile; try again.")
                wrapped = hierarchy.wrap(keks[epoch.number], key, binding, self._random(NONCE_BYTES))
        finally:
            wipe(key)
        made = KeyRef(ref.client, ref.customer, ref.version + 1)
        row = WrappedKey(made, self._random(_KEY_ID_BYTES), epoch.number, wrapped)
        return self._store.add_customer_keys([row], self._now())[0]

    def _require_passphrase(self, words: bytes) -> None:
        """Make sure, at the full cost of a guess, that this passphrase opens the root in use.

        Raises:
            NotYours: it does not.
        """
        try:
            PassphraseFile.read(self._root.file, words).close()
        except Unopenable:
            raise NotYours(_WRONG) from None

    def _exchange_root(self, old: RootProvider, newer: RootProvider) -> int | None:
        """Re-wrap everything under the newer root; ``None`` when it did not happen."""

        def rewrap(wrapped: bytes, epoch: WrappedEpoch | None) -> bytes:
            binding = hierarchy.epoch_binding(epoch.client, epoch.number) if epoch else hierarchy.installation_binding()
            return old.rewrap(wrapped, binding, newer)

        try:
            count = self._store.roots.exchange(newer.version, newer.name, rewrap, self._now())
        except Unavailable:
            # A disk that failed in the commit does not say whether it happened: the store does.
            return 0 if self._store.roots.current() == newer.version else None
        self._root.settle(newer.version)  # at once: others have things to wrap
        return count

    def _settle_root(self, files: RootFiles) -> None:
        """Finish an exchange of roots, however far it came; under the lock of the files.

        Raises:
            Unavailable: store or disk fail, or another process has changed the root.
        """
        self._root.settle(self._store.roots.current())
        files.finish(self._root.file)

    def _require_place(self) -> Place:
        if self._place is None:
            raise Misconfigured("This process has no keys folder.")
        return self._place


def again(attempt: Callable[[], T]) -> T:
    """Do something that wraps under the newest epoch or root, again when that has just changed.

    Raises:
        EpochEnded: it changed again and again.
    """
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except EpochEnded:
            continue
    return attempt()


def due(epochs: Sequence[EpochState], now: datetime, days: int) -> list[EpochState]:
    """The newest epoch of each client that is older than so many days."""
    newest = {epoch.client: epoch for epoch in sorted(epochs, key=lambda epoch: epoch.number)}
    return [epoch for epoch in newest.values() if (now - epoch.made_at).total_seconds() >= days * 86_400]
