"""Numbers, days, times and lengths as the reader of the page writes them.

One module for all of it, used by the tags of templates, by forms and by sentences that code puts together. What a
language does is CLDR's word (Unicode's Common Locale Data Repository, by way of Babel), with three rules of our own:

* Persian pages count days by the Iranian calendar (``core.jalali``) and write Persian digits. Days that calendar does
  not know are Gregorian there too.
* Hindi pages write Latin digits, as Hindi software does, grouped by lakh and crore: 1,00,00,000.
* Times have 24 hours everywhere: a log is read by the minute, and no reader should have to look for an "am".

Scripts in the browser use ``Intl`` with the tag that :func:`browser_tag` gives, so that both write alike. Machines read
none of this: attributes, addresses and files hold ISO 8601 and plain digits.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Literal

from babel import Locale, dates, numbers, units
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from razdar.core import jalali

Number = int | float | Decimal

_LOCALES = {"en": "en_GB", "fa": "fa_IR", "hi": "hi_IN", "pl": "pl_PL", "zh-hant": "zh_Hant_TW"}
_SYSTEMS = {"fa": "arabext"}
_TAGS = {
    "en": "en-GB",
    "fa": "fa-IR-u-ca-persian-nu-arabext",
    "hi": "hi-IN-u-nu-latn",
    "pl": "pl-PL",
    "zh-hant": "zh-Hant-TW",
}
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_PERSIAN_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip

_COMMAS = {"fa": "، ", "zh-hant": "、"}
NARROW_NO_BREAK = "\u202f"
_ALONE = re.compile(r"(?<![A-Za-z0-9_.+/@-])[0-9]+(?:[.,][0-9]+)*(?![A-Za-z0-9_/@-])")
"""A number that is part of no code, address or name."""

_SIZES = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")


def comma() -> str:
    """What stands between two things of a list."""
    return _COMMAS.get(language(), ", ")


def listed(things: Iterable[object]) -> str:
    """Several things one after another, with the comma of the language."""
    return comma().join(map(str, things))


def language() -> str:
    """The active language, as one of those that formats exist for; English where it is another."""
    active = get_language() or "en"
    return active if active in _LOCALES else "en"


def browser_tag() -> str:
    """What a script hands to ``Intl`` (BCP 47)."""
    return _TAGS[language()]


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(_LOCALES[code])


def _here() -> Locale:
    return _locale(language())


def _system() -> str:
    return _SYSTEMS.get(language(), "latn")


# --- Numbers ----------------------------------------------------------------------------------------------------------


def digits(text: str) -> str:
    """A text whose every digit is one of a number: a clock, a version of a page."""
    return text.translate(_PERSIAN) if language() == "fa" else text


def digits_alone(text: str) -> str:
    """A sentence of a library, with its numbers in the digits of the language; codes like T-4711 stay as they are."""
    return _ALONE.sub(lambda found: digits(found[0]), text) if language() == "fa" else text


def number(value: Number, decimals: int | None = None) -> str:
    """A number with its groups; ``decimals`` fixes how many stand behind the point.

    Polish groups from five digits on, and with the narrow space that its typography asks for.
    """
    whole = "#,##,##0" if language() == "hi" else "#,##0"
    pattern = None if decimals is None else f"{whole}.{'0' * decimals}".rstrip(".")
    grouped = language() != "pl" or not -10_000 < value < 10_000
    text = numbers.format_decimal(value, pattern, _here(), group_separator=grouped, numbering_system=_system())
    return _written(text)


def percent(share: Number, decimals: int = 0) -> str:
    """A share of 1 as percent."""
    behind = f".{'0' * decimals}" if decimals else ""
    pattern = _here().percent_formats[None].pattern.replace("#0", f"#0{behind}")
    return _written(numbers.format_percent(share, pattern, _here(), numbering_system=_system()))


def size(count: int) -> str:
    """Bytes in the unit they are told in, by steps of 1000: ``1.2 MB``."""
    step, value = 0, float(count)
    while abs(value) >= 999.5 and step < len(_SIZES) - 1:
        step, value = step + 1, value / 1000
    pattern = "0" if step == 0 or abs(value) >= 99.95 else "0.0"
    unit = f"digital-{_SIZES[step]}"
    length: Literal["long", "short"] = "long" if language() == "fa" else "short"  # CLDR's short form is Latin there
    return _written(units.format_unit(value, unit, length, pattern, _here(), numbering_system=_system()))


def _written(text: str) -> str:
    """What Babel leaves: of a system of numbers it knows the separators, and neither digits nor the percent sign."""
    if language() == "fa":
        return digits(text.replace("%", "٪"))
    return text.replace("\xa0", NARROW_NO_BREAK) if language() == "pl" else text


class Counted(int):
    """A whole number that writes itself as the reader does, and still counts: for plurals in templates."""

    def __str__(self) -> str:
        return number(int(self))

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec else str(self)


# --- Days and times ---------------------------------------------------------------------------------------------------


def day(value: date) -> str:
    """A day: ``21 Nov 2026``, ``۳۰ آبان ۱۴۰۵``, ``2026年11月21日``."""
    if iranian := _iranian(value):
        year, month, of_month = iranian
        return digits(f"{of_month} {_PERSIAN_MONTHS[month - 1]} {year}")
    return digits(dates.format_date(value, "medium", _here()))


def day_in_numbers(value: date) -> str:
    """A day as it is typed into a form: ``۱۴۰۵/۰۸/۳۰`` on Persian pages, ISO 8601 elsewhere."""
    if iranian := _iranian(value):
        return digits("{:04}/{:02}/{:02}".format(*iranian))
    return value.isoformat()


def days(first: date, last: date) -> str:
    """A range of days, both included."""
    if first == last:
        return day(first)
    if language() == "fa":
        return f"{day(first)} تا {day(last)}"
    return dates.format_interval(first, last, "yMMMd", locale=_here())


def time_of_day(value: time | datetime, *, seconds: bool = False) -> str:
    """Hours and minutes of 24 hours."""
    return digits(value.strftime("%H:%M:%S" if seconds else "%H:%M"))


def weekday(number_of_day: int, *, short: bool = False) -> str:
    """What a day of the week is called, 0 for Monday."""
    name: str = _here().days["stand-alone"]["abbreviated" if short else "wide"][number_of_day]
    return name


def first_weekday() -> int:
    """The day that a week begins with, 0 for Monday: Saturday in Iran, Sunday in India and on Taiwan."""
    return _here().first_week_day


def _iranian(value: date) -> tuple[int, int, int] | None:
    """Year, month and day where the page counts so and the calendar knows the day."""
    plain = value.date() if isinstance(value, datetime) else value
    if language() != "fa" or not jalali.FIRST_DAY <= plain <= jalali.LAST_DAY:
        return None
    return jalali.from_gregorian(plain)


# --- Lengths of time --------------------------------------------------------------------------------------------------


def clock(seconds: float) -> str:
    """A length as on a clock: minutes and seconds, or hours too."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return digits(f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}")


def ago(seconds: int) -> str:
    """How long ago something was, in its largest unit, rounded down."""
    if seconds < 1:
        return _("just now")
    if seconds < 60:
        return _("%(number)s s ago") % {"number": number(seconds)}
    if seconds < 3600:
        return _("%(number)s min ago") % {"number": number(seconds // 60)}
    hours, days_ago = seconds // 3600, seconds // 86400
    if days_ago:
        return ngettext("%(number)s day ago", "%(number)s days ago", days_ago) % {"number": number(days_ago)}
    return ngettext("%(number)s hour ago", "%(number)s hours ago", hours) % {"number": number(hours)}
