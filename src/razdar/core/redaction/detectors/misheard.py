"""Identifiers with a digit too few or too many, right behind their own name: "my social is one two three four five".

Rules:
1. The nearest word names an identifier of a person, or one whose misheard digits count (``mistyped``); it stands before
   the digits, and no other number between.
2. As many digits as it has, or up to ``MOST_MISHEARD`` more or fewer, and no valid one among them. Amounts and dates
   are what they are.
3. What has no check digit is concealed, and called no more than a number.
4. The score is low: whoever can say what a number is names it.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.cues import Company
from razdar.core.redaction.detection import reader
from razdar.core.redaction.detectors.announced import is_date, is_money
from razdar.core.redaction.identifiers import IDENTIFIERS, Identifier, holds
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.windows import aligned_windows

REACH = 30
LONGEST_NAME = 40
MOST_MISHEARD = 2
SHORTEST = 7
LONGEST = 16
SCORE = 0.45

_PERSONAL = frozenset({SpanType.NATIONAL_ID, SpanType.TAX_ID})
_DIGIT = re.compile(rb"[0-9]")


@reader("misheard identifiers", shortest=SHORTEST, longest=LONGEST)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """A whole digit string behind the name of an identifier."""
    if company.nearest > REACH or string.plus >= 0:
        return
    named = _named(company, string)
    start, end = string.starts[0], string.ends[-1]
    if named is None or scan.touches_word(start, end) or not _is_announced(scan, named[0], start):
        return
    if not is_money(scan, start, end) and not is_date(scan, start, end):
        kind = named[1].type if named[1].mistyped else SpanType.NUMBER
        yield Span(start, end, kind, SCORE, (Why.NO_CHECKSUM, Why.CUE))


def _named(company: Company, string: DigitString) -> tuple[str, Identifier] | None:
    for kind in company.said:
        entry = IDENTIFIERS.get(str(kind))
        if entry is not None and _is_misheard(string, entry):
            return str(kind), entry
    return None


def _is_misheard(string: DigitString, entry: Identifier) -> bool:
    if not min(entry.lengths) - MOST_MISHEARD <= len(string) <= max(entry.lengths) + MOST_MISHEARD:
        return False
    if not entry.mistyped and (entry.type not in _PERSONAL or len(string) in entry.lengths):  # "invalid 000-00-0000"
        return False
    digits = string.digits.decode("ascii")
    return not any(
        holds(entry.check, digits[first : first + length])
        for length in entry.lengths
        for first in aligned_windows(string, length)
    )


def _is_announced(scan: Scan, kind: str, start: int) -> bool:
    """Whether the name stands before a place, and nothing but words between."""
    names = [end for _, end, kinds in scan.cues.within(max(0, start - LONGEST_NAME - REACH), start) if kind in kinds]
    return bool(names) and _DIGIT.search(scan.view, names[-1], start) is None
