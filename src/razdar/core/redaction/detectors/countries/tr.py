"""Turkey. Citizen number: eleven digits; the tenth is seven times the odd places less the even ones, the last the
sum of all, both modulo ten.."""

from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType


def is_citizen(digits: str) -> bool:
    """Two check digits."""
    values = [int(digit) for digit in digits]
    tenth = (7 * sum(values[0:9:2]) - sum(values[1:8:2])) % 10
    return values[0] != 0 and values[9] == tenth and values[10] == sum(values[:10]) % 10


identifier(
    "tr.citizen",
    type=SpanType.NATIONAL_ID,
    lengths=(11,),
    check=is_citizen,
    cues="tc kimlik|tckn|kimlik no|kimlik numara*|tc kimlik no|t.c. kimlik",
    languages="tr",
    named=0.96,
    at_home=0.88,
    mistyped=0.55,
)
