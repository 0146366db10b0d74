"""How the components look and behave in a real browser: two directions, two widths, two colour schemes.

Screenshots go to the folder named by ``RAZDAR_SCREENSHOTS``, if it is set. The player has a file of its own.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from razdar.ui.csp import REPORT_PATH
from tests.ui import gallery
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture

LOOKS = list(product(["en", "fa"], [WIDE, NARROW], ["light", "dark"]))
GALLERY = {("en", WIDE, "light"), ("en", NARROW, "dark"), ("fa", WIDE, "dark"), ("fa", NARROW, "light")}


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    context = browser.new_context(base_url=site, viewport={"width": WIDE, "height": 800})
    opened = new_page(context)
    opened.page.goto("/")
    yield opened
    context.close()
    assert opened.unexpected() == []


@pytest.mark.parametrize(
    ("path", "language", "width", "scheme"),
    [
        *(pytest.param("/", *look, marks=[] if look in GALLERY else pytest.mark.heavy) for look in LOOKS),
        ("/sign-in/?nobody", "en", WIDE, "dark"),
        ("/sign-in/?nobody", "fa", NARROW, "light"),
        ("/unavailable/", "fa", WIDE, "light"),
        ("/unavailable/", "en", NARROW, "dark"),
    ],
)
def test_pages_are_sound(browser: Browser, site: str, path: str, language: str, width: int, scheme: Any) -> None:
    """In the suite the gallery is looked at in four ways: any two of language, width and scheme meet in one of them."""
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language
    )
    visit = new_page(context)
    visit.page.goto(path)
    visit.page.evaluate("document.fonts.ready")
    name = path.strip("/").partition("/")[0] or "gallery"
    picture(visit.page, f"{name}-{language}-{width}-{scheme}")
    assert visit.page.evaluate("document.dir") == ("rtl" if language == "fa" else "ltr")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(visit.page) == []
    assert visit.unexpected() == []
    context.close()


def test_a_violation_would_be_noticed_and_is_reported(browser: Browser, site: str) -> None:
    """The control: a page with an inline style does not pass, and the browser's own report can be read."""
    context = browser.new_context(base_url=site)
    visit = new_page(context)
    visit.page.goto("/sign-in/?nobody")
    gallery.REPORTED.clear()
    with visit.page.expect_request(f"**{REPORT_PATH}"):
        visit.page.evaluate("document.body.setAttribute('style', 'color: red')")
    visit.page.wait_for_timeout(500)
    assert any(text.startswith("CSP style-src-attr inline") for text in visit.unexpected())
    assert [(found.directive, found.page.path) for found in gallery.REPORTED] == [("style-src-attr", "/sign-in/")]
    context.close()


def test_the_focus_can_be_seen_on_every_control(visit: Visit) -> None:
    seen = set()
    for _ in range(120):
        visit.page.keyboard.press("Tab")
        found = visit.page.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
               return [e.tagName + '.' + e.className, s.outlineStyle, parseFloat(s.outlineWidth)]; }"""
        )
        if found[0].startswith("BODY"):
            break
        seen.add(found[0].partition(".")[0])
        assert found[1] != "none", found
        assert found[2] >= 2, found
    assert {"A", "BUTTON", "INPUT", "SELECT", "TEXTAREA"} <= seen


def reveal(page: Page, seconds: int) -> None:
    page.locator("#phone button").first.click()
    expect(page.locator("#dialog")).to_be_visible()
    page.locator("#dialog_reason").fill("The customer asked for a call back")
    page.locator("#dialog_seconds").fill(str(seconds))
    picture(page, "dialog")
    page.locator("#dialog button[type=submit]").click()


def test_a_revealed_value_goes_away_by_itself(visit: Visit) -> None:
    page = visit.page
    reveal(page, 2)
    expect(page.locator("#phone")).to_contain_text(gallery.OPEN_PHONE.text)
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text("Shown for 2 seconds.")
    assert page.evaluate("document.getElementById('phone').contains(document.activeElement)")
    picture(page, "revealed")
    expect(page.locator("#phone .mask")).to_be_visible(timeout=5000)
    expect(page.locator("#announcer")).to_have_text("The value is hidden again.")
    assert gallery.OPEN_PHONE.text not in page.content()
    expect(page.locator("#phone button").first).to_be_visible()


def test_a_revealed_value_is_wiped_even_when_the_server_is_gone(visit: Visit) -> None:
    page = visit.page
    reveal(page, 60)
    expect(page.locator("#phone")).to_contain_text(gallery.OPEN_PHONE.text)
    page.route("**/mask/", lambda route: route.abort())
    page.locator("#phone [data-hide-now]").click()
    expect(page.locator("#alerts")).to_contain_text("cannot be reached")
    assert gallery.OPEN_PHONE.text not in page.content()
    visit.complaints.clear()  # the browser's own line about the request that was cut


def test_errors_of_a_dialog_appear_in_it(visit: Visit) -> None:
    page = visit.page
    page.locator("#phone button").first.click()
    page.locator("#dialog_reason").fill("      no")  # long enough for the browser, too short for the server
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog .field-errors")).to_be_visible()
    expect(page.locator("#dialog [data-focus]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert page.locator("#dialog-body").inner_html() == ""
    assert page.evaluate("document.activeElement.closest('#phone') !== null")


def test_a_refusal_says_its_sentence_and_a_strange_page_stays_out(visit: Visit) -> None:
    page = visit.page
    page.locator("#phone button").nth(1).click()
    expect(page.locator("#alerts")).to_contain_text("You have no contact with this customer right now.")
    page.get_by_role("button", name="Break").click()
    expect(page.locator("#alerts")).to_contain_text("Something went wrong")
    assert "Some page of a proxy" not in page.content()


def test_a_stale_sign_in_leads_to_the_step_up_page_and_back(visit: Visit) -> None:
    visit.page.locator("#born button").first.click()
    visit.page.wait_for_url("**/step-up/?next=%2F")


def test_the_language_can_be_changed(visit: Visit) -> None:
    visit.page.get_by_role("button", name="فارسی").click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "fa")
    assert visit.page.evaluate("document.fonts.check('16px Vazirmatn', 'س')")
