"""Live streams, once a call is over: bound to the customer, salvaged, and read segment by segment; their keys dropped.

Binding hands no key out. Salvaging does, and is logged like any look: one event for the customer, under the action that
stands in the key agent's book too. Who listens comes through the door (`razdar.vault.content.open_stream`).
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from razdar import audit
from razdar.core.crypto import segments, stream_keys, streams
from razdar.core.crypto.material import NONCE_BYTES, wipe
from razdar.core.crypto.segments import Content, SegmentPlace
from razdar.core.crypto.streams import FIRST, Next, Place, Record
from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import NotFound, Unopenable
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.keys import agent
from razdar.keys.records import BoundStreams, StreamRef
from razdar.keys.stream_records import WaitingSince
from razdar.runtime import objects
from razdar.vault import accounting
from razdar.vault.sealed import SealedSegment


def bind(client: UUID, customer: UUID, found: Sequence[UUID]) -> BoundStreams:
    """Give streams to a customer; where the customer was erased, their keys are destroyed. May be repeated.

    Raises:
        NotFound: an unknown client or customer. BadInput: a stream is another customer's.
        Unavailable, KeysLocked: the key agent does not do it now.
    """
    bound = agent.current().bind_streams(client, customer, found)
    _tell_ended(client, bound.ended)
    return bound


def waiting(client: UUID) -> list[WaitingSince]:
    """A client's streams that wait to be given to a customer, the oldest first.

    Raises:
        Unavailable, KeysLocked: the key agent does not answer now.
    """
    return agent.current().waiting_streams(client)


def drop(client: UUID, found: Sequence[UUID]) -> None:
    """Destroy the keys of at most a thousand streams, whoever's they are. May be repeated.

    Raises:
        Unavailable, KeysLocked: the key agent does not do it now.
    """
    _tell_ended(client, agent.current().drop_streams(client, found).ended)


def _tell_ended(client: UUID, epochs: Sequence[int]) -> None:
    for number in epochs:
        detail = (("epoch", number),)
        audit.record_now(
            Event(client=client, action="keys:epoch:destroy", mode=Mode.SYSTEM, role="system", detail=detail)
        )


@dataclass(frozen=True)
class Salvager:
    """Reads the parts of one stream and seals segments of it, for the length of a block."""

    _opener: streams.Opener
    _segment_key: bytearray
    _random: Callable[[int], bytes]

    @property
    def ended(self) -> bool:
        """Whether the stream's end was read."""
        return self._opener.ended

    @property
    def next(self) -> Next:
        """The record that follows what was read; nothing needs it where no part can be read."""
        return self._opener.next or FIRST

    def read(self, part: bytes) -> Iterator[Record]:
        """The records of the next part.

        Raises:
            Unopenable: altered, or not the next; what was given before is sound.
        """
        return self._opener.read(part)

    def seal(self, place: SegmentPlace, content: Content) -> tuple[bytes, bytes]:
        """A sealed segment and its tag."""
        sealed = segments.seal(self._segment_key, place, content, self._random(NONCE_BYTES))
        return sealed, segments.tag(sealed)


@contextmanager
def salvaging(
    viewer: Viewer, customer: UUID, place: Place, after: SealedSegment | None, action: str
) -> Iterator[Salvager]:
    """Open a bound stream, to make segments of its parts.

    Args:
        viewer: of a job.
        customer: whose the stream is.
        place: the stream.
        after: the last segment that is kept; it says with which record the next part begins, and where it does not open
            no part is read.
        action: of the event that is logged.

    Raises:
        NotFound: not this customer's stream. Unopenable: the keys were destroyed.
        Unavailable: the key agent, the object store or the log does not answer.
    """
    ref = StreamRef(viewer.client, customer, place.stream)
    with _told(viewer, customer, action):
        (key,) = agent.current().unwrap_streams([ref], action)
        try:
            opener = _opener(key, place, after)
            salvager = Salvager(opener, stream_keys.segment_key(key), os.urandom)
        finally:
            wipe(key)
        try:
            yield salvager
        finally:
            salvager._opener.wipe()
            wipe(salvager._segment_key)


def _opener(key: bytearray, place: Place, after: SealedSegment | None) -> streams.Opener:
    if after is None:
        return streams.Opener(key, place)
    try:
        begins = segments.open_segment(key, _place_of(place.call, after), objects.get(after.name)).next
    except (NotFound, Unopenable):
        return streams.Opener(key, place, after.number + 1, None)
    return streams.Opener(key, place, after.number + 1, begins)


def _place_of(call: UUID, segment: SealedSegment) -> SegmentPlace:
    span = (segment.first, segment.frames, segment.last)
    return SegmentPlace(call, segment.stream, segment.number, *span, segment.previous)


@contextmanager
def _told(viewer: Viewer, customer: UUID, action: str) -> Iterator[None]:
    """What came of it is logged before it goes on."""
    outcome = Outcome.FAILED
    try:
        yield
        outcome = Outcome.OK
    finally:
        fields = accounting.unseen([customer], DataClass.RECORDING)
        audit.record_now(Event.by(viewer, action, Mode.SYSTEM, fields=fields, outcome=outcome))


@dataclass(repr=False)
class OpenedStream:
    """Reads segments of a call's streams, for as long as the keys are not wiped. Nothing it read is kept.

    A segment opens in its own place only. Those of one stream are read in their order, and one that follows the one
    read before it must name that as the one before it.
    """

    _call: UUID
    _keys: Mapping[UUID, bytearray]
    _before: dict[UUID, SegmentPlace] = field(default_factory=dict)
    _tags: dict[UUID, bytes] = field(default_factory=dict)

    def read(self, segment: SealedSegment) -> Content:
        """What a segment holds.

        Raises:
            Unopenable: altered, exchanged, missing, or not in its order. Unavailable: the object store is away.
        """
        place = _place_of(self._call, segment)
        key = self._keys.get(segment.stream)
        if key is None or not self._follows(place):
            raise Unopenable
        try:
            sealed = objects.get(segment.name)
        except NotFound:
            raise Unopenable from None
        content = segments.open_segment(key, place, sealed)
        self._before[segment.stream], self._tags[segment.stream] = place, segments.tag(sealed)
        return content

    def _follows(self, place: SegmentPlace) -> bool:
        """Whether a place may come after what was read before: later, and bound to it where it is the next."""
        before = self._before.get(place.stream)
        if before is None:
            return True
        if place.number != before.number + 1:
            return place.number > before.number
        ends = before.first + before.frames
        return not before.last and place.first == ends and place.previous == self._tags[place.stream]
