"""What people type into forms: days by the calendar of the page, numbers in the digits of their keyboard."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.disclosure import DataClass, normal
from razdar.customers.forms import RevealForm, value_field
from razdar.identity.factors import plain_code
from razdar.identity.names import canonical
from razdar.ui import formats
from razdar.ui.fields import DayField, WholeField

LANGUAGES = ("en", "fa", "hi", "pl", "zh-hant")


class Typed(forms.Form):
    day = DayField(required=False)
    count = WholeField(required=False, min_value=1, max_value=10**12)


def cleaned(language: str, **typed: str) -> dict[str, Any]:
    with translation.override(language):
        form = Typed(typed)
        assert form.is_valid(), form.errors
        return form.cleaned_data


def refused(language: str, **typed: str) -> str:
    with translation.override(language):
        form = Typed(typed)
        assert not form.is_valid()
        return " ".join(str(error) for errors in form.errors.values() for error in errors)


@pytest.mark.parametrize("language", LANGUAGES)
@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_that_was_shown_can_be_sent_again_in_any_language(language: str, day: date) -> None:
    with translation.override(language):
        shown = formats.day_in_numbers(day)
    for other in LANGUAGES:
        assert cleaned(other, day=shown)["day"] == day


@pytest.mark.parametrize("typed", ["1405/8/30", "۱۴۰۵/۰۸/۳۰", "۱۴۰۵-۸-۳۰", "1405.08.30", " ۱۴۰۵/۸/۳۰ ", "2026-11-21"])
def test_a_day_may_be_typed_in_many_ways(typed: str) -> None:
    assert cleaned("fa", day=typed)["day"] == date(2026, 11, 21)


def test_a_day_that_does_not_exist_is_refused_as_such() -> None:
    assert cleaned("fa", day="1403/12/30")["day"] == date(2025, 3, 20)
    assert refused("en", day="1404/12/30") == "There is no such day in the calendar."
    assert refused("en", day="2026-02-29") == "There is no such day in the calendar."


def test_what_is_no_day_is_answered_with_how_to_write_one() -> None:
    assert refused("en", day="soon").startswith("Enter the day as year, month and day: 20")
    with translation.override("fa"):
        form = Typed({"day": "1405/08"})
        assert "۱۴" in str(form.errors["day"])
        assert 'value="1405/08"' in str(form["day"])


def test_the_control_is_the_browser_s_own_but_on_persian_pages() -> None:
    for language, wanted in (("en", 'type="date"'), ("fa", 'type="text"')):
        with translation.override(language):
            control = str(Typed({"day": "2026-11-21"})["day"])
        assert control.count("type=") == 1
        assert wanted in control
        assert ('value="۱۴۰۵/۰۸/۳۰"' if language == "fa" else 'value="2026-11-21"') in control


@pytest.mark.parametrize("language", LANGUAGES)
@given(count=st.integers(1, 10**12), digits=st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]))
def test_a_number_is_taken_in_any_digits_and_as_it_was_shown(language: str, count: int, digits: str) -> None:
    assert cleaned(language, count=str(count).translate(str.maketrans("0123456789", digits)))["count"] == count
    with translation.override(language):
        shown = formats.number(count)
    assert cleaned(language, count=shown)["count"] == count


@pytest.mark.parametrize("typed", ["1.000", "1,5", "1,00", "12a", "1e3", "٫5", "1 2", "-", "9" * 19])
def test_what_may_mean_two_numbers_is_refused(typed: str) -> None:
    assert refused("en", count=typed)


def test_a_comma_is_a_fraction_in_polish() -> None:
    assert refused("pl", count="1,500")
    assert cleaned("en", count="1,500")["count"] == 1500


def test_codes_and_names_are_taken_in_any_digits() -> None:
    assert plain_code("۱۲۳ ۴۵۶") == plain_code("१२३४५६") == "123456"
    assert canonical("Sara.۲") == "sara.2"
    form = RevealForm(frozenset(), {"case": "T-۴۷۱۱"})
    assert form.fields["case"].clean("T-۴۷۱۱") == "T-4711"


def test_a_date_of_birth_is_one_day_by_either_calendar() -> None:
    field = value_field(DataClass.BIRTH_DATE)
    assert field.clean("۱۳۶۳/۰۱/۱۱") == field.clean("1984-03-31") == "1984-03-31"
    assert field.clean("1404/12/30") == "1404/12/30"  # the record's own rule refuses it
    assert normal(DataClass.BIRTH_DATE, "۱۳۶۳/۱/۱۱") == normal(DataClass.BIRTH_DATE, "1984-03-31") == "19840331"
