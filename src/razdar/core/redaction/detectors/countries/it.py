"""Italy. Codice fiscale: six letters, year, month letter, day (40 more for women), municipality, check letter
(decree of 12 March 1974). Digits may be replaced by letters where two people would have the same. Partita IVA:
eleven digits, Luhn."""

from razdar.core.redaction.checks import is_varied, luhn, value
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_DIGIT = rb"[0-9lmnp-v]"


def is_fiscal_code(compact: str) -> bool:
    """Odd places by a table, even ones as they are, modulo 26 as a letter."""
    values = [value(char) - (0 if char.isdigit() else 10) for char in compact[:15]]
    total = sum(_ODD[one] for one in values[::2]) + sum(values[1::2])
    return chr(ord("a") + total % 26) == compact[15]


def is_vat(digits: str) -> bool:
    """Luhn, and the office of the province."""
    office = int(digits[7:10])
    return is_varied(digits) and luhn(digits) and (1 <= office <= 100 or office in (120, 121, 888, 999))


mark(
    "it.fiscal_code",
    type=SpanType.TAX_ID,
    pattern=rb"[a-z]{3} ?[a-z]{3} ?" + _DIGIT + rb"{2}[a-ehlmprst]" + _DIGIT + rb"{2} ?[a-z]" + _DIGIT + rb"{3}[a-z]",
    check=is_fiscal_code,
    cues="codice fiscale|fiscal code",
    alone=0.95,
    mistyped=0.6,
)
identifier(
    "it.vat",
    type=SpanType.TAX_ID,
    lengths=(11,),
    check=is_vat,
    cues="partita iva|p.iva|p iva",
    languages="it",
    at_home=0.5,
    mistyped=0.55,
)
mark(
    "it.vat_marked",
    type=SpanType.TAX_ID,
    pattern=rb"it[ ]?[0-9]{11}",
    check=lambda compact: is_vat(compact[2:]),
    alone=0.85,
)
