"""What lies packed inside a buffer, at any offset: compressed bytes, texts in base64 or hexadecimal, coded sound.

A start mark is enough; what follows it is unpacked as far as it goes, so a truncated file gives up its beginning. Each
packer is limited to `LARGEST` unpacked bytes.
"""

import base64
import io
import re
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import soundfile

from tests.leaks.sound import Samples

LARGEST = 64 << 20
_STEP = 1 << 16
_FRAMES = 500
_SHORTEST = 16
_GZIP, _ZLIB = 31, 15  # window bits, zlib.h
_PACKED = (
    ("gzip", b"\x1f\x8b\x08", _GZIP),
    *(("zlib", mark, _ZLIB) for mark in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")),  # RFC 1950, 2.2
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{48,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){24,}")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every buffer that is packed in a buffer, with a name that says where."""
    for name, mark, bits in _PACKED:
        for offset in _offsets(data, mark):
            inner = _inflate(data, offset, bits)
            if len(inner) >= _SHORTEST:
                yield f"{name}@{offset}", inner
    for run in _BASE64.finditer(data):
        for shift in range(4):  # letters that do not belong to it may stand before it
            yield f"base64@{run.start() + shift}", _from_base64(run[0][shift:])
    for run in _HEX.finditer(data):
        yield f"hex@{run.start()}", bytes.fromhex(run[0].decode())


def sounds(data: bytes) -> Iterator[tuple[str, Samples]]:
    """Every coded sound in a buffer as int16 of (frames, channels), with a name that says where."""
    for kind, mark, begins in _SOUNDS:
        for offset in _offsets(data, mark):
            if begins(data, offset):
                pcm = _decode(data[offset : offset + LARGEST])
                if len(pcm):
                    yield f"{kind}@{offset}", pcm


def _is_wave(data: bytes, offset: int) -> bool:
    return data[offset + 8 : offset + 12] == b"WAVE"


def _begins_stream(data: bytes, offset: int) -> bool:
    # RFC 3533, section 6: the version is 0, and bit 1 of the sixth byte marks the first page of a stream.
    return len(data) > offset + 5 and data[offset + 4] == 0 and bool(data[offset + 5] & 2)


def _always(_data: bytes, _offset: int) -> bool:
    return True


_SOUNDS: tuple[tuple[str, bytes, Callable[[bytes, int], bool]], ...] = (
    ("flac", b"fLaC", _always),
    ("ogg", b"OggS", _begins_stream),
    ("riff", b"RIFF", _is_wave),
)


def _offsets(data: bytes, mark: bytes) -> Iterator[int]:
    offset = data.find(mark)
    while offset >= 0:
        yield offset
        offset = data.find(mark, offset + 1)


def _inflate(data: bytes, offset: int, bits: int) -> bytes:
    """As much as can be unpacked from an offset."""
    decoder, out, view = zlib.decompressobj(bits), bytearray(), memoryview(data)
    try:
        for start in range(offset, len(data), _STEP):
            out += decoder.decompress(view[start : start + _STEP], LARGEST)
            if decoder.eof or len(out) >= LARGEST:
                break
    except zlib.error:
        pass
    return bytes(out)


def _from_base64(text: bytes) -> bytes:
    whole = text[: len(text) - (len(text) % 4 == 1)].translate(_FROM_URL)
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _decode(data: bytes) -> Samples:
    blocks: list[Samples] = []
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            # In small blocks: the one in which a damaged file breaks off is lost.
            while len(blocks) * _FRAMES < LARGEST and len(block := file.read(_FRAMES, dtype="int16", always_2d=True)):
                blocks.append(block)
    except (soundfile.SoundFileError, OverflowError):
        pass
    return np.concatenate(blocks) if blocks else np.zeros((0, 1), np.int16)
