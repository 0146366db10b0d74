"""The pages of administrators' rules in a real browser: the grid by keyboard alone, both directions, 320 px, axe."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import aside
from tests.desk.windows import SCREEN, Windows
from tests.doors.house import House
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture

WHY = "Agents call back from the branch office"
PAGES = {
    "matrix": "/matrix/",
    "list": "/matrix/list/?role=agent",
    "cell": "/matrix/cells/agent/phone/",
    "propose": "/matrix/draft/propose/",
    "discard": "/matrix/draft/discard/",
    "versions": "/matrix/versions/",
    "sample": "/matrix/sample/?role=agent",
    "exceptions": "/exceptions/",
    "exception-new": "/exceptions/new/",
    "retention": "/retention/",
    "retention-change": "/retention/recording/",
    "responsibilities": "/responsibilities/",
    "responsibility-change": "/responsibilities/calls/change/",
}


@pytest.fixture
def drafted(house: House) -> Iterator[None]:
    """A draft of one cell, gone afterwards."""
    browser = aside(lambda: house.browser(house.actor("administrator")))
    aside(lambda: browser.post("/matrix/cells/agent/iban/", {"level": "PARTIAL", "purposes": ["service"]}))
    yield
    aside(lambda: browser.post("/matrix/draft/discard/"))


@contextmanager
def signed_in(windows: Windows, language: str = "en", scheme: str = "light") -> Iterator[Visit]:
    """A page of the administrator's browser; whatever it complains about fails the test."""
    context = windows.context(language, color_scheme=scheme)
    visit = new_page(context)
    yield visit
    context.close()
    assert visit.unexpected() == []


def focused(page: Page) -> str:
    """The id of the cell that has the focus."""
    return str(page.evaluate("document.activeElement.closest('td')?.id ?? document.activeElement.id"))


def press(page: Page, *keys: str) -> str:
    for key in keys:
        page.keyboard.press(key)
    return focused(page)


def into_the_grid(page: Page) -> None:
    page.goto("/matrix/")
    page.locator(".table-wrap").focus()
    assert press(page, "Tab") == "cell-agent-surname"


def test_the_arrow_keys_move_between_cells_and_tab_leaves(windows: Windows) -> None:
    with signed_in(windows) as visit:
        page = visit.page
        into_the_grid(page)
        assert press(page, "ArrowRight") == "cell-supervisor-surname"
        assert press(page, "ArrowDown") == "cell-supervisor-gender"
        assert press(page, "ArrowLeft", "ArrowLeft") == "cell-agent-gender"
        assert press(page, "End") == "cell-privacy_officer-gender"
        assert press(page, "Home") == "cell-agent-gender"
        assert press(page, "ArrowUp", "ArrowUp") == "cell-agent-surname"
        assert press(page, "Control+End").startswith("cell-privacy_officer-")
        last = focused(page)
        assert press(page, "ArrowDown", "ArrowRight") == last
        assert press(page, "Control+Home") == "cell-agent-surname"
        assert press(page, "PageDown") != "cell-agent-surname"
        assert not press(page, "Tab").startswith("cell-")
        assert press(page, "Shift+Tab").startswith("cell-")  # one stop, at the cell that was left


def test_the_arrows_follow_the_eye_from_right_to_left(windows: Windows) -> None:
    with signed_in(windows, "fa") as visit:
        page = visit.page
        into_the_grid(page)
        assert page.evaluate("document.dir") == "rtl"
        assert press(page, "ArrowLeft") == "cell-supervisor-surname"
        assert press(page, "ArrowRight") == "cell-agent-surname"


def test_a_change_is_drafted_undone_and_proposed_by_keyboard_alone(windows: Windows) -> None:
    with signed_in(windows) as visit:
        page = visit.page
        into_the_grid(page)
        press(page, "ArrowDown", "ArrowDown")
        cell = focused(page)
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open]")).to_be_visible()
        assert axe(page) == []
        picture(page, "matrix-dialog-en-1280")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert focused(page) == cell
        for undoing in (True, False):
            _draft_by_keyboard(page)
            expect(page.locator(".draft-bar")).to_contain_text("1 cell")
            expect(page.locator("#announcer")).to_have_text("Your draft changes 1 cell.")
            assert focused(page) == cell
            if undoing:
                page.locator(".diff button").focus()
                page.keyboard.press("Enter")
                expect(page.locator(".draft-bar")).to_have_count(0)
                page.locator(f"#{cell} a").focus()
        picture(page, "matrix-draft-en-1280")
        assert axe(page) == []
        page.locator("a", has_text="Propose these changes").focus()
        page.keyboard.press("Enter")
        page.locator("textarea").focus()
        page.keyboard.type(WHY)
        press(page, "Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".diff")).to_be_visible()
        expect(page.locator("#main h1")).to_contain_text("Version")
        expect(page.locator("main")).to_contain_text(WHY)
        assert axe(page) == []
        picture(page, "matrix-proposed-en-1280")


def _draft_by_keyboard(page: Page) -> None:
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] input[type=radio]").first).to_be_visible()
    expect(page.locator("dialog input[type=radio]:checked")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_cell_that_breaks_a_rule_stays_in_the_dialog(windows: Windows) -> None:
    with signed_in(windows) as visit:
        page = visit.page
        page.goto("/matrix/")
        page.locator("#cell-agent-health a").focus()
        page.keyboard.press("Enter")
        page.locator("dialog input[value=CLEAR]").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open] .notice-bad")).to_contain_text("Choose at least one purpose")
        assert axe(page) == []


@pytest.mark.parametrize(
    ("language", "scheme"),
    [("en", "light"), *(pytest.param(*look, marks=pytest.mark.heavy) for look in (("en", "dark"), ("fa", "light")))],
)
def test_the_pages_are_sound_and_fit(drafted: None, windows: Windows, language: str, scheme: str) -> None:
    """With a draft there, at both widths. The suite looks in English by light; in Persian, and by dark, it looks at
    these pages without a draft (tests/walk/test_screens.py).
    """
    with signed_in(windows, language, scheme) as visit:
        page = visit.page
        for name, path in PAGES.items():
            page.set_viewport_size(SCREEN)
            answer = page.goto(path)
            assert answer
            assert answer.status == 200
            assert page.evaluate("document.dir") == ("rtl" if language == "fa" else "ltr")
            picture(page, f"{name}-{language}-{scheme}-{WIDE}")
            assert axe(page) == [], name
            page.set_viewport_size({"width": NARROW, "height": 800})
            picture(page, f"{name}-{language}-{scheme}-{NARROW}")
            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, name
            if scheme == "light" and language == "en":
                assert axe(page) == [], name


def test_without_a_script_the_list_does_it_all(windows: Windows) -> None:
    context = windows.context(viewport={"width": NARROW, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto("/matrix/")
    expect(page.locator(".matrix-grid")).to_be_hidden()
    page.locator(".matrix-narrow a", has_text="Supervisor").click()
    page.locator(".cells li", has_text="IBAN").locator("a").click()
    page.locator("input[value=NONE]").check()
    page.locator("button", has_text="Keep in my draft").click()
    expect(page.locator("#main h1")).to_contain_text("Supervisor")
    expect(page.locator(".draft-bar")).to_contain_text("1 cell")
    page.locator(".draft-bar a").click()
    page.locator(".diff button", has_text="Undo").click()
    page.goto("/matrix/")
    expect(page.locator(".draft-bar")).to_have_count(0)
    context.close()
