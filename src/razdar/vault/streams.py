"""Live streams, once a call is over: bound to the customer, and opened for processing.

Binding hands no key out. Opening does, and is logged like any look: one event for the customer, under the action that
stands in the key agent's book too.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from razdar import audit
from razdar.core.crypto import segments, streams
from razdar.core.crypto.material import NONCE_BYTES, wipe
from razdar.core.crypto.segments import Content, SegmentPlace
from razdar.core.crypto.streams import Place, Record
from razdar.core.disclosure import DataClass, Viewer
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.keys import agent
from razdar.keys.records import BoundStreams, StreamRef
from razdar.vault import accounting


def bind(client: UUID, customer: UUID, found: Sequence[UUID]) -> BoundStreams:
    """Give streams to a customer; where the customer was erased, their keys are destroyed. May be repeated.

    Raises:
        NotFound: an unknown client or customer. BadInput: a stream is another customer's.
        Unavailable, KeysLocked: the key agent does not do it now.
    """
    bound = agent.current().bind_streams(client, customer, found)
    for number in bound.ended:
        detail = (("epoch", number),)
        audit.record_now(
            Event(client=client, action="keys:epoch:destroy", mode=Mode.SYSTEM, role="system", detail=detail)
        )
    return bound


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
def salvaging(viewer: Viewer, customer: UUID, place: Place, first: int, action: str) -> Iterator[Salvager]:
    """Open a bound stream, to make segments of its parts.

    Args:
        viewer: of a job.
        customer: whose the stream is.
        place: the stream.
        first: number of the first part that will be read.
        action: of the event that is logged.

    Raises:
        NotFound: not this customer's stream. Unopenable: the keys were destroyed.
        Unavailable: the key agent or the log does not answer.
    """
    ref = StreamRef(viewer.client, customer, place.stream)
    with _told(viewer, customer, action):
        (key,) = agent.current().unwrap_streams([ref], action)
        try:
            salvager = Salvager(streams.Opener(key, place, first), streams.segment_key(key), os.urandom)
        finally:
            wipe(key)
        try:
            yield salvager
        finally:
            salvager._opener.wipe()
            wipe(salvager._segment_key)


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
