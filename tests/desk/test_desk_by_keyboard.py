"""The desk in a browser, with the mouse unplugged: from a search to the next contact; how it looks, what it weighs.

Screenshots go to the folder named by ``RAZDAR_SCREENSHOTS``, if it is set.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from razdar.core.disclosure import DataClass, Role
from razdar.privacy import services as erasing
from razdar.runtime.scope import scope
from razdar.vault import assignments, freezing
from tests.browsers import aside
from tests.doors import planted as p
from tests.doors.house import House
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture

PHONE, BORN = p.BY_CLASS[DataClass.PHONE].texts[0], p.BY_CLASS[DataClass.BIRTH_DATE].texts[0]
CARD = "4111 1111 1111 1111"
KIB = 1024
MOST = 400 * KIB


PLACES = {
    "agent": ("agent", "/desk/"),
    "customer": ("agent", "/desk/customers/{customer}/"),
    "denied": ("loner", "/desk/customers/{customer}/"),
    "requests": ("supervisor", "/desk/requests/"),
    "contacts": ("supervisor", "/desk/contacts/?state=closed"),
    "team": ("supervisor", "/desk/team/"),
    "given": ("supervisor", "/desk/contacts/{call}/"),
    "sign-out": ("supervisor", "/desk/team/{agent}/sign-out/"),
    "recordings": ("quality_reviewer", "/desk/recordings/?order=longest"),
    "codes": ("administrator", "/desk/codes/"),
}
HEAVY_LOOKS = [("en", WIDE, "light"), ("en", NARROW, "dark"), ("fa", WIDE, "dark")]
LOOKS = [("fa", NARROW, "light"), *(pytest.param(*look, marks=pytest.mark.heavy) for look in HEAVY_LOOKS)]
Opens = Callable[..., Visit]
SAID = {
    "erased": "This customer was erased",
    "over": "You do not work for this customer now",
    "stopped": "Reading is stopped",
}
UNSAVED = {"erased": "was erased meanwhile", "over": "do not work for this customer any more"}


@pytest.fixture(scope="module")
def keys(house: House) -> dict[str, str]:
    """Everybody's session."""
    names = {who for who, _ in PLACES.values()}
    browsers = aside(lambda: {name: house.browser(house.actor(name)) for name in names})
    return {name: browser.cookies[settings.SESSION_COOKIE_NAME].value for name, browser in browsers.items()}


@pytest.fixture
def opens(house: House, site: str, chromium: Browser, keys: dict[str, str]) -> Iterator[Opens]:
    """A window of somebody who is signed in, by role; nothing may have been complained about when it is closed."""
    made: list[Visit] = []

    def window(name: str, **look: Any) -> Visit:
        house.begin_anew()
        language = look.pop("language", "en")
        viewport = {"width": look.pop("width", WIDE), "height": 900}
        context = chromium.new_context(base_url=site, viewport=viewport, locale=language, **look)  # type: ignore[arg-type]
        cookies = {settings.SESSION_COOKIE_NAME: keys[name], settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": each, "value": value, "url": site} for each, value in cookies.items()])
        made.append(new_page(context))
        return made[-1]

    yield window
    for each in made:
        each.page.context.close()
    assert [each.unexpected() for each in made if each.unexpected()] == []


def focused(page: Page, attribute: str = "id") -> str:
    return str(page.evaluate(f"document.activeElement.getAttribute('{attribute}') ?? ''"))


def press_until(page: Page, key: str, wanted: str) -> None:
    """Press a key until what has the focus matches; whoever needs more than sixty presses is lost."""
    for _ in range(60):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


def test_from_a_search_to_the_next_contact_without_a_mouse(house: House, site: str, opens: Opens) -> None:
    page = opens("agent").page
    page.goto("/")
    expect(page).to_have_url(f"{site}/desk/")

    page.keyboard.press("Alt+s")
    assert focused(page, "name") == "value"
    page.keyboard.press("Shift+Tab")
    assert focused(page, "name") == "by"
    page.keyboard.type("Phone")
    page.keyboard.press("Tab")
    page.keyboard.type(PHONE)
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#wrap-up")).to_be_visible()

    press_until(page, "Tab", "#field-birth_date button")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog[open]")).to_be_visible()
    press_until(page, "Tab", "#dialog input[name=value]")
    page.keyboard.type(BORN)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_contain_text("It agrees.")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog[open]")).to_have_count(0)

    page.keyboard.press("Alt+n")
    assert focused(page) == "note-text"
    page.keyboard.type(f"wants the letter once more, pays with {CARD}")
    warning = page.locator("#note-warning")
    expect(warning).to_contain_text("Card number, line 1, from character 39 – it is taken out when you save")
    assert warning.get_attribute("aria-live") == "polite"
    picture(page, "desk-warning-en-1280")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note-saved")).to_be_focused()
    expect(page.locator("#note-saved")).to_contain_text("Taken out of it: Card number.")
    expect(page.locator("ol.notes")).to_contain_text("pays with [card]")

    page.keyboard.press("Alt+d")
    assert focused(page, "name") == "code"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#wrap-up-done")).to_contain_text("Saved: Needs more work.")
    expect(page.locator("#wrap-up-done a")).to_be_focused()
    expect(page.locator("#history tbody")).to_contain_text("Needs more work")
    page.keyboard.press("Enter")
    expect(page.locator("#wrap-up, #now")).to_be_visible()
    assert "?contact=" in page.url
    done = {event.action for event in house.new_events() if event.actor == house.actor("agent").person}
    assert done >= {"customers:field:match", "work:note:write", "work:disposition:set"}


def test_a_number_without_its_country_code_is_explained_and_the_kind_is_kept(house: House, opens: Opens) -> None:
    page = opens("supervisor").page
    page.goto("/desk/")
    expect(page.locator("#id_value_helptext")).to_contain_text("with its country code")
    page.locator("select[name=by]").select_option("phone")
    page.keyboard.press("Alt+s")
    page.keyboard.type("020 7946 0000")
    page.keyboard.press("Enter")
    expect(page.locator("section", has=page.locator("#found-title"))).to_contain_text("only with its country code")
    page.goto("/desk/")
    assert page.locator("select[name=by]").input_value() == "phone"


def test_other_personal_data_is_saved_after_a_choice_and_undone(house: House, site: str, opens: Opens) -> None:
    page = opens("supervisor").page
    page.goto(f"/desk/customers/{house.customer}/")
    page.keyboard.press("Alt+n")
    page.keyboard.type(f"call back on {PHONE}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note-warning .notice")).to_be_focused()
    expect(page.locator("#note-warning")).to_contain_text("Nothing is saved yet")
    assert page.locator("#note-text").input_value() == f"call back on {PHONE}"
    press_until(page, "Tab", "[data-select-from]")
    page.keyboard.press("Enter")
    marked = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert page.locator("#note-text").evaluate(marked) == PHONE
    press_until(page, "Tab", "[name=choice][value=conceal]")
    page.keyboard.press("Enter")
    expect(page.locator("#note-saved")).to_be_focused()
    expect(page.locator("ol.notes")).to_contain_text("call back on [phone]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#notes .notice")).to_contain_text("The note is taken back")
    assert page.locator("#note-text").input_value() == "call back on [phone]"


def test_what_was_begun_is_there_after_a_reload(house: House, site: str, opens: Opens) -> None:
    page = opens("supervisor").page
    page.goto(f"/desk/customers/{house.customer}/")
    page.locator("#note-text").fill("half a thought")
    expect(page.locator("#note-draft")).to_contain_text("Draft kept", timeout=10_000)
    page.reload()
    assert page.locator("#note-text").input_value() == "half a thought"
    stored = "JSON.stringify({...localStorage, ...sessionStorage})"
    assert "thought" not in page.evaluate(stored)
    page.keyboard.press("Alt+n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note-saved")).to_be_visible()
    page.reload()
    assert page.locator("#note-text").input_value() == ""


def test_a_number_that_is_added_appears_without_leaving_the_page(house: House, site: str, opens: Opens) -> None:
    page = opens("agent").page
    page.goto(f"/desk/customers/{house.customer}/")
    before = page.locator("#handles dt").count()
    page.locator("#note-text").fill("not lost")
    page.locator("#add-handle button").press("Enter")
    page.locator("#dialog select").select_option("email")
    page.locator("#dialog input[name=value]").fill("second@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog[open]")).to_have_count(0)
    expect(page.locator("#handles dt")).to_have_count(before + 1)
    assert page.locator("#note-text").input_value() == "not lost"


def test_notes_have_no_numbers_in_persian(house: House, opens: Opens) -> None:
    page = opens("agent", language="fa").page
    page.goto(f"/desk/customers/{house.customer}/")
    assert page.locator("ol.notes").evaluate("list => getComputedStyle(list).listStyleType") == "none"


@pytest.fixture
def known(house: House) -> UUID:
    """A customer of its own, for whom the agent works."""

    def make() -> UUID:
        made = house.world.customer()
        house.world.assign(house.world.viewer(Role.AGENT), made)
        return made

    return cast(UUID, aside(make))


def test_a_correction_says_what_it_did_and_the_heading_follows(known: UUID, opens: Opens) -> None:
    page = opens("agent").page
    page.goto(f"/desk/customers/{known}/")
    page.locator("#note-text").fill("not lost")
    button = page.locator("#field-surname button", has_text="Correct")
    button.press("Enter")
    page.locator("#dialog input[name=value]").press("Enter")
    expect(page.locator("#dialog")).to_contain_text("Nothing was typed, so nothing was changed.")
    page.locator("#dialog input[name=value]").fill("Ravensbourne")
    page.keyboard.press("Enter")
    expect(page.locator("#alerts")).to_contain_text("Surname: the new value is saved.")
    expect(page.locator("#customer-heading")).to_contain_text("Ravensbourne")
    button.press("Enter")
    page.locator("#dialog").get_by_label("Remove this value").press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#alerts")).to_contain_text("Surname: the value was removed.")
    expect(page.locator("#customer-heading")).not_to_contain_text("Ravensbourne")
    phone = page.locator("#handles dd", has=page.locator("[id^=field-phone]")).first
    before = page.locator("#handles dt").count()
    phone.get_by_role("button", name="Correct").press("Enter")
    page.locator("#dialog").get_by_label("Remove this value").press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#handles dt")).to_have_count(before - 1)
    expect(page.locator("#alerts")).to_contain_text("Phone number: the value was removed.")
    assert page.locator("#note-text").input_value() == "not lost"


@pytest.mark.parametrize("why", ["erased", "over", "stopped"])
def test_what_may_not_stand_there_any_more_leaves_an_open_page(
    house: House, known: UUID, opens: Opens, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opens("agent").page
    page.goto(f"/desk/customers/{known}/")
    listens = page.locator("#customer-state").get_attribute("data-live") or ""
    assert set(listens.split()) == {"reading", f"reading:{known}", f"work:{house.actor('agent').person}"}
    shown = page.locator("#customer-record bdi").first.inner_text()
    assert shown in page.locator("main").inner_text()
    page.locator("#note-text").fill("half a thought")
    ask = "htmx.trigger('#customer-state', 'razdar:live')"
    with page.expect_response("**/state/?works=1") as still:
        page.evaluate(ask)
    assert still.value.status == 204

    def end() -> None:
        with scope(house.world.client):
            if why == "erased":
                erasing.erase(house.world.viewer(Role.PRIVACY_OFFICER), known, "request")
            elif why == "stopped":
                monkeypatch.setattr(freezing, "waits", lambda _: True)
            else:
                assignments.release_all(house.world.client, house.world.viewer(Role.AGENT).person)

    aside(end)
    page.evaluate(ask)
    expect(page.locator("#customer-state[role=alert]")).to_contain_text(SAID[why])
    for gone in ("#customer-record bdi", "#wrap-up", "#history", "#notes-written *"):
        expect(page.locator(gone)).to_have_count(0)
    expect(page.locator("#note-text")).to_be_focused()
    assert page.locator("#note-text").input_value() == "half a thought"
    assert axe(page) == []
    page.keyboard.press("Control+Enter")
    if why != "stopped":  # that is the key agent's to refuse, which was not told here
        expect(page.locator("#alerts")).to_contain_text(UNSAVED[why])
        assert page.locator("#note-text").input_value() == "half a thought"


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_every_page_is_sound(house: House, opens: Opens, language: str, width: int, scheme: str) -> None:
    """The suite looks with axe at the narrow page, from right to left. At the wide one, in English by light and in
    Persian by dark, it does so in tests/walk/test_screens.py.
    """
    where = {"customer": house.customer, "call": house.calls["call"], "agent": house.actor("agent").person}
    problems = []
    for name, (who, url) in PLACES.items():
        opened = opens(who, language=language, width=width, color_scheme=scheme)
        page = opened.page
        answer = page.goto(url.format(**where))
        assert answer
        assert answer.status == 200, name
        page.evaluate("document.fonts.ready")
        picture(page, f"desk-{name}-{language}-{width}-{scheme}")
        problems += [(name, each) for each in axe(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append((name, f"is {wide} wide"))
        assert problems == []


def test_the_desk_is_light(house: House, site: str, opens: Opens) -> None:
    """What the first visit of a customer's page fetches, as it is stored: before any compression."""
    page, sizes = opens("agent").page, {}

    def keep(response: Any) -> None:
        sizes[response.url] = len(response.body())

    page.on("response", keep)
    page.goto(f"/desk/customers/{house.customer}/", wait_until="networkidle")
    ours = {url: size for url, size in sizes.items() if "/vendor/" not in url}
    assert sum(ours.values()) < MOST / 2, sizes
    assert not [url for url in sizes if "/audio/" in url]


def test_a_keystroke_elsewhere_does_nothing(house: House, site: str, opens: Opens) -> None:
    """Single letters never act, and no key acts while a dialog is open."""
    page = opens("agent").page
    page.goto(f"/desk/customers/{house.customer}/")
    for key in ("d", "n", "s", "Shift+Alt+n", "Control+Alt+d"):
        page.keyboard.press(key)
        assert focused(page, "name") not in {"code", "text", "by"}, key
    page.locator("#add-handle button").press("Enter")
    expect(page.locator("#dialog[open]")).to_be_visible()
    page.keyboard.press("Alt+n")
    assert focused(page) != "note-text"
