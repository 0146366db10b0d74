"""Iran.

National code (Kod-e Melli): ten digits; the first nine weighted 10 down to 2, modulo 11, are the check digit if
below 2, else 11 minus it. Ten equal digits are not issued. Leading zeros are dropped in spreadsheets, so eight
and nine are padded.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import LETTER_CLASS, view
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

_COUNTRY = rb" " + view("ایران") + rb" "
_ON_PLATE = re.compile(_COUNTRY)
_LETTER_ON_PLATE = re.compile(rb" [" + LETTER_CLASS + rb"]{1,6} $")
_LONGEST_LETTER = 8


def is_postcode(digits: str) -> bool:
    """Ten digits, no 0 and no 2 among the first five."""
    return not set("02") & set(digits[:5])


def is_national_code(digits: str) -> bool:
    """Eight to ten digits with the check digit."""
    padded = digits.rjust(10, "0")
    if len(set(padded)) == 1:
        return False
    values = [int(digit) for digit in padded]
    rest = sum(value * weight for value, weight in zip(values[:9], range(10, 1, -1), strict=True)) % 11
    return values[9] == (rest if rest < 2 else 11 - rest)


_CUES = (
    "national code|kod melli|kode melli|kod-e melli|code melli|melli code|meli code|کد ملی|کدملی|شماره ملی|"
    "کد ملی من|کد ملیم|"
    "کد ملیتون|کد ملی‌ام"
)
identifier(
    "ir.national_code",
    type=SpanType.NATIONAL_ID,
    lengths=(10,),
    check=is_national_code,
    cues=_CUES,
    languages="fa",
    at_home=0.6,
    mistyped=0.55,
)
identifier(
    "ir.national_code_padded",
    type=SpanType.NATIONAL_ID,
    lengths=(8, 9),
    check=is_national_code,
    cues=_CUES,
    languages="fa",
    named=0.7,
)


def is_legal_id(digits: str) -> bool:
    """Eleven digits of a company: each plus the tenth plus 2, weighted 29 27 23 19 17 twice, modulo 11 (10 is 0)."""
    added = int(digits[9]) + 2
    values = [int(digit) + added for digit in digits[:10]]
    total = sum(value * weight for value, weight in zip(values, (29, 27, 23, 19, 17) * 2, strict=True))
    return digits[3:9] != "000000" and total % 11 % 10 == int(digits[10])


identifier(
    "ir.legal_id",
    type=SpanType.TAX_ID,
    lengths=(11,),
    check=is_legal_id,
    cues="شناسه ملی|شناسه ملی شرکت|شناسه حقوقی|شناسهٔ ملی|شناسه‌ی ملی|legal id|shenase melli",
    languages="fa",
    named=0.95,
    mistyped=0.55,
)
identifier(
    "ir.economic_code",
    type=SpanType.TAX_ID,
    lengths=(11, 12, 14),
    check=str.isdigit,
    cues="کد اقتصادی|شماره اقتصادی|کد مالیاتی|economic code",
    languages="fa",
    named=0.8,
)
identifier(
    "ir.foreigner",
    type=SpanType.NATIONAL_ID,
    lengths=(12, 13, 14),
    check=str.isdigit,
    cues="کد فراگیر|کد اتباع|شناسه اتباع|شماره فراگیر",
    languages="fa",
    named=0.8,
)
identifier(
    "ir.postcode",
    type=SpanType.ZIP,
    lengths=(10,),
    check=is_postcode,
    cues="کد پستی*|کدپستی*",
    languages="fa",
    named=0.93,
)
mark(
    "ir.plate",
    type=SpanType.VEHICLE,
    pattern=rb"[0-9]{2} ?(?:[\x80-\xff]{1,4}) ?[0-9]{3}[ \-]{0,3}(?:" + view("ایران") + rb")[ \-]{0,3}[0-9]{2}",
    languages="fa",
    alone=0.85,
)


@detector("ir.plate fa", gate=_COUNTRY)
def find_plate(scan: Scan) -> Iterator[Span]:
    """A plate as it is said: two digits, a letter by its name, three digits, the country, two digits."""
    for match in _ON_PLATE.finditer(scan.view):
        serial, region = scan.ended.get(match.start()), scan.begun.get(match.end())
        if serial is None or region is None or len(serial) != 3 or region.groups_in(0, 2) > 2 or len(region) < 2:
            continue
        first = serial.starts[0]
        letter = _LETTER_ON_PLATE.search(scan.view, max(0, first - _LONGEST_LETTER), first)
        series = None if letter is None else scan.ended.get(letter.start())
        if series is not None and len(series) == 2:
            yield Span(series.starts[0], region.ends[1], SpanType.VEHICLE, 0.85, (Why.SHAPE, Why.SPOKEN))
