"""Frames to records and segments, without socket, disk or clock: nothing is lost, nothing waits longer than it may."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.core.crypto.streams import FIRST, Opener, Place, Record, Sealer, read_head
from razdar.keys.recording import MOST_SOUND, MOST_SOUND_FRAMES, Kind, Marker, Reason
from razdar.telephony.composing import Composer, silence_of
from razdar.telephony.recording.live import FRAME_BYTES, LiveSide, Piece
from tests.core.crypto.examples import KEY
from tests.core.crypto.recorded import PLACE
from tests.telephony.calls import numbered, numbered_frame, numbers

FRAME = 0.02


@dataclass
class Line:
    """A side under a clock of the test's own."""

    moment: float = 1000.0
    number: int = 0
    pieces: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.side = LiveSide(lambda: self.moment, lambda: round(self.moment * 1000))
        self.sealer = Sealer(KEY, PLACE)

    def say(self, seconds: float, *, lost: bool = False, late: bool = False) -> None:
        """Frames on time; lost ones take their time and never come, late ones come when others are waited for."""
        for _ in range(round(seconds / FRAME)):
            if not late:
                self.moment += FRAME
            if not lost:
                self.side.frame(numbered_frame(self.number))
            self.number += 1

    def wait(self, seconds: float) -> None:
        self.moment += seconds

    def take(self, paused: Reason | None = None) -> list[Piece]:
        self.side.pause(paused)
        made = self.side.take(self.sealer)
        self.pieces += made
        return made

    def end(self, reason: Reason = Reason.HUNG_UP) -> "Result":
        self.pieces += self.side.end(self.sealer, reason)
        return Result(self.pieces, self.side)


class Result:
    """What a finished side left."""

    def __init__(self, pieces: list[Piece], side: LiveSide) -> None:
        parts: dict[int, bytes] = {}
        for piece in pieces:
            parts[piece.part] = parts.get(piece.part, b"") + piece.data
        self.parts = list(parts.values())
        self.side = side
        self.closed = [piece for piece in pieces if piece.closed]
        opener = Opener(KEY, Place(PLACE.call, PLACE.stream))
        self.records: list[list[Record]] = [list(opener.read(part)) for part in self.parts]
        assert opener.ended
        assert not opener.torn

    @property
    def sound(self) -> bytes:
        return b"".join(
            record.sound or b"\xff" * silence_of(record.marker or Marker(Kind.END, Reason.NONE, 0))
            for part in self.records
            for record in part
        )

    @property
    def markers(self) -> list[Marker]:
        return [record.marker for part in self.records for record in part if record.marker]


def test_half_a_second_is_a_record_and_ten_seconds_a_segment() -> None:
    line = Line()
    for _ in range(50):
        line.say(0.5)
        (piece,) = line.take()[-1:]
        assert len(piece.data) > 4000
    result = line.end()
    assert numbers(result.sound) == list(range(1250))
    assert [len(part) for part in result.records] == [20, 20, 11]
    assert [piece.closed.frames for piece in result.closed if piece.closed] == [80_000, 80_000, 40_000]
    assert [piece.last for piece in result.closed] == [False, False, True]
    assert result.markers == [Marker(Kind.END, Reason.HUNG_UP, 200_000)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=12))
def test_whatever_the_rhythm_every_frame_is_there_once_and_parts_are_segments(rhythm: list[tuple[int, bool]]) -> None:
    line = Line()
    said = 0
    for frames, take in rhythm:
        line.say(frames * FRAME)
        said += frames
        if take:
            line.take()
    result = line.end()
    assert numbers(result.sound) == list(range(said))
    assert all(len(record.sound) <= MOST_SOUND for part in result.records for record in part)
    assert len(result.closed) == len(result.parts)
    heads = [read_head(part).begins for part in result.parts]
    assert [piece.next for piece in result.closed] == [*heads[1:], line.sealer.next]
    for part, piece in zip(result.records, result.closed, strict=True):
        again = Composer(piece.closed.first if piece.closed else 0)
        for record in part:
            if record.marker:
                again.marker(record.marker, record.at_ms)
            else:
                again.sound(record.sound)
        assert piece.closed
        assert (again.frames, again.first) == (piece.closed.frames, piece.closed.first)
        assert again.frames <= MOST_SOUND_FRAMES


@pytest.mark.parametrize(("seconds", "marked"), [(0.1, False), (0.18, False), (0.3, True), (5.0, True), (60.0, True)])
def test_frames_that_never_come_leave_a_gap_of_their_length(seconds: float, marked: bool) -> None:
    line = Line()
    line.say(0.3)
    line.take()
    line.say(seconds, lost=True)
    line.say(0.3)
    line.take()
    result = line.end()
    gaps = [marker for marker in result.markers if marker.kind is Kind.GAP]
    assert bool(gaps) is marked
    if marked:
        assert gaps[0].reason is Reason.LATE
        assert abs(gaps[0].frames - seconds * 8000) <= FRAME_BYTES
        at = result.sound.index(b"\xff" * gaps[0].frames)
        assert at == 2400
    missing = set(range(round(0.3 / FRAME), round((0.3 + seconds) / FRAME)))
    assert numbers(result.sound) == [number for number in range(line.number) if number not in missing]


def test_frames_that_come_late_leave_no_gap() -> None:
    """A network that stood still for a second, and then gave everything at once."""
    line = Line()
    line.say(0.5)
    line.take()
    line.wait(1.0)
    line.say(1.0, late=True)
    line.say(0.3)
    line.take()
    result = line.end()
    assert [marker.kind for marker in result.markers] == [Kind.END]
    assert numbers(result.sound) == list(range(line.number))


def test_what_may_still_come_is_waited_for_a_moment() -> None:
    line = Line()
    line.say(0.5)
    line.take()
    line.wait(1.0)
    line.say(0.02)
    assert line.take() == []  # twenty milliseconds after a second of nothing: the others may be on their way
    line.say(0.98, late=True)
    line.say(0.5)
    line.take()
    result = line.end()
    assert [marker.kind for marker in result.markers] == [Kind.END]
    assert numbers(result.sound) == list(range(line.number))


def test_a_pause_keeps_nothing_and_becomes_silence_of_its_length() -> None:
    line = Line()
    line.say(1.0)
    line.take(Reason.CARD)
    line.say(25.0)
    line.take(Reason.CARD)
    line.take(None)
    line.say(1.0)
    result = line.end()
    assert [(marker.kind, marker.reason, marker.frames) for marker in result.markers] == [
        (Kind.PAUSE, Reason.CARD, 0),
        (Kind.RESUME, Reason.CARD, 200_000),
        (Kind.END, Reason.HUNG_UP, 216_000),
    ]
    assert result.sound[8000:208_000] == b"\xff" * 200_000
    assert numbers(result.sound) == [*range(50), *range(1300, 1350)]
    assert [piece.closed.frames for piece in result.closed if piece.closed] == [8000, 200_000, 8000]


def test_what_comes_after_a_pause_was_heeded_is_not_kept_however_late_it_is_sealed() -> None:
    line = Line()
    line.say(1.0)
    line.side.pause(Reason.CARD)
    line.say(4.0)
    line.take(Reason.CARD)
    line.say(1.0)
    result = line.end()
    assert numbers(result.sound) == list(range(50))
    assert [(marker.kind, marker.frames) for marker in result.markers[:-1]] == [(Kind.PAUSE, 0), (Kind.RESUME, 40_000)]


def test_a_side_that_begins_while_its_call_is_paused_keeps_nothing() -> None:
    line = Line()
    line.side.pause(Reason.CARD)
    line.say(4.0)
    line.take(Reason.CARD)
    line.side.pause(None)
    line.say(0.1)
    result = line.end()
    assert numbers(result.sound) == list(range(200, 205))
    assert result.sound[:32_000] == b"\xff" * 32_000


reasons = st.sampled_from([None, Reason.CARD, Reason.HOLD])
happens = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 60)),
    st.tuples(st.just("lose"), st.integers(1, 30)),
    st.tuples(st.just("come late"), st.integers(1, 30)),
    st.tuples(st.just("pause"), reasons),
    st.tuples(st.just("flush"), st.none()),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(happens, max_size=25))
def test_nothing_that_came_while_paused_is_ever_sealed_and_all_else_is(what: list[tuple[str, Any]]) -> None:
    line, kept, paused, lost = Line(), list[int](), None, 0
    for act, how in what:
        if act == "flush":
            line.pieces += line.side.take(line.sealer)
        elif act == "pause":
            line.side.pause(how)
            paused = how
        else:
            if paused is None and act != "lose":
                kept += range(line.number, line.number + how)
            if act == "come late":
                line.wait(how * FRAME)
            lost += how * FRAME_BYTES * (act == "lose")
            line.say(how * FRAME, lost=act == "lose", late=act == "come late")
    result = line.end()
    assert numbers(result.sound) == kept
    assert len(result.sound) == line.side.frames == result.markers[-1].frames
    came = line.number * FRAME_BYTES - lost
    assert len(result.sound) >= came
    if all(act in ("say", "pause", "flush") for act, _ in what):
        assert len(result.sound) == came
    silence = sum(silence_of(marker) for marker in result.markers)
    assert silence + len(kept) * FRAME_BYTES == len(result.sound)
    for before, after in pairwise([marker for marker in result.markers if marker.kind in (Kind.PAUSE, Kind.RESUME)]):
        assert (before.kind, after.kind) in {(Kind.PAUSE, Kind.RESUME), (Kind.RESUME, Kind.PAUSE)}


def test_a_short_pause_stays_in_its_segment() -> None:
    line = Line()
    line.say(1.0)
    line.take(Reason.HOLD)
    line.say(2.0)
    line.take(None)
    line.say(1.0)
    result = line.end()
    assert len(result.parts) == 1
    assert result.sound[8000:24_000] == b"\xff" * 16_000
    assert len(result.sound) == 32_000


def test_one_reason_for_a_pause_may_follow_another() -> None:
    line = Line()
    line.take(Reason.HOLD)
    line.say(1.0)
    line.take(Reason.CARD)
    line.say(1.0)
    result = line.end()
    assert [(marker.kind, marker.reason, marker.frames) for marker in result.markers[:-1]] == [
        (Kind.PAUSE, Reason.HOLD, 0),
        (Kind.RESUME, Reason.HOLD, 8000),
        (Kind.PAUSE, Reason.CARD, 0),
        (Kind.RESUME, Reason.CARD, 8000),
    ]
    assert result.sound == b"\xff" * 16_000


def test_a_call_that_ends_in_a_pause_keeps_nothing_of_it() -> None:
    line = Line()
    line.say(0.5)
    line.take(Reason.CONSENT)
    line.say(3.0)
    result = line.end()
    assert result.sound == numbered(0.5) + b"\xff" * 24_000


def test_a_stream_without_a_frame_has_an_end_and_nothing_else() -> None:
    result = Line().end(Reason.SILENT)
    assert result.markers == [Marker(Kind.END, Reason.SILENT, 0)]
    assert len(result.parts) == len(result.closed) == 1


def test_what_is_plain_is_overwritten() -> None:
    line = Line()
    line.say(0.4)
    waiting = line.side._waiting
    line.take()
    assert not any(waiting)
    line.say(0.1)
    waiting = line.side._waiting
    line.side.forget()
    assert len(waiting) == 800
    assert not any(waiting)
    composer = Composer(0)
    composer.sound(b"\x01" * 160)
    sound = composer._sound
    composer.content(FIRST)
    assert not any(sound)
