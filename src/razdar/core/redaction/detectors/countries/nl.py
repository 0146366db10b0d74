"""Netherlands. Citizen service number (BSN): nine digits, weights 9 to 2 and -1, a multiple of eleven."""

from razdar.core.redaction.checks import is_varied, weighted
from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType


def is_bsn(digits: str) -> bool:
    """The test of eleven."""
    return is_varied(digits) and weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


identifier(
    "nl.bsn",
    type=SpanType.NATIONAL_ID,
    lengths=(9,),
    check=is_bsn,
    cues="bsn|burgerservicenummer|sofinummer|citizen service number",
    languages="nl",
    at_home=0.6,
    mistyped=0.6,
)
