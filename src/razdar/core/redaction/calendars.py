"""Dates as numbers and with the names of months, in three calendars.

Rules:
1. In numbers: year, month and day with the same separator (ISO 8601), or day and month in either order and then the
   year, of four digits or two. Years of the Gregorian calendar, or of the Iranian one (from 1250 on).
2. With dots a year has four digits, or all three numbers two: "1.2.3" is a version.
3. A month and a day ("5/21", month first) need two digits somewhere: "1/2" is a half. Scores and ratios pass;
   a date alone conceals nothing by default.
4. Names of months stand beside a day, a year, or both. Persian months are Iranian ones, others Gregorian.
5. Chinese dates have 年, 月, 日 or 號 behind their numbers; the year may be one of the Republic (民國, from 1912 on).
"""

import re
from functools import cache
from typing import Any

from razdar.core.redaction.folding import LETTER_CLASS, view
from razdar.core.redaction.patterns import pattern

MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec",
    "styczeń|luty|marzec|kwiecień|maj|czerwiec|lipiec|sierpień|wrzesień|październik|listopad|grudzień|stycznia|lutego|"
    "marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia",
    "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
    "فروردین|اردیبهشت|خرداد|تیر|مرداد|امرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند|ژانویه|فوریه|مارس|آوریل|مه|ژوئن|ژوئیه|"
    "جولای|اوت|سپتامبر|اکتبر|نوامبر|دسامبر",
    "जनवरी|फरवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर|दिसंबर|दिसम्बर",
)
"""Names of months, a line for each language."""

NUMERIC_GATE = rb"[0-9] ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]|[0-9]/[0-9]"
_CLOCK = rb"(?:[t ][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:z|[+-][0-2][0-9]:?[0-5][0-9])?)?"
_NUMERIC_TEXT = (
    rb"([0-9]{1,4}) ?([-/.]) ?([0-9]{1,2}) ?([-/.]) ?([0-9]{4}|[0-9]{1,2})"
    + _CLOCK
    + rb"|([0-9]{1,2})/([0-9]{4}|[0-9]{1,2})"
)
NUMERIC = pattern(_NUMERIC_TEXT)
_NUMERIC_AT = re.compile(_NUMERIC_TEXT)
_FIRST_YEAR, _LAST_YEAR, _FIRST_IRANIAN, _LAST_IRANIAN = 1850, 2100, 1250, 1499


def month_names() -> bytes:
    """The names of months as alternatives over 8-bit views, longest first."""
    names = {view(name).replace(b"\x01", b"") for names in MONTHS for name in names.split("|")}
    return b"|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


@cache
def named() -> bytes:
    """Rule 4 and rule 5, for RE2."""
    between = rb"[ ,.\-/\x01]{0,3}"
    day = rb"[0-3]?[0-9](?:st|nd|rd|th|o|\x02)?"
    year = rb"(?:1[2-9]|20)[0-9]{2}"
    of = rb"(?:(?:of|de|do) )?"
    month = rb"(?:" + month_names() + rb")"
    end = rb"(?:[^" + LETTER_CLASS + rb"]|$)"
    western = (
        rb"(" + day + between + of + month + rb"(?:" + between + of + year + rb")?"
        rb"|" + month + between + rb"(?:" + day + rb"(?:" + between + year + rb")?|" + of + year + rb"))" + end
    )
    ten, hundred, years, months, days, number = (view(sign) for sign in "十百年月日號")
    counted = rb"[0-9" + ten + rb"]{1,4}"
    day_of_month = rb" ?" + counted + rb"[" + days + number + rb"]"
    eastern = (
        rb"(?:\x81\x81 ?)?[0-9" + ten + hundred + rb"]{1,5} ?" + years + rb" ?" + counted + months
        + rb"(?:" + day_of_month + rb")?|" + counted + months + day_of_month
    )  # fmt: skip
    return western + rb"|(" + eastern + rb")"


@cache
def named_pattern() -> Any:
    return pattern(named())


def date_end(view: bytes, start: int) -> int:
    """Where a date in numbers that begins here ends; 0 if none does."""
    match = _NUMERIC_AT.match(view, start)
    return match.end() if match is not None and match[1] is not None and is_date(match) else 0


def is_date(match: Any) -> bool:
    """Whether the numbers of a match of ``NUMERIC`` are a day that can be (rules 1 to 3)."""
    first, sign, second, other, third, month, rest = match.groups()
    if month is not None:
        return _is_short(month, rest)
    if sign != other:
        return False
    if len(first) > 2:
        return len(first) == 4 and len(third) <= 2 and is_year(int(first)) and _is_day(int(second), int(third))
    if len(third) == 4:
        return is_year(int(third)) and _is_either(int(first), int(second))
    in_twos = len(first) == len(second) == len(third) == 2
    return (in_twos or (sign == b"/" and len(third) == 2)) and _is_either(int(first), int(second))


def is_year(year: int) -> bool:
    """Of the Gregorian or the Iranian calendar."""
    return _FIRST_YEAR <= year <= _LAST_YEAR or _FIRST_IRANIAN <= year <= _LAST_IRANIAN


def is_digit_date(digits: str) -> bool:
    """Whether six to eight digits without separators are a date: with the year first or last, of two digits or four,
    or a year of the Republic of China in two digits or three."""
    pairs = int(digits[-4:-2]), int(digits[-2:])
    if len(digits) == 8:
        first, second = int(digits[:2]), int(digits[2:4])
        return (is_year(int(digits[:4])) and _is_day(*pairs)) or (
            is_year(int(digits[4:])) and _is_either(first, second)
        )
    if len(digits) == 7:
        return digits[0] == "1" and _is_day(*pairs)
    return len(digits) == 6 and (_is_day(*pairs) or _is_either(int(digits[:2]), int(digits[2:4])))


def _is_short(month: bytes, rest: bytes) -> bool:
    if not 1 <= int(month) <= 12:
        return False
    if len(rest) == 4:
        return is_year(int(rest))
    return max(len(month), len(rest)) == 2 and 1 <= int(rest) <= 31


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _is_either(first: int, second: int) -> bool:
    return _is_day(first, second) or _is_day(second, first)
