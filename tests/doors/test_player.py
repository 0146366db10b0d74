"""The player on its real page, in a browser: who gets one, what is fetched and when, and what the log then holds."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Response, expect

from razdar.core.ledger.events import Mode
from razdar.interactions.playback import HEADER_BYTES
from tests.browsers import aside
from tests.doors import planted as p
from tests.doors.house import House
from tests.ui.browsing import NARROW, WIDE, axe, picture

SOON = 60.0


@dataclass
class Screen:
    """A page that somebody opened, and the pieces of sound that it was sent."""

    page: Page
    sound: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", lambda r: self.sound.append(r) if "/audio/" in r.url else None)

    def bytes_sent(self) -> list[tuple[int, int]]:
        ranges = [re.fullmatch(r"bytes (\d+)-(\d+)/\d+", r.headers.get("content-range", "")) for r in self.sound]
        return [(int(found[1]), int(found[2]) + 1) for found in ranges if found]

    def bytes_there(self) -> int:
        """How long the sound is, as the server said."""
        return int(self.sound[0].headers["content-range"].rpartition("/")[2])


@pytest.fixture
def screen(house: House, site: str, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Screen]:
    """The browser of the role that the test names."""
    name = settings.SESSION_COOKIE_NAME
    key = aside(lambda: house.browser(house.actor(request.param)).cookies[name].value)
    context = chromium.new_context(base_url=site, viewport={"width": WIDE, "height": 900})
    context.add_cookies([{"name": name, "value": key, "url": site}])
    house.new_events()
    yield Screen(context.new_page())
    context.close()


@pytest.mark.parametrize("screen", ["quality_reviewer"], indirect=True)
def test_opening_fetches_no_sound_and_the_log_holds_the_seconds_that_were_served(house: House, screen: Screen) -> None:
    page = screen.page
    page.goto(f"/calls/{house.calls['call']}/")
    expect(page.locator(".integrity")).to_contain_text("Verified")
    picture(page, "call-en-1280")
    assert axe(page) == []
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    picture(page, "call-en-320")
    page.locator(".region").first.click()
    assert screen.sound == []
    assert not [event for event in house.new_events() if event.mode is Mode.PLAY]

    page.locator("[data-play]").click()
    expect(page.locator(".player[data-state=playing], .player[data-state=ended]")).to_be_visible(timeout=20_000)
    page.locator("[data-seek]").focus()
    served = _all_served(screen)
    played = [dict(event.detail) for event in house.new_events() if event.mode is Mode.PLAY]
    assert len(played) >= len(served)
    assert {one["rendition"] for one in played} == {"redacted"}
    assert min(start for start, _ in served) == 0
    logged = max(int(one["to_ms"]) for one in played)
    heard = (max(end for _, end in served) - HEADER_BYTES) / _bytes_a_millisecond(screen)
    assert abs(logged - heard) <= 1  # no second less than was served, and none more


def _all_served(screen: Screen) -> list[tuple[int, int]]:
    """The pieces that were sent, as soon as they reach the end of the sound."""
    until = time.monotonic() + SOON
    while not any(end == screen.bytes_there() for _, end in screen.bytes_sent()):
        assert time.monotonic() < until, screen.bytes_sent()
        screen.page.wait_for_timeout(50)
    return screen.bytes_sent()


def _bytes_a_millisecond(screen: Screen) -> int:
    """From the length that the server named and the one that the page shows."""
    seconds = float(screen.page.locator("[data-player]").get_attribute("data-duration") or "1")
    return round((screen.bytes_there() - HEADER_BYTES) / (seconds * 1000))


@pytest.mark.parametrize("screen", ["agent"], indirect=True)
def test_an_agent_gets_no_player(house: House, screen: Screen) -> None:
    answer = screen.page.goto(f"/calls/{house.calls['call']}/")
    assert answer
    assert answer.status == 404
    held = screen.page.content()
    assert "data-player" not in held
    assert "data-peaks" not in held


@pytest.mark.parametrize("screen", ["privacy_officer"], indirect=True)
def test_an_original_shows_its_time_and_is_taken_away(house: House, screen: Screen) -> None:
    page = screen.page
    page.goto(f"/calls/{house.calls['call']}/")
    expect(page.locator("#recording")).to_contain_text("ask under Originals")
    assert page.locator("[data-player]").count() == 0
    page.goto(f"/calls/{house.calls['opened']}/?rendition=original")
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"\d:\d\d"))
    expect(page.locator(".player-head")).to_contain_text("Original")
    expect(page.locator(".integrity")).to_contain_text("Verified")
    picture(page, "call-original-1280")
    assert axe(page) == []
    page.get_by_role("button", name="Close now").click()
    expect(page.locator("#recording")).to_contain_text("Show the original again")
    assert "data-peaks" not in page.content()
    assert p.CARD_SAID.texts[0] not in page.locator("main").inner_text()
