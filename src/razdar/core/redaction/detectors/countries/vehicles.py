"""Vehicles of all countries.

Vehicle identification number: ISO 3779, seventeen letters and digits without i, o and q, the last four digits. Its
ninth place checks in North America and China alone (49 CFR 565.15), so a word beside it must name it.
"""

from razdar.core.redaction.identifiers import mark
from razdar.core.redaction.spans import SpanType

FEWEST_LETTERS = 3


def is_vin(compact: str) -> bool:
    """The maker's three places hold a letter at least; three letters are the fewest in use."""
    return sum(map(str.isalpha, compact)) >= FEWEST_LETTERS and not compact[:3].isdigit()


mark(
    "vehicles.vin",
    type=SpanType.VEHICLE,
    pattern=rb"[a-hj-npr-z0-9]{13}[0-9]{4}",
    check=is_vin,
    cues="vin|vin number|vin no|chassis|chassis number|numer vin|nr vin|numer nadwozia|chassi|número do chassi|"
    "شماره شاسی|चेसिस नंबर|車架號碼|车架号",
    named=0.93,
)
