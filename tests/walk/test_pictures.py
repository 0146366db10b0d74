"""`make screenshots`: every screen in English and Persian, by light and dark, wide and narrow, into var/screenshots."""

import os
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from razdar.demo_content.calls import CALLS
from tests.leaks import installation
from tests.leaks.installation import Installation
from tests.ui.browsing import NARROW, WIDE
from tests.walk import pictures
from tests.walk.screens import SCREENS, Screen
from tests.walk.tour import RIGHT_TO_LEFT, TALL, Tour

pytestmark = [pytest.mark.heavy, pytest.mark.screenshots]
# Whatever moves stands still, and what a page says of itself in passing is over.
QUICK: dict[str, Any] = {"full_page": True, "animations": "disabled", "caret": "hide"}


def looks() -> Iterator[Any]:
    for language, dark, screen in product(("en", RIGHT_TO_LEFT), (False, True), SCREENS):
        look = "dark" if dark else "light"
        mark = pytest.mark.xdist_group(f"{screen.widest}-{language}-{look}")
        yield pytest.param(screen, language, dark, marks=mark, id=f"{screen}-{language}-{look}")


@pytest.mark.parametrize(("screen", "language", "dark"), list(looks()))
def test_pictures_of_a_screen(tour: Tour, screen: Screen, language: str, dark: bool) -> None:
    page = tour.open(screen, screen.widest, language, dark=dark).page
    page.wait_for_timeout(300)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": TALL})
        page.screenshot(path=pictures.path(screen, language, "dark" if dark else "light", width), **QUICK)
    page.set_viewport_size({"width": WIDE, "height": TALL})


# --- Those of the README, from a demo ---------------------------------------------------------------------------------

PHONE = "+442079460417"
SEEN: ViewportSize = {"width": 1200, "height": 760}


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("readme")
def test_pictures_for_the_readme(tour: Tour) -> None:
    """Of the demo, in which everybody is invented: the agent's desk, the player, the observer's monitor."""
    with installation.demo(os.environ) as demo:
        demo.wait_until_redacted(len(CALLS))
        _agent(_page_of(tour, demo, "agent.quillmere"))
        _player(_page_of(tour, demo, "supervisor.quillmere"))
        _monitor(_page_of(tour, demo, "observer.quillmere"))


def _page_of(tour: Tour, demo: Installation, work_name: str) -> Page:
    session = installation.sign_in(demo, work_name)
    context = tour.browser.new_context(base_url=session.origin, viewport=SEEN, locale="en", color_scheme="light")
    context.add_cookies([{"name": n, "value": v, "url": session.origin} for n, v in session.cookies.items()])
    return context.new_page()


def _agent(page: Page) -> None:
    page.goto("/desk/")
    page.locator("select[name=by]").select_option("phone")
    page.locator("input[name=value]").fill(PHONE)
    page.keyboard.press("Enter")
    page.locator("#found-title + ul a").first.click()
    page.locator("#note-text").fill("Wants the letter once more. Card 4111 1111 1111 1111 was read out.")
    expect(page.locator("#note-warning")).to_contain_text("Card number")
    _shoot(page, "readme-agent")


def _player(page: Page) -> None:
    page.goto("/calls/")
    page.locator("main a[href^='/calls/']").first.click()
    expect(page.locator(".integrity")).to_contain_text("Verified", timeout=30_000)
    page.locator("#recording").scroll_into_view_if_needed()
    _shoot(page, "readme-player")


def _monitor(page: Page) -> None:
    page.goto("/monitor/")
    expect(page.locator("#feed tbody tr").first).to_be_visible()
    _shoot(page, "readme-monitor")


def _shoot(page: Page, name: str) -> None:
    pictures.FOLDER.mkdir(parents=True, exist_ok=True)
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)
    page.screenshot(path=pictures.FOLDER / f"{name}.png", animations="disabled", caret="hide")
