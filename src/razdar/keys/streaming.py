"""Keys of live streams: sealed to the client's public key while the call runs, wrapped under the customer's afterwards.

* The pair belongs to an epoch of the client and is derived from its secret. A recorder asks for the public key, makes a
  stream's key, seals it and has it kept here before it seals the first sound: what it recorded is never out of reach.
* When the call is over its streams are *bound* to the customer, a provisional one where nobody knows better. From then
  on they share the customer's fate.
* An epoch is not destroyed while a stream sealed to it waits. So a stream that no call has is *dropped* after a while:
  its key is destroyed, and its id is never opened again. So are the keys of streams whose sound was destroyed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from razdar.core.crypto import hierarchy, hpke, stream_keys
from razdar.core.crypto.material import NONCE_BYTES, wipe
from razdar.core.errors import BadInput, Misconfigured, Unopenable
from razdar.keys.book import Book, require_purpose
from razdar.keys.epochs import EpochEnded
from razdar.keys.records import BoundStreams, KeyRef, PublicKey, StreamRef, WaitingStream, WrappedEpoch, WrappedStream
from razdar.keys.root_in_hand import RootInHand
from razdar.keys.store import KeyStore
from razdar.keys.stream_records import DroppedStreams, WaitingSince

MOST_AT_ONCE = 1000
_STRANGE = "What was sent is no key of this stream, sealed to this client."
_ROTATED = "The keys were rotated meanwhile; try again."
_DAMAGED = "A stream's key in the key store is damaged. Put back the newest copy of the key store."


class StreamKeys(Protocol):
    """What is asked of the agent for live streams."""

    def stream_public(self, client: UUID) -> PublicKey:
        """The public key that keys of streams are sealed to; its version is the number of the epoch.

        Raises:
            NotFound: an unknown client.
        """

    def open_stream(self, client: UUID, stream: UUID, sealed: bytes) -> None:
        """Keep the sealed key of a stream that is about to begin; repeating it changes nothing.

        Raises:
            NotFound: an unknown client.
            BadInput: not a key of this stream sealed to this client, or the stream has another or had one.
            Unavailable: the epoch ended meanwhile; seal to the public key of the newest.
            Throttled: too many streams of the client wait to be bound.
        """

    def bind_streams(self, client: UUID, customer: UUID, streams: Sequence[UUID]) -> BoundStreams:
        """Wrap the keys of streams under a customer's key; repeating it changes nothing.

        Where the customer's keys were destroyed, so are these, and those that are not opened yet never will be.

        Raises:
            NotFound: an unknown client or customer.
            BadInput: a stream is another customer's; nothing was changed.
        """

    def waiting_streams(self, client: UUID) -> list[WaitingSince]:
        """A client's streams that wait to be bound, the oldest first."""

    def drop_streams(self, client: UUID, streams: Sequence[UUID]) -> DroppedStreams:
        """Destroy the keys of streams, bound or waiting; repeating it changes nothing.

        Raises:
            BadInput: more than a thousand.
        """

    def unwrap_streams(self, refs: Sequence[StreamRef], purpose: str) -> list[bytearray]:
        """Keys of bound streams, 32 bytes each, in the order asked; the caller wipes them.

        Raises:
            BadInput: no purpose, or one of more than 100 characters.
            NotFound: an unknown client, customer or stream, or not this customer's.
            Unopenable: destroyed keys.
        """


class Streaming:
    """The part of ``LocalAgent`` that keeps keys of live streams."""

    _store: KeyStore
    _root: RootInHand
    _book: Book
    _caller: str
    _now: Callable[[], datetime]
    _random: Callable[[int], bytes]

    def stream_public(self, client: UUID) -> PublicKey:
        epoch = self._store.newest_epoch(client)
        with self._stream_seed(epoch) as seed:
            return PublicKey(epoch.number, hpke.public_key(seed))

    def open_stream(self, client: UUID, stream: UUID, sealed: bytes) -> None:
        newest = self._store.newest_epoch(client)
        if any(one.sealed == sealed for one in self._store.streams.waiting(client, [stream])):
            return  # it was kept, and the answer was lost
        try:
            number = stream_keys.epoch_of(sealed)
            if number != newest.number:
                raise EpochEnded(_ROTATED) if number < newest.number else Unopenable
            with self._stream_seed(newest) as seed:  # what cannot be opened would keep its epoch alive for ever
                wipe(stream_keys.open_key(seed, sealed, client, stream))
        except Unopenable:
            raise BadInput(_STRANGE) from None
        self._store.streams.add(client, WaitingStream(stream, number, sealed), self._now())

    def bind_streams(self, client: UUID, customer: UUID, streams: Sequence[UUID]) -> BoundStreams:
        if len(streams) > MOST_AT_ONCE:
            raise BadInput(f"At most {MOST_AT_ONCE} streams are bound at once.")
        owner, wrapped = KeyRef(client, customer, 1), dict[UUID, bytes]()
        if not self._store.is_destroyed(client, customer):
            owner = KeyRef(client, customer, self._store.newest_versions(client, [customer])[customer])
            wrapped = self._rewrapped_streams(owner, self._store.streams.waiting(client, streams))
        return self._store.streams.bind(owner, wrapped, streams, self._now())

    def waiting_streams(self, client: UUID) -> list[WaitingSince]:
        return self._store.streams.all_waiting(client)

    def drop_streams(self, client: UUID, streams: Sequence[UUID]) -> DroppedStreams:
        if len(streams) > MOST_AT_ONCE:
            raise BadInput(f"At most {MOST_AT_ONCE} streams are dropped at once.")
        return self._store.streams.drop(client, streams, self._now())

    def unwrap_streams(self, refs: Sequence[StreamRef], purpose: str) -> list[bytearray]:
        require_purpose(purpose)
        self._book.require()
        clients = (ref.client for ref in refs)
        opened = self._unless_frozen(clients, lambda: self._opened_streams(self._store.streams.find(refs)))
        try:
            given = [KeyRef(ref.client, ref.customer, 0) for ref in refs]
            self._book.given(self._caller, purpose, given)
        except BaseException:
            wipe(*opened)
            raise
        return opened

    def _opened_streams(self, found: Sequence[WrappedStream]) -> list[bytearray]:
        owners = list(dict.fromkeys(KeyRef(one.ref.client, one.ref.customer, one.version) for one in found))
        opened: list[bytearray] = []
        try:
            with self._stream_keks(owners) as keks:
                for one in found:
                    ref = one.ref
                    binding = hierarchy.stream_binding(ref.client, ref.customer, one.version, ref.stream)
                    kek = keks[KeyRef(ref.client, ref.customer, one.version)]
                    opened.append(hierarchy.unwrap(kek, one.wrapped, binding))
        except BaseException:
            wipe(*opened)
            raise
        return opened

    def _rewrapped_streams(self, owner: KeyRef, waiting: Sequence[WaitingStream]) -> dict[UUID, bytes]:
        """Each waiting key, opened and wrapped under the customer's; in the clear it lives only here."""
        epochs = {epoch.number: epoch for epoch in self._store.living_epochs(owner.client)}
        wrapped = {}
        with ExitStack() as stack:
            kek = stack.enter_context(self._stream_keks([owner]))[owner]
            needed = dict.fromkeys(one.epoch for one in waiting)
            seeds = {number: stack.enter_context(self._stream_seed(epochs[number])) for number in needed}
            for one in waiting:
                key = _waiting_key(seeds[one.epoch], owner.client, one)
                try:
                    binding = hierarchy.stream_binding(owner.client, owner.customer, owner.version, one.stream)
                    wrapped[one.stream] = hierarchy.wrap(kek, key, binding, self._random(NONCE_BYTES))
                finally:
                    wipe(key)
        return wrapped

    @contextmanager
    def _stream_seed(self, epoch: WrappedEpoch) -> Iterator[bytearray]:
        """The seed of an epoch's stream pair, for the length of a block."""
        secret = self._root.unwrap(epoch.wrapped, hierarchy.epoch_binding(epoch.client, epoch.number))
        try:
            seed = hierarchy.stream_seed(secret, epoch.client)
        finally:
            wipe(secret)
        try:
            yield seed
        finally:
            wipe(seed)

    @contextmanager
    def _stream_keks(self, owners: Sequence[KeyRef]) -> Iterator[Mapping[KeyRef, bytearray]]:
        """The keys that wrap stream keys of customers, for the length of a block."""
        keks: dict[KeyRef, bytearray] = {}
        customer_keys = self._opened(owners)
        try:
            for owner, key in zip(owners, customer_keys, strict=True):
                keks[owner] = hierarchy.stream_wrapping_key(key)
            yield keks
        finally:
            wipe(*customer_keys, *keks.values())

    def _opened(self, refs: Sequence[KeyRef]) -> list[bytearray]:
        raise NotImplementedError

    def _unless_frozen(self, clients: Iterable[UUID], opened: Callable[[], list[bytearray]]) -> list[bytearray]:
        raise NotImplementedError


def _waiting_key(seed: bytearray, client: UUID, waiting: WaitingStream) -> bytearray:
    try:
        return stream_keys.open_key(seed, waiting.sealed, client, waiting.stream)
    except Unopenable:
        raise Misconfigured(_DAMAGED) from None
