"""France. Social security number (NIR): sex, year, month, department, commune, serial and 97 minus the rest
modulo 97 (Corsica's 2A and 2B count as 19 and 18). SIREN: nine digits, Luhn; SIRET: fourteen, Luhn. VAT: FR, two
digits (12 + 3 * (SIREN mod 97)) mod 97, SIREN. Tax number (SPI): thirteen digits, the last three are the first
ten modulo 511."""

from razdar.core.redaction.checks import is_varied, luhn
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType


def is_nir(compact: str) -> bool:
    """Thirteen places and the key."""
    number = int(compact[:13].replace("2a", "19").replace("2b", "18"))
    month = int(compact[3:5])
    return compact[0] in "12378" and (1 <= month <= 12 or 20 <= month <= 42) and 97 - number % 97 == int(compact[13:])


def is_spi(digits: str) -> bool:
    """The first digit from 0 to 3."""
    return digits[0] in "0123" and int(digits[:10]) % 511 == int(digits[10:])


def is_siren(digits: str) -> bool:
    """Nine or fourteen digits."""
    return is_varied(digits) and luhn(digits)


identifier(
    "fr.nir",
    type=SpanType.NATIONAL_ID,
    lengths=(15,),
    check=is_nir,
    cues="securite sociale|numero de securite sociale|nir|carte vitale|numero de secu",
    languages="fr",
    shapes=("9 99 99 99 999 999 99",),
    named=0.97,
    shaped=0.95,
    at_home=0.9,
    alone=0.6,
    mistyped=0.6,
)
mark(
    "fr.nir_corsica",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[1278][ ]?[0-9]{2}[ ]?[0-9]{2}[ ]?2[ab][ ]?[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{2}",
    check=is_nir,
    alone=0.9,
)
identifier(
    "fr.spi",
    type=SpanType.TAX_ID,
    lengths=(13,),
    check=is_spi,
    cues="numero fiscal|spi|reference fiscale|identifiant fiscal",
    languages="fr",
    at_home=0.6,
)
identifier(
    "fr.siren",
    type=SpanType.TAX_ID,
    lengths=(9, 14),
    check=is_siren,
    cues="siren|siret|numero siret|numero siren",
    languages="fr",
    mistyped=0.55,
)
mark(
    "fr.vat",
    type=SpanType.TAX_ID,
    pattern=rb"fr[ ]?[0-9]{2}[ ]?[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{3}",
    check=lambda compact: (12 + 3 * (int(compact[4:]) % 97)) % 97 == int(compact[2:4]),
    alone=0.9,
)
