"""South Korea. Resident registration number: date of birth, a digit for century and sex, serial, check digit
(weights 2 to 9 and 2 to 5, modulo 11), which numbers issued since October 2020 no longer have."""

from razdar.core.redaction.checks import is_date
from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType


def is_rrn(digits: str) -> bool:
    """A day of birth, and a digit that names a citizen's century and sex."""
    if digits[6] not in "1234":
        return False
    century = 1900 if digits[6] in "12" else 2000
    return is_date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


identifier(
    "kr.rrn",
    type=SpanType.NATIONAL_ID,
    lengths=(13,),
    check=is_rrn,
    cues="주민등록번호|주민번호|resident registration number|rrn",
    languages="ko",
    shapes=("999999-9999999",),
    shaped=0.88,
    at_home=0.8,
)
