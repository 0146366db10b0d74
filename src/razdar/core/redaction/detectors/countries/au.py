"""Australia. Tax file number: nine digits, weights 1 4 3 7 5 8 6 9 10, a multiple of eleven. ABN: eleven, one
taken off the first, weights 10 1 3 5 ... 19, of 89. ACN: nine, weights 8 to 1, ten minus the rest. Medicare: ten
or eleven, the first from 2 to 6, weights 1 3 7 9 1 3 7 9, the ninth is the rest modulo ten."""

from razdar.core.redaction.checks import is_varied, weighted
from razdar.core.redaction.identifiers import identifier
from razdar.core.redaction.spans import SpanType


def is_tfn(digits: str) -> bool:
    """Nine digits."""
    return is_varied(digits) and weighted(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def is_abn(digits: str) -> bool:
    """Eleven digits."""
    return digits[0] != "0" and (weighted(digits, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10) % 89 == 0


def is_acn(digits: str) -> bool:
    """Nine digits."""
    return is_varied(digits) and -weighted(digits[:8], (8, 7, 6, 5, 4, 3, 2, 1)) % 10 == int(digits[8])


def is_medicare(digits: str) -> bool:
    """Ten digits, or eleven with the person on the card."""
    return digits[0] in "23456" and weighted(digits[:8], (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8])


identifier(
    "au.tfn",
    type=SpanType.TAX_ID,
    lengths=(9,),
    check=is_tfn,
    cues="tfn|tax file number|tax file",
    mistyped=0.6,
)
identifier(
    "au.abn",
    type=SpanType.TAX_ID,
    lengths=(11,),
    check=is_abn,
    cues="abn|australian business number",
    shapes=("99 999 999 999",),
    shaped=0.8,
    mistyped=0.55,
)
identifier(
    "au.acn",
    type=SpanType.TAX_ID,
    lengths=(9,),
    check=is_acn,
    cues="acn|australian company number",
)
identifier(
    "au.medicare",
    type=SpanType.NATIONAL_ID,
    lengths=(10, 11),
    check=is_medicare,
    cues="medicare|medicare number|medicare card",
    shapes=("9999 99999 9", "9999-99999-9"),
    shaped=0.7,
)
