"""Dates in three calendars and six languages, and dates of birth."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import SpanType
from tests.core.redaction.cases import DEVANAGARI, PERSIAN, found


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("on 2024-05-06, at 11", "2024-05-06"),
        ("Today is 21.5.2021", "21.5.2021"),
        ("05/21/21", "05/21/21"),
        ("since 5/2021", "5/2021"),
        ("since 5/21", "5/21"),
        ("at 2024-03-15T14:30:00+02:00 or", "2024-03-15T14:30:00+02:00"),
        ("at 2024-03-15 14:30:05 or", "2024-03-15 14:30:05"),
        ("in May-2021", "May-2021"),
        ("March 15, 1989", "March 15, 1989"),
        ("the 3rd of June 2020", "3rd of June 2020"),
        ("dnia 12 września 2023 r.", "12 września 2023"),
        ("em 7 de março de 2022", "7 de março de 2022"),
        ("تاریخ " + "14".translate(PERSIAN) + " شهریور " + "1403".translate(PERSIAN), None),
        ("تاریخ " + "1403/06/14".translate(PERSIAN), "1403/06/14".translate(PERSIAN)),
        ("24 अप्रैल , 1993", "24 अप्रैल , 1993"),
        ("दिनांक " + "07-11-2018".translate(DEVANAGARI), "07-11-2018".translate(DEVANAGARI)),
        ("民國一百一十三年三月十二日", "民國一百一十三年三月十二日"),
        ("3月12號", "3月12號"),
    ],
)
def test_dates(text: str, when: str | None) -> None:
    assert found(text, SpanType.DATE) == [when or text.partition(" ")[2]]


@pytest.mark.parametrize(
    "text", ["half is 1/2", "24/7", "version 1.2.3", "1/2/3/4", "99/99/2020", "13-13-2013", "May I ask", "x1/2/2020y"]
)
def test_what_is_no_date(text: str) -> None:
    assert found(text, SpanType.DATE) == []


@pytest.mark.parametrize(
    ("text", "lang", "when"),
    [
        ("I was born on 2/8/1935.", "en", "2/8/1935"),
        ("DOB: 1935-08-02, policy 77", "en", "1935-08-02"),
        ("date of birth the fourth of march nineteen sixty two thanks", "en", "fourth of march nineteen sixty two"),
        ("date of birth teen march ninety four", "hi", None),
        ("data urodzenia 12 maja 1971", "pl", "12 maja 1971"),
        ("تاریخ تولد " + "1371/06/14".translate(PERSIAN), "fa", "1371/06/14".translate(PERSIAN)),
        ("जन्म तिथि " + "07-11-1968".translate(DEVANAGARI), "hi", "07-11-1968".translate(DEVANAGARI)),
        ("出生年月日 650921", "zh-Hant", "650921"),
        ("生日是民國七十八年三月十二號", "zh-Hant", "民國七十八年三月十二號"),
    ],
)
def test_dates_of_birth(text: str, lang: str, when: str | None) -> None:
    (one,) = found(text, SpanType.DOB, lang=lang)
    assert one == when if when else "march" in one


def test_another_name_for_the_date_is_nearer() -> None:
    assert found("born in Leeds, card expiry date 05/2027", SpanType.DOB, lang="en") == []
    assert found("born here. my order from 2024-01-05", SpanType.DOB, lang="en") == []


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y"])
)
def test_every_day_is_found(day: date, form: str) -> None:
    written = day.strftime(form)
    assert found(f"on {written} then", SpanType.DATE, lang="en") == [written]
    assert found(f"born {written} then", SpanType.DOB, lang="en") == [written]
