"""What transcripts with word times and typed dialogues have in common: joined texts, and what is heard again.

Rules:
1. Pieces of a conversation (words, or turns) are joined to one text, searched once, and what was found is cut back to
   the pieces. Between rows of pieces stands a sign that is no separator, so no number runs over it.
2. What was found is looked for again: four digits in a row of a concealed number, or three said by themselves by the
   other side soon after, are a read-back and are concealed too.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from razdar.core.redaction.equipment import scanned
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

TOPIC_MS = 20_000
"""A silence that ends a number."""

READ_BACK_MS = 20_000
READ_BACK_DIGITS = 4
SHORT_READ_BACK_DIGITS = 3
ANSWERED = 0.66
"""What an answer's kind is worth among those that a number was taken for: more than a guess, less than a cue."""

LONG_READ_BACK_DIGITS = 7
"""So many digits leave no doubt what they are."""

BREAK = "\u00b6"
NUMERIC = frozenset({
    SpanType.CARD, SpanType.CVV, SpanType.PHONE, SpanType.IBAN, SpanType.NATIONAL_ID, SpanType.TAX_ID, SpanType.ACCOUNT,
    SpanType.PIN, SpanType.SECRET,
})  # fmt: skip

Piece = tuple[int, str]
"""The number of a word or turn, and its text."""

NOBODYS = -1
"""The number of a piece in which nothing is looked for: it only says what the next ones are about."""


class Joined:
    """Pieces joined to one text, and the way back from its characters to them.

    Args:
        rows: what belongs together.
        of_turns: whether the pieces are turns and no words.
    """

    def __init__(self, rows: Iterable[Iterable[Piece]], lang: str | None, *, of_turns: bool = False) -> None:
        self._numbers: list[int] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        parts: list[str] = []
        length = 0
        for row in rows:
            for number, text in row:
                if number != NOBODYS:
                    self._numbers.append(number)
                    self._starts.append(length)
                    self._ends.append(length + len(text))
                parts.append(text + " ")
                length += len(text) + 1
            parts.append(BREAK + " ")
            length += 2
        self.scan = scanned("".join(parts), lang)
        self.scan.in_dialogue = True
        if of_turns:
            self.scan.borders = self._starts

    def pieces(self, start: int, end: int) -> list[int]:
        """The pieces that the stretch ``start:end`` of the text touches."""
        return self._numbers[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def begins(self, place: int) -> bool:
        """Whether a piece begins at a place of the text."""
        at = bisect_left(self._starts, place)
        return at < len(self._starts) and self._starts[at] == place

    def places(self, span: Span) -> Iterator[tuple[int, Span]]:
        """A span cut to its pieces, each part with the piece's own offsets."""
        for at in range(bisect_right(self._ends, span.start), bisect_left(self._starts, span.end)):
            start = max(span.start, self._starts[at]) - self._starts[at]
            end = min(span.end, self._ends[at]) - self._starts[at]
            if start < end:
                yield self._numbers[at], Span(start, end, span.type, span.score, span.why)


class Voice(NamedTuple):
    """When a piece was said, and by whom."""

    start_ms: int
    end_ms: int
    channel: int


_NO_VOICE = Voice(-1, -1, -1)


class _Said(NamedTuple):
    voice: Voice
    type: SpanType


class Heard:
    """Parts of the concealed numbers of a conversation, to recognise them when somebody repeats them (rule 2).

    Args:
        voice: when and by whom a piece was said, by its number.
    """

    def __init__(self, voice: Callable[[int], Voice]) -> None:
        self._voice = voice
        self._parts: dict[bytes, SpanType] = {}
        self._scores: dict[bytes, float] = {}
        self._short_parts: dict[bytes, list[_Said]] = defaultdict(list)

    def add(self, text: Joined, spans: Sequence[Span]) -> None:
        """Take in the numbers behind the spans (sorted, without overlaps) of one text."""
        starts, ends = [span.start for span in spans], [span.end for span in spans]
        for string in text.scan.strings if spans else ():
            touched = spans[bisect_right(ends, string.starts[0]) : bisect_left(starts, string.ends[-1])]
            for span in touched:
                first, last = bisect_left(string.starts, span.start), bisect_right(string.ends, span.end)
                self._add(text, span, string.digits[first:last])

    def answer(self, piece: int, scan: Scan, span: Span) -> None:
        """Take in a number that answers a question, in the text of one piece: the question knows better than a guess
        from its length."""
        for string in scan.strings:
            first, last = bisect_left(string.starts, span.start), bisect_right(string.ends, span.end)
            self._learn(string.digits[first:last], span.type, max(span.score, ANSWERED))
            self._learn_short(string.digits[first:last], _Said(self._voice(piece), span.type))

    def _learn(self, digits: bytes, kind: SpanType, score: float) -> None:
        for part in _parts_of(digits, READ_BACK_DIGITS):
            if score > self._scores.get(part, 0.0):
                self._scores[part], self._parts[part] = score, kind

    def _add(self, text: Joined, span: Span, digits: bytes) -> None:
        self._learn(digits, span.type, max(span.score, ANSWERED) if Why.CUE in span.why else span.score)
        pieces = text.pieces(span.start, span.end)
        if not pieces:
            return
        first, last = self._voice(pieces[0]), self._voice(pieces[-1])
        said = _Said(Voice(first.start_ms, last.end_ms, first.channel), span.type)
        self._learn_short(digits, said)

    def _learn_short(self, digits: bytes, said: _Said) -> None:
        for part in _parts_of(digits, SHORT_READ_BACK_DIGITS):
            self._short_parts[part].append(said)

    def read_backs(self, text: Joined) -> Iterator[Span]:
        """Repetitions in one text."""
        for string in text.scan.strings if self._parts or self._short_parts else ():
            for first, last, kind in self._repeated(string.digits):
                score = 0.6 if last - first < LONG_READ_BACK_DIGITS else 0.8
                yield Span(string.starts[first], string.ends[last - 1], kind, score, (Why.REPEATED,))
            if len(string) == SHORT_READ_BACK_DIGITS:
                yield from self._short_read_back(text, string)

    def _repeated(self, digits: bytes) -> Iterator[tuple[int, int, SpanType]]:
        """The longest rows of digits whose parts were all heard in numbers of one kind, as (first, end, kind)."""
        first = last = 0
        kind: SpanType | None = None
        for at, part in enumerate(_parts_of(digits, READ_BACK_DIGITS)):
            heard = self._parts.get(part)
            if heard is None:
                continue
            if heard is not kind or at > last:
                if kind is not None:
                    yield first, last, kind
                first, kind = at, heard
            last = at + READ_BACK_DIGITS
        if kind is not None:
            yield first, last, kind

    def _short_read_back(self, text: Joined, string: DigitString) -> Iterator[Span]:
        start, end = string.starts[0], string.ends[-1]
        pieces = text.pieces(start, end)
        voice = self._voice(pieces[0]) if pieces else _NO_VOICE
        for said, kind in self._short_parts.get(string.digits, ()):
            soon = said.start_ms <= voice.start_ms <= said.end_ms + READ_BACK_MS
            if soon and voice.channel != said.channel:
                yield Span(start, end, kind, 0.5, (Why.REPEATED,))
                return


def _parts_of(digits: bytes, length: int) -> Iterator[bytes]:
    return (digits[at : at + length] for at in range(len(digits) - length + 1))
