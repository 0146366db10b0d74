"""The frame in a real browser: the palette by keyboard alone, drawers, the switcher, notices, light and dark."""

import re
from collections.abc import Iterator
from itertools import product
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser, Page, expect

from razdar.core.registry import Registry
from razdar.ui import shell
from razdar.ui.shell import Destination, Group
from tests.ui import gallery
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture

MANY: Registry[Destination] = Registry("destination")
for _number in range(15):
    _group = (Group.WORK, Group.OVERSIGHT, Group.SETTINGS)[_number % 3]
    MANY.register(str(_number))(Destination(f"Destination number {_number}", "gallery", order=_number, group=_group))


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    gallery.DONE.clear()
    context = browser.new_context(base_url=site, viewport={"width": WIDE, "height": 800})
    opened = new_page(context)
    opened.page.goto("/")
    yield opened
    context.close()
    assert opened.unexpected() == []


def active(page: Page) -> str:
    """What the combobox says is chosen; the same that the listbox says."""
    name = page.locator("#palette-input").get_attribute("aria-activedescendant")
    chosen = page.locator("#palette [aria-selected=true]")
    assert chosen.count() == 1
    assert chosen.get_attribute("id") == name
    return chosen.locator(".palette-label").inner_text().strip()


# --- The palette ------------------------------------------------------------------------------------------------------


def test_the_palette_is_opened_filtered_and_closed_by_keys_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit.page
    page.locator("#id_note").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    assert active(page) == "Customers"
    page.keyboard.press("ArrowDown")
    assert active(page) == "Interactions"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert active(page).startswith("Appearance")  # round the end, past what waits for a value
    page.keyboard.type("CREATE cust")
    assert active(page) == "New customer"
    expect(page.locator("#palette [role=option]:visible")).to_have_count(2)  # and the one that takes what was typed
    page.keyboard.type(" nothing at all")
    expect(page.locator("#palette-list > li[data-typed]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#id_note")).to_be_focused()


def test_enter_goes_there(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("Control+k")
    page.keyboard.type("who")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/")


def test_a_command_posts_its_form(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="Go to").click()
    page.keyboard.type("at once")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    assert gallery.DONE == [{"next": "/", "by": "hand"}]


def test_what_was_typed_to_search_by_travels_in_a_body_and_in_no_address(visit: Visit) -> None:
    page, asked = visit.page, []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("Control+k")
    page.keyboard.type("quill@example.org")
    assert active(page) == "Find by e-mail quill@example.org"
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    assert gallery.DONE == [{"next": "/", "by": "email", "value": "quill@example.org"}]
    assert not [url for url in asked if "quill" in url]


def test_the_palette_holds_what_the_viewer_may_do_and_nothing_else(visit: Visit) -> None:
    visit.page.keyboard.press("Control+k")
    labels = visit.page.locator("#palette .palette-label").all_inner_texts()
    assert "New customer" in labels
    assert "Erase somebody" not in labels
    assert {"Language: فارسی", "Appearance: dark"} <= {label.strip() for label in labels}


@pytest.mark.parametrize(("language", "width"), [*product(["en", "fa"], [WIDE, NARROW])])
def test_the_palette_is_sound(browser: Browser, site: str, language: str, width: int) -> None:
    context = browser.new_context(base_url=site, viewport={"width": width, "height": 700}, locale=language)
    visit = new_page(context)
    visit.page.goto("/done/")
    visit.page.keyboard.press("Control+k")
    expect(visit.page.locator("#palette")).to_be_visible()
    picture(visit.page, f"palette-{language}-{width}")
    assert axe(visit.page) == []
    visit.page.keyboard.type("zzzz zz")
    visit.page.locator("[data-palette-close]").click()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.unexpected() == []
    context.close()


# --- The bar ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "width"), [*product(["en", "fa"], [WIDE, NARROW])])
def test_fifteen_destinations_fit_and_open_by_keyboard(browser: Browser, site: str, language: str, width: int) -> None:
    with patch.object(shell, "NAVIGATION", MANY):
        context = browser.new_context(base_url=site, viewport={"width": width, "height": 700}, locale=language)
        visit = new_page(context)
        visit.page.goto("/done/")
        drawers = visit.page.locator(".mainnav .drawer")
        expect(drawers).to_have_count(3)
        drawers.first.locator("summary").focus()
        visit.page.keyboard.press("Enter")
        expect(drawers.first.locator("a")).to_have_count(5)
        expect(drawers.first.locator("a").last).to_be_in_viewport()
        picture(visit.page, f"drawers-{language}-{width}")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(visit.page) == []
        visit.page.keyboard.press("Escape")
        expect(drawers.first.locator("a").first).to_be_hidden()
        expect(drawers.first.locator("summary")).to_be_focused()
        drawers.first.locator("summary").click()
        drawers.nth(1).locator("summary").click()
        expect(drawers.first.locator("a").first).to_be_hidden()
        context.close()


def test_the_navigation_is_whole_without_script(browser: Browser, site: str) -> None:
    with patch.object(shell, "NAVIGATION", MANY):
        context = browser.new_context(
            base_url=site, java_script_enabled=False, viewport={"width": NARROW, "height": 700}
        )
        page = context.new_page()
        page.goto("/done/")
        page.locator(".mainnav .drawer").first.locator("summary").click()
        page.get_by_role("link", name="Destination number 12").click()
        page.wait_for_url(f"{site}/")
        expect(page.locator("[data-palette-open]")).to_be_hidden()
        expect(page.locator(".watermark-still")).to_contain_text(gallery.SHELL.pseudonym)
        context.close()


def test_the_workplace_is_changed_in_one_step(visit: Visit) -> None:
    page = visit.page
    page.locator(".whoami .drawer summary").first.click()
    picture(page, "switcher")
    page.get_by_role("button", name="Aurora Travel").click()
    page.wait_for_url("**/workplace/")
    assert gallery.DONE == [{"next": "/", "workplace": "b"}]


def test_the_counter_of_what_waits_follows_the_event_and_says_so_when_it_grows(visit: Visit) -> None:
    page = visit.page
    try:
        expect(page.locator("#waiting .number")).to_have_text("3")
        gallery.WAITING.append(5)
        with page.expect_request("**/waiting/") as asked:
            page.evaluate("document.body.dispatchEvent(new CustomEvent('razdar:waiting', {bubbles: true}))")
        assert asked.value.headers["razdar-background"] == "1"
        expect(page.locator("#waiting .number")).to_have_text("5")
        expect(page.locator("#announcer")).to_have_text("5 requests wait for your decision")
        expect(page.locator("#alerts .notice").first).to_be_visible()  # what was said before stays
    finally:
        del gallery.WAITING[1:]


# --- Notices ----------------------------------------------------------------------------------------------------------


def test_a_notice_with_undo_goes_away_and_can_be_kept(visit: Visit) -> None:
    page = visit.page
    page.clock.install()
    page.goto("/")
    notice = page.locator("#alerts .undo")
    expect(notice).to_have_attribute("data-seconds", "20")
    expect(notice.locator("[data-left]")).to_have_text(re.compile(r"^(20|1\d)$"))  # it counts while we look
    notice.get_by_role("button", name="Keep this longer").click()
    page.mouse.move(0, 0)
    page.locator("h1").click()
    page.clock.run_for(25_000)
    expect(notice).to_be_visible()
    notice.hover()
    page.clock.run_for(60_000)
    expect(notice).to_be_visible()  # somebody is at it
    page.mouse.move(0, 0)
    page.clock.run_for(20_000)
    expect(notice).to_have_count(0)


def test_undo_posts(visit: Visit) -> None:
    visit.page.locator("#alerts .undo").get_by_role("button", name="Undo").click()
    visit.page.wait_for_url("**/done/")
    assert gallery.DONE == [{}]


def test_the_page_says_that_the_server_is_away_until_it_is_back(visit: Visit) -> None:
    page = visit.page
    expect(page.locator("#offline")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("No connection to the server.")
    picture(page, "offline")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    page.route("**/waiting/", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new CustomEvent('razdar:waiting'))")
    expect(page.locator("#offline")).to_be_visible()
    page.unroute("**/waiting/")
    page.evaluate("document.dispatchEvent(new CustomEvent('razdar:waiting'))")
    expect(page.locator("#offline")).to_be_hidden()
    visit.complaints.clear()  # the browser's own lines about the requests that were cut


# --- Light and dark ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("system", "chosen"), [("light", "Dark"), ("dark", "Light")])
def test_a_chosen_appearance_is_there_from_the_first_paint_and_stays(
    browser: Browser, site: str, system: str, chosen: str
) -> None:
    context = browser.new_context(base_url=site, color_scheme=system)  # type: ignore[arg-type]
    page = new_page(context).page
    page.goto("/done/")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name=chosen, exact=True).click()
    page.wait_for_load_state()
    assert page.evaluate(ground) != before
    assert f'data-appearance="{chosen.lower()}"' in page.request.get("/sign-in/?nobody").text()
    page.goto("/sign-in/?nobody")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == chosen.lower()
    page.get_by_role("button", name="Like the system").click()
    page.wait_for_load_state()
    assert page.evaluate(ground) == before
    context.close()
