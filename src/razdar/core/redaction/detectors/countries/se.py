"""Sweden. Personal number: date of birth (60 added to the day for coordination numbers), three digits, Luhn over
the last ten."""

from razdar.core.redaction.checks import is_date, luhn
from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType

_CUES = "personnummer|personal identity number|personal identity code|samordningsnummer|pnr|person nummer"


def is_long(digits: str) -> bool:
    """Twelve digits, the century included."""
    day = int(digits[6:8])
    year = int(digits[:4])
    return 1880 <= year <= 2099 and is_date(year, int(digits[4:6]), day - 60 * (day > 60)) and luhn(digits[2:])


def is_short(digits: str) -> bool:
    """Ten digits."""
    return is_long("20" + digits) or is_long("19" + digits)


identifier(
    "se.personal_number",
    type=SpanType.NATIONAL_ID,
    lengths=(12,),
    check=is_long,
    cues=_CUES,
    languages="sv",
    shapes=("99999999-9999",),
    named=0.96,
    shaped=0.86,
    at_home=0.9,
    alone=0.55,
)
identifier(
    "se.short_personal_number",
    type=SpanType.NATIONAL_ID,
    lengths=(10,),
    check=is_short,
    cues=_CUES,
    languages="sv",
    shapes=("999999-9999",),
    shaped=0.7,
    at_home=0.7,
)
