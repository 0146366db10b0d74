"""Keys pressed during a call, heard as tones in the sound itself (ITU-T Q.23).

Card and identity numbers are keyed in as well as said, and gateways send the tones in the voice channel even where
RFC 4733 events were agreed. So tones are looked for in every channel, and all of them are muted: a key may be a digit.

Rules (after ITU-T Q.24; figures measured on mu-law tones with noise, twist and wrong frequency):
1. Windows of 25.6 ms, half overlapping; Goertzel energies of the eight tone frequencies, each also 1 % lower and
   higher: keys may be 1.5 % off, and a window this long is narrower than that at the high tones.
2. A window holds a key if the two loudest, one low and one high, carry more than 70 % of its energy, differ by -9 to
   +7 dB, and stand out four-fold from the others of their group.
3. Two windows in a row with the same key make a key press; margins of 40 ms are added.
4. A single key tells little (a menu choice) and is what a voice imitates most often, about once in three minutes. Only
   keys with another one within ten seconds are muted: security codes, PINs and card numbers have at least three.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from razdar.core.redaction.audio import Pcm
from razdar.core.redaction.transcript import Interval, merge

MARGIN_MS = 40
CLOSE_MS = 300
COMPANY_MS = 10_000

_WINDOW = 205
_HOP = 102
_WINDOW_RATE = 8000
_BLOCK = 4096
_LOW = (697.0, 770.0, 852.0, 941.0)
_HIGH = (1209.0, 1336.0, 1477.0, 1633.0)
_OFFSETS = (0.99, 1.0, 1.01)
_SHARE = 0.7
_TWIST_DB = (-9.0, 7.0)
_STANDS_OUT = 4.0
_QUIETEST = 30.0**2
"""Mean square below which a window is line noise."""


def key_presses(pcm: Pcm, rate: int) -> tuple[tuple[Interval, ...], ...]:
    """For each channel the stretches in which keys are heard, with margins; keys close together are one stretch.

    Args:
        pcm: int16, (frames, channels).
        rate: frames a second, at least 4000.
    """
    window = _WINDOW * rate // _WINDOW_RATE
    hop = _HOP * rate // _WINDOW_RATE
    tones = _tones(window, rate)
    duration = len(pcm) * 1000 // rate
    found = []
    for channel in range(pcm.shape[1]):
        runs = _runs(_keys(pcm[:, channel], window, hop, tones))
        intervals = [
            Interval(
                max(0, first * hop * 1000 // rate - MARGIN_MS),
                min(duration, ((last - 1) * hop + window) * 1000 // rate + 1 + MARGIN_MS),
            )
            for first, last in runs
        ]
        found.append(merge(_in_company(intervals), CLOSE_MS))
    return tuple(found)


def _in_company(presses: list[Interval]) -> list[Interval]:
    """The key presses that have another one nearby (rule 4)."""
    near = [later.start_ms - earlier.end_ms <= COMPANY_MS for earlier, later in pairwise(presses)]
    return [press for press, one, other in zip(presses, [False, *near], [*near, False], strict=False) if one or other]


def _tones(window: int, rate: int) -> NDArray[np.complex64]:
    """A column for each frequency and offset: what a Goertzel filter computes is the product of a window with it."""
    frequencies = np.outer(_OFFSETS, _LOW + _HIGH).ravel()
    turned: NDArray[np.complex64] = np.exp(-2j * np.pi * np.arange(window)[:, None] / rate * frequencies).astype(
        np.complex64
    )
    return turned


def _keys(sound: NDArray[np.int16], window: int, hop: int, tones: NDArray[np.complex64]) -> NDArray[np.int8]:
    """The key in each window: 0 to 15, or -1 for none."""
    if len(sound) < window:
        return np.zeros(0, dtype=np.int8)
    windows = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
    blocks = (windows[at : at + _BLOCK].astype(np.float32) for at in range(0, len(windows), _BLOCK))
    return np.concatenate([_judged(block, tones) for block in blocks])


def _judged(block: NDArray[np.float32], tones: NDArray[np.complex64]) -> NDArray[np.int8]:
    """Rule 2 for a block of windows at once."""
    window = block.shape[1]
    energy = np.einsum("ij,ij->i", block, block) + 1e-6
    heard = block @ tones
    offsets = (heard.real**2 + heard.imag**2).reshape(len(block), len(_OFFSETS), -1)
    power = offsets.max(axis=1) * (2 / window)
    low, high = np.sort(power[:, :4], axis=1), np.sort(power[:, 4:], axis=1)
    twist = 10 * np.log10((high[:, 3] + 1e-9) / (low[:, 3] + 1e-9))
    loud = energy / window > _QUIETEST
    pure = (low[:, 3] + high[:, 3]) / energy > _SHARE
    balanced = (twist > _TWIST_DB[0]) & (twist < _TWIST_DB[1])
    clear = (low[:, 3] > _STANDS_OUT * low[:, 2]) & (high[:, 3] > _STANDS_OUT * high[:, 2])
    key = power[:, :4].argmax(axis=1) * 4 + power[:, 4:].argmax(axis=1)
    return np.where(loud & pure & balanced & clear, key, -1).astype(np.int8)


def _runs(keys: NDArray[np.int8]) -> Iterator[tuple[int, int]]:
    """Stretches of windows in which each has a neighbour with the same key (rule 3), as (first, end)."""
    same = (keys[1:] == keys[:-1]) & (keys[1:] >= 0)
    pressed = np.concatenate((same, [False])) | np.concatenate(([False], same))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], pressed.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
