"""A client's own patterns: what only this client's numbers look like ("QU-104221"), made safe before it is used.

Rules:
1. RE2 only: no look-around, no back references, and so no pattern whose time is not linear in the text.
2. At most ``MOST_PATTERNS`` of at most ``LONGEST`` characters, each within ``MOST_MEMORY`` bytes.
3. Tried before it is accepted, on canaries: it must not match an empty text, must leave plain sentences alone, and must
   pass hostile text in ``MOST_SECONDS``. What takes too long on a real text later ends that search (``TooSlow``), and
   its text is concealed as one that could not be searched.
   Time is measured where the pattern was given a clock (``time.thread_time``): the core has none of its own. Without
   one, rules 1 and 2 alone bound it.
4. Letters match without regard to case, and digits of every script as 0-9.
5. Each names the type of what it finds. A complaint says what is wrong with the pattern, and never quotes it.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import re2

from razdar.core.errors import BadInput, Unavailable
from razdar.core.redaction.spans import Span, SpanType, Why

MOST_PATTERNS = 64
LONGEST = 200
MOST_MEMORY = 2**20
MOST_SECONDS = 0.25
"""For a canary, and for each 100,000 characters of a text: far more than any pattern within the limits needs."""

SCORE = 0.98
_PER_CHARACTERS = 100_000

_SENTENCES = (
    "Good morning, thank you for calling, how can I help you?",
    "Dzień dobry, w czym mogę pomóc?",
    "سلام، چطور می‌توانم کمک کنم؟",
    "नमस्ते, मैं आपकी क्या मदद कर सकता हूँ?",
    "您好，請問需要什麼協助？",
)
_HOSTILE = tuple(unit * (20_000 // len(unit)) for unit in ("1", "a", "a1-", "ab ", " ", "१ ", "\u4e00", "(a@b.c)\n"))


Clock = Callable[[], float]


class TooSlow(Unavailable):
    """A client's own patterns took longer over a text than they may."""

    code: ClassVar[str] = "pattern-too-slow"


@dataclass(frozen=True, slots=True)
class OwnPattern:
    """A pattern and the type of what it finds.

    Attributes:
        clock: seconds that this thread has worked, or None (rule 3).

    Raises:
        BadInput: it is not one that may be used; the sentence says why.
    """

    expression: str
    type: SpanType
    clock: Clock | None = field(default=None, repr=False, compare=False)
    _compiled: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", _checked(self.expression, self.clock or _stopped))

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it matches in a text whose digits are 0-9 (``searchable``), in code points."""
        for match in self._compiled.finditer(text):
            if match.end() > match.start():
                yield match.span()


def matches(text: str, patterns: Iterable[OwnPattern]) -> list[Span]:
    """What the patterns find in a text.

    Raises:
        TooSlow: they took longer than rule 3 allows.
    """
    spans: list[Span] = []
    most = MOST_SECONDS * (1 + len(text) / _PER_CHARACTERS)
    folded = searchable(text)
    for pattern in patterns:
        clock = pattern.clock or _stopped
        begun = clock()
        spans.extend(Span(start, end, pattern.type, SCORE, (Why.OWN,)) for start, end in pattern.places(folded))
        if clock() - begun > most:
            raise TooSlow
    return spans


def searchable(text: str) -> str:
    """The text with digits of every script as 0-9 and nothing that cannot be encoded; each character in its place."""
    return text if text.isascii() else text.translate(_digits())


@cache
def _digits() -> dict[int, str]:
    found = {point: unicodedata.decimal(chr(point), None) for point in range(128, sys.maxunicode + 1)}
    digits = {point: str(value) for point, value in found.items() if value is not None}
    return digits | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def _stopped() -> float:
    return 0.0


def _checked(expression: str, clock: Clock) -> Any:
    if not expression or len(expression) > LONGEST:
        raise BadInput("Write a pattern of at most 200 characters.")
    compiled = _compiled(searchable(expression))
    if compiled.search("") is not None or any(compiled.search(sentence) for sentence in _SENTENCES):
        raise BadInput("This pattern would conceal plain sentences too. Write one that needs your numbers' signs.")
    begun = clock()
    for text in _HOSTILE:
        for _ in compiled.finditer(text):
            if clock() - begun > MOST_SECONDS:
                raise BadInput("This pattern takes too long.")
    if clock() - begun > MOST_SECONDS:
        raise BadInput("This pattern takes too long.")
    return compiled


def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        return re2.compile(expression, options)
    except re2.error:
        raise BadInput(
            "This is not a pattern that can be used: a bracket may be open, it may be too large, or it looks around or "
            "back, which RE2 does not do."
        ) from None
