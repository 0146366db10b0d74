"""The player in a browser: what it looks like, what it fetches and when, what keys do, what it says when things fail.

Screenshots go to the folder named by ``RAZDAR_SCREENSHOTS``, if it is set.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.ui import gallery
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    gallery.CHECKED[:] = ["verified"]
    gallery.HEARD.clear()
    context = browser.new_context(base_url=site, viewport={"width": WIDE, "height": 800})
    opened = new_page(context)
    opened.page.goto("/player/")
    yield opened
    context.close()
    gallery.CHECKED[:] = ["verified"]
    assert opened.unexpected() == []


SHOWN = {
    "redacted": "/player/?checks=verified",
    "original": "/player/?rendition=original&seconds=581",
    "mono": "/player/?mono&checks=unsequenced",
    "damaged": "/player/?checks=damaged",
    "away": "/player/?checks=away",
}


@pytest.mark.parametrize(
    ("what", "language", "width", "scheme"),
    [
        *product(["redacted"], ["en", "fa"], [WIDE, NARROW], ["light", "dark"]),
        ("original", "en", WIDE, "light"),
        ("original", "fa", NARROW, "dark"),
        ("mono", "en", NARROW, "light"),
        ("damaged", "en", WIDE, "dark"),
        ("damaged", "fa", NARROW, "light"),
        ("away", "en", WIDE, "light"),
    ],
)
def test_the_player_is_sound(browser: Browser, site: str, what: str, language: str, width: int, scheme: Any) -> None:
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language
    )
    visit = new_page(context)
    visit.page.goto(SHOWN[what])
    expect(visit.page.locator(".integrity")).to_be_visible()
    if what == "redacted":
        visit.page.locator(".region").first.click()
    if what in {"original", "damaged"}:
        visit.page.locator(".integrity summary").click()
    visit.page.evaluate("document.fonts.ready")
    picture(visit.page, f"player-{what}-{language}-{width}-{scheme}")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(visit.page) == []
    assert visit.unexpected() == []
    gallery.CHECKED[:] = ["verified"]
    context.close()
