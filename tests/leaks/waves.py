"""Sound files to take in."""

import io
import struct

import numpy as np
import soundfile


def wave(frames: int, *, promised: int | None = None) -> bytes:
    """A wave file of noise whose header promises so many bytes."""
    out = io.BytesIO()
    noise = np.random.default_rng(3).integers(-9000, 9000, (frames, 2), np.int16)
    soundfile.write(out, noise, 8000, format="WAV")
    data = bytearray(out.getvalue())
    if promised is not None:
        data[data.index(b"data") + 4 :][:4] = struct.pack("<I", promised)
        data[40:44] = struct.pack("<I", promised)
    return bytes(data)
