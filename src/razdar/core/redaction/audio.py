"""Muting and drawing sound, in memory.

Rules:
1. Every interval is muted on every channel. Telephone channels leak into each other (echo, side tone, a loud headset),
   so what one side says can be heard faintly on the other; a card number needs no more than that.
2. Inside an interval there is digital silence, or a tone that tells nothing, from the first frame to the last. The
   5 ms fades of what was said lie outside it; the tone fades within it.
3. Outside intervals and fades no sample changes.
4. Waveforms are drawn from the rendition that the viewer may hear, never from the original.
5. Where something is heard and no word was recognised, nobody knows what was said. A window of ``WINDOW_MS`` is heard
   if it is ``LOUDER`` times as loud as the quietest tenth of its channel, within ``FAINTEST`` and ``LOUDEST_HUM``; the
   words of all channels count, since channels leak. A word explains no more sound than its letters take.

Shapes: ``pcm`` is int16 of shape (frames, channels); times are milliseconds.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from razdar.core.redaction.transcript import Interval, Word, merge

FADE_MS = 5
BEEP_HZ = 1_000
BEEP_PEAK = 3_277
"""-20 dB of full scale."""

WINDOW_MS = 20
WINDOWS_AT_ONCE = 3_000
LOUDER = 3.0
FAINTEST, LOUDEST_HUM = 40.0, 500.0
"""As ``loudness``: below is line noise, above is no hum."""

BESIDE_WORDS_MS = 300
"""Recognisers place words no better than this."""

SHORTEST_HEARD_MS = 160
CLOSE_HEARD_MS = 200
FAINT_MS = 100
"""A voice begins and ends more softly than that it is heard by itself ("s", "f")."""

LONGEST_LETTER_MS = 200
LONGEST_WORD_MS = 1_000
"""What a word may last besides its letters."""

Pcm = NDArray[np.int16]
Drawn = NDArray[np.uint8]
Loudness = NDArray[np.float32]


def mute(pcm: Pcm, rate: int, muted: Sequence[Iterable[Interval]], *, beep: bool = False) -> Pcm:
    """A copy of the sound with silence, or a tone, in all intervals of all channels.

    Args:
        pcm: int16, (frames, channels).
        rate: frames a second.
        muted: for each channel the intervals of what it says, as ``redact_transcript`` returns them.
        beep: whether a listener is to hear that something is left out.

    Raises:
        ValueError: the array or the rate is not what is described above.
    """
    _check(pcm, rate)
    quiet = pcm.copy()
    for start, end in _frames(muted, rate, len(pcm)):
        fade = max(1, rate * FADE_MS // 1000)
        _fade(quiet, start, end, fade)
        quiet[start:end] = _beep(start, end, rate, fade)[:, None] if beep else 0
    return quiet


def _beep(start: int, end: int, rate: int, fade: int) -> NDArray[np.int16]:
    """A tone whose phase goes by the place in the sound, so that one over two blocks of whole seconds goes on."""
    frames = np.arange(start, end)
    nearer_end = np.minimum(frames - start, end - 1 - frames)
    wave = BEEP_PEAK * np.sin(2 * np.pi * BEEP_HZ / rate * frames) * np.minimum(nearer_end / fade, 1)
    tone: NDArray[np.int16] = wave.astype(np.int16)
    return tone


def window_frames(rate: int) -> int:
    """The frames of a window (rule 5)."""
    return max(1, rate * WINDOW_MS // 1000)


def loudness(pcm: Pcm, rate: int) -> Loudness:
    """How loud each whole window is: its deviation, so that a constant is silent.

    Returns:
        float32 of shape (windows, channels), in sample values.
    """
    _check(pcm, rate)
    size = window_frames(rate)
    count = len(pcm) // size
    windows = pcm[: count * size].reshape(count, size, pcm.shape[1])
    deviation: Loudness = np.empty((count, pcm.shape[1]), dtype=np.float32)
    for first in range(0, count, WINDOWS_AT_ONCE):  # a call of hours as floats would take a gigabyte
        block = slice(first, first + WINDOWS_AT_ONCE)
        windows[block].std(axis=1, dtype=np.float32, out=deviation[block])
    return deviation


def unworded(loud: Loudness, rate: int, words: Iterable[Word]) -> tuple[Interval, ...]:
    """Stretches in which something is heard that no word explains (rule 5), sorted.

    Args:
        loud: of the whole sound, as ``loudness`` returns it.
        rate: frames a second.
        words: of all channels.
    """
    if not len(loud):
        return ()
    heard = (loud > np.clip(LOUDER * np.percentile(loud, 10, axis=0), FAINTEST, LOUDEST_HUM)).any(axis=1)
    ms = window_frames(rate) * 1000 / rate
    for said in merge([_explained(word) for word in words]):
        heard[int(said.start_ms / ms) : int(said.end_ms / ms) + 1] = False
    edges = np.flatnonzero(np.diff(np.concatenate(([0], heard.astype(np.int8), [0]))))
    runs = [Interval(int(start * ms), int(end * ms) + 1) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    voices = [one for one in merge(runs, CLOSE_HEARD_MS) if one.end_ms - one.start_ms >= SHORTEST_HEARD_MS]
    last = int(len(loud) * ms) + 1
    return merge([Interval(max(0, one.start_ms - FAINT_MS), min(last, one.end_ms + FAINT_MS)) for one in voices])


def _explained(word: Word) -> Interval:
    end = min(word.end_ms, word.start_ms + LONGEST_WORD_MS + LONGEST_LETTER_MS * len(word.text))
    return Interval(max(0, word.start_ms - BESIDE_WORDS_MS), end + BESIDE_WORDS_MS)


def peaks(pcm: Pcm, buckets: int) -> Drawn:
    """Loudest sample of each of so many equal stretches, for a waveform.

    Returns:
        As ``Waveform.drawn``; an empty sound is all zero.

    Raises:
        ValueError: no buckets, or the array is not what is described above.
    """
    _check(pcm, 1)
    drawing = Waveform(len(pcm), pcm.shape[1], buckets)
    for channel in range(pcm.shape[1]):
        drawing.add(channel, 0, pcm[:, channel])
    return drawing.drawn()


class Waveform:
    """Draws a waveform of sound that comes in pieces; where none comes there is silence.

    Args:
        frames: length of the whole.
        channels: how many.
        buckets: equal stretches it is drawn in.

    Raises:
        ValueError: no buckets.
    """

    def __init__(self, frames: int, channels: int, buckets: int) -> None:
        if buckets < 1:
            raise ValueError("a waveform needs at least one bucket")
        self._frames = frames
        self._edges = np.minimum(np.arange(buckets, dtype=np.int64) * frames // buckets, max(0, frames - 1))
        self._loudest = np.zeros((channels, buckets), dtype=np.int32)

    def add(self, channel: int, first: int, sound: NDArray[np.int16]) -> None:
        """A piece of one channel.

        Args:
            first: where it begins.
            sound: int16, (frames,).

        Raises:
            ValueError: it does not lie within the whole.
        """
        if not 0 <= first <= first + len(sound) <= self._frames:
            raise ValueError("a piece lies within the whole")
        if not len(sound):
            return
        edges = self._edges
        low = np.searchsorted(edges, edges[np.searchsorted(edges, first, "right") - 1])  # of several that are equal
        high = np.searchsorted(edges, first + len(sound))
        cuts = np.maximum(edges[low:high], first) - first
        above = np.maximum.reduceat(sound, cuts).astype(np.int32)
        below = np.minimum.reduceat(sound, cuts).astype(np.int32)
        lane = self._loudest[channel, low:high]
        np.maximum(lane, np.maximum(above, -below), out=lane)

    def drawn(self) -> Drawn:
        """uint8 of shape (channels, buckets), 0 for silence to 100 for full scale, rounded up."""
        drawn: Drawn = np.ceil(self._loudest / 327.68).astype(np.uint8)
        return drawn


def _check(pcm: Pcm, rate: int) -> None:
    if pcm.dtype != np.int16 or pcm.ndim != 2 or rate < 1:
        raise ValueError("sound is int16 of shape (frames, channels) at a positive rate")


def _frames(muted: Sequence[Iterable[Interval]], rate: int, frames: int) -> list[tuple[int, int]]:
    """The union of all channels' intervals in frames: start rounded down, end rounded up, within the sound."""
    together = merge([interval for channel in muted for interval in channel])
    edges = [(one.start_ms * rate // 1000, -(-one.end_ms * rate // 1000)) for one in together]
    return [(max(0, start), min(frames, end)) for start, end in edges if start < frames and end > max(0, start)]


def _fade(pcm: Pcm, start: int, end: int, length: int) -> None:
    """Fade out before ``start`` and in after ``end``; where fades of two intervals meet, both apply."""
    lead = pcm[max(0, start - length) : start]
    ramp = np.arange(length, 0, -1, dtype=np.float32)[length - len(lead) :, None] / (length + 1)
    lead[:] = (lead * ramp).astype(np.int16)
    tail = pcm[end : end + length]
    ramp = np.arange(1, length + 1, dtype=np.float32)[: len(tail), None] / (length + 1)
    tail[:] = (tail * ramp).astype(np.int16)
