"""Making one segment of what was received: sound and the silence of markers as one FLAC, in memory only.

A part of the spool and a segment hold the same: a part is closed when the next half second might not fit into ten, and
silence that fits into no segment has a part of its own. So whoever reads a part, the recorder or whoever salvages it,
makes the same segment of it.
"""

import io
from dataclasses import dataclass, field

import soundfile

from razdar.keys.recording import MOST_SOUND, MOST_SOUND_FRAMES, Content, Kind, Mark, Marker, Next
from razdar.telephony import mulaw

_SILENT = bytes((mulaw.SILENCE,))


@dataclass
class Composer:
    """What will be one segment; plain, so printed nowhere.

    Attributes:
        first: frame of the stream at which it begins.
        frames: how long it is by now.
    """

    first: int
    frames: int = 0
    _sound: bytearray = field(default_factory=bytearray, repr=False)
    _marks: list[Mark] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether the next half second might not fit."""
        return self.frames + MOST_SOUND > MOST_SOUND_FRAMES

    @property
    def empty(self) -> bool:
        return not self.frames and not self._marks

    def fits(self, marker: Marker) -> bool:
        """Whether a marker's silence has room beside what is there; alone, any has."""
        return self.empty or self.frames + silence_of(marker) <= MOST_SOUND_FRAMES

    def sound(self, heard: bytes) -> None:
        self._sound += heard
        self.frames += len(heard)

    def marker(self, marker: Marker, at_ms: int) -> None:
        silence = silence_of(marker)
        self._marks.append(Mark(marker, self.first + self.frames, at_ms))
        self.frames += silence
        if self.frames <= MOST_SOUND_FRAMES:
            self._sound += _SILENT * silence

    def content(self, follows: Next) -> Content:
        """Everything so far, as a segment holds it, and the record that follows; what was plain here is overwritten."""
        only_silence = not self._sound.strip(_SILENT)
        sound = b"" if only_silence else _flac(bytes(self._sound))
        self.forget()
        return Content(tuple(self._marks), sound, follows)

    def forget(self) -> None:
        """Overwrite what is plain."""
        self._sound[:] = bytes(len(self._sound))


def silence_of(marker: Marker) -> int:
    """The frames of silence a marker puts into the stream; *end* says how long the stream was."""
    return 0 if marker.kind is Kind.END else marker.frames


def _flac(heard: bytes) -> bytes:
    sink = io.BytesIO()
    soundfile.write(sink, mulaw.decoded(heard), mulaw.RATE, format="FLAC", subtype="PCM_16")
    return sink.getvalue()
