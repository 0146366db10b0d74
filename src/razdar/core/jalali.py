"""The solar calendar of Iran (Jalali), to and from the Gregorian one.

Twelve months: six of 31 days, five of 30, and Esfand of 29, or of 30 in a leap year. A year begins at the spring
equinox as it is seen from Tehran; between 1178 and 1501 the observations give exactly a cycle of 33 years with eight
leap years: a year is one if ``(25 * year + 11) % 33 < 8``. Unicode's libraries, and with them every browser, reckon
alike in these years and differently from each other after them, so no other year is known here: who asks is told so,
and shows the Gregorian day.
"""

import re
from datetime import date

from razdar.core.digits import latin

FIRST, LAST = 1178, 1501
"""The years that are known: 21 March 1799 to 20 March 2123."""

_WRITTEN = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DIRECTIONS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))
_CYCLE_YEARS, _CYCLE_DAYS = 33, 12_053
_LONG_MONTHS, _LONG, _SHORT = 6, 31, 30


def _days_before(year: int) -> int:
    """Days from the beginning of year 1 to that of this year."""
    return 365 * (year - 1) + (8 * year + 21) // _CYCLE_YEARS


# The first day of 1400 was 21 March 2021.
_BEFORE_YEAR_1 = date(2021, 3, 21).toordinal() - _days_before(1400)
FIRST_DAY = date.fromordinal(_BEFORE_YEAR_1 + _days_before(FIRST))
LAST_DAY = date.fromordinal(_BEFORE_YEAR_1 + _days_before(LAST + 1) - 1)


def is_leap(year: int) -> bool:
    """Whether Esfand of the year has 30 days."""
    return (25 * year + 11) % _CYCLE_YEARS < 8


def days_in(year: int, month: int) -> int:
    """How many days a month has.

    Raises:
        ValueError: there is no such month, or the year is not known.
    """
    if not FIRST <= year <= LAST or not 1 <= month <= 12:
        raise ValueError("no month of a known year")
    if month <= _LONG_MONTHS:
        return _LONG
    return _SHORT if month < 12 or is_leap(year) else _SHORT - 1


def to_gregorian(year: int, month: int, day: int) -> date:
    """The day by the other calendar.

    Raises:
        ValueError: there is no such day, or its year is not known.
    """
    if not 1 <= day <= days_in(year, month):
        raise ValueError("no day of this month")
    return date.fromordinal(_BEFORE_YEAR_1 + _days_before(year) + _before_month(month) + day - 1)


def from_gregorian(day: date) -> tuple[int, int, int]:
    """Year, month and day by this calendar.

    Raises:
        ValueError: its year is not known.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("no day of a known year")
    since = day.toordinal() - _BEFORE_YEAR_1
    year = 1 + (_CYCLE_YEARS * since + 3) // _CYCLE_DAYS
    of_year = since - _days_before(year)
    long = _LONG_MONTHS * _LONG
    month = of_year // _LONG + 1 if of_year < long else (of_year - long) // _SHORT + _LONG_MONTHS + 1
    return year, month, of_year - _before_month(month) + 1


def read(text: str) -> date | None:
    """The day that a text means: year, month and day by either calendar, in the digits of any script.

    The two cannot be confused, since no year is one of somebody's life or work in both. None where the text has not the
    form of a day.

    Raises:
        ValueError: it has the form, but there is no such day.
    """
    found = _WRITTEN.fullmatch(latin(text).translate(_DIRECTIONS).strip())
    if found is None:
        return None
    year, month, day = (int(found[part]) for part in (1, 3, 4))
    return to_gregorian(year, month, day) if year <= LAST else date(year, month, day)


def _before_month(month: int) -> int:
    """Days of the year before this month."""
    return (month - 1) * _SHORT + min(month - 1, _LONG_MONTHS)
