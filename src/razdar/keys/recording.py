"""What a recorder holds of a running stream: its key, and what that key seals. Nothing here opens anything.

The sealed key is in the key store before the first record exists (``LiveStream.begin``). Records are sealed in one
thread and segments in another; each has a key of its own, and each is overwritten as soon as nothing more is sealed.
"""

import os
import threading
from dataclasses import dataclass
from uuid import UUID

from razdar.core.crypto import segments, stream_keys, streams
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, wipe
from razdar.core.crypto.segments import MOST_SOUND_FRAMES, Content, Mark, SegmentPlace
from razdar.core.crypto.streams import (
    FIRST,
    MOST_FRAMES,
    MOST_SOUND,
    NO_TAG,
    RATE,
    Kind,
    Marker,
    Next,
    Place,
    Reason,
    Record,
)
from razdar.core.errors import Unavailable, Unopenable
from razdar.keys import agent

__all__ = [
    "FIRST",
    "MOST_FRAMES",
    "MOST_SOUND",
    "MOST_SOUND_FRAMES",
    "NO_TAG",
    "RATE",
    "Content",
    "Kind",
    "LiveStream",
    "Mark",
    "Marker",
    "Next",
    "Place",
    "Reason",
    "Record",
    "Sealed",
    "SegmentPlace",
    "part_of",
]

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed segment, where it belongs, and its tag."""

    place: SegmentPlace
    data: bytes
    tag: bytes


class LiveStream:
    """One running stream; made by ``begin``.

    Args:
        place: the stream.
        key: overwritten before this returns.
    """

    def __init__(self, place: Place, key: bytearray) -> None:
        try:
            self._sealer = streams.Sealer(key, place)
            self._segment_key = stream_keys.segment_key(key)
        finally:
            wipe(key)
        self.place = place
        self._lock = threading.Lock()
        self._number, self._first, self._previous = 0, 0, NO_TAG

    @classmethod
    def begin(cls, client: UUID, place: Place) -> "LiveStream":
        """Make a stream's key and have it kept, sealed to the client's public key.

        Raises:
            NotFound: an unknown client.
            Unavailable, KeysLocked, Throttled: the key agent does not keep it now; nothing may be recorded.
        """
        key = bytearray(os.urandom(KEY_BYTES))
        try:
            _keep(client, place.stream, key)
        except BaseException:
            wipe(key)
            raise
        return cls(place, key)

    @property
    def next(self) -> Next:
        """The record that will be sealed next."""
        return self._sealer.next

    def part(self) -> bytes:
        """The head of the next part of the spool."""
        return self._sealer.part()

    def sound(self, mulaw: bytes, at_ms: int) -> bytes:
        """A record of at most 4,000 bytes of mu-law."""
        return self._sealer.sound(mulaw, at_ms)

    def marker(self, marker: Marker, at_ms: int) -> bytes:
        """A record of a marker; with *end* the key of records is overwritten."""
        return self._sealer.marker(marker, at_ms)

    def segment(self, frames: int, content: Content, *, last: bool) -> Sealed:
        """The next segment; with the last the key of segments is overwritten."""
        with self._lock:
            place = SegmentPlace(
                self.place.call, self.place.stream, self._number, self._first, frames, last, self._previous
            )
            data = segments.seal(self._segment_key, place, content, os.urandom(NONCE_BYTES))
            sealed = Sealed(place, data, segments.tag(data))
            self._number, self._first, self._previous = self._number + 1, self._first + frames, sealed.tag
            if last:
                wipe(self._segment_key)
            return sealed

    def wipe(self) -> None:
        """Overwrite both keys: nothing more is sealed."""
        self._sealer.wipe()
        with self._lock:
            wipe(self._segment_key)


def part_of(head: bytes) -> tuple[Place, int]:
    """Which part of which stream a file of the spool says it is; proved only when it is opened.

    Raises:
        Unopenable: it is no part.
    """
    found = streams.read_head(head)
    return found.place, found.part


def _keep(client: UUID, stream: UUID, key: bytearray) -> None:
    """Seal to the newest public key; again with the next one where the epoch has just ended."""
    for last in (False,) * (_TRIES - 1) + (True,):
        public = agent.current().stream_public(client)
        sealed = stream_keys.seal_key(public.key, public.version, key, client, stream)
        try:
            return agent.current().open_stream(client, stream, sealed)
        except Unavailable:
            if last or agent.current().stream_public(client).version == public.version:
                raise
    raise Unopenable
