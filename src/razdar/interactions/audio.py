"""Reading sound from strangers and writing it for storage, in memory only.

Rules:
1. The content decides what a file is; its name and extension are never looked at.
2. The header is checked before memory is taken for what it promises: rate, channels, length, size after decoding.
3. A file that holds less than its header promises is refused, not silently shortened: a transcript would no longer fit.
4. A complaint is a sentence for the person who handed the file in. It quotes nothing.
5. Nothing is written to disk, not even a temporary file.

Shapes: int16 of (frames, channels).
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import soundfile
from numpy.typing import NDArray

from razdar.core.errors import BadInput, RazdarError, Unopenable

MOST_SECONDS = 4 * 3600
MOST_CHANNELS = 2
RATES = range(8_000, 48_001)
MOST_BYTES_IN = 768 * 2**20
MOST_BYTES_DECODED = 768 * 2**20

EMPTY, LARGE, NO_SOUND, CUT, DAMAGED, CHANNELS, RATE, LONG = (
    "empty-file",
    "large-file",
    "not-sound",
    "truncated",
    "damaged",
    "channels",
    "rate",
    "long-sound",
)
"""Codes of what can be wrong with a file."""
FORMS = "WAV, FLAC, MP3, Ogg, Opus, GSM, AU or AIFF"

_BLOCK_FRAMES = 2**20
_FLOATING = frozenset({"FLOAT", "DOUBLE", "VORBIS", "OPUS", "MPEG_LAYER_III"})
_CONTAINERS = {b"RIFF": "WAV", b"fLaC": "FLAC", b"OggS": "OGG", b".snd": "AU", b"FORM": "AIFF"}
_ID3 = b"ID3"
_GSM_FRAME = 33
_GSM_MAGIC = 0xD0
_RAW_GSM = {"format": "RAW", "subtype": "GSM610", "channels": 1, "samplerate": 8000}
"""GSM 06.10 (ETSI EN 300 961) as telephone systems write it: frames of 33 bytes, each beginning with 0xD."""
_UNKNOWN_SIZE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Audio:
    """Decoded sound.

    Attributes:
        pcm: int16, (frames, channels).
        rate: frames a second.
    """

    pcm: NDArray[np.int16] = field(repr=False)
    rate: int

    @property
    def channels(self) -> int:
        """Number of channels: 1 or 2."""
        return int(self.pcm.shape[1])

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds, rounded down."""
        return len(self.pcm) * 1000 // self.rate


class BadSound(BadInput):
    """A file that cannot be used.

    Attributes:
        reason: a code of this module.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def read_audio(data: bytes) -> Audio:
    """Decode a WAV, FLAC, Ogg (Vorbis, Opus), MP3, AU, AIFF or GSM 06.10 file held in memory.

    Sixteen and 24 bit, mu-law, A-law, ADPCM, GSM 06.10 and floating point are accepted and become 16 bit.

    Raises:
        BadSound: the file is empty, not sound, damaged, truncated, or beyond the limits of this module.
    """
    _check_container(data)
    watched = _Watched(io.BytesIO(data))
    try:
        with soundfile.SoundFile(watched, **(_RAW_GSM if _is_raw_gsm(data) else {})) as file:
            _check_header(file)
            audio = Audio(_decoded(file), file.samplerate)
    except (soundfile.SoundFileError, OverflowError):
        raise BadSound(DAMAGED, "The file is damaged: its sound cannot be decoded.") from None
    if watched.error:
        _bad(DAMAGED, "The file is damaged: its sound cannot be decoded.")
    return audio


def to_flac(pcm: NDArray[np.int16], rate: int) -> bytes:
    """Encode without loss, in memory.

    Args:
        pcm: int16, (frames, channels).
        rate: frames a second.
    """
    sink = io.BytesIO()
    soundfile.write(sink, pcm, rate, format="FLAC", subtype="PCM_16")
    return sink.getvalue()


def _bad(reason: str, sentence: str) -> NoReturn:
    raise BadSound(reason, sentence)


def _check_container(data: bytes) -> None:
    if not data:
        _bad(EMPTY, "The file is empty.")
    if len(data) > MOST_BYTES_IN:
        _bad(LARGE, f"The file is larger than {MOST_BYTES_IN // 2**20} MB.")
    kind = _container(data)
    if not kind:
        _bad(
            NO_SOUND,
            "The file is not sound in a form that can be read here (WAV, FLAC, MP3, Ogg, Opus, GSM, AU, AIFF).",
        )
    if kind == "WAV" and not _holds_what_it_promises(data):
        _bad(CUT, "The file is truncated: its header promises more sound than it holds.")


def _container(data: bytes) -> str:
    kind = _CONTAINERS.get(data[:4], "")
    if (kind == "WAV" and data[8:12] != b"WAVE") or (kind == "AIFF" and data[8:11] != b"AIF"):
        return ""
    if not kind and _is_mp3(data):
        return "MP3"
    return "GSM" if not kind and _is_raw_gsm(data) else kind


def _is_mp3(data: bytes) -> bool:
    """An ID3 tag, or the header of a layer III frame (ISO/IEC 11172-3, 2.4.1.3) with a rate that exists."""
    if data[:3] == _ID3:
        return True
    first, second, third = data[:3] if len(data) >= 3 else bytes(3)
    layer_iii = first == 0xFF and second & 0xE0 == 0xE0 and second & 0x06 == 0x02 and second & 0x18 != 0x08
    return layer_iii and third & 0xF0 not in {0x00, 0xF0} and third & 0x0C != 0x0C


def _is_raw_gsm(data: bytes) -> bool:
    """Frames of GSM 06.10 from the first byte to the last."""
    return not len(data) % _GSM_FRAME and all(byte & 0xF0 == _GSM_MAGIC for byte in data[::_GSM_FRAME])


def _holds_what_it_promises(data: bytes) -> bool:
    """Whether the sound chunk of a WAV file lies inside the file (decoders shorten it silently)."""
    for name, start, size in _chunks(data):
        if name == b"data":
            return size != _UNKNOWN_SIZE and start + size <= len(data)
    return False


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, at + 8, size
        at += 8 + size + size % 2


def _check_header(file: soundfile.SoundFile) -> None:
    if file.channels not in range(1, MOST_CHANNELS + 1):
        _bad(CHANNELS, f"The sound has {file.channels} channels; one or two are accepted.")
    if file.samplerate not in RATES:
        _bad(RATE, f"The sound has {file.samplerate} samples a second; {RATES.start} to {RATES.stop - 1} are accepted.")
    if file.frames <= 0:
        _bad(EMPTY, "The file holds no sound.")
    if file.frames > MOST_SECONDS * file.samplerate:
        _bad(LONG, f"The sound is longer than {MOST_SECONDS // 3600} hours, or its header is wrong.")
    if file.frames * file.channels * 2 > MOST_BYTES_DECODED:
        _bad(LONG, f"The sound takes more than {MOST_BYTES_DECODED // 2**20} MB when decoded.")


def _decoded(file: soundfile.SoundFile) -> NDArray[np.int16]:
    """All frames as int16; memory grows with what is there, not with what the header says."""
    floating = file.subtype in _FLOATING
    blocks: list[NDArray[np.int16]] = []
    left = file.frames
    while left > 0:
        block = file.read(min(left, _BLOCK_FRAMES), dtype="float32" if floating else "int16", always_2d=True)
        if not len(block):
            _bad(CUT, "The file is truncated: its header promises more sound than it holds.")
        left -= len(block)
        blocks.append(_to_int16(block) if floating else block)
    return np.concatenate(blocks) if len(blocks) > 1 else blocks[0]


def _to_int16(block: NDArray[np.float32]) -> NDArray[np.int16]:
    if not np.isfinite(block).all():
        _bad(DAMAGED, "The file is damaged: it holds samples that are not numbers.")
    return np.clip(np.rint(block * 32768), -32768, 32767).astype(np.int16)


def read_frames(file: io.RawIOBase, first: int, last: int) -> NDArray[np.int16]:
    """Frames ``first`` to ``last`` (exclusive) of a sound file that is opened while it is read.

    Raises:
        Unopenable: it holds fewer frames, or is not sound. Whatever reading the file raises.
    """
    watched = _Watched(file)
    try:
        with soundfile.SoundFile(watched) as sound:
            sound.seek(first)
            frames: NDArray[np.int16] = sound.read(last - first, dtype="int16", always_2d=True)
    except soundfile.LibsndfileError:
        raise watched.error or Unopenable from None
    if watched.error or len(frames) != last - first:
        raise watched.error or Unopenable
    return frames


class _Watched(io.RawIOBase):
    """Keeps the first error of a file: the decoder calls from C, where an exception would be printed and lost."""

    def __init__(self, file: io.RawIOBase | io.BytesIO) -> None:
        super().__init__()
        self._file = file
        self.error: RazdarError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except (ValueError, OverflowError):  # a damaged header points before the beginning or beyond any end
            self.error = self.error or Unopenable()
            return self._file.tell()

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        try:
            return self._file.readinto(buffer) or 0
        except RazdarError as error:
            self.error = self.error or error
            return 0
