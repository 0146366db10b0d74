"""United States.

Social security number: area not 000, 666 or 900 up, group not 00, serial not 0000 (SSA, since 2011 without
regions). ITIN: area 900 to 999, group 50 to 65, 70 to 88, 90 to 92, 94 to 99 (IRS). EIN: a campus prefix. Routing
number: weights 3 7 1, a multiple of ten, first two digits of a Federal Reserve district (ABA). NPI: Luhn with
80840 in front. MBI: eleven places of fixed kinds, letters without s, l, o, i, b, z (CMS).
"""

from razdar.core.redaction.checks import is_varied, luhn, weighted
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_EXAMPLES = frozenset(("219099999", "457555462"))
"""Numbers of advertisements that nobody holds."""

_EIN_PREFIXES = frozenset(
    f"{prefix:02d}"
    for first, last in ((1, 6), (10, 16), (20, 27), (30, 48), (50, 68), (71, 77), (80, 88), (90, 95), (98, 99))
    for prefix in range(first, last + 1)
)
_ITIN_GROUPS = frozenset((*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)))


def is_ssn(digits: str) -> bool:
    """Structure only: there is no check digit."""
    return digits[0] != "9" and is_like_ssn(digits) and is_varied(digits) and digits not in _EXAMPLES


def is_like_ssn(digits: str) -> bool:
    """What passes for one if it is called so: no part of it is zero."""
    return digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def is_itin(digits: str) -> bool:
    """Structure only."""
    return digits[0] == "9" and int(digits[3:5]) in _ITIN_GROUPS


def is_ein(digits: str) -> bool:
    """A prefix that is in use."""
    return digits[:2] in _EIN_PREFIXES


def is_routing_number(digits: str) -> bool:
    """The district and the check digit."""
    district = int(digits[:2])
    known = 0 < district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80
    return known and weighted(digits, (3, 7, 1) * 3) % 10 == 0


def is_npi(digits: str) -> bool:
    """Luhn with the prefix of American health care."""
    return digits[0] in "12" and luhn("80840" + digits)


_SSN_CUES = (
    "ssn|social security|social security number|social security no|s s n|ss number|social number|soc sec|ss#|"
    "numero do seguro social"
)
identifier(
    "us.ssn",
    type=SpanType.NATIONAL_ID,
    lengths=(9,),
    check=is_ssn,
    cues=_SSN_CUES,
    languages="en",
    shapes=("999-99-9999", "999 99 9999", "999.99.9999"),
    named=0.95,
    shaped=0.82,
)
identifier(
    "us.ssn_by_name",
    type=SpanType.NATIONAL_ID,
    lengths=(9,),
    check=is_like_ssn,
    cues=_SSN_CUES,
    languages="en",
    named=0.9,
)
identifier(
    "us.itin",
    type=SpanType.TAX_ID,
    lengths=(9,),
    check=is_itin,
    cues="itin|individual taxpayer identification|individual taxpayer identification number|individual taxpayer",
    languages="en",
    shapes=("999-99-9999",),
    named=0.95,
    shaped=0.83,
    mistyped=0.6,
)
identifier(
    "us.ein",
    type=SpanType.TAX_ID,
    lengths=(9,),
    check=is_ein,
    cues="ein number|company ein|our ein|ein is|employer identification|employer identification number|fein|"
    "federal tax id|employer id number",
    shapes=("99-9999999",),
    shaped=0.55,
    mistyped=0.5,
)
identifier(
    "us.routing",
    type=SpanType.ACCOUNT,
    lengths=(9,),
    check=is_routing_number,
    cues="routing|routing number|routing no|aba|aba number|aba routing|transit number|routing and transit",
    shapes=("9999-9999-9",),
    shaped=0.6,
    mistyped=0.5,
)
identifier(
    "us.npi",
    type=SpanType.DOC_ID,
    lengths=(10,),
    check=is_npi,
    cues="npi|npi number|national provider|provider identifier",
)
mark(
    "us.mbi",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[1-9][ac-hj-km-np-rt-y][ac-hj-km-np-rt-y0-9][0-9]-?[ac-hj-km-np-rt-y][ac-hj-km-np-rt-y0-9][0-9]-?"
    rb"[ac-hj-km-np-rt-y]{2}[0-9]{2}",
    cues="mbi|medicare|medicare number|medicare id|medicare beneficiary",
    alone=0.75,
)
