"""Sound at another rate, for engines that want one: a windowed sinc, applied phase by phase, in pieces.

Shapes: int16 of (frames,).
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

HALF_TAPS = 16
_PIECE = 1 << 16


def resampled(sound: NDArray[np.int16], rate: int, wanted: int) -> NDArray[np.int16]:
    """The same sound with `wanted` frames a second; as long, rounded up."""
    if rate == wanted:
        return sound
    up, down = wanted // gcd(rate, wanted), rate // gcd(rate, wanted)
    filters, half = _filters(up, down)
    length = -(-len(sound) * up // down)
    padded = np.concatenate([np.zeros(half, np.int16), sound, np.zeros(half + 1, np.int16)])
    made = np.empty(length, np.int16)
    for first in range(0, length, _PIECE):
        places = np.arange(first, min(first + _PIECE, length), dtype=np.int64) * down
        windows = (places // up)[:, None] + np.arange(2 * half)
        exact = np.einsum("ij,ij->i", padded[windows].astype(np.float32), filters[places % up])
        made[first : first + len(places)] = np.clip(np.rint(exact), -32768, 32767)
    return made


def _filters(up: int, down: int) -> tuple[NDArray[np.float32], int]:
    """One row of weights for each phase, and how many frames each reaches to either side."""
    cut = min(1.0, up / down)  # nothing above half the lower rate
    half = int(np.ceil(HALF_TAPS / cut))
    offsets = np.arange(2 * half)[None, :] - half - np.arange(up)[:, None] / up
    weights = cut * np.sinc(cut * offsets) * np.cos(np.pi * np.clip(offsets / (2 * half), -0.5, 0.5)) ** 2
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32), half
