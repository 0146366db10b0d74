"""A live stream: one side of a call, sealed while it is said.

::

    part   = head | records                                                        one file of the spool
    head   = "RZSP" | suite 1 (0x61) | call 16 | stream 16 | part 4 | first sequence 8 | previous tag 16   65 bytes
    record = length 4 | kind 1 | unix ms 8 | nonce 12 | ciphertext | tag 16        length of what follows it
        nonce      = sequence, big-endian
        bound data = suite 1 | call 16 | stream 16 | part 4 | sequence 8 | unix ms 8 | kind 1 | previous tag 16
        plaintext  = sound: at most 4,000 bytes of mu-law, half a second at 8 kHz
                     marker: reason 1 | frames 8

All big-endian. Rules:

* Sequences count from 0 over all parts of a stream. Each record is bound to its part and to the tag of the one before
  it, the first to zeros: what was cut out, exchanged, repeated or taken from elsewhere does not open, and neither does
  what follows it.
* A head says where its part belongs and proves nothing. Whoever begins to read at a later part must know from elsewhere
  which record comes next: the segment made of the part before says it.
* A stream ends with the marker *end*. A part may stop in the middle of a record when its writer died: that record is
  dropped and reading ends as *torn*. Nothing else is forgiven.
* A key seals each sequence once. What could not be written is written again as it was sealed, never sealed again.

Segments of what was received, which are what is kept, are ``segments``; a stream's key is ``stream_keys``.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from razdar.core.crypto import aead, stream_keys, suites
from razdar.core.crypto.material import NONCE_BYTES, Key, Octets, usable, wipe
from razdar.core.errors import Unopenable

RATE = 8000
"""Frames a second; a frame of mu-law is one byte."""
MOST_SOUND = RATE // 2
MOST_FRAMES = 24 * 3600 * RATE
"""The longest silence a marker can stand for."""
NO_TAG = bytes(aead.TAG_BYTES)

_MAGIC = b"RZSP"
_HEAD = struct.Struct(">4sB16s16sIQ16s")
HEAD_BYTES = _HEAD.size
_LENGTH = struct.Struct(">I")
_RECORD = struct.Struct(">BQ")
_BOUND = struct.Struct(">B16s16sIQQB16s")
_MARKER = struct.Struct(">BQ")
_MOST_RECORD = _RECORD.size + aead.OVERHEAD + MOST_SOUND
_MOST_SEQUENCE = 1 << 63


class Kind(IntEnum):
    """What a record is."""

    SOUND = 1
    GAP = 2
    PAUSE = 3
    RESUME = 4
    END = 5


class Reason(IntEnum):
    """Why there is a marker. Numbers are never reused."""

    NONE = 0
    LATE = 1  # nothing came for a while, and then it went on
    LOST = 2  # the recorder died; nobody knows what was said
    DAMAGED = 3  # what is stored does not open
    NO_ROOM = 4  # the spool was full
    ASKED = 10  # somebody paused the recording
    CARD = 11  # a card or a secret is being entered
    HOLD = 12  # the caller is on hold
    CONSENT = 13  # the caller does not want it
    HUNG_UP = 20  # the call, or this side's tap, was over
    BROKEN = 21  # the connection broke
    SILENT = 22  # connected, and nothing came
    TOO_LONG = 23  # the longest call there may be
    STOPPED = 24  # the recorder was told to stop
    MALFORMED = 25  # something came that was not asked for
    STALLED = 26  # the recorder could not go on with it


@dataclass(frozen=True, slots=True)
class Place:
    """Which side of which call a stream is."""

    call: UUID
    stream: UUID


@dataclass(frozen=True, slots=True)
class Next:
    """Which record of a stream comes next.

    Attributes:
        sequence: its own.
        previous: tag of the one before it; zeros for the first.
    """

    sequence: int
    previous: bytes


FIRST = Next(0, NO_TAG)


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that is not sound.

    Attributes:
        kind: any but *sound*.
        reason: why.
        frames: of silence it stands for, at 8 kHz; of *end* the length of the stream.
    """

    kind: Kind
    reason: Reason
    frames: int


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One record, opened; plain, so printed nowhere.

    Attributes:
        at_ms: when it was sealed, milliseconds since 1970 UTC.
        sound: mu-law; empty where there is a marker.
        marker: in the place of sound.
    """

    at_ms: int
    sound: bytes
    marker: Marker | None


# --- Writing ----------------------------------------------------------------------------------------------------------


class Sealer:
    """Seals the records of one stream in their order; not for several threads at once.

    Args:
        stream_key: read during construction only.
        place: the stream.

    Attributes:
        next: the record that will be sealed next.

    Raises:
        ValueError: a wiped or malformed key.
    """

    def __init__(self, stream_key: Key, place: Place) -> None:
        self._key = stream_keys.record_key(stream_key)
        self._place = place
        self._part = 0
        self.next = FIRST

    def part(self) -> bytes:
        """The head of the next part; the records sealed from now on belong to it."""
        place, number = self._place, self._part
        self._part += 1
        values = (place.call.bytes, place.stream.bytes, number, self.next.sequence, self.next.previous)
        return _HEAD.pack(_MAGIC, suites.STREAM, *values)

    def sound(self, mulaw: Octets, at_ms: int) -> bytes:
        """A record of 1 to 4,000 bytes of mu-law.

        Raises:
            ValueError: of another length, or the stream has ended.
        """
        if not 0 < len(mulaw) <= MOST_SOUND:
            raise ValueError("a record holds 1 to 4,000 bytes of sound")
        return self._record(Kind.SOUND, bytes(mulaw), at_ms)

    def marker(self, marker: Marker, at_ms: int) -> bytes:
        """A record of a marker; after *end* there are no more.

        Raises:
            ValueError: sound, silence out of range, or the stream has ended.
        """
        if marker.kind is Kind.SOUND or not 0 <= marker.frames <= MOST_FRAMES:
            raise ValueError("a marker is not sound and stands for at most a day of silence")
        record = self._record(marker.kind, _MARKER.pack(marker.reason, marker.frames), at_ms)
        if marker.kind is Kind.END:
            self.wipe()
        return record

    def wipe(self) -> None:
        """Forget the key; nothing can be sealed any more."""
        wipe(self._key)

    def _record(self, kind: Kind, plaintext: bytes, at_ms: int) -> bytes:
        if self._part == 0:
            raise ValueError("records belong to a part")
        sequence = self.next.sequence
        bound = _bound(self._place, self._part - 1, self.next, at_ms, kind)
        sealed = suites.by_id(suites.STREAM).seal(self._key, plaintext, bound, sequence.to_bytes(NONCE_BYTES))
        self.next = Next(sequence + 1, sealed[-aead.TAG_BYTES :])
        return _LENGTH.pack(_RECORD.size + len(sealed)) + _RECORD.pack(kind, at_ms) + sealed


def _bound(place: Place, part: int, record: Next, at_ms: int, kind: int) -> bytes:
    where = (place.call.bytes, place.stream.bytes, part, record.sequence)
    return _BOUND.pack(suites.STREAM, *where, at_ms, kind, record.previous)


# --- Reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """What a part says of itself, which proves nothing: anybody can write it.

    Attributes:
        place: the stream.
        part: its number, from 0.
        begins: its first record.
    """

    place: Place
    part: int
    begins: Next


def read_head(part: Octets) -> Head:
    """The head of a part.

    Raises:
        Unopenable: not a part.
    """
    if len(part) < HEAD_BYTES:
        raise Unopenable
    magic, suite, call, stream, number, sequence, previous = _HEAD.unpack_from(part)
    if magic != _MAGIC or suite != suites.STREAM or sequence >= _MOST_SEQUENCE:
        raise Unopenable
    if sequence == 0 and previous != NO_TAG:
        raise Unopenable
    return Head(Place(UUID(bytes=call), UUID(bytes=stream)), number, Next(sequence, previous))


class Opener:
    """Opens the parts of one stream, one after the other, from any of them on.

    Args:
        stream_key: read during construction only.
        place: the stream.
        part: number of the first part that will be read.
        begins: its first record, as the segment of the part before says; ``None`` where that is not known, and then
            no part opens.

    Attributes:
        next: the record that must come next.
        ended: the marker *end* was read.
        torn: the last part stopped in the middle of a record, or of its head.

    Raises:
        Unopenable: a wiped or malformed key.
    """

    def __init__(self, stream_key: Key, place: Place, part: int = 0, begins: Next | None = FIRST) -> None:
        if not usable(stream_key):
            raise Unopenable
        self._key = stream_keys.record_key(stream_key)
        self._place = place
        self._part = part
        self.next = begins
        self.ended = False
        self.torn = False

    def read(self, part: Octets) -> Iterator[Record]:
        """The records of the next part, each checked before it is given.

        Raises:
            Unopenable: a part of another stream, one out of order, one after the end or after a torn one, or a record
                that was changed; what was given before it is sound.
        """
        if self.ended or self.torn:
            raise Unopenable
        if len(part) < HEAD_BYTES:
            self.torn = True
            return
        head = read_head(part)
        if (head.place, head.part, head.begins) != (self._place, self._part, self.next):
            raise Unopenable
        self._part += 1
        yield from self._records(memoryview(part)[HEAD_BYTES:])

    def wipe(self) -> None:
        """Forget the key."""
        wipe(self._key)

    def _records(self, rest: memoryview) -> Iterator[Record]:
        while rest:
            if self.ended:
                raise Unopenable  # nothing follows the end
            length = _LENGTH.unpack_from(rest)[0] if len(rest) >= _LENGTH.size else _RECORD.size
            if not _RECORD.size <= length <= _MOST_RECORD:
                raise Unopenable
            if len(rest) < _LENGTH.size + length:
                self.torn = True
                return
            yield self._record(rest[_LENGTH.size : _LENGTH.size + length])
            rest = rest[_LENGTH.size + length :]

    def _record(self, sealed: memoryview) -> Record:
        if self.next is None:
            raise Unopenable
        kind, at_ms = _RECORD.unpack_from(sealed)
        sealed = sealed[_RECORD.size :]
        bound = _bound(self._place, self._part - 1, self.next, at_ms, kind)
        plaintext = suites.by_id(suites.STREAM).open(self._key, sealed, bound)
        record = _opened(kind, at_ms, plaintext)
        self.next = Next(self.next.sequence + 1, bytes(sealed[-aead.TAG_BYTES :]))
        self.ended = record.marker is not None and record.marker.kind is Kind.END
        return record


def _opened(kind: int, at_ms: int, plaintext: bytes) -> Record:
    if kind == Kind.SOUND:
        return Record(at_ms, plaintext, None)
    try:
        reason, frames = _MARKER.unpack(plaintext)
        return Record(at_ms, b"", Marker(Kind(kind), Reason(reason), frames))
    except (ValueError, struct.error):
        raise Unopenable from None
