"""Iranian national code (Kod-e Melli): ten digits, the last one a check digit.

The sum of the first nine digits weighted 10 down to 2, modulo 11, is the check digit if below 2, else 11 minus it. Ten
equal digits are not issued. Leading zeros are dropped in spreadsheets, so eight or nine digits are padded.

Rules:
1. One random number in ten passes the check, and ten digits are also a telephone number in many countries: the check
   counts only with a cue beside it, in a Persian text, or where the digits themselves are Persian.
2. After a cue a number of ten digits counts without the check digit: people mis-say digits.
"""

from collections.abc import Iterator

from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import DETECTORS
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.windows import aligned_windows

LENGTHS = (10, 9, 8)
CUE_REACH = 50


@DETECTORS.register("ir.national_code")
def find(scan: Scan) -> Iterator[Span]:
    """National codes, written or spoken."""
    for string in scan.numbers.strings:
        cued = scan.cues.has(Cue.KOD_MELLI)
        if string.plus >= 0 or not (cued or _is_persian(scan, string.starts[0])):
            continue
        for length in LENGTHS if cued else LENGTHS[:1]:
            for first in aligned_windows(string, length):
                span = _judged(scan, string, first, length)
                if span is not None:
                    yield span


def is_valid(digits: bytes) -> bool:
    """Whether eight to ten ASCII digits are a national code."""
    padded = digits.rjust(10, b"0")
    if len(padded) != 10 or len(set(padded)) == 1:
        return False
    values = [byte - 0x30 for byte in padded]
    rest = sum(value * weight for value, weight in zip(values, range(10, 1, -1), strict=False)) % 11
    return values[9] == (rest if rest < 2 else 11 - rest)


def _judged(scan: Scan, string: DigitString, first: int, length: int) -> Span | None:
    start, end = string.starts[first], string.ends[first + length - 1]
    if scan.touches_word(start, end):
        return None
    whole = len(string) == length
    cued = _is_nearest(scan, start, end)
    if not cued and not (length == 10 and _is_persian(scan, start)):
        return None
    if is_valid(string.digits[first : first + length]):
        score = (0.92 if whole else 0.7) if cued else (0.6 if whole else 0.45)
        return Span(start, end, SpanType.NATIONAL_ID, score, (Why.CHECKSUM, Why.CUE if cued else Why.LANGUAGE))
    if cued and whole and length == 10:
        return Span(start, end, SpanType.NATIONAL_ID, 0.55, (Why.NO_CHECKSUM, Why.CUE, Why.LENGTH))
    return None


def _is_persian(scan: Scan, start: int) -> bool:
    return scan.language == "fa" or "\u06f0" <= scan.text[start] <= "\u06f9"


def _is_nearest(scan: Scan, start: int, end: int) -> bool:
    mine = scan.cues.distance(Cue.KOD_MELLI, start, end)
    return mine <= CUE_REACH and mine <= scan.cues.distance(Cue.PHONE, start, end)
