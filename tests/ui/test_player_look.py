"""The player in a browser: what it looks like, what it fetches and when, what keys do, what it says when things fail.

Screenshots go to the folder named by ``RAZDAR_SCREENSHOTS``, if it is set.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.ui import gallery
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture

AUDIO = "/audio/"
HEARD: list[str] = []
"""Where the visited page has asked for sound, in order."""


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    gallery.CHECKED[:] = ["verified"]
    HEARD.clear()
    context = browser.new_context(base_url=site, viewport={"width": WIDE, "height": 800})
    opened = new_page(context)
    opened.page.on("request", lambda request: HEARD.append(request.url) if AUDIO in request.url else None)
    opened.page.goto("/player/")
    expect(opened.page.locator(".integrity")).to_be_visible()  # else its check would take what the next page is to find
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


SEEN = {("en", WIDE, "dark"), ("fa", NARROW, "light")}
OTHER_LOOKS = [look for look in product(["en", "fa"], [WIDE, NARROW], ["light", "dark"]) if look not in SEEN]


@pytest.mark.parametrize(
    ("what", "language", "width", "scheme"),
    [
        ("redacted", "en", WIDE, "dark"),
        ("redacted", "fa", NARROW, "light"),
        *(pytest.param("redacted", *look, marks=pytest.mark.heavy) for look in OTHER_LOOKS),
        ("original", "en", WIDE, "light"),
        ("original", "fa", NARROW, "dark"),
        ("mono", "en", NARROW, "light"),
        ("damaged", "en", WIDE, "dark"),
        ("damaged", "fa", NARROW, "light"),
        ("away", "en", WIDE, "light"),
    ],
)
def test_the_player_is_sound(browser: Browser, site: str, what: str, language: str, width: int, scheme: Any) -> None:
    """In the suite the redacted rendition is looked at twice, so that no language, width or scheme is left out."""
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


def playing(page: Page) -> Any:
    return page.locator(".player[data-state=playing]")


def play(page: Page) -> None:
    page.locator("[data-play]").click()
    expect(playing(page)).to_be_visible()


def now(page: Page) -> float:
    return float(page.locator("[data-seek]").input_value())


# --- Sound ------------------------------------------------------------------------------------------------------------


def test_audio_is_fetched_only_after_play(visit: Visit) -> None:
    """Looking, seeking and walking through regions and turns ask for no sound: opening a page is not listening."""
    page = visit.page
    page.locator("[data-skip='5']").click()
    page.locator(".turn").nth(3).click()
    page.locator("[data-seek]").focus()
    page.keyboard.press("KeyK")
    page.locator(".region").first.click()
    expect(page.locator("[data-now]")).to_have_text("0:08")
    page.wait_for_timeout(300)
    assert HEARD == []
    assert page.locator("audio").count() == 0
    play(page)
    expect(page.locator("[data-now]")).not_to_have_text("0:08", timeout=10_000)
    assert HEARD
    picture(page, "player-playing")
    page.locator("[data-play]").click()
    expect(page.locator("[data-play-text]")).to_have_text("Play")
    expect(page.locator("[data-state][role=status]")).to_have_text("Paused")


def test_playing_goes_on_over_the_ends_of_the_pieces_and_ends(visit: Visit) -> None:
    page = visit.page
    page.locator("[data-speed]").select_option("2")
    play(page)
    expect(page.locator("[data-now]")).to_have_text(re.compile("0:(0[6-9]|[12])"), timeout=15_000)
    assert len(HEARD) >= 2
    page.locator("[data-seek]").evaluate("bar => { bar.value = 29; bar.dispatchEvent(new Event('input')); }")
    expect(page.locator("[data-state][role=status]")).to_have_text("At the end", timeout=10_000)
    page.locator("[data-play]").click()
    expect(page.locator("[data-now]")).to_have_text(re.compile("0:0[0-3]"))


def test_the_speed_is_remembered_for_the_session_and_keeps_the_pitch(visit: Visit) -> None:
    page = visit.page
    page.add_init_script(
        "window.made = []; const Plain = window.Audio;"
        "window.Audio = function () { const made = new Plain(); window.made.push(made); return made; };"
    )
    page.reload()
    page.locator("[data-speed]").select_option("1.5")
    page.reload()
    expect(page.locator("[data-speed]")).to_have_value("1.5")
    play(page)
    assert page.evaluate("[window.made[0].playbackRate, window.made[0].preservesPitch]") == [1.5, True]


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_the_player_obeys_the_keyboard(visit: Visit) -> None:
    page = visit.page
    expect(page.locator(".integrity")).to_be_visible()
    page.locator("[data-seek]").focus()
    clock = page.locator("[data-now]")
    for key, shown in (
        ("ArrowRight", "0:05"),
        ("KeyK", "0:08"),
        ("KeyK", "0:20"),
        ("KeyK", "0:23"),
        ("KeyJ", "0:20"),
        ("KeyJ", "0:08"),
        ("ArrowLeft", "0:03"),
    ):
        page.keyboard.press(key)
        expect(clock).to_have_text(shown)
    page.keyboard.press("Space")
    expect(playing(page)).to_be_visible()
    page.keyboard.press("Space")
    expect(playing(page)).to_have_count(0)


def test_the_list_of_silent_parts_is_walked_with_the_focus_in_it(visit: Visit) -> None:
    page = visit.page
    regions = page.locator(".region")
    regions.first.focus()
    page.keyboard.press("KeyK")
    expect(regions.first).to_be_focused()
    page.keyboard.press("KeyK")
    expect(regions.nth(1)).to_be_focused()
    expect(regions.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-said]")).to_have_text("0:20–0:21 Phone number")
    expect(page.locator("[aria-current=true].region")).to_have_count(1)


def test_keys_elsewhere_on_the_page_do_nothing(visit: Visit) -> None:
    page = visit.page
    page.locator("h1").click()
    page.keyboard.press("KeyK")
    page.keyboard.press("Space")
    page.wait_for_timeout(200)
    assert now(page) == 0
    assert HEARD == []


def test_arrows_go_the_way_of_the_picture_from_right_to_left_too(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="fa")
    page = context.new_page()
    page.goto("/player/")
    page.locator("[data-seek]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-now]")).to_have_text("۰:۰۵")
    box = page.locator("[data-wave]").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + 10)
    assert now(page) == pytest.approx(27, abs=0.5)
    context.close()


# --- Words ------------------------------------------------------------------------------------------------------------


def test_the_turn_that_is_said_is_marked_and_a_turn_can_be_gone_to(visit: Visit) -> None:
    page = visit.page
    page.locator(".turn").nth(4).click()
    expect(page.locator("[data-now]")).to_have_text("0:16")
    expect(page.locator(".turn[aria-current=true]")).to_have_count(1)
    expect(page.locator(".turn").nth(4)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Play from 0:08").click()
    expect(page.locator(".word-now")).to_have_text("[card]")
    page.locator(".word", has_text="thanks").click()
    assert now(page) == 13


def test_the_words_follow_the_sound_until_somebody_scrolls(visit: Visit) -> None:
    page = visit.page
    words = page.locator("[data-transcript]")
    page.locator(".region").nth(3).click()
    page.wait_for_timeout(600)
    followed = words.evaluate("box => box.scrollTop")
    assert followed > 0
    expect(page.locator("[data-follow]")).to_be_hidden()
    words.hover()
    page.mouse.wheel(0, -2000)
    expect(page.locator("[data-follow]")).to_be_visible()
    page.wait_for_timeout(200)
    page.locator("[data-seek]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert words.evaluate("box => box.scrollTop") < followed
    page.locator("[data-follow]").click()
    page.wait_for_timeout(600)
    assert words.evaluate("box => box.scrollTop") > 0
    expect(page.locator("[data-follow]")).to_be_hidden()


# --- When something is wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "says"), [("damaged", "Nothing of it is played"), ("away", "could not be checked"), ("gone", "not open")]
)
def test_what_is_not_sound_does_not_play(visit: Visit, found: str, says: str) -> None:
    page = visit.page
    page.goto(f"/player/?checks={found}")
    expect(page.locator("[data-state][role=status]")).to_contain_text(says)
    expect(page.locator("[data-play]")).to_be_disabled()
    page.locator("[data-seek]").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(400)
    expect(page.locator("[data-play]")).to_be_disabled()
    assert HEARD == []


def test_a_check_that_could_not_be_made_is_made_again(visit: Visit) -> None:
    page = visit.page
    page.goto("/player/?checks=away,verified")
    expect(page.locator("[data-play]")).to_be_disabled()
    page.locator("[data-retry]").click()
    expect(playing(page)).to_be_visible()
    expect(page.locator(".integrity")).to_contain_text("Verified")


def test_a_recording_that_cannot_be_played_says_so_and_is_tried_again(visit: Visit) -> None:
    page = visit.page
    page.route("**/audio/", lambda route: route.fulfill(status=503, body=""))
    page.locator("[data-play]").click()
    expect(page.locator("[data-state][role=status]")).to_contain_text("does not arrive")
    page.unroute("**/audio/")
    page.locator("[data-retry]").click()
    expect(playing(page)).to_be_visible()


def test_a_network_that_goes_away_while_playing_keeps_the_place(visit: Visit) -> None:
    """What has arrived is played to its end; then the player waits, says so, and goes on from the same place."""
    page, whole, left, arrived = visit.page, gallery.tone(48_000), [5], [0.0]

    def some_pieces(route: Route) -> None:
        start = int(route.request.headers["range"].removeprefix("bytes=").partition("-")[0])
        left[0] -= 1
        if left[0] < 0:
            return route.abort("internetdisconnected")
        part = whole[start : start + 400_000]
        arrived[0] = max(arrived[0], (start + len(part)) / (2 * 48_000))
        place = f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
        headers = {"Content-Range": place, "Accept-Ranges": "bytes", "Cache-Control": "no-store"}
        return route.fulfill(status=206, body=part, content_type="audio/wav", headers=headers)

    page.route("**/audio/", some_pieces)
    play(page)
    page.locator("[data-seek]").evaluate("bar => { bar.value = 15; bar.dispatchEvent(new Event('input')); }")
    expect(page.locator("[data-state][role=status]")).to_contain_text("does not arrive", timeout=25_000)
    place = now(page)
    assert 15 <= place <= arrived[0] + 0.1
    picture(page, "player-offline")
    page.context.set_offline(True)
    page.locator("[data-retry]").click()
    expect(page.locator("[data-state][role=status]")).to_contain_text("does not arrive")
    page.context.set_offline(False)
    left[0] = 50
    page.locator("[data-retry]").click()
    expect(playing(page)).to_be_visible(timeout=15_000)
    assert now(page) >= place
    visit.complaints.clear()  # the browser's own lines about requests that were cut


def test_damage_that_is_met_while_playing_ends_it(visit: Visit) -> None:
    page = visit.page
    page.route("**/audio/", lambda route: route.fulfill(status=500, body=""))
    expect(page.locator(".integrity")).to_be_visible()
    gallery.CHECKED[:] = ["damaged"]
    page.locator("[data-play]").click()
    expect(page.locator("[data-state][role=status]")).to_contain_text("Damaged")
    expect(page.locator("[data-play]")).to_be_disabled()


# --- Originals --------------------------------------------------------------------------------------------------------


def test_an_original_goes_away_by_itself_and_the_redacted_rendition_is_back(visit: Visit) -> None:
    page = visit.page
    page.goto("/player/?rendition=original&seconds=8")
    expect(page.locator("#announcer")).to_have_text("The original is open.")
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"^0:0[1-8]$"))
    play(page)
    expect(page.locator(".renditions [aria-current]")).to_have_text("Redacted", timeout=12_000)
    expect(page.locator("#announcer")).to_have_text("The time for the original is over. It is closed.")
    heard = len(HEARD)
    page.wait_for_timeout(700)
    assert len(HEARD) == heard, "the original's sound went on"
    expect(page.locator(".region")).to_have_count(4)
    play(page)


def test_an_original_is_gone_from_the_page_even_when_the_server_is_away(visit: Visit) -> None:
    page = visit.page
    page.goto("/player/?rendition=original&seconds=60")
    expect(page.locator(".integrity")).to_be_visible()
    page.route("**/calls/**", lambda route: route.abort())
    page.locator("[data-hide-now]").click()
    expect(page.locator("#alerts")).to_contain_text("cannot be reached")
    assert page.locator(".player").inner_html() == ""
    assert page.locator(".player").get_attribute("data-peaks") is None
    visit.complaints.clear()  # the browser's own line about the request that was cut


# --- What it costs the reader -----------------------------------------------------------------------------------------


def test_calm_readers_get_no_motion(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/player/")
    page.evaluate(
        "window.scrolls = []; Element.prototype.scrollTo = (how) => { window.scrolls.push(how?.behavior ?? 'none'); };"
    )
    page.locator(".region").nth(3).click()
    assert "instant" in page.evaluate("window.scrolls")
    assert "smooth" not in page.evaluate("window.scrolls")
    context.close()


def test_the_control_a_picture_with_sound_in_a_silent_part_would_be_seen(visit: Visit) -> None:
    """What is drawn over a silent part hides the lanes there: no bar shines through, whatever the peaks say."""
    page = visit.page
    expect(page.locator(".integrity")).to_be_visible()
    inside = """([start, end]) => {
      const canvas = document.querySelector('[data-wave]');
      const pen = canvas.getContext('2d');
      const colour = getComputedStyle(canvas).getPropertyValue('--lane-0').trim();
      const hex = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      const left = Math.ceil(start / 30 * canvas.width) + 2, right = Math.floor(end / 30 * canvas.width) - 2;
      const { data } = pen.getImageData(left, 0, right - left, canvas.height);
      let bars = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (hex.every((value, part) => Math.abs(data[at + part] - value) < 40)) bars += 1;
      }
      return bars;
    }"""
    page.locator(".region").nth(1).click()
    assert page.evaluate(inside, list(gallery.REGION)) == 0
    assert page.evaluate(inside, [1, 3]) > 100
