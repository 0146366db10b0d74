"""One stream while it runs: frames in; records for the spool and segments for the store out. Knows no socket, no disk.

Rules:

* Sound becomes a record every half second at the latest, and never more than half a second of it.
* Time is what was received. When nothing came for more than 200 ms and the frames that are missing do not follow, a
  *gap* of that length is noted in their place, so that both sides of a call stay in step.
* From the moment a pause is heeded nothing of what comes is kept, however long what came before waits to be sealed; how
  much came is noted as silence when it goes on.
* A part of the spool is closed with the segment made from it.

Frames and pauses come from one thread (the event loop); what is to be written is taken from it by ``take`` and ``end``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from razdar.keys.recording import FIRST, MOST_SOUND, RATE, Kind, Marker, Next, Reason
from razdar.telephony.composing import Composer, silence_of

FRAME_BYTES = 160
"""Twenty milliseconds of mu-law."""
GAP_SECONDS = 0.2
_FRAMES_A_SECOND = RATE


class Seals(Protocol):
    """What seals records (``keys.recording.LiveStream``)."""

    @property
    def next(self) -> Next: ...
    def part(self) -> bytes: ...
    def sound(self, mulaw: bytes, at_ms: int) -> bytes: ...
    def marker(self, marker: Marker, at_ms: int) -> bytes: ...


@dataclass(frozen=True)
class Piece:
    """Ciphertext to append to a part of the spool.

    Attributes:
        part: its number.
        data: records, behind the part's head where it begins.
        closed: what the part holds, once nothing more is appended; it becomes a segment.
        next: the record that follows, where it is closed.
        last: nothing follows this part.
    """

    part: int
    data: bytes = field(repr=False)
    closed: Composer | None = field(default=None, repr=False)
    next: Next = FIRST
    last: bool = False


@dataclass(frozen=True)
class _Due:
    """A marker that stands before the frame at ``offset`` of what waits."""

    offset: int
    marker: Marker
    at_ms: int


@dataclass
class _Stall:
    """Nothing came from ``since`` until ``over``, before the frame at ``offset`` of what waits or is dropped."""

    offset: int
    since: float
    over: float


class LiveSide:
    """One stream.

    Args:
        now: seconds that only grow.
        unix_ms: milliseconds since 1970 UTC.

    Attributes:
        flowing_ms: when the first frame came.
        frames: length by now, silence included.
        heard: bytes that came, kept or not.
    """

    def __init__(self, now: Callable[[], float], unix_ms: Callable[[], int]) -> None:
        self._now, self._unix_ms = now, unix_ms
        self._waiting = bytearray()
        self._due: list[_Due] = []
        self._stall: _Stall | None = None
        self._paused: Reason | None = None
        self._dropped = 0
        self._composer: Composer | None = None
        self._part = 0
        self._open = bytearray()
        self._begun = False
        self.last_at = now()
        self.flowing_ms: int | None = None
        self.frames = 0
        self.heard = 0

    def frame(self, sound: bytes) -> None:
        """Take what was said in the last twenty milliseconds."""
        now = self._now()
        if self.flowing_ms is None:
            self.flowing_ms = self._unix_ms()
        elif now - self.last_at > GAP_SECONDS and self._stall is None:
            self._stall = _Stall(self._came, self.last_at, now)
        self.last_at = now
        self.heard += len(sound)
        if self._paused is None:
            self._waiting += sound
        else:
            self._dropped += len(sound)

    @property
    def waits(self) -> int:
        """Bytes that are not in a record yet."""
        return len(self._waiting)

    @property
    def paused(self) -> bool:
        """Whether nothing of what comes is kept."""
        return self._paused is not None

    def pause(self, reason: Reason | None) -> bool:
        """Keep nothing of what comes from now on, or everything again; what came before waits as it did.

        Returns:
            Whether that is new.
        """
        if reason == self._paused:
            return False
        missing = self._missing(self._stall, self._came) if self._stall else 0
        if self._paused is not None:
            self._note(Marker(Kind.RESUME, self._paused, self._dropped + missing))
        elif self._stall and missing:
            self._note(Marker(Kind.GAP, Reason.LATE, missing), self._stall.offset)
        if reason is not None:
            self._note(Marker(Kind.PAUSE, reason, 0))
        self._paused, self._dropped, self._stall = reason, 0, None
        return True

    def take(self, seals: Seals) -> list[Piece]:
        """Everything since the last time, sealed."""
        pieces: list[Piece] = []
        self._take(seals, pieces, ending=False)
        return self._settled(pieces)

    def end(self, seals: Seals, reason: Reason) -> list[Piece]:
        """What is left, and the end; afterwards there is nothing to take."""
        pieces: list[Piece] = []
        self.pause(None)
        self._take(seals, pieces, ending=True)
        self._mark(seals, pieces, Marker(Kind.END, reason, self.frames), self._unix_ms())
        self._close(seals, pieces, last=True)
        return self._settled(pieces)

    def forget(self) -> None:
        """Overwrite what is plain: nobody will seal it."""
        self._waiting[:] = bytes(len(self._waiting))
        if self._composer:
            self._composer.forget()

    # --- inside -------------------------------------------------------------------------------------------------------

    @property
    def _came(self) -> int:
        """How much came since the last change: what waits, or what a pause dropped."""
        return len(self._waiting) if self._paused is None else self._dropped

    def _note(self, marker: Marker, offset: int | None = None) -> None:
        """A marker becomes due: behind what waits by now, or before that."""
        self._due.append(_Due(len(self._waiting) if offset is None else offset, marker, self._unix_ms()))

    def _take(self, seals: Seals, pieces: list[Piece], *, ending: bool) -> None:
        drawn = 0
        for due in self._due:
            self._keep(seals, pieces, self._drawn(due.offset - drawn))
            self._mark(seals, pieces, due.marker, due.at_ms)
            drawn = due.offset
        self._due.clear()
        if self._paused is None:  # a pause is the last that was due: nothing waits behind it
            if self._stall:
                self._stall.offset -= drawn
            self._keep_waiting(seals, pieces, ending=ending)

    def _keep_waiting(self, seals: Seals, pieces: list[Piece], *, ending: bool) -> None:
        if self._stall:
            self._keep(seals, pieces, self._drawn(self._stall.offset))
            self._stall.offset = 0
            if self._now() - self._stall.over < GAP_SECONDS and not ending:
                return  # what is late may still come
            missing = self._missing(self._stall, len(self._waiting))
            self._stall = None
            if missing:
                self._mark(seals, pieces, Marker(Kind.GAP, Reason.LATE, missing), self._unix_ms())
        self._keep(seals, pieces, self._drawn(len(self._waiting)))

    def _drawn(self, count: int) -> bytes:
        """The first bytes of what waits, which is overwritten."""
        heard, rest = bytes(self._waiting[:count]), self._waiting[count:]
        self._waiting[:] = bytes(len(self._waiting))
        self._waiting = rest
        return heard

    def _missing(self, stall: _Stall, heard: int) -> int:
        """Frames that should have come since a stall began and did not; none where they came late."""
        elapsed = int((self._now() - stall.since) * _FRAMES_A_SECOND)
        missing = elapsed - (heard - stall.offset)
        return missing if missing > GAP_SECONDS * _FRAMES_A_SECOND else 0

    def _keep(self, seals: Seals, pieces: list[Piece], heard: bytes) -> None:
        for start in range(0, len(heard), MOST_SOUND):
            piece = heard[start : start + MOST_SOUND]
            composer = self._room(seals, pieces)
            self._append(seals, seals.sound, piece)
            composer.sound(piece)
            self.frames += len(piece)

    def _mark(self, seals: Seals, pieces: list[Piece], marker: Marker, at_ms: int) -> None:
        composer = self._composer
        if composer is None or not composer.fits(marker):
            composer = self._room(seals, pieces, anew=True)
        self._append(seals, lambda one, _: seals.marker(one, at_ms), marker)
        composer.marker(marker, at_ms)
        self.frames += silence_of(marker)

    def _append(self, seals: Seals, seal: Callable[..., bytes], what: bytes | Marker) -> None:
        if not self._begun:
            self._open += seals.part()
            self._begun = True
        self._open += seal(what, self._unix_ms())

    def _room(self, seals: Seals, pieces: list[Piece], *, anew: bool = False) -> Composer:
        """The segment that what comes next goes into."""
        if self._composer is not None and (anew or self._composer.full):
            self._close(seals, pieces)
        if self._composer is None:
            self._composer = Composer(self.frames)
        return self._composer

    def _close(self, seals: Seals, pieces: list[Piece], *, last: bool = False) -> None:
        pieces.append(Piece(self._part, bytes(self._open), self._composer, seals.next, last))
        self._open, self._composer, self._begun = bytearray(), None, False
        self._part += 1

    def _settled(self, pieces: list[Piece]) -> list[Piece]:
        if self._open:
            pieces.append(Piece(self._part, bytes(self._open)))
            self._open = bytearray()
        return pieces
