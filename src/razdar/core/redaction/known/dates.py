"""A known day of birth, in all orders and in three calendars.

Rules:
1. Written: three numbers with signs, "年月日" or the name of a month between them, in any order, the year with two or
   four
   digits, by the Gregorian, the Jalali or the Minguo calendar.
2. In one row, written or spoken: eight digits in the usual orders, or six beside a word for birth.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from razdar.core import jalali
from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.folding import FIRST_MEASURE, LETTER_CLASS, view
from razdar.core.redaction.scan import Scan

_MINGUO = 1911
_MONTHS: tuple[str, ...] = (
    "january|jan|stycznia|styczeń|janeiro|जनवरी|ژانویه", "february|feb|lutego|luty|fevereiro|फरवरी|فوریه",
    "march|mar|marca|marzec|março|मार्च|مارس", "april|apr|kwietnia|kwiecień|abril|अप्रैल|آوریل",
    "may|maja|maj|maio|मई|مه", "june|jun|czerwca|czerwiec|junho|जून|ژوئن",
    "july|jul|lipca|lipiec|julho|जुलाई|ژوئیه", "august|aug|sierpnia|sierpień|agosto|अगस्त|اوت",
    "september|sep|sept|września|wrzesień|setembro|सितंबर|सितम्बर|سپتامبر",
    "october|oct|października|październik|outubro|अक्टूबर|اکتبر",
    "november|nov|listopada|listopad|novembro|नवंबर|नवम्बर|نوامبر",
    "december|dec|grudnia|grudzień|dezembro|दिसंबर|दिसम्बर|دسامبر",
)  # fmt: skip
_JALALI_MONTHS = listed("فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند")
_SIGN = rb"(?:[ \x01./,\n-]|[\x%02x-\xff]|de|of|the|st|nd|rd|th){1,8}?" % FIRST_MEASURE

_DAY_SIGNS = tuple("日號号")

Day = tuple[int, int, int]
"""Year, month, day by some calendar."""


class Birth:
    """Finds one day.

    Args:
        text: the day as the record has it: ISO, Jalali, or by other signs with the year first or last.
    """

    def __init__(self, day: date) -> None:
        gregorian = (day.year, day.month, day.day)
        calendars = [gregorian]
        if day.year > _MINGUO:
            calendars.append((day.year - _MINGUO, day.month, day.day))
        self._jalali: Day | None = None
        try:
            self._jalali = jalali.from_gregorian(day)
            calendars.append(self._jalali)
        except ValueError:
            pass
        self._orders = frozenset(order for year, month, one in calendars for order in _orders(year, month, one))
        self.rows = frozenset(row for year, month, one in calendars for row in _rows(year, month, one))
        names = [(gregorian, _MONTHS[day.month - 1].split("|"))]
        if self._jalali is not None:
            names.append((self._jalali, [_JALALI_MONTHS[self._jalali[1] - 1]]))
        self._named = re.compile(b"|".join(_with_month(known, months) for known, months in names))

    def places(self, scan: Scan) -> Iterator[tuple[int, int]]:
        """Where the day stands."""
        for match in _three_numbers().finditer(scan.view):
            start, end = match.start(1), match.end(3)
            if (int(match[1]), int(match[2]), int(match[3])) in self._orders and not scan.touches_word(start, end):
                yield start, end + (scan.text[end : end + 1] in _DAY_SIGNS)
        yield from (match.span() for match in self._named.finditer(scan.view))
        for string in scan.strings:
            if string.digits in self.rows and (
                len(string) == 8 or scan.company(string.starts[0], string.ends[-1]).near("DOB", within=60)
            ):
                yield string.starts[0], string.ends[-1]


def read(text: str) -> date | None:
    """The day that a record means, or None; of "03/04/1985" the first reading that exists."""
    known = jalali.read(text.strip()[:10])
    if known is not None:
        return known
    numbers = [int(number) for number in re.findall(rb"[0-9]+", view(text)[:20])]
    if len(numbers) < 3 or max(numbers[:3]) > 9999:
        return None
    one, two, three = numbers[:3]
    for year, month, day in ((one, two, three), (three, two, one), (three, one, two)):
        try:
            if year > 31:
                return (
                    jalali.to_gregorian(year, month, day)
                    if jalali.FIRST <= year <= jalali.LAST
                    else date(year, month, day)
                )
        except ValueError:
            continue
    return None


@cache
def _three_numbers() -> re.Pattern[bytes]:
    """Three numbers from each number on: the first two may belong to something else."""
    return re.compile(rb"(?<![0-9])(?=([0-9]{1,4})" + _SIGN + rb"([0-9]{1,2})" + _SIGN + rb"([0-9]{1,4}(?![0-9])))")


def _orders(year: int, month: int, day: int) -> Iterator[Day]:
    for shown in (year, year % 100):
        yield from ((year, month, day), (shown, month, day), (day, month, shown), (month, day, shown))


def _rows(year: int, month: int, day: int) -> Iterator[bytes]:
    for shown in (f"{year:04d}", f"{year % 100:02d}"):
        for row in (f"{shown}{month:02d}{day:02d}", f"{day:02d}{month:02d}{shown}", f"{month:02d}{day:02d}{shown}"):
            yield row.encode("ascii")


def _with_month(day: Day, months: list[str]) -> bytes:
    year, _, one = day
    named = rb"(?:" + alternatives(months) + rb")"
    number = rb"0?%d(?:st|nd|rd|th)?" % one
    years = rb"(?:%d|%02d)" % (year, year % 100)
    gap = rb"(?:[ \x01,./-]|de |of |the ){1,6}"
    edge, close = rb"(?<![" + LETTER_CLASS + rb"])", rb"(?![" + LETTER_CLASS + rb"])"
    return (
        edge + rb"(?:" + number + gap + named + rb"|" + named + gap + number + rb")(?:" + gap + years + rb")?" + close
    )
