"""What scripts write with ``Intl`` is what the server writes, and the calendar is that of a browser too."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation
from playwright.sync_api import Page, sync_playwright

from razdar.core import jalali
from razdar.ui import formats
from tests.needs import needs

LANGUAGES = ("en", "fa", "hi", "pl", "zh-hant")
NUMBERS = (0, 7, 12, 999, 1234, 10_000, 123_456, 10_000_000)
_NUMBERS = "([tag, found]) => found.map((each) => new Intl.NumberFormat(tag).format(each))"
_DAYS = """([tag, month, found]) => {
  const form = new Intl.DateTimeFormat(tag, { day: "numeric", month, year: "numeric", timeZone: "UTC" });
  return found.map((each) => form.format(new Date(each)));
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = needs("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless=new", "--no-sandbox"])
        yield browser.new_page()
        browser.close()


def some_days() -> list[date]:
    """A thousand days, with the ends of leap years and others among them."""
    known = (jalali.LAST_DAY - jalali.FIRST_DAY).days
    chance = random.Random(1404)  # noqa: S311 (the same ones in every run)
    drawn = [jalali.FIRST_DAY + timedelta(days=chance.randrange(known)) for _ in range(900)]
    new_years = [jalali.to_gregorian(year, 1, 1) for year in range(jalali.FIRST + 1, jalali.LAST + 1)]
    return [*drawn, *new_years, *(day - timedelta(days=1) for day in new_years)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_alike(page: Page, language: str) -> None:
    with translation.override(language):
        tag, ours = formats.browser_tag(), [formats.number(each) for each in NUMBERS]
    theirs = page.evaluate(_NUMBERS, [tag, list(NUMBERS)])
    assert [each.replace("\u202f", "\xa0") for each in ours] == theirs


def test_the_iranian_calendar_is_the_browser_s(page: Page) -> None:
    days = some_days()
    with translation.override("fa"):
        tag, ours = formats.browser_tag(), [formats.day(each) for each in days]
    theirs = page.evaluate(_DAYS, [tag, "long", [each.isoformat() for each in days]])
    assert ours == theirs


@pytest.mark.parametrize("language", ["en", "pl", "zh-hant"])
def test_days_are_written_alike(page: Page, language: str) -> None:
    days = [date(2026, month, 21) for month in range(1, 13)]
    with translation.override(language):
        tag, ours = formats.browser_tag(), [formats.day(each) for each in days]
    month = "long" if language == "zh-hant" else "short"
    assert ours == page.evaluate(_DAYS, [tag, month, [each.isoformat() for each in days]])
