"""Muting and waveforms: silence inside, nothing changed outside, on every channel."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import Interval, Word
from razdar.core.redaction.audio import BEEP_HZ, FADE_MS, FAINT_MS, Pcm, Waveform, loudness, mute, peaks, unworded

RATE = 8000


def noise(seconds: float, channels: int = 2, rate: int = RATE) -> Pcm:
    rng = np.random.default_rng(1)
    return rng.integers(-30_000, 30_000, (int(seconds * rate), channels), dtype=np.int16)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_silence_inside_and_nothing_changed_outside(rate: int, channels: int) -> None:
    sound = noise(3, channels, rate)
    before = sound.copy()
    quiet = mute(sound, rate, [[Interval(1_000, 1_500)], []][:channels])
    start, end, fade = rate, rate * 3 // 2, rate * FADE_MS // 1000 + 1
    assert not quiet[start:end].any()
    assert np.array_equal(quiet[: start - fade], before[: start - fade])
    assert np.array_equal(quiet[end + fade :], before[end + fade :])
    assert np.array_equal(sound, before)


def test_both_channels_fall_silent_for_either_voice() -> None:
    quiet = mute(noise(3), RATE, [[Interval(500, 700)], [Interval(2_000, 2_100)]])
    for start, end in ((500, 700), (2_000, 2_100)):
        assert not quiet[start * 8 : end * 8].any()


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_a_tone_in_its_place_tells_nothing(rate: int) -> None:
    (spoken, other) = (noise(3, 2, rate) for _ in range(2))
    other[: rate // 2] = spoken[: rate // 2]
    beeps = [mute(sound, rate, [[Interval(1_000, 1_500)], []], beep=True) for sound in (spoken, other * 0)]
    inside, fade = slice(rate, rate * 3 // 2), rate * FADE_MS // 1000 + 1
    assert np.array_equal(beeps[0][inside], beeps[1][inside]), "it is the same whatever was said"
    assert np.array_equal(beeps[0][: rate - fade], spoken[: rate - fade])
    tone = beeps[0][inside, 0].astype(float)
    loudest = np.abs(np.fft.rfft(tone)).argmax() * rate / len(tone)
    assert loudest == pytest.approx(BEEP_HZ, abs=5)
    assert 20 * np.log10(np.abs(tone).max() / 32_768) == pytest.approx(-20, abs=0.2)
    assert tone[0] == tone[-1] == 0


def test_a_tone_over_two_blocks_goes_on() -> None:
    sound = noise(3)
    whole = mute(sound, RATE, [[Interval(500, 2_500)]], beep=True)
    later = mute(sound[RATE:], RATE, [[Interval(-500, 1_500)]], beep=True)
    assert np.array_equal(whole[RATE + 100 :], later[100:])


def test_fades_rise_and_fall() -> None:
    level = np.full((RATE, 1), 20_000, dtype=np.int16)
    quiet = mute(level, RATE, [[Interval(400, 600)]])[:, 0].astype(int)
    fade = RATE * FADE_MS // 1000
    assert (np.diff(quiet[3200 - fade - 1 : 3201]) < 0).all()
    assert (np.diff(quiet[4799 : 4800 + fade + 1]) > 0).all()
    assert quiet[4800 + fade] == 20_000


@pytest.mark.parametrize(
    "intervals",
    [
        [],
        [Interval(0, 10_000_000)],
        [Interval(0, 0)],
        [Interval(2_999, 3_001)],
        [Interval(5_000, 6_000)],
        [Interval(0, 1), Interval(1, 3), Interval(2, 3_000)],
        [Interval(100, 102), Interval(104, 106)],
        [Interval(0, 3)],
    ],
)
def test_edges(intervals: list[Interval]) -> None:
    sound = noise(3)
    quiet = mute(sound, RATE, [intervals, []])
    assert quiet.shape == sound.shape
    for one in intervals:
        assert not quiet[one.start_ms * 8 : one.end_ms * 8].any()


@given(
    st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 300)).map(lambda pair: Interval(pair[0], sum(pair)))),
    st.integers(0, 9_000),
)
def test_any_intervals(intervals: list[Interval], frames: int) -> None:
    sound = noise(2)[:frames]
    quiet = mute(sound, RATE, [[], intervals])
    inside = np.zeros(frames, dtype=bool)
    near = np.zeros(frames, dtype=bool)
    for one in intervals:
        inside[one.start_ms * 8 : one.end_ms * 8] = True
        near[max(0, one.start_ms * 8 - 40) : one.end_ms * 8 + 40] = True
    assert not quiet[inside].any()
    assert np.array_equal(quiet[~near], sound[~near])


def test_empty_sound() -> None:
    nothing = np.zeros((0, 2), dtype=np.int16)
    assert mute(nothing, RATE, [[Interval(0, 5)], []]).shape == (0, 2)
    assert peaks(nothing, 4).tolist() == [[0] * 4] * 2


def test_peaks() -> None:
    sound = np.zeros((8, 2), dtype=np.int16)
    sound[1, 0], sound[6, 0], sound[3, 1] = 32767, -32768, 1
    assert peaks(sound, 4).tolist() == [[100, 0, 0, 100], [0, 1, 0, 0]]
    assert peaks(sound[:2], 4).shape == (2, 4)
    assert peaks(noise(1), 600).shape == (2, 600)


def test_peaks_of_a_redacted_rendition_are_flat_where_it_is_muted() -> None:
    quiet = mute(noise(10), RATE, [[Interval(4_000, 6_000)], []])
    drawn = peaks(quiet, 100)
    assert not drawn[:, 40:60].any()
    assert drawn[:, :39].all()


@pytest.mark.parametrize(
    "sound", [np.zeros(8, dtype=np.int16), np.zeros((8, 1), dtype=np.float32), np.zeros((8, 1, 1), dtype=np.int16)]
)
def test_other_shapes_are_refused(sound: Pcm) -> None:
    with pytest.raises(ValueError, match="int16"):
        mute(sound, RATE, [])
    with pytest.raises(ValueError, match="int16"):
        peaks(sound, 3)


def test_a_waveform_needs_a_bucket() -> None:
    with pytest.raises(ValueError, match="bucket"):
        peaks(noise(1), 0)


@given(st.data(), st.integers(0, 80), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_a_waveform_in_pieces_is_that_of_the_whole(data: st.DataObject, frames: int, buckets: int, seed: int) -> None:
    pcm = np.random.default_rng(seed).integers(-32768, 32768, (frames, 2)).astype(np.int16)
    drawing = Waveform(frames, 2, buckets)
    for channel in (0, 1):
        cuts = sorted({0, frames, *data.draw(st.lists(st.integers(0, frames), max_size=4))})
        for first, last in data.draw(st.permutations(list(pairwise(cuts)))):
            drawing.add(channel, first, pcm[first:last, channel])
    assert np.array_equal(drawing.drawn(), peaks(pcm, buckets))
    edges = [number * frames // buckets for number in range(buckets)]
    for number, edge in enumerate(edges if frames >= buckets else ()):
        part = pcm[edge : (*edges, frames)[number + 1]].astype(np.int32)
        assert drawing.drawn()[:, number].tolist() == np.ceil(np.abs(part).max(axis=0) / 327.68).tolist()
    with pytest.raises(ValueError):
        drawing.add(0, frames, np.zeros(1, np.int16))


def test_line_noise_between_words_is_no_voice() -> None:
    rng = np.random.default_rng(3)
    line = rng.normal(0, 25, (RATE * 10, 2))
    line[RATE * 2 : RATE * 3, 0] += 6000 * np.sin(np.arange(RATE) * 0.7)
    line[RATE * 7 : RATE * 8, 1] += 1500 * np.sin(np.arange(RATE) * 0.7)
    loud = loudness(line.astype(np.int16), RATE)
    assert loud.shape == (500, 2)
    (one, other) = unworded(loud, RATE, [])
    assert (one.start_ms, other.start_ms) == pytest.approx((2_000 - FAINT_MS, 7_000 - FAINT_MS), abs=25)
    assert (one.end_ms, other.end_ms) == pytest.approx((3_000 + FAINT_MS, 8_000 + FAINT_MS), abs=25)
    assert unworded(loud, RATE, [Word("hello", 2_100, 2_900, 1)]) == (other,)
    assert unworded(loudness(np.zeros((0, 2), np.int16), RATE), RATE, []) == ()
