"""Poland.

PESEL: act of 24 September 2010 on population registration, article 15: YYMMDD, four serial digits, check digit;
the month carries the century (80 for 1800, 0 for 1900, 20 for 2000, 40 for 2100, 60 for 2200). NIP: weights 6 5 7
2 3 4 5 6 7 modulo 11. REGON: weights 8 9 2 3 4 5 6 7, with fourteen digits 2 4 8 5 0 9 7 3 6 1 2 4 8, modulo 11,
10 is written 0. Identity card: three letters and six digits, the fourth place checks; passport: two letters and
seven digits, the third place checks; both letters from a = 10, weights 7 3 1 (ICAO 9303).
"""

from calendar import monthrange

from razdar.core.redaction.checks import is_varied, value, weighted
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_WORDS_BEFORE_NUMBERS = frozenset(
    ("za", "do", "po", "na", "od", "ze", "we", "to", "co", "ok", "nr", "rok", "pod", "nad", "ten", "tej")
)
_CENTURIES = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}


def is_pesel(digits: str) -> bool:
    """Weights 1 3 7 9 1 3 7 9 1 3 1, a multiple of ten, and a date that exists."""
    total = weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1))
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    century = _CENTURIES[month // 20 * 20]
    month %= 20
    return total % 10 == 0 and 1 <= month <= 12 and 1 <= day <= monthrange(century + year, month)[1]


def is_nip(digits: str) -> bool:
    """Ten digits, the first three not zero."""
    return (
        is_varied(digits)
        and "0" not in digits[:1]
        and weighted(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(digits[9])
    )


def is_regon(digits: str) -> bool:
    """Nine digits, or fourteen whose first nine are a number of their own."""
    short = weighted(digits[:8], (8, 9, 2, 3, 4, 5, 6, 7)) % 11 % 10 == int(digits[8])
    if len(digits) == 9:
        return short and is_varied(digits)
    return short and weighted(digits[:13], (2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)) % 11 % 10 == int(digits[13])


def is_id_card(compact: str) -> bool:
    """Everything but the check digit, which is the fourth place."""
    weights = (7, 3, 1, 0, 7, 3, 1, 7, 3)
    return sum(value(char) * weight for char, weight in zip(compact, weights, strict=True)) % 10 == int(compact[3])


def is_passport(compact: str) -> bool:
    """Everything but the check digit, which is the third place."""
    weights = (7, 3, 0, 1, 7, 3, 1, 7, 3)
    return sum(value(char) * weight for char, weight in zip(compact, weights, strict=True)) % 10 == int(compact[2])


def is_plate(compact: str) -> bool:
    """A region, then four or five places of which letters stand last; a word before a mere number is no region."""
    letters = compact[:3] if compact[2].isalpha() else compact[:2]
    rest = compact[len(letters) :]
    return len(rest) >= 4 and not (rest.isdigit() and letters in _WORDS_BEFORE_NUMBERS)


identifier(
    "pl.pesel",
    type=SpanType.NATIONAL_ID,
    lengths=(11,),
    check=is_pesel,
    cues="pesel|pesel number|numer pesel|peselu|pesel to|peselem|nr pesel|numeru pesel",
    languages="pl",
    named=0.97,
    at_home=0.9,
    alone=0.85,
    mistyped=0.6,
)
identifier(
    "pl.nip",
    type=SpanType.TAX_ID,
    lengths=(10,),
    check=is_nip,
    cues="nip|numer nip|nipu|nip-u|nipem|nr nip|nip firmy|numer identyfikacji podatkowej",
    languages="pl",
    shapes=("999-999-99-99", "999-99-99-999"),
    named=0.95,
    shaped=0.8,
    mistyped=0.6,
)
identifier(
    "pl.regon",
    type=SpanType.TAX_ID,
    lengths=(9, 14),
    check=is_regon,
    cues="regon|numer regon|regonu|regonem|nr regon",
    languages="pl",
    named=0.95,
    mistyped=0.6,
)
mark(
    "pl.nip_eu",
    type=SpanType.TAX_ID,
    pattern=rb"pl[ \-]?[0-9]{3}[ \-]?[0-9]{2,3}[ \-]?[0-9]{2}[ \-]?[0-9]{2,3}",
    check=lambda compact: len(compact) == 12 and is_nip(compact[2:]),
    alone=0.9,
)
_ID_CARD_CUES = (
    "dowod|dowodu|dowodem|dowodzie|dowod osobisty|dowodu osobistego|numer dowodu|seria i numer|numer dowodu osobistego|"
    "seria dowodu|nr dowodu|dow. os.|dowodem osobistym|dowodzie osobistym"
)
mark(
    "pl.id_card",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[a-z]{3}(?:[ \-]{0,2}| - )[0-9]{6}|[a-z]{3}[ \-]?[0-9]{3}[ \-]?[0-9]{3}",
    check=is_id_card,
    cues=_ID_CARD_CUES,
    languages="pl",
    at_home=0.7,
    mistyped=0.6,
    runs_on=True,
)
mark(  # as it is dictated and scanned, which only words around it tell from others
    "pl.id_card_apart",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[a-z](?:[ ,.\n/\-]?[a-z]){2}[ ,.\n/\-]{0,2}[0-9](?:[ ,.\n/\-]{0,2}[0-9]){5}",
    check=is_id_card,
    cues=_ID_CARD_CUES,
    languages="pl",
    named=0.85,
)
mark(
    "pl.passport",
    type=SpanType.PASSPORT,
    pattern=rb"[a-z]{2}[ \-]{0,2}[0-9]{7}",
    check=is_passport,
    languages="pl",
    at_home=0.6,
)
mark(
    "pl.plate",
    type=SpanType.VEHICLE,
    pattern=rb"[b-gklnoprstwz][a-z]{1,2} ?[0-9][0-9a-z]{3,4}",
    check=is_plate,
    languages="pl",
    named=0.9,
)
