"""The idle lock where people meet it: the product's pages in a real browser, with a quarter of an hour made short.

What the browser counts down comes from the server, so one patched time moves both.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from razdar.identity import idle, sessions
from tests.browsers import aside
from tests.doors.house import House
from tests.identity.world import Person
from tests.ui.browsing import NARROW, WIDE, axe, new_page, picture

TYPED = "half of a long name"


def a_key(house: House, role: str) -> str:
    """The key of a new session of somebody."""
    browser = aside(lambda: house.browser(house.actor(role), fresh=True))
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def use(context: BrowserContext, site: str, key: str) -> None:
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])


@pytest.fixture
def anna(house: House) -> Person:
    """An administrator, who has a form to lose."""
    house.begin_anew()
    return house.accounts[house.actor("administrator").person]


@pytest.fixture
def context(house: House, site: str, chromium: Browser, anna: Person) -> Iterator[BrowserContext]:
    """A browser of hers, with a session of its own."""
    opened = chromium.new_context(base_url=site, viewport={"width": WIDE, "height": 800})
    use(opened, site, a_key(house, "administrator"))
    yield opened
    opened.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock after six seconds, announced three before."""
    monkeypatch.setattr(sessions, "LOCK", timedelta(seconds=6))
    monkeypatch.setattr(idle, "WARNING_SECONDS", 3)
    monkeypatch.setattr(idle, "BEAT_SECONDS", 1)


def form(context: BrowserContext) -> Page:
    """A page with something typed into it and not sent."""
    page = new_page(context).page
    page.goto("/people/invite/")
    page.locator("#id_name").fill(TYPED)
    return page


def unlock(page: Page, person: Person) -> None:
    person.clock.tick()
    code = page.locator("#lock_code")
    code.fill(person.code())
    code.press("Enter")


def read(page: Page) -> str:
    """Everything that a screen reader is given."""
    return page.locator("body").aria_snapshot()


def test_a_page_left_alone_is_blanked_and_opens_with_what_was_typed(
    context: BrowserContext, anna: Person, soon: None
) -> None:
    page = form(context)
    expect(page.locator("#idle-warning")).to_be_visible(timeout=20_000)
    expect(page.locator("#idle-warning")).to_contain_text("The screen is about to be locked.")
    picture(page, "idle-warning")
    page.keyboard.press("Shift")  # somebody is here
    expect(page.locator("#idle-warning")).to_be_hidden()
    expect(page.locator("#lock_code")).to_be_visible(timeout=30_000)
    assert page.title() == "Locked · Razdar"
    assert TYPED not in read(page)
    assert "Invite somebody" not in read(page)
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator("#watermark")).to_be_hidden()
    picture(page, "locked")
    assert axe(page) == []
    page.set_viewport_size({"width": NARROW, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()

    # The server has locked the session too: another page of it is not answered.
    assert context.request.get("/people/").url.endswith("/lock/?next=%2Fpeople%2F")
    page.locator("#lock_code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#lock .field-errors").first).to_be_visible()
    expect(page.locator("#lock [data-focus]")).to_be_focused()  # a key struck before it would go there
    unlock(page, anna)
    expect(page.locator("#id_name")).to_have_value(TYPED)
    expect(page.locator("#lock")).to_be_hidden()
    assert page.title() != "Locked · Razdar"


def test_it_is_locked_by_keys_in_every_tab_and_opened_in_every_tab(context: BrowserContext, anna: Person) -> None:
    one, two = form(context), form(context)
    one.bring_to_front()
    one.keyboard.press("Control+Shift+L")
    for tab in (one, two):
        expect(tab.locator("#lock_code")).to_be_visible(timeout=20_000)
        expect(tab.locator("main")).to_be_hidden()
    unlock(one, anna)
    for tab in (one, two):
        expect(tab.locator("#id_name")).to_have_value(TYPED, timeout=20_000)
        expect(tab.locator("#id_name")).to_be_visible()


def test_it_is_locked_from_the_palette(context: BrowserContext) -> None:
    page = form(context)
    page.keyboard.press("Control+k")
    page.keyboard.type("lock the")
    page.keyboard.press("Enter")
    expect(page.locator("#lock_code")).to_be_visible(timeout=20_000)


def test_the_own_clock_of_the_page_asks_for_nothing_while_locked(context: BrowserContext) -> None:
    page = form(context)
    page.goto("/desk/components/")
    page.locator("#phone button").first.click()
    page.locator("#dialog_reason").fill("to see it wiped")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#phone")).to_contain_text("+00 0000 SAMPLE")
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#lock_code")).to_be_visible(timeout=20_000)
    assert "+00 0000 SAMPLE" not in page.content()


def test_a_fragment_of_a_session_locked_elsewhere_blanks_the_page_and_keeps_the_form(
    context: BrowserContext, anna: Person
) -> None:
    """The server locked it first, as after a closed laptop: the page learns of it by its own next request."""
    page = form(context)
    page.goto("/desk/components/")
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    headers = {"X-CSRFToken": token, "Razdar-Background": "1"}
    assert context.request.post("/lock/now/", headers=headers).json()["state"] == "locked"
    page.locator("#id_note").fill(TYPED)
    page.locator("#phone button").first.click()
    expect(page.locator("#lock_code")).to_be_visible(timeout=20_000)
    unlock(page, anna)
    expect(page.locator("#id_note")).to_have_value(TYPED, timeout=20_000)
    assert page.url.endswith("/desk/components/")


def test_a_session_that_ended_keeps_the_form_until_its_person_signs_in_again(
    context: BrowserContext, house: House, site: str
) -> None:
    page = form(context)
    use(context, site, "gone")
    page.evaluate("document.dispatchEvent(new CustomEvent('razdar:unlocked'))")  # any question to the server
    expect(page.get_by_role("link", name="Sign in again in a new tab")).to_be_visible(timeout=20_000)
    assert TYPED not in read(page)
    use(context, site, a_key(house, "administrator"))
    expect(page.locator("#id_name")).to_have_value(TYPED, timeout=20_000)
    expect(page.locator("#id_name")).to_be_visible()


def test_somebody_else_does_not_get_the_page(context: BrowserContext, house: House, site: str) -> None:
    page = form(context)
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#lock_code")).to_be_visible(timeout=20_000)
    use(context, site, a_key(house, "auditor"))
    page.evaluate("document.dispatchEvent(new CustomEvent('razdar:unlocked'))")
    page.wait_for_url(f"{site}/", timeout=20_000)
    assert TYPED not in page.content()


def test_back_and_forward_show_nothing_after_signing_out(context: BrowserContext) -> None:
    page = new_page(context).page
    for path in ("/", "/people/", "/people/invite/"):
        page.goto(path)
    kept = set(page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))"))
    assert kept <= {"razdar-act", "htmx-current-path-for-history"}  # a time, and an address
    page.locator(".whoami .drawer summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    for _ in range(3):
        page.go_back()
        assert page.url.partition("?")[0].endswith("/account/login/")
        assert "People of this client" not in page.content()
    page.go_forward()
    assert page.url.partition("?")[0].endswith("/account/login/")
