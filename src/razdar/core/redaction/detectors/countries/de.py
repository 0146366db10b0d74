"""Germany. Tax identification number: eleven digits, the first not 0, one digit twice or three times among the
first ten, ISO 7064 mod 11,10 (Abgabenordnung 139b). VAT: DE and nine digits, mod 11,10. Identity card and
passport: nine places without vowels and a check digit, weights 7 3 1 (ICAO 9303). Pension insurance: eight
digits, a letter, three digits."""

from collections import Counter

from razdar.core.redaction.checks import mod_11_10, value
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_SIGNS = rb"[0-9cfghjklmnprtvwxyz]"


def is_tax_id(digits: str) -> bool:
    """The digits must repeat as the law says."""
    most = Counter(digits[:10]).most_common(1)[0][1]
    return digits[0] != "0" and most <= 3 and mod_11_10(digits)


def is_id_card(compact: str) -> bool:
    """Nine places and the check digit."""
    total = sum(value(char) * (7, 3, 1)[place % 3] for place, char in enumerate(compact[:9]))
    return any(map(str.isdigit, compact[:9])) and total % 10 == int(compact[9])


def is_pension_number(compact: str) -> bool:
    """The letter is two digits; weights 2 1 2 5 7 1 2 1 2 1 2 1, products summed digit by digit."""
    digits = f"{compact[:8]}{value(compact[8]) - 9:02d}{compact[9:11]}"
    products = (int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(compact[11])


identifier(
    "de.tax_id",
    type=SpanType.TAX_ID,
    lengths=(11,),
    check=is_tax_id,
    cues="steuer-id|steuer id|steueridentifikationsnummer|steuernummer|idnr|identifikationsnummer|steuerliche*",
    languages="de",
    at_home=0.6,
    mistyped=0.55,
)
mark(
    "de.vat",
    type=SpanType.TAX_ID,
    pattern=rb"de[ ]?[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{3}",
    check=lambda compact: mod_11_10(compact[2:]),
    cues="ust-id|ust-idnr|umsatzsteuer*",
    alone=0.8,
)
mark(
    "de.id_card",
    type=SpanType.NATIONAL_ID,
    pattern=_SIGNS + rb"{9}[0-9]",
    check=is_id_card,
    cues="personalausweis*|ausweisnummer|ausweis",
    languages="de",
)
mark(
    "de.pension",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[0-9]{2}[ ]?[0-3][0-9][01][0-9]{3}[ ]?[a-z][ ]?[0-9]{3}",
    check=is_pension_number,
    cues="rentenversicherungsnummer|sozialversicherungsnummer|versicherungsnummer",
    alone=0.75,
)
