"""United Kingdom.

NHS number: weights 10 to 2, modulo 11, 11 minus the rest, 10 is not issued (NHS data dictionary). National
Insurance number: prefixes that are not issued (HMRC NIM39110). UTR: first digit checks the others. VAT: weights 8
to 2, the sum plus the last two digits is a multiple of 97, or so with 42 or 55 more. Driving licence: DVLA's
sixteen places.
"""

from razdar.core.redaction.checks import is_varied, weighted
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_NO_PREFIXES = frozenset(("bg", "gb", "kn", "nk", "nt", "tn", "zz"))
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
_UTR_CHECKS = "21987654321"
_NINO_CUES = "nino|national insurance|national insurance number|ni number|n i number|insurance number|ni no"
_NINO = rb"[a-ceghj-prstw-z][a-ceghj-npr-tw-z][ \-]?[0-9]{2}[ \-]?[0-9]{2}[ \-]?[0-9]{2}[ \-]?[a-d]"


def is_nhs(digits: str) -> bool:
    """Ten digits; 11 minus the rest, where 11 is written 0."""
    check = 11 - weighted(digits[:9], range(10, 1, -1)) % 11
    return is_varied(digits) and int(digits[9]) == check % 11 and check != 10


def is_nino(compact: str) -> bool:
    """Two letters, six digits, a letter from a to d."""
    return compact[:2] not in _NO_PREFIXES


def is_utr(digits: str) -> bool:
    """Ten digits, the first of which checks the others."""
    rest = weighted(digits[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11
    return digits[0] == _UTR_CHECKS[rest]


def is_vat(digits: str) -> bool:
    """Nine digits, or twelve with a branch."""
    total = weighted(digits, (8, 7, 6, 5, 4, 3, 2, 10, 1))
    return is_varied(digits) and total % 97 in (0, 42, 55)


def is_driving_licence(compact: str) -> bool:
    """Five of the surname padded with 9, then decade, month (50 more for women), day and year of birth."""
    month, day = int(compact[6:8]) % 50, int(compact[8:10])
    return 1 <= month <= 12 and 1 <= day <= 31


identifier(
    "gb.nhs",
    type=SpanType.NATIONAL_ID,
    lengths=(10,),
    check=is_nhs,
    cues="nhs|nhs number|nhs no|national health service number|health service number",
    languages="en",
    shapes=("999-999-9999", "999 999 9999"),
    shaped=0.45,
    mistyped=0.6,
)
identifier(
    "gb.utr",
    type=SpanType.TAX_ID,
    lengths=(10,),
    check=is_utr,
    cues="unique taxpayer reference|unique taxpayer|utr reference|self assessment|tax reference",
    mistyped=0.5,
)
identifier(
    "gb.vat",
    type=SpanType.TAX_ID,
    lengths=(9, 12),
    check=is_vat,
    cues="vat registration|vat registration number|gb vat|vat number",
    mistyped=0.55,
)
mark(
    "gb.nino",
    type=SpanType.NATIONAL_ID,
    pattern=_NINO,
    check=is_nino,
    cues=_NINO_CUES,
    named=0.95,
    alone=0.82,
)
mark(
    "gb.vat_marked",
    type=SpanType.TAX_ID,
    pattern=rb"gb[ \-]?[0-9]{3}[ \-]?[0-9]{4}[ \-]?[0-9]{2}",
    check=lambda compact: is_vat(compact[2:]),
    alone=0.85,
)
mark(
    "gb.driving_licence",
    type=SpanType.DRIVER_LICENSE,
    pattern=rb"[a-z]{1,5}9{0,4}[ \-]?[0-9]{6}[ \-]?[a-z][a-z9][a-z0-9][ \-]?[a-z0-9]{2}",
    check=lambda compact: len(compact) == 16 and is_driving_licence(compact),
    alone=0.82,
)
mark(
    "gb.plate",
    type=SpanType.VEHICLE,
    pattern=rb"[a-hj-pr-y]{2}[0-9]{2} ?[a-hj-pr-z]{3}",
    languages="en",
    named=0.9,
)
mark(
    "gb.postcode",
    type=SpanType.ZIP,
    pattern=rb"[a-pr-uwyz][a-hk-y]?[0-9][0-9a-hjkmnp-y]? ?[0-9][abd-hjlnp-uw-z]{2}",
    check=lambda compact: compact[-2:] not in _ORDINALS and len(compact) > 4,
    languages="en",
    named=0.8,
    at_home=0.62,
)
