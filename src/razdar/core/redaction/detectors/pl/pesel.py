"""PESEL, the Polish personal number: YYMMDD, four serial digits, check digit.

Source: act of 24 September 2010 on population registration, article 15. The month carries the century (80 for 1800,
0 for 1900, 20 for 2000, 40 for 2100, 60 for 2200). The digits weighted 1 3 7 9 1 3 7 9 1 3 1 sum to a multiple of ten.

Rules:
1. A valid number must stand by itself: its edges are edges of groups, no letter touches it.
2. With the word PESEL beside it a number of eleven digits counts without the check digit: people mis-say digits.
"""

from calendar import monthrange
from collections.abc import Iterator

from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import DETECTORS
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.windows import aligned_windows, weighted_sums

LENGTH = 11
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
_CENTURIES = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}


@DETECTORS.register("pl.pesel")
def find(scan: Scan) -> Iterator[Span]:
    """PESEL numbers, written or spoken."""
    for string in scan.numbers.strings:
        if len(string) < LENGTH or string.plus >= 0:
            continue
        starts = aligned_windows(string, LENGTH)
        for first, total in zip(starts, weighted_sums(string, starts, _WEIGHTS), strict=True):
            span = _judged(scan, string, first, total % 10 == 0)
            if span is not None:
                yield span


def _judged(scan: Scan, string: DigitString, first: int, checked: bool) -> Span | None:
    start, end = string.starts[first], string.ends[first + LENGTH - 1]
    if scan.touches_word(start, end):
        return None
    whole = len(string) == LENGTH
    apart = whole or string.groups_in(first, first + LENGTH) == 1
    if checked and _has_birth_date(string.digits[first : first + LENGTH]):
        if scan.cues.near(Cue.PESEL, start, end):
            return Span(start, end, SpanType.NATIONAL_ID, 0.97, (Why.CHECKSUM, Why.BIRTH_DATE, Why.CUE))
        return Span(start, end, SpanType.NATIONAL_ID, 0.85 if apart else 0.6, (Why.CHECKSUM, Why.BIRTH_DATE))
    if whole and scan.cues.near(Cue.PESEL, start, end):
        return Span(start, end, SpanType.NATIONAL_ID, 0.6, (Why.NO_CHECKSUM, Why.CUE, Why.LENGTH))
    return None


def _has_birth_date(digits: bytes) -> bool:
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    century = _CENTURIES[month // 20 * 20]
    month %= 20
    return 1 <= month <= 12 and 1 <= day <= monthrange(century + year, month)[1]
