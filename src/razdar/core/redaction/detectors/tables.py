"""Tables in plain text: a row that names its columns, and the rows below it, with tabs, semicolons, bars or commas.

Rules:
1. The first row has no digits; one of its cells is a field name (see ``fields``) for a number or word that is nobody
   else's business. Names of people are left to others: products have names, too.
2. The next rows belong to it as long as they have as many cells; what stands under the name is concealed, if it has
   the digits that such a value has.
"""

import re
from collections.abc import Iterator, Sequence

from razdar.core.redaction.detection import detector
from razdar.core.redaction.fields import meaning, words_of
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SCORE = 0.9
LONGEST_NAME = 30
LONGEST_ROW = 1_000
MOST_WORDS = 4
_DIGITS: dict[SpanType, range] = {
    SpanType.CVV: range(3, 5),
    SpanType.PIN: range(4, 9),
    SpanType.SECRET: range(4, 65),
    SpanType.PASSWORD: range(65),
    SpanType.EXPIRY: range(3, 9),
    SpanType.CARD: range(12, 20),
    SpanType.IBAN: range(10, 35),
    SpanType.ACCOUNT: range(4, 41),
    SpanType.NATIONAL_ID: range(4, 21),
    SpanType.TAX_ID: range(4, 21),
    SpanType.PASSPORT: range(4, 13),
    SpanType.DRIVER_LICENSE: range(3, 21),
}
"""How many digits a value of these kinds has."""

_OF_ANY_SIGNS = frozenset({SpanType.PASSWORD, SpanType.SECRET})
_SEPARATORS = "\t;|,"
_FORM = rb"(?:^|\n)([^\n0-9.?!]+)\n(?:[ |:+=-]+\n)?[^\n]*[0-9]"
_header = pattern(_FORM)
_RULER = re.compile(r"[ |:+=-]+")
_AROUND = " \"'\t\r"


@detector("tables", gate=_FORM)
def find(scan: Scan) -> Iterator[Span]:
    """The values of columns whose names tell."""
    at = 0
    while (match := _header.search(scan.view, at)) is not None:
        at = match.end(1)
        line = scan.text[match.start(1) : at]
        for separator in _SEPARATORS:
            kinds = _kinds(line.split(separator)) if separator in line and len(line) <= LONGEST_ROW else []
            if any(kinds):
                spans, at = _below(scan.text, at + 1, separator, kinds)
                yield from spans
                break


def _kinds(names: Sequence[str]) -> list[SpanType | None]:
    """What each column holds, if they are names of columns."""
    if len(names) < 2 or any(len(name) > LONGEST_NAME or len(words_of(name)) > MOST_WORDS for name in names):
        return []
    kinds = [meaning.__wrapped__(name).kind for name in names]
    return [kind if kind in _DIGITS else None for kind in kinds]


def _below(text: str, at: int, separator: str, kinds: Sequence[SpanType | None]) -> tuple[list[Span], int]:
    """The values in the rows from a place on, and where the table ends."""
    found: list[Span] = []
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        cells = text[at:stop].split(separator)
        if len(cells) != len(kinds) or stop - at > LONGEST_ROW:
            break
        for cell, kind in zip(cells, kinds, strict=True):
            value = cell.strip(_AROUND)
            if kind is not None and _RULER.fullmatch(cell) is None and _is_value(value, kind):
                start = at + cell.index(value)
                found.append(Span(start, start + len(value), kind, SCORE, (Why.CUE, Why.LENGTH)))
            at += len(cell) + 1
    return found, at


def _is_value(value: str, kind: SpanType) -> bool:
    digits = sum(map(str.isdigit, value))
    if not value or digits not in _DIGITS[kind] or value.startswith(("[", "<")):
        return False
    return kind in _OF_ANY_SIGNS or all(any(map(str.isdigit, part)) for part in value.split())
