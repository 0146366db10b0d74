"""Poland.

PESEL: act of 24 September 2010 on population registration, article 15: YYMMDD, four serial digits, check digit; the
month carries the century (80 for 1800, 0 for 1900, 20 for 2000, 40 for 2100, 60 for 2200).
"""

from calendar import monthrange

from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType

_CENTURIES = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}


def is_pesel(digits: str) -> bool:
    """Weights 1 3 7 9 1 3 7 9 1 3 1, a multiple of ten, and a date that exists."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True))
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    century = _CENTURIES[month // 20 * 20]
    month %= 20
    return total % 10 == 0 and 1 <= month <= 12 and 1 <= day <= monthrange(century + year, month)[1]


identifier(
    "pl.pesel",
    type=SpanType.NATIONAL_ID,
    lengths=(11,),
    check=is_pesel,
    cues="pesel|pesel number|numer pesel|peselu|pesel to|peselem",
    languages="pl",
    named=0.97,
    at_home=0.9,
    alone=0.85,
    mistyped=0.6,
)
