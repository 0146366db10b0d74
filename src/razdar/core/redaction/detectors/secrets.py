"""Short numbers that only a word beside them gives away: security codes, expiry dates, PINs and one-time codes.

PCI DSS 4.0.1, 3.3.1: security codes and PINs may not be kept after authorisation, not even encrypted.

Rules:
1. The cue must be the nearest one; a number of another length is not what the cue says.
2. A one-time code may be cut up ("12 34 56") or hold letters after its cue ("code is B7K2Q9").
"""

from collections.abc import Iterator

from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import reader
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

REACH = 45
_KINDS: tuple[tuple[Cue, SpanType, tuple[int, ...]], ...] = (
    (Cue.CVV, SpanType.CVV, (3, 4)),
    (Cue.PIN, SpanType.PIN, (4, 5, 6)),
    (Cue.SECRET, SpanType.SECRET, (4, 5, 6, 7, 8)),
    (Cue.EXPIRY, SpanType.EXPIRY, (3, 4, 5, 6)),
)


@reader("secrets", shortest=3, longest=8)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Codes and expiry dates."""
    for cue, kind, lengths in _KINDS:
        if len(string) not in lengths or not company.names(cue, within=REACH):
            continue
        start, end = string.starts[0], string.ends[-1]
        if kind is SpanType.EXPIRY and not _is_month_and_year(string.digits.decode("ascii")):
            continue
        if not scan.touches_word(start, end):
            yield Span(start, end, kind, 0.7, (Why.CUE, Why.LENGTH))


def _is_month_and_year(digits: str) -> bool:
    if len(digits) == 6 and digits.startswith("20") and 1 <= int(digits[4:]) <= 12:
        return True
    month, year = (digits[:-2], digits[-2:]) if len(digits) < 5 else (digits[:-4], digits[-4:])
    return 1 <= int(month) <= 12 and (len(year) == 2 or 2000 <= int(year) <= 2099)
