"""Israel. Identity number: nine digits, Luhn from the left."""

from razdar.core.redaction.checks import is_varied, luhn
from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType


def is_identity_number(digits: str) -> bool:
    """Nine digits."""
    return is_varied(digits) and luhn(digits)


identifier(
    "il.identity",
    type=SpanType.NATIONAL_ID,
    lengths=(9,),
    check=is_identity_number,
    cues="teudat zehut|תעודת זהות|israeli id|mispar zehut",
    languages="he",
    at_home=0.7,
    mistyped=0.55,
)
