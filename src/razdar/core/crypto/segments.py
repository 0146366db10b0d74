"""Segments: what is kept of a live stream (``streams``), each at most ten seconds of sound, or only silence.

::

    segment = suite 1 (0x61) | nonce 12 | ciphertext | tag 16                                one stored object
        key        = segment key of the stream
        bound data = suite 1 | call 16 | stream 16 | number 4 | first frame 8 | frames 8 | last 1 | previous tag 16
        plaintext  = next sequence 8 | next previous tag 16 | count 2 | markers | sound
        marker     = kind 1 | reason 1 | at frame 8 | frames 8 | unix ms 8
        sound      = a sound file of ``frames`` frames at 8 kHz, one channel; nothing where all of it is silence

All big-endian. Frames count from the beginning of the stream, silence included. The nonce is random, because a segment
may be made twice: by a recorder that died before anybody knew of it, and once more from its spool.

Segments are numbered from 0 without gaps, each begins where the one before it ends and is bound to its tag, and the
last says that it is the last. So a segment opens alone, in the place it is claimed to have, and ``check_order`` tells
whether such claims are all of a stream, in its order. It also holds which record of the stream comes next, the first of
the part that follows: so whoever reads on from the spool knows where, without believing a part's head.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from razdar.core.crypto import aead, stream_keys, streams, suites
from razdar.core.crypto.material import Key, Octets, usable, wipe
from razdar.core.crypto.streams import NO_TAG, Kind, Marker, Next, Reason
from razdar.core.errors import Unopenable

MOST_SOUND_FRAMES = 10 * streams.RATE
MOST_MARKERS = 1000

_BOUND = struct.Struct(">B16s16sIQQ?16s")
_NEXT = struct.Struct(">Q16s")
_COUNT = struct.Struct(">H")
_MARK = struct.Struct(">BBQQQ")


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """Where in a stream a segment belongs.

    Attributes:
        call, stream: whose.
        number: from 0.
        first, frames: where it begins, and how long it is, silence included.
        last: nothing follows it.
        previous: tag of the segment before; zeros for the first.
    """

    call: UUID
    stream: UUID
    number: int
    first: int
    frames: int
    last: bool
    previous: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker and where it stands.

    Attributes:
        at: frame of the stream at which its silence begins.
        at_ms: when it was made, milliseconds since 1970 UTC.
    """

    marker: Marker
    at: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a segment holds; its sound is printed nowhere.

    Attributes:
        marks: in their order.
        sound: a sound file; empty where the segment is silence.
        next: the record of the stream that follows what the segment was made of.
    """

    marks: tuple[Mark, ...]
    sound: bytes = field(repr=False)
    next: Next


def seal(key: Key, place: SegmentPlace, content: Content, nonce: bytes) -> bytes:
    """Seal a segment.

    Args:
        key: the segment key of the stream.
        place: where it belongs.
        content: what it holds.
        nonce: 12 random bytes.

    Raises:
        ValueError: a wiped key, or something out of range.
    """
    if content.sound and place.frames > MOST_SOUND_FRAMES:
        raise ValueError("a segment holds at most ten seconds of sound")
    if len(content.marks) > MOST_MARKERS or not 0 <= place.frames <= streams.MOST_FRAMES:
        raise ValueError("a segment has at most a thousand markers and a day of silence")
    marks = b"".join(map(_packed, content.marks))
    follows = _NEXT.pack(content.next.sequence, content.next.previous)
    plaintext = follows + _COUNT.pack(len(content.marks)) + marks + content.sound
    sealed = suites.by_id(suites.STREAM).seal(key, plaintext, _bound(suites.STREAM, place), nonce)
    return bytes((suites.STREAM,)) + sealed


def open_segment(stream_key: Key, place: SegmentPlace, sealed: Octets) -> Content:
    """Open a segment in the place it is claimed to have.

    Raises:
        Unopenable: anything at all is wrong.
    """
    if not sealed or sealed[0] != suites.STREAM or not usable(stream_key):
        raise Unopenable
    key = stream_keys.segment_key(stream_key)
    try:
        bound = _bound(suites.STREAM, place)
        plaintext = suites.by_id(suites.STREAM).open(key, memoryview(sealed)[1:], bound)
    except (struct.error, ValueError):  # a claim that no segment can have
        raise Unopenable from None
    finally:
        wipe(key)
    return _unpacked(plaintext)


def tag(sealed: Octets) -> bytes:
    """What the next segment is bound to."""
    return bytes(sealed[-aead.TAG_BYTES :])


def check_order(claims: Sequence[tuple[SegmentPlace, bytes]], *, whole: bool = True) -> None:
    """Whether places, each with the tag of its segment, follow one another from the first segment of a stream.

    Args:
        claims: in order. Each is proved by opening its segment; this proves that none is missing.
        whole: the last of the stream must be among them.

    Raises:
        Unopenable: something is missing, repeated, out of order or of another stream.
    """
    number, first, previous, ended = 0, 0, NO_TAG, False
    for place, own in claims:
        found = (place.number, place.first, place.previous, place.call, place.stream)
        if ended or found != (number, first, previous, claims[0][0].call, claims[0][0].stream):
            raise Unopenable
        number, first, previous, ended = number + 1, first + place.frames, own, place.last
    if whole and not ended:
        raise Unopenable


def _bound(suite: int, place: SegmentPlace) -> bytes:
    head = (suite, place.call.bytes, place.stream.bytes, place.number, place.first, place.frames)
    if len(place.previous) != aead.TAG_BYTES:
        raise ValueError("a tag is 16 bytes")
    return _BOUND.pack(*head, place.last, place.previous)


def _packed(mark: Mark) -> bytes:
    marker = mark.marker
    return _MARK.pack(marker.kind, marker.reason, mark.at, marker.frames, mark.at_ms)


def _unpacked(plaintext: bytes) -> Content:
    try:
        follows = Next(*_NEXT.unpack_from(plaintext))
        (count,) = _COUNT.unpack_from(plaintext, _NEXT.size)
        begin = _NEXT.size + _COUNT.size
        start = begin + count * _MARK.size
        marks = tuple(
            Mark(Marker(Kind(kind), Reason(reason), frames), at, at_ms)
            for kind, reason, at, frames, at_ms in _MARK.iter_unpack(plaintext[begin:start])
        )
    except (struct.error, ValueError):
        raise Unopenable from None
    if len(marks) != count:
        raise Unopenable
    return Content(marks, plaintext[start:], follows)
