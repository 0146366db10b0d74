"""Canada. Social insurance number: nine digits, Luhn, the first not 0 or 8 (Employment and Social Development
Canada). Business number: the same form with a programme ("RT0001") behind it."""

from razdar.core.redaction.checks import is_varied, luhn
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType


def is_sin(digits: str) -> bool:
    """Luhn, and a first digit that is given to people."""
    return digits[0] not in "08" and is_varied(digits) and luhn(digits)


identifier(
    "ca.sin",
    type=SpanType.NATIONAL_ID,
    lengths=(9,),
    check=is_sin,
    cues="sin|s.i.n|s.i.n.|sin number|social insurance|social insurance number|mon nas|numero de nas|"
    "numero d'assurance sociale|assurance sociale",
    languages="en fr",
    shapes=("999-999-999",),
    shaped=0.7,
    mistyped=0.6,
)
mark(
    "ca.business_number",
    type=SpanType.TAX_ID,
    pattern=rb"[0-9]{5}[ ]?[0-9]{4}[ ]?r[cmprtz][ ]?[0-9]{4}",
    check=lambda compact: luhn(compact[:9]),
    cues="business number|gst number|hst number",
    alone=0.85,
)
mark(
    "ca.postcode",
    type=SpanType.ZIP,
    pattern=rb"[abceghj-nprstvxy][0-9][abceghj-nprstv-z][ \-]?[0-9][abceghj-nprstv-z][0-9]",
    languages="en fr",
    named=0.85,
    at_home=0.7,
)
