"""What an engine's process may say, and the strict reader of it.

One JSON object a line, in UTF-8 (RFC 8259)::

    {"ready": true}                                                  the model is loaded
    {"channel": 0, "until": 12.5, "words": [{"w": "hello", "s": 0.12, "e": 0.4, "p": 0.93}]}
    {"done": 1}                                                      the number of words of all channels
    {"failed": "memory"}                                             in place of everything that would follow

Rules:
1. Nothing is repaired. A key too many, a number that is none, a time outside the sound, a word before the one that
   precedes it, a channel out of turn, a word after the end: the whole answer is nonsense.
2. What was said is quoted nowhere.
"""

import json
import math
from typing import Any, NoReturn

from razdar.core.errors import RazdarError
from razdar.core.redaction.transcript import LONGEST_WORD, MOST_WORDS, Word

MOST_BYTES = 64 * 2**20
LONGEST_LINE = 2**20
FAILURES = frozenset({"engine", "limits", "memory", "model", "sound"})
_SURROGATES = range(0xD800, 0xE000)


class EngineFailed(RazdarError):
    """An engine's process did not give a transcript; what came in is as it was."""

    code = "engine-failed"


class EngineCrashed(EngineFailed):
    code = "engine-crashed"


class EngineHung(EngineFailed):
    code = "engine-hung"


class EngineOutOfMemory(EngineFailed):
    code = "engine-memory"


class EngineNonsense(EngineFailed):
    code = "engine-nonsense"


class Lines:
    """Reads an engine's lines, one by one.

    Attributes:
        words: so far, channel by channel.
        failed: what the process said went wrong; empty while nothing has.
        done: whether the last line was read.
    """

    def __init__(self, duration_ms: int, channels: int) -> None:
        self.words: list[Word] = []
        self.failed = ""
        self.done = False
        self._seconds = duration_ms / 1000
        self._channels = channels
        self._ready = False
        self._channel, self._until, self._start = 0, 0.0, 0.0

    def take(self, line: bytes) -> None:
        """Read the next line, without its end.

        Raises:
            EngineNonsense: it is not what may come next.
        """
        said = _object(line)
        match sorted(said):
            case ["failed"] if said["failed"] in FAILURES and not self.done:
                self.failed, self.done = said["failed"], True
            case ["ready"] if said["ready"] is True and not self._ready:
                self._ready = True
            case ["channel", "until", "words"] if self._ready and not self.done:
                self._passage(said)
            case ["done"] if self._ready and not self.done and _count(said["done"]) == len(self.words):
                self.done = True
            case _:
                _nonsense()

    def _passage(self, said: dict[str, Any]) -> None:
        channel, until = _count(said["channel"]), _number(said["until"], self._seconds)
        if channel >= self._channels or channel < self._channel or not isinstance(said["words"], list):
            _nonsense()
        if channel > self._channel:
            self._channel, self._until, self._start = channel, 0.0, 0.0
        if until < self._until or len(self.words) + len(said["words"]) > MOST_WORDS:
            _nonsense()
        self._until = until
        self.words += [self._word(entry) for entry in said["words"]]

    def _word(self, entry: object) -> Word:
        if not isinstance(entry, dict) or sorted(entry) != ["e", "p", "s", "w"]:
            _nonsense()
        start, end = _number(entry["s"], self._seconds), _number(entry["e"], self._seconds)
        if not self._start <= start <= end:
            _nonsense()
        self._start = start
        confidence = _number(entry["p"], 1.0)
        return Word(_text(entry["w"]), math.floor(start * 1000), math.ceil(end * 1000), self._channel, confidence)


def _nonsense() -> NoReturn:
    raise EngineNonsense("The transcription engine gave an answer that makes no sense.")


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        _nonsense()
    try:
        said = json.loads(line.decode(), parse_constant=lambda _: _nonsense(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        _nonsense()
    if not isinstance(said, dict):
        _nonsense()
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _nonsense()
    return found


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        _nonsense()
    return value


def _number(value: object, most: float) -> float:
    if type(value) not in {int, float} or not 0 <= value <= most:  # type: ignore[operator]
        _nonsense()
    return float(value)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORD:
        _nonsense()
    if any(ord(sign) < 0x20 or ord(sign) in _SURROGATES for sign in value):
        _nonsense()
    return value
