"""Numbers, days and times as readers of five languages write them, and the Iranian calendar against a second source."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import jdatetime
import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from razdar.core import jalali
from razdar.core.digits import latin
from razdar.ui import formats
from razdar.ui.hours import hour_map
from razdar.ui.timeline import left_text

LANGUAGES = ("en", "fa", "hi", "pl", "zh-hant")
OF_EACH = pytest.mark.parametrize("language", LANGUAGES)
KNOWN_DAYS = st.dates(jalali.FIRST_DAY, jalali.LAST_DAY)
WHOLE = st.integers(-(10**12), 10**12)
PERSIAN = "۰۱۲۳۴۵۶۷۸۹"


def plain(text: str) -> str:
    """Latin digits and signs alone."""
    return re.sub(r"[^0-9.-]", "", latin(text).replace("\u2212", "-").replace("٫", "."))


# --- The calendar -----------------------------------------------------------------------------------------------------


@given(KNOWN_DAYS)
def test_every_day_is_the_same_as_by_another_library_and_comes_back(day: date) -> None:
    other = jdatetime.date.fromgregorian(date=day)
    assert jalali.from_gregorian(day) == (other.year, other.month, other.day)
    assert jalali.to_gregorian(other.year, other.month, other.day) == day


@given(st.dates(jalali.FIRST_DAY, jalali.LAST_DAY - timedelta(days=1)))
def test_after_a_day_comes_the_next_one(day: date) -> None:
    year, month, of_month = jalali.from_gregorian(day)
    last = of_month == jalali.days_in(year, month)
    after = (year + (last and month == 12), month % 12 + 1, 1) if last else (year, month, of_month + 1)
    assert jalali.from_gregorian(day + timedelta(days=1)) == after


def test_a_leap_year_has_a_thirtieth_of_esfand_and_others_have_none() -> None:
    assert jalali.to_gregorian(1403, 12, 30) == date(2025, 3, 20)
    assert jalali.to_gregorian(1404, 12, 29) == date(2026, 3, 20)
    with pytest.raises(ValueError, match="no day of this month"):
        jalali.to_gregorian(1404, 12, 30)


def test_the_leap_years_are_those_that_iran_had_and_announced() -> None:
    leap = [year for year in range(1343, 1413) if jalali.is_leap(year)]
    assert leap == [
        1346, 1350, 1354, 1358, 1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412,
    ]  # fmt: skip


def test_what_the_calendar_does_not_know_is_refused_and_shown_by_the_other_one() -> None:
    for day in (jalali.FIRST_DAY - timedelta(days=1), jalali.LAST_DAY + timedelta(days=1)):
        with pytest.raises(ValueError, match="known year"):
            jalali.from_gregorian(day)
        with translation.override("fa"):
            assert str(day.year) in latin(formats.day(day))
            assert formats.day_in_numbers(day) == day.isoformat()


@given(KNOWN_DAYS, st.sampled_from("-/."), st.sampled_from(["0123456789", PERSIAN, "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]))
def test_a_day_is_read_by_either_calendar_in_any_digits(day: date, sign: str, digits: str) -> None:
    iranian = sign.join(str(part) for part in jalali.from_gregorian(day))
    for text in (iranian, day.isoformat().replace("-", sign)):
        assert jalali.read(f"\u2068 {text.translate(str.maketrans('0123456789', digits))} \u2069") == day


@given(st.text(max_size=20))
def test_reading_a_day_answers_anything(text: str) -> None:
    try:
        found = jalali.read(text)
    except ValueError:
        return
    assert found is None or isinstance(found, date)


@given(st.text(alphabet=st.characters(categories=["Nd"]), min_size=1, max_size=15))
def test_digits_of_any_script_are_the_same_number(text: str) -> None:
    assert re.fullmatch("[0-9]+", latin(text))
    assert int(latin(text)) == int(text)


@given(st.text(max_size=40))
def test_nothing_but_digits_changes(text: str) -> None:
    made = latin(text)
    assert len(made) == len(text)
    assert all(a == b or (a.isdecimal() and b in "0123456789") for a, b in zip(text, made, strict=True))
    assert latin(made) == made


# --- Numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "ten_million", "small", "share", "part"),
    [
        ("en", "10,000,000", "1,234", "34%", "0.5"),
        ("fa", "۱۰٬۰۰۰٬۰۰۰", "۱٬۲۳۴", "۳۴٪", "۰٫۵"),
        ("hi", "1,00,00,000", "1,234", "34%", "0.5"),
        ("pl", "10\u202f000\u202f000", "1234", "34%", "0,5"),
        ("zh-hant", "10,000,000", "1,234", "34%", "0.5"),
    ],
)
def test_numbers_are_grouped_as_the_language_does(
    language: str, ten_million: str, small: str, share: str, part: str
) -> None:
    with translation.override(language):
        assert formats.number(10_000_000) == ten_million
        assert formats.number(1234) == small
        assert formats.percent(0.34) == share
        assert formats.number(Decimal("0.5")) == part


@OF_EACH
@given(value=WHOLE)
def test_a_number_is_the_same_number_in_every_language(language: str, value: int) -> None:
    with translation.override(language):
        text = formats.number(value)
    assert int(plain(text)) == value
    assert bool(re.search("[0-9]", text)) == (language != "fa")


@OF_EACH
@given(value=st.decimals(-(10**6), 10**6, places=2), decimals=st.integers(0, 3))
def test_decimals_are_as_many_as_were_asked_for(language: str, value: Decimal, decimals: int) -> None:
    with translation.override(language):
        text = formats.number(value, decimals)
    behind = re.split("[.٫]" if language != "pl" else ",", text)
    assert len(behind) == (2 if decimals else 1)
    assert not decimals or len(behind[1]) == decimals


@OF_EACH
@given(value=st.integers(0, 1000))
def test_percent_is_a_hundred_times_the_share(language: str, value: int) -> None:
    with translation.override(language):
        assert int(plain(formats.percent(Decimal(value) / 100))) == value
        assert len(plain(formats.percent(Decimal(value) / 100, 1)).replace(".", "")) == len(str(value)) + 1


@OF_EACH
@given(count=st.integers(0, 10**15))
def test_a_size_has_at_most_three_digits_before_its_unit(language: str, count: int) -> None:
    with translation.override(language):
        text = latin(formats.size(count)).replace("٫", ".").replace(",", ".")
    told = re.search(r"\d+(\.\d)?", text)
    assert told is not None
    steps = [count / 1000**step for step in range(5)]
    assert any(abs(float(told[0]) - value) <= max(0.06, value * 0.006) for value in steps)
    assert float(told[0]) < 1000 or count >= 999 * 10**12


def test_sizes_are_told_in_their_units() -> None:
    with translation.override("en"):
        assert formats.size(1_234_567) == "1.2 MB"
        assert formats.size(0) == "0 byte"
    with translation.override("fa"):
        assert formats.size(1_234_567) == "۱٫۲ مگابایت"
    with translation.override("pl"):
        assert formats.size(1_234_567) == "1,2 MB"


@OF_EACH
@given(value=WHOLE)
def test_a_counted_number_counts_and_writes_itself(language: str, value: int) -> None:
    with translation.override(language):
        counted = formats.Counted(value)
        assert counted == value
        assert f"{counted}" == str(counted) == formats.number(value)
        assert f"{counted:d}" == f"{value:d}"
        assert Template("{{ n }}").render(Context({"n": counted})) == formats.number(value)


@pytest.mark.parametrize(("language", "row"), [("en", "a, b"), ("fa", "a، b"), ("pl", "a, b"), ("zh-hant", "a、b")])
def test_things_stand_in_a_row_with_the_comma_of_the_language(language: str, row: str) -> None:
    with translation.override(language):
        assert formats.listed(["a", "b"]) == row


def test_codes_in_a_sentence_stay_and_numbers_do_not() -> None:
    with translation.override("fa"):
        assert formats.digits_alone("at least 20, at most 1,000; as in T-4711, a2 or x@3.org") == (
            "at least ۲۰, at most ۱,۰۰۰; as in T-4711, a2 or x@3.org"
        )
    with translation.override("pl"):
        assert formats.digits_alone("20") == "20"


# --- Days and times ---------------------------------------------------------------------------------------------------

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("language", "day", "numbers", "span"),
    [
        ("en", "21 Nov 2026", "2026-11-21", "19–21 Nov 2026"),
        ("fa", "۳۰ آبان ۱۴۰۵", "۱۴۰۵/۰۸/۳۰", "۲۸ آبان ۱۴۰۵ تا ۳۰ آبان ۱۴۰۵"),
        ("hi", "21 नव॰ 2026", "2026-11-21", "19–21 नव॰ 2026"),
        ("pl", "21 lis 2026", "2026-11-21", "19–21 lis 2026"),
        ("zh-hant", "2026年11月21日", "2026-11-21", "2026年11月19日至21日"),
    ],
)
def test_a_day_as_a_native_writes_it(language: str, day: str, numbers: str, span: str) -> None:
    with translation.override(language):
        assert formats.day(DAY) == day
        assert formats.day_in_numbers(DAY) == numbers
        assert formats.days(DAY - timedelta(days=2), DAY) == span
        assert formats.days(DAY, DAY) == day


@OF_EACH
@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_what_is_shown_in_numbers_is_read_as_the_same_day(language: str, day: date) -> None:
    with translation.override(language):
        assert jalali.read(formats.day_in_numbers(day)) == day


@OF_EACH
@given(moment=st.times())
def test_a_time_has_24_hours(language: str, moment: time) -> None:
    with translation.override(language):
        assert latin(formats.time_of_day(moment)) == moment.strftime("%H:%M")
        assert latin(formats.time_of_day(moment, seconds=True)) == moment.strftime("%H:%M:%S")


@pytest.mark.parametrize(("language", "first"), [("en", 0), ("fa", 5), ("hi", 6), ("pl", 0), ("zh-hant", 6)])
def test_a_week_begins_where_it_begins_there(language: str, first: int) -> None:
    with translation.override(language):
        assert formats.first_weekday() == first
        rows = hour_map({(7, 3): 2}).rows
        assert [row.name for row in rows] == [formats.weekday((first + place) % 7) for place in range(7)]
    with translation.override("fa"):
        assert formats.weekday(5) == "شنبه"


@OF_EACH
def test_machines_read_gregorian_days_and_exact_times(language: str) -> None:
    moment = datetime(2026, 11, 21, 20, 5, 7, tzinfo=UTC)
    with translation.override(language):
        text = Template("{% load razdar_ui %}{% moment m seconds=True %}{% moment d %}{% ago m %}").render(
            Context({"m": moment, "d": DAY})
        )
    assert text.count('datetime="2026-11-21T20:05:07+00:00"') == 2
    assert '<time datetime="2026-11-21">' in text


# --- Lengths ----------------------------------------------------------------------------------------------------------


@OF_EACH
@given(seconds=st.integers(0, 10**6))
def test_a_clock_is_the_length_it_tells(language: str, seconds: int) -> None:
    with translation.override(language):
        parts = [int(part) for part in reversed(latin(formats.clock(seconds)).split(":"))]
    assert sum(part * 60**place for place, part in enumerate(parts)) == seconds
    assert all(part < 60 for part in parts[:2])


def units(seconds: int) -> Iterator[tuple[int, int]]:
    for size in (86400, 3600, 60, 1):
        if seconds >= size:
            yield seconds // size, size


@OF_EACH
@given(seconds=st.integers(1, 10**8))
def test_how_long_ago_is_told_in_the_largest_unit_rounded_down(language: str, seconds: int) -> None:
    count, _ = next(units(seconds))
    with translation.override(language):
        text = formats.ago(seconds)
        assert formats.number(count) in text or (count <= 2 and not re.search(r"\d", text))
        assert not (language == "fa" and re.search("[0-9]", text + left_text(seconds)))
