"""Redacting a conversation, chat or transcript without times: turns in the order they were said.

Rules:
1. All turns are searched together: the other side's question ("your card number?") is the cue of the answer.
2. The turns of each speaker are searched once more as one text, so that a number said in pieces survives the other
   side's "mm hmm". More than ``NEAR`` turns between two pieces end a number.
3. A finding that lies in several turns is concealed in each of them.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from razdar.core.redaction.applying import Finding, Redacted, found, redacted
from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.folding import view
from razdar.core.redaction.policy import Policy
from razdar.core.redaction.spans import Span, SpanType, resolve

NEAR = 4
_BREAK = " \u00b6 "
"""Stands between turns; it is no separator, so no number runs over it."""


class Said(NamedTuple):
    """What one speaker says at a time."""

    speaker: str
    text: str


class _Piece(NamedTuple):
    """Where a turn stands in a joined text."""

    turn: int
    start: int
    end: int


def redact_turns(
    turns: Iterable[tuple[str, str]],
    policy: Policy = Policy.DEFAULT,
    *,
    lang: str | None = None,
    customer: KnownCustomer | None = None,
    key: bytes | None = None,
) -> tuple[Redacted, ...]:
    """Conceal what the policy does not keep in a conversation.

    Args:
        turns: (speaker, text) in the order they were said or written; ``Said`` is one. The rest as ``redact``.

    Returns:
        One for each turn. If searching fails, all are quarantined: what one says is the key to the next.

    Raises:
        ValueError: as ``redact``.
    """
    said = [Said(*turn) for turn in turns]

    def find() -> list[list[Finding]]:
        heard = _Heard(said)
        for text, pieces in _texts(said):
            for span, value in found(text, policy, lang, customer):
                heard.add(span, value, pieces)
        return heard.findings()

    return redacted([turn.text for turn in said], policy, key, find)


class _Heard:
    """Findings, brought back to the turns they lie in."""

    def __init__(self, said: list[Said]) -> None:
        self._said = said
        self._spans: list[list[Span]] = [[] for _ in said]
        self._values: dict[tuple[int, int, SpanType], str] = {}

    def add(self, span: Span, value: str, pieces: list[_Piece]) -> None:
        """Take in a finding of a joined text."""
        for piece in pieces[_first(pieces, span.start) :]:
            if piece.start >= span.end:
                return
            start, end = max(span.start, piece.start) - piece.start, min(span.end, piece.end) - piece.start
            if start < end:
                self._spans[piece.turn].append(span._replace(start=start, end=end))
                self._values[piece.turn, end, span.type] = value

    def findings(self) -> list[list[Finding]]:
        """For each turn its findings, sorted and without overlaps."""
        settled = [resolve(spans, view(turn.text)) for spans, turn in zip(self._spans, self._said, strict=True)]
        return [
            [(span, self._values.get((turn, span.end, span.type), "")) for span in spans]
            for turn, spans in enumerate(settled)
        ]


def _texts(said: list[Said]) -> Iterator[tuple[str, list[_Piece]]]:
    """The conversation, and what each speaker says in it where there are several."""
    everything = list(range(len(said)))
    yield _joined(said, everything, near=0)
    speakers: dict[str, list[int]] = {}
    for turn, one in enumerate(said):
        speakers.setdefault(one.speaker, []).append(turn)
    for turns in speakers.values():
        if any(1 <= later - earlier <= NEAR for earlier, later in pairwise(turns)):
            yield _joined(said, turns, near=NEAR)


def _joined(said: list[Said], turns: list[int], near: int) -> tuple[str, list[_Piece]]:
    """Turns as one text; those that are near follow each other after no more than a space."""
    parts: list[str] = []
    pieces: list[_Piece] = []
    length, last = 0, None
    for turn in turns:
        between = "" if last is None else " " if turn - last <= near else _BREAK
        start = length + len(between)
        length = start + len(said[turn].text)
        pieces.append(_Piece(turn, start, length))
        parts += (between, said[turn].text)
        last = turn
    return "".join(parts), pieces


def _first(pieces: list[_Piece], start: int) -> int:
    """The first piece that ends after a place."""
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high) // 2
        if pieces[middle].end <= start:
            low = middle + 1
        else:
            high = middle
    return low
