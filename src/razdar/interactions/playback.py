"""Serving a recording in pieces: what leaves the server is what is logged.

The browser hears a WAV file that does not exist anywhere: a 44-byte header and 16-bit samples that are decoded from
the sealed FLAC for exactly the bytes asked for. A piece is at most five seconds long, whatever range was asked for
(RFC 9110, section 14.4 allows a shorter part), so that each event says which seconds were really handed out.
"""

import re
import struct
from dataclasses import dataclass

from razdar.core.errors import BadInput

HEADER_BYTES = 44
SAMPLE_BYTES = 2
PIECE_SECONDS = 5
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


@dataclass(frozen=True)
class Shape:
    """How the sound is laid out. Rate in Hz, length in frames."""

    rate: int
    channels: int
    frames: int

    @property
    def frame_bytes(self) -> int:
        return SAMPLE_BYTES * self.channels

    @property
    def total_bytes(self) -> int:
        return HEADER_BYTES + self.frames * self.frame_bytes


@dataclass(frozen=True)
class Piece:
    """Which bytes of the WAV file are served, and which frames they hold. Ends are exclusive."""

    start: int
    end: int
    first_frame: int
    last_frame: int


def header(shape: Shape) -> bytes:
    """The RIFF/WAVE header of the whole recording (16-bit PCM)."""
    data = shape.frames * shape.frame_bytes
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + data,
        b"WAVE",
        b"fmt ",
        16,
        1,
        shape.channels,
        shape.rate,
        shape.rate * shape.frame_bytes,
        shape.frame_bytes,
        8 * SAMPLE_BYTES,
        b"data",
        data,
    )


def piece(shape: Shape, range_header: str) -> Piece:
    """Which piece answers a Range header.

    Raises:
        BadInput: no range, several ranges, or one outside the recording.
    """
    found = _RANGE.fullmatch(range_header.strip())
    if not found:
        raise BadInput("Recordings are served in pieces; ask for a range of bytes.")
    start = int(found[1])
    wanted = int(found[2]) + 1 if found[2] else shape.total_bytes
    end = min(wanted, shape.total_bytes, start + PIECE_SECONDS * shape.rate * shape.frame_bytes)
    if start >= shape.total_bytes or end <= start:
        raise BadInput("That part is not in the recording.")
    first = max(0, start - HEADER_BYTES) // shape.frame_bytes
    last = -(-max(0, end - HEADER_BYTES) // shape.frame_bytes)
    return Piece(start, end, first, last)


def cut(shape: Shape, part: Piece, samples: bytes) -> bytes:
    """The bytes of a piece.

    Args:
        samples: interleaved little-endian 16-bit samples of frames ``first_frame`` to ``last_frame``.
    """
    head = header(shape)[part.start : part.end]
    offset = max(0, part.start - HEADER_BYTES) - part.first_frame * shape.frame_bytes
    return head + samples[offset : offset + (part.end - part.start - len(head))]
