"""Finding planted speech: by its shape, so that loudness, polarity and the way it is coded do not matter.

A *window* is half a second of planted speech, cut from one channel, or a quarter of a second of both channels as they
lie interleaved in a file. It is compared with every position of a sequence of samples by normalised cross-correlation,
computed block by block with the Fourier transform. Bytes of unknown meaning are read as 16-bit little-endian samples at
both alignments and as mu-law (G.711).

Measured (`test_scanner.py` repeats it): planted speech gives 0.99 and more, also after mu-law, at a tenth of its
loudness, with the polarity turned, or with noise 20 dB below it; random bytes give up to 0.10, the files of a database
up to 0.25. What reaches `THRESHOLD` counts as found. Other speech of the same voices gives up to 0.84: no speech at all
may lie anywhere, so that is no false alarm. Samples quieter than eight steps of 65,536 are not looked at.

To be quick, all windows are first searched as one, their sum. A window that reaches the threshold makes the sum reach
about threshold / sqrt(number of windows); only blocks where that happens are searched window by window. In the demo's
speech the sum reaches 0.20 to 0.26, in a database's files and in random bytes up to 0.123.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.int16]
Floats: TypeAlias = NDArray[np.float32]
Spectrum: TypeAlias = NDArray[np.complex64]

LENGTH = 4000
THRESHOLD = 0.65
_QUIET = 8.0  # root mean square, in steps of 16 bit
_BLOCK = 1 << 16
_STRIDE = _BLOCK - LENGTH + 1
_MARGIN = 0.8  # windows are not quite orthogonal: their sum may miss a little


@dataclass(frozen=True)
class Window:
    """A piece of planted speech: LENGTH samples with mean 0, as a vector of length 1. Both kinds of it share a name."""

    name: str
    shape: Floats = field(repr=False)


class Windows:
    """Planted windows of all kinds, ready to be searched in any samples.

    Args:
        windows: what to search.
        one_by_one: search every window in every block; slow, to measure what the sum leaves out.
    """

    def __init__(self, windows: Sequence[Window], *, one_by_one: bool = False) -> None:
        self._windows = tuple(windows)
        whole = sum((window.shape for window in windows), np.zeros(LENGTH, np.float32))
        self._sum = _transform(_unit(whole))
        self._each = [_transform(window.shape) for window in windows]
        self._suspicious = 0.0 if one_by_one else _MARGIN * THRESHOLD / np.sqrt(max(1, len(windows)))

    def found(self, samples: Samples) -> set[str]:
        """The names of the windows that occur in samples."""
        return {name for name, score in self.scores(samples).items() if score >= THRESHOLD}

    def scores(self, samples: Samples) -> dict[str, float]:
        """The best score of each name in suspicious blocks; 0 where no block is suspicious."""
        best = dict.fromkeys((window.name for window in self._windows), 0.0)
        for block in _blocks(samples):
            spectrum, lengths = _spectrum(block), _lengths(block)
            if _best(spectrum, self._sum, lengths) < self._suspicious:
                continue
            for window, each in zip(self._windows, self._each, strict=True):
                best[window.name] = max(best[window.name], _best(spectrum, each, lengths))
        return best


def cut(name: str, pcm: Samples, channel: int, start: int) -> Iterator[Window]:
    """Both kinds of window at a frame of planted sound of shape (frames, channels)."""
    yield Window(name, _unit(pcm[start : start + LENGTH, channel].astype(np.float32)))
    flat = pcm[start : start + LENGTH // pcm.shape[1]].ravel()
    yield Window(name, _unit(flat.astype(np.float32)))


def loudest(samples: Samples, hop: int = 400) -> int:
    """The frame at which the loudest window of one channel begins."""
    energy = np.concatenate(([0.0], np.cumsum(samples.astype(np.float64) ** 2)))
    return int(np.argmax(energy[LENGTH::hop] - energy[:-LENGTH:hop])) * hop


def readings(data: bytes) -> Iterator[Samples]:
    """Bytes of unknown meaning as samples: 16 bit at both alignments, and mu-law."""
    for shift in (0, 1):
        yield np.frombuffer(data, "<i2", (len(data) - shift) // 2, shift)
    yield MU_LAW[np.frombuffer(data, np.uint8)]


def _expanded() -> Samples:
    code = ~np.arange(256, dtype=np.uint8).astype(np.int32) & 0xFF
    magnitude = (((code & 0x0F) * 8 + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


MU_LAW = _expanded()
"""ITU-T G.711, mu-law: the sample of each byte."""


def _blocks(samples: Samples) -> Iterator[Floats]:
    """Overlapping blocks, so that each window lies whole in one; silence is left out."""
    for start in range(0, max(1, len(samples) - LENGTH + 1), _STRIDE):
        block = samples[start : start + _BLOCK]
        if len(block) >= LENGTH and block.any():
            yield block.astype(np.float32)


def _unit(shape: Floats) -> Floats:
    centred = shape - shape.mean()
    unit: Floats = centred / max(float(np.linalg.norm(centred)), 1e-9)
    return unit


def _transform(shape: Floats) -> Spectrum:
    return np.conj(_spectrum(shape))


def _spectrum(block: Floats) -> Spectrum:
    return np.fft.rfft(block, _BLOCK).astype(np.complex64, copy=False)


def _lengths(block: Floats) -> Floats:
    """The length, as a vector, of each stretch of LENGTH samples; infinite where it is all but silent."""
    energy = np.concatenate(([0.0], np.cumsum(block.astype(np.float64) ** 2)))
    stretch = energy[LENGTH:] - energy[:-LENGTH]
    return np.where(stretch < LENGTH * _QUIET**2, np.inf, np.sqrt(np.maximum(stretch, 1.0))).astype(np.float32)


def _best(spectrum: Spectrum, shape: Spectrum, lengths: Floats) -> float:
    inner = np.fft.irfft(spectrum * shape, _BLOCK)[: len(lengths)]
    return float(np.max(np.abs(inner) / lengths))
