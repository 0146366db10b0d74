"""Numbering plans: whether national digits are a telephone number of a country, from the metadata of ``phonenumbers``.

The library parses a number in 16 microseconds for each country it is asked about. Here a country is one pattern, all
countries of a question are one set, and an answer takes a microsecond; a test holds both to the same answers.
"""

import re
from functools import cache
from typing import Any

import re2
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    format_number,
    is_valid_number_for_region,
    parse,
)

from razdar.core.redaction.patterns import options, pattern

_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


def is_valid(digits: bytes, regions: tuple[str, ...]) -> bool:
    """Whether digits, with or without the national prefix, are a number of one of these countries."""
    return bool(_set(regions).Match(digits))


@cache
def named_region(lang: str | None) -> tuple[str, ...]:
    """The country that a BCP 47 tag names ("de-AT", "zh-Hant-TW"), if it names one that has telephone numbers."""
    for part in (lang or "").upper().split("-")[1:]:
        if part in SUPPORTED_REGIONS:
            return (part,)
    return ()


def is_valid_international(digits: bytes) -> bool:
    """Whether digits that begin with a country calling code are a number of that country."""
    code = country_code(digits)
    return code > 0 and _whole_world(code).fullmatch(digits[len(str(code)) :]) is not None


def is_possible_international(digits: bytes) -> bool:
    """Whether they have a calling code and a length that it knows, a zero in brackets ("+44 (0)") not counted."""
    code = country_code(digits)
    national = digits[len(str(code)) :]
    return code > 0 and not _lengths(code).isdisjoint((len(national), len(national) - (national[:1] == b"0")))


def usual_groups(digits: str, region: str) -> list[int]:
    """How many digits stand together where a country writes a number of its own; none if it is no such number."""
    try:
        number = parse(digits, region)
    except NumberParseException:
        return []
    if not is_valid_number_for_region(number, region):
        return []
    return [len(group) for group in re.findall("[0-9]+", format_number(number, PhoneNumberFormat.NATIONAL))]


def country_code(digits: bytes) -> int:
    """The calling code that digits begin with, or 0."""
    for length in (1, 2, 3):
        code = int(digits[:length] or b"0")
        if code in COUNTRY_CODE_TO_REGION_CODE and len(digits) > length:
            return code
    return 0


@cache
def _set(regions: tuple[str, ...]) -> Any:
    plans = re2.Set.FullMatchSet(options())
    for region in regions:
        plans.Add(_pattern(region, with_prefix=True))
    plans.Compile()
    return plans


@cache
def _whole_world(code: int) -> Any:
    """Also with the national prefix that people put in brackets: +44 (0) 20 ..."""
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    own = [_pattern(region, with_prefix=True) for region in regions if region != "001"]
    if not own:
        own = [b"[0-9]{6,14}"]
    return pattern(b"|".join(own))


def _pattern(region: str, *, with_prefix: bool) -> bytes:
    known = PhoneMetadata.metadata_for_region(region, None)
    if known is None:
        return b"[^\\x00-\\xff]"
    numbers = [
        kind.national_number_pattern
        for kind in (getattr(known, name) for name in _KINDS)
        if kind is not None and kind.national_number_pattern
    ]
    prefix = known.national_prefix_for_parsing or known.national_prefix
    before = f"(?:{prefix})?" if with_prefix and prefix else ""
    return f"(?:{before}(?:{'|'.join(numbers)}))".encode("ascii")


@cache
def _lengths(code: int) -> frozenset[int]:
    known = [
        PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in COUNTRY_CODE_TO_REGION_CODE[code]
    ]
    descriptions = [one.general_desc for one in known if one is not None]
    return frozenset(length for one in descriptions if one is not None for length in one.possible_length)
