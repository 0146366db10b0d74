"""mu-law, as telephones speak it (ITU-T G.711): one byte a frame, 8,000 frames a second."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000
SILENCE = 0xFF

_BIAS = 0x84
_CLIP = 32635


def _table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS << ((code & 0x70) >> 4)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_DECODED = _table()


def decoded(mulaw: bytes | bytearray) -> NDArray[np.int16]:
    """16-bit samples of shape (frames,)."""
    return _DECODED[np.frombuffer(mulaw, dtype=np.uint8)]


def encoded(pcm: NDArray[np.int16]) -> bytes:
    """The nearest code below each sample.

    Args:
        pcm: int16 of shape (frames,).
    """
    samples = pcm.astype(np.int32)
    magnitude = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))
