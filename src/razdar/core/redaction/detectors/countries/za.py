"""South Africa. Identity number: date of birth, sex, a digit for citizens, residents and refugees, 8 or 9, Luhn."""

from razdar.core.redaction.checks import is_date, luhn
from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType


def is_identity_number(digits: str) -> bool:
    """A day of birth in one of two centuries."""
    month, day = int(digits[2:4]), int(digits[4:6])
    if not (digits[10] in "012" and digits[11] in "89" and luhn(digits)):
        return False
    return is_date(2000 + int(digits[:2]), month, day) or is_date(1900 + int(digits[:2]), month, day)


identifier(
    "za.identity",
    type=SpanType.NATIONAL_ID,
    lengths=(13,),
    check=is_identity_number,
    cues="south african id|rsa id|sa id number|refugee id",
    named=0.97,
    at_home=0.9,
    alone=0.86,
)
