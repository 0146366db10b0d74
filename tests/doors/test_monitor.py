"""The live monitor in a browser: what an observer sees; two observers stop all reading and let it go on."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Error, Page, Route, expect

from razdar.audit import watching
from razdar.core.disclosure import Role, Viewer
from razdar.identity import approvals, freezes
from razdar.vault import freezing
from tests.audit.sequencing import wait_until_sequenced
from tests.browsers import Live, aside
from tests.doors.house import House
from tests.ui.browsing import NARROW, WIDE, axe, new_page, picture

Opened = Callable[..., AbstractContextManager[Page]]
BY_ITSELF = 30
"""Seconds after which a feed that was told nothing looks again all the same."""


@pytest.fixture
def opened(house: House, site: str, chromium: Browser) -> Opened:
    """Opens a page of a role; what it complains about fails the test."""

    @contextmanager
    def window(role: str, *, at: str = site, language: str = "en", dark: bool = False) -> Iterator[Page]:
        name = settings.SESSION_COOKIE_NAME
        key = aside(lambda: house.browser(house.actor(role)).cookies[name].value)
        look = "dark" if dark else "light"
        context = chromium.new_context(base_url=at, viewport={"width": WIDE, "height": 900}, color_scheme=look)
        cookies = {name: key, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": name, "value": value, "url": at} for name, value in cookies.items()])
        try:
            visit = new_page(context)
            yield visit.page
            assert visit.unexpected() == []
        finally:
            context.close()

    return window


@pytest.fixture
def live(house: House) -> Iterator[str]:
    """The same pages with their feeds."""
    made = Live()
    yield made.address
    made.stop()


def looked_at(page: Page, name: str) -> None:
    """A picture at both widths; nothing scrolls sideways, and axe has nothing to say."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    picture(page, f"{name}-1280")
    assert axe(page) == []
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    picture(page, f"{name}-320")
    page.set_viewport_size({"width": WIDE, "height": 900})


def second_observer(house: House) -> Viewer:
    """The other observer of the client, who has asked to stop all reading."""
    observer = house.world.viewer(Role.CLIENT_OBSERVER)
    (asked,) = [one for one in approvals.open_of(observer, ["freeze"]) if one.id == house.once["freeze"]]
    return house.world.viewer(Role.CLIENT_OBSERVER, person=asked.requested_by)


@pytest.mark.parametrize(("language", "dark"), [("en", False), pytest.param("fa", True, marks=pytest.mark.heavy)])
def test_the_pages_of_the_observer(house: House, opened: Opened, language: str, dark: bool) -> None:
    """With entries in the feed. Each of these pages is looked at in Persian by dark in tests/walk/test_screens.py."""
    aside(lambda: house.browser(house.actor("supervisor")).get(f"/customers/{house.customer}/"))
    aside(wait_until_sequenced)
    with opened("client_observer", language=language, dark=dark) as page:
        page.goto("/monitor/")
        expect(page.locator("#feed tbody tr").first).to_be_visible()
        looked_at(page, f"monitor-{language}")
        page.goto("/monitor/freeze/")
        looked_at(page, f"freeze-{language}")
        page.goto("/questions/")
        looked_at(page, f"questions-{language}")
        page.goto(f"/questions/{house.once['question']}/")
        looked_at(page, f"question-{language}")
        page.goto(f"/customers/{house.customer}/events/")
        expect(page.locator("svg.hours")).to_be_visible()
        looked_at(page, f"who-looked-{language}")


def test_the_mark_of_an_opening_goes_along_and_stands_in_no_address(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings: list[Viewer] = []
    monkeypatch.setattr(watching, "begin", openings.append)
    observer, address = house.browser(house.actor("client_observer")), reverse("oversight:monitor-feed")
    page = observer.get("/monitor/").content.decode()
    marks = set(re.findall(r'"Razdar-Opening": "([^"]+)"', page))
    assert (len(marks), len(openings)) == (1, 1)
    mark = marks.pop()
    assert page.count(mark) == page.count(f'"Razdar-Opening": "{mark}"') == 2
    assert mark in observer.get(address, headers={"Razdar-Opening": mark}).content.decode()
    assert len(openings) == 1
    observer.get(address, {"mark": mark})
    assert len(openings) == 2


def test_paused_entries_are_marked_and_asked_about_by_keyboard(house: House, opened: Opened) -> None:
    with opened("client_observer") as page:
        page.goto("/monitor/")
        page.locator("#feed-pause").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#feed-pause")).to_have_text("Go on")
        expect(page.locator("#feed-pause")).to_be_focused()
        assert page.locator("#feed").get_attribute("hx-trigger") is None
        box = page.locator("#feed input[type=checkbox]").first
        box.focus()
        page.keyboard.press("Space")
        looked_at(page, "monitor-paused")
        page.get_by_role("button", name="Ask about the marked entries").press("Enter")
        expect(page.get_by_label("Your words")).to_be_visible()
        looked_at(page, "question-ask")
        page.get_by_label("Your words").fill("Why was this opened at this hour?")
        page.get_by_role("button", name="Ask", exact=True).press("Enter")
        expect(page.get_by_text("Why was this opened at this hour?")).to_be_visible()


def test_the_feed_brings_itself_up_to_date(house: House, opened: Opened, live: str) -> None:
    with opened("client_observer", at=live) as page:
        page.goto("/monitor/?kind=reveals")
        page.locator("#feed-all").press("Enter")
        expect(page.locator("#feed-all")).to_have_attribute("aria-current", "true")
        expect(page.locator("html")).to_have_attribute("data-feed", "live")
        newest = page.locator("#feed tbody tr").first.get_by_role("link").first
        before = newest.get_attribute("href")
        assert before
        aside(lambda: house.browser(house.actor("supervisor")).get(f"/customers/{house.customer}/"))
        aside(wait_until_sequenced)
        expect(newest).not_to_have_attribute("href", before, timeout=1000 * BY_ITSELF / 2)


@pytest.mark.parametrize("slow", ["reveals", "all"])
def test_what_a_person_chooses_wins_over_a_refresh_under_way(house: House, opened: Opened, slow: str) -> None:
    """Whichever of the two answers first; the refresh asks for what was chosen before."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with opened("client_observer") as page:
        page.goto("/monitor/?kind=reveals")
        page.route(f"**/monitor/feed/?kind={slow}", hold)
        everything = page.locator("#feed-all")
        steps = [lambda: page.evaluate("htmx.trigger('#feed', 'razdar:live')"), lambda: everything.press("Enter")]
        with page.expect_request(f"**/monitor/feed/?kind={slow}"):
            steps.pop(0 if slow == "reveals" else 1)()
        steps.pop()()
        page.wait_for_timeout(1000)
        for route in held:
            with suppress(Error):  # given up, as a refresh should be
                route.continue_()
        expect(everything).to_have_attribute("aria-current", "true")


def test_stopped_by_two_seen_by_everybody_and_let_go_on(house: House, opened: Opened) -> None:
    other, card = aside(lambda: second_observer(house)), f"/customers/{house.customer}/"
    supervisor = aside(lambda: house.browser(house.actor("supervisor")))
    elsewhere = aside(lambda: house.browser(house.actor("other supervisor")))
    assert aside(lambda: supervisor.get(card)).status_code == 200
    with opened("client_observer") as page:
        page.goto("/monitor/")
        looked_at(page, "freeze-asked")
        page.get_by_role("button", name="Agree: stop all reading now").press("Enter")
        expect(page.locator("#freeze-state")).to_contain_text("Stopped")
        assert aside(lambda: freezing.waits(house.world.client))
        looked_at(page, "frozen")

        answer = aside(lambda: supervisor.get(card))
        assert answer.status_code == 503
        assert answer.content.decode().count("has stopped all reading of its data") == 1
        home = aside(lambda: elsewhere.get("/"))
        assert "Reading is stopped" not in home.content.decode()

        aside(lambda: freezes.ask_lift(other))
        page.reload()
        page.get_by_role("button", name="Agree: let reading go on now").press("Enter")
        expect(page.locator("#freeze-state")).to_contain_text("Whoever may read it can")
        looked_at(page, "lifted")
    assert aside(lambda: supervisor.get(card)).status_code == 200


def test_the_error_page_of_a_frozen_client(house: House, opened: Opened) -> None:
    client, people = house.world.client, (house.actor("agent").person, house.actor("supervisor").person)
    request, lifting = house.customer, house.calls["call"]  # any two ids that were not used

    def lift() -> None:
        freezing.agent.current().lift_freeze(client, request, lifting, *people)  # type: ignore[arg-type]

    freezing.agent.current().freeze_client(client, request, *people)  # type: ignore[arg-type]
    try:
        with opened("agent") as page:
            page.goto(f"/customers/{house.customer}/")
            expect(page.locator("main h1")).to_have_text("Reading is stopped")
            expect(page.get_by_role("navigation", name="Main")).to_be_visible()
            looked_at(page, "error-frozen")
            lift()
            expect(page.locator("main h1")).not_to_have_text("Reading is stopped", timeout=1000 * BY_ITSELF)
    finally:
        lift()
