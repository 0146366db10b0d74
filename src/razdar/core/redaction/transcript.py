"""Transcripts with word times: what is accepted, and the form of what comes out after redaction.

The file (UTF-8 JSON, times in seconds, channels counted from 0)::

    {"version": 1,
     "language": "en",
     "words": [{"w": "hello", "s": 0.12, "e": 0.40, "c": 0, "p": 0.93}, ...]}

``p``, how sure an engine is of the word, from 0 to 1, may be absent.

Rules:
1. Checked from the first byte to the last before anything is used: size, encoding, shape, types (``true`` is no
   number), finite times, start before or at end, starts that do not run backwards within a channel, nothing later than
   one second after the end of the sound, channels that exist. Keys that are not named here are ignored.
2. A complaint names the place ("word 17"), never the content.
3. What people said has no readable ``repr``.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NoReturn

from razdar.core.errors import BadInput
from razdar.core.redaction.spans import SpanType

VERSION = 1
MOST_BYTES = 16 * 2**20
MOST_WORDS = 200_000
LONGEST_WORD = 200
LATE_MS = 1_000
PAUSE_MS = 1_000
"""A silence of this length ends a turn."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word and when it was said, in milliseconds from the start of the sound.

    Attributes:
        confidence: how sure the engine is of it, from 0 to 1; None where nobody said.
    """

    text: str = field(repr=False)
    start_ms: int
    end_ms: int
    channel: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one channel says without a long pause: positions in ``Transcript.words``, in order."""

    channel: int
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words of all channels in order of their start.

    Attributes:
        language: BCP 47 tag, or None.
        duration_ms: length of the sound.
        channels: number of channels of the sound.
    """

    language: str | None
    words: tuple[Word, ...] = field(repr=False)
    duration_ms: int
    channels: int

    def to_json(self) -> str:
        """As JSON, in the form that ``load_transcript`` reads."""
        words = [
            _entry(word) if word.confidence is None else {**_entry(word), "p": word.confidence} for word in self.words
        ]
        return _json({"version": VERSION, "language": self.language, "words": words})

    def of_channel(self, channel: int) -> list[int]:
        """Positions of the words of one channel, in order."""
        return [position for position, word in enumerate(self.words) if word.channel == channel]

    def turns(self) -> list[Turn]:
        """The turns of all channels, in order of their start."""
        turns = [turn for channel in range(self.channels) for turn in self._turns_of(channel)]
        turns.sort(key=lambda turn: (self.words[turn.positions[0]].start_ms, turn.channel))
        return turns

    def _turns_of(self, channel: int) -> Iterator[Turn]:
        current: list[int] = []
        for position in self.of_channel(channel):
            if current and self.words[position].start_ms - self.words[current[-1]].end_ms >= PAUSE_MS:
                yield Turn(channel, tuple(current))
                current = []
            current.append(position)
        if current:
            yield Turn(channel, tuple(current))


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of sound in milliseconds, end exclusive."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class RedactedWord:
    """A word, or the token that stands for one or more concealed words."""

    text: str = field(repr=False)
    start_ms: int
    end_ms: int
    channel: int
    type: SpanType | None = None


@dataclass(frozen=True, slots=True)
class RedactedTranscript:
    """What may be shown.

    Attributes:
        words: in order of their start.
        muted: for each channel the intervals in which something concealed is said, sorted, without overlaps.
    """

    language: str | None
    words: tuple[RedactedWord, ...] = field(repr=False)
    muted: tuple[tuple[Interval, ...], ...]
    duration_ms: int

    def to_json(self) -> str:
        """As JSON: a transcript with ``r`` and ``t`` (the kind) on concealed words, and ``muted`` in ms."""
        words = [
            {**_entry(word), **({} if word.type is None else {"r": True, "t": word.type.value})} for word in self.words
        ]
        muted = [[[one.start_ms, one.end_ms] for one in channel] for channel in self.muted]
        return _json({"version": VERSION, "language": self.language, "words": words, "muted": muted})


def merge(intervals: Sequence[Interval], gap_ms: int = 0) -> tuple[Interval, ...]:
    """Sorted intervals in which those closer than ``gap_ms`` became one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start_ms - merged[-1].end_ms < max(gap_ms, 1):
            last = merged.pop()
            merged.append(Interval(last.start_ms, max(last.end_ms, interval.end_ms)))
        else:
            merged.append(interval)
    return tuple(merged)


def load_transcript(data: bytes, *, duration_ms: int, channels: int) -> Transcript:
    """Read and check a transcript.

    Args:
        data: the file's bytes.
        duration_ms: length of the sound it belongs to.
        channels: number of channels of that sound.

    Raises:
        BadInput: with a sentence that says what is wrong and where, without quoting the content.
    """
    document = _document(data)
    words = document["words"]
    if not words:
        _bad("The transcript has no words.")
    if len(words) > MOST_WORDS:
        _bad(f"The transcript has more than {MOST_WORDS} words.")
    read = [_word(entry, place, channels) for place, entry in enumerate(words, 1)]
    _check_times(read, duration_ms)
    read.sort(key=lambda word: (word.start_ms, word.channel))
    return Transcript(_language(document), tuple(read), duration_ms, channels)


def _entry(word: Word | RedactedWord) -> dict[str, object]:
    return {"w": word.text, "s": word.start_ms / 1000, "e": word.end_ms / 1000, "c": word.channel}


def _json(document: dict[str, object]) -> str:
    """Pure ASCII, so that lone surrogates survive every encoding on the way."""
    return json.dumps(document, separators=(",", ":"))


def _bad(sentence: str) -> NoReturn:
    raise BadInput(sentence)


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        _bad(f"The transcript is larger than {MOST_BYTES // 2**20} MB.")
    if not data.strip():
        _bad("The transcript is empty.")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except BadInput:
        raise
    except (ValueError, RecursionError):
        raise BadInput("The transcript is not JSON in UTF-8.") from None
    if not isinstance(document, dict) or not isinstance(document.get("words"), list):
        _bad('The transcript must be an object with a list "words".')
    if type(document.get("version")) is not int or document["version"] != VERSION:
        _bad(f'The transcript must say "version": {VERSION}.')
    return document


def _no_constant(_: str) -> NoReturn:
    _bad("The transcript holds a number that is not finite.")


def _language(document: dict[str, Any]) -> str | None:
    language = document.get("language")
    if language is not None and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        _bad('"language" in the transcript must be a language tag such as "en".')
    return language


def _word(entry: object, place: int, channels: int) -> Word:
    if not isinstance(entry, dict):
        _bad(f"Word {place} of the transcript is not an object.")
    text, channel = entry.get("w"), entry.get("c")
    if not isinstance(text, str) or not text.strip():
        _bad(f"Word {place} of the transcript has no text.")
    if len(text) > LONGEST_WORD:
        _bad(f"Word {place} of the transcript is longer than {LONGEST_WORD} characters.")
    if type(channel) is not int or not 0 <= channel < channels:
        _bad(f"Word {place} of the transcript names a channel that the sound does not have.")
    start, end = _seconds(entry.get("s"), place), _seconds(entry.get("e"), place)
    if end < start:
        _bad(f"Word {place} of the transcript ends before it starts.")
    return Word(text, math.floor(start * 1000), math.ceil(end * 1000), channel, _confidence(entry.get("p"), place))


def _seconds(value: object, place: int) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        _bad(f"Word {place} of the transcript has a time that is not a number.")
    if not 0 <= value < 1e7:
        _bad(f"Word {place} of the transcript has a negative or impossible time.")
    return float(value)


def _confidence(value: object, place: int) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        _bad(f"Word {place} of the transcript has a confidence that is not between 0 and 1.")
    return float(value)


def _check_times(words: Sequence[Word], duration_ms: int) -> None:
    for place, word in enumerate(words, 1):
        if word.end_ms > duration_ms + LATE_MS:
            _bad(f"Word {place} of the transcript lies beyond the end of the sound: they do not belong together.")
    for channel in {word.channel for word in words}:
        own = [(place, word) for place, word in enumerate(words, 1) if word.channel == channel]
        for (_, earlier), (place, later) in pairwise(own):
            if later.start_ms < earlier.start_ms:
                _bad(f"Word {place} of the transcript starts before the word that precedes it in its channel.")
