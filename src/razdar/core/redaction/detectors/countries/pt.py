"""Portugal. NIF: nine digits, weights 9 to 2, modulo 11, a rest of 0 or 1 is written 0. Cartao de cidadao: eight
digits, one, two letters and one, Luhn over digits and letters (a = 10) from the right."""

from razdar.core.redaction.checks import value, weighted
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType


def is_nif(digits: str) -> bool:
    """A first digit that is in use and the check digit."""
    check = 11 - weighted(digits[:8], range(9, 1, -1)) % 11
    return (digits[0] in "12356789" or digits[:2] == "45") and int(digits[8]) == (0 if check > 9 else check)


def is_citizen_card(compact: str) -> bool:
    """Twelve places; every second one from the right but one doubled, 9 taken off what is above 9."""
    total = 0
    for place, char in enumerate(reversed(compact)):
        term = value(char) * (1 + place % 2)
        total += term - 9 if place % 2 and term > 9 else term
    return total % 10 == 0


identifier(
    "pt.nif",
    type=SpanType.TAX_ID,
    lengths=(9,),
    check=is_nif,
    cues="nif|número de contribuinte|contribuinte|numero de identificacao fiscal|nipc|meu nif|o nif|número fiscal",
    languages="pt",
    named=0.95,
    mistyped=0.6,
)
mark(
    "pt.citizen_card",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[0-9]{8}[ \-]?[0-9][ \-]?[a-z]{2}[0-9]",
    check=is_citizen_card,
    cues="cartão de cidadão|cartão do cidadão|número de cidadão|bilhete de identidade",
    named=0.96,
    alone=0.82,
    mistyped=0.7,
)
