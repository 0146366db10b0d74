"""The watermark in a real browser: what is drawn, where, how it moves, and that ordinary means do not take it away."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui import gallery
from tests.ui.browsing import NARROW, WIDE, Visit, new_page, picture

# Every text that is drawn, with the direction of the pen; and how many pictures there were.
NOTED = """
  window.drawn = [];
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (this.canvas.id === "watermark") window.drawn.push([text, this.direction, Math.round(x), Math.round(y)]);
    return fill.call(this, text, x, y);
  };
  window.pictures = 0;
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...place) {
    if (this.canvas.id === "watermark") window.pictures += 1;
    return clear.apply(this, place);
  };
"""
# How many pixels are painted in each part of the picture, four across and three down.
INK = """() => {
  const canvas = document.getElementById("watermark");
  const [w, h] = [Math.floor(canvas.width / 4), Math.floor(canvas.height / 3)];
  const pen = canvas.getContext("2d");
  return Array.from({ length: 12 }, (_, n) => {
    const pixels = pen.getImageData((n % 4) * w, Math.floor(n / 4) * h, w, h).data;
    return pixels.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
  });
}"""
HASH = """() => {
  const canvas = document.getElementById("watermark");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) >>> 0, 7);
}"""
TOP = """() => { const c = document.getElementById("watermark");
  const r = c.getBoundingClientRect();
  return [r.x, r.y, r.width, r.height, getComputedStyle(c).pointerEvents, c.matches(":popover-open")]; }"""

ON_TOP = f"() => {{ const [, , , , events, top] = ({TOP})(); return events === 'none' && top; }}"


def opened(browser: Browser, site: str, *, clock: bool = False, **options: Any) -> Visit:
    """A page of the gallery; with a clock that the test can put forward."""
    context = browser.new_context(base_url=site, viewport={"width": WIDE, "height": 800}, **options)
    visit = new_page(context)
    if clock:
        visit.page.clock.install()
    visit.page.add_init_script(NOTED)
    visit.page.goto("/")
    expect(visit.page.locator("#watermark")).to_have_count(1)
    return visit


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    found = opened(browser, site)
    yield found
    found.page.context.close()
    assert found.unexpected() == []


def inked(page: Page) -> list[int]:
    found: list[int] = page.evaluate(INK)
    return found


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_says_who_and_when_all_over_the_page_in_one_order(
    browser: Browser, site: str, language: str, scheme: str
) -> None:
    visit = opened(browser, site, locale=language, color_scheme=scheme)
    assert min(inked(visit.page)) > 200
    (text, direction), *_ = {(text, direction) for text, direction, *_ in visit.page.evaluate("drawn")}
    assert direction == "ltr"
    assert text.startswith(f"\u2068{gallery.SHELL.pseudonym}\u2069 · \u2068")
    assert text.endswith("Z\u2069")
    x, y, width, height, events, on_top = visit.page.evaluate(TOP)
    assert (x, y, width, height, events, on_top) == (0, 0, WIDE, 800, "none", True)
    picture(visit.page, f"watermark-{language}-{scheme}")
    shot = visit.page.screenshot()
    visit.page.evaluate("document.getElementById('watermark').getContext('2d').reset()")
    assert visit.page.screenshot() != shot  # it is seen, and not only painted
    visit.page.context.close()


def test_it_moves_and_its_time_is_the_servers(browser: Browser, site: str) -> None:
    visit = opened(browser, site, clock=True)
    first = visit.page.evaluate(HASH)
    began = visit.page.evaluate("drawn[0][0]")
    visit.page.clock.run_for(6500)
    assert visit.page.evaluate(HASH) != first
    assert (moved := visit.page.evaluate("drawn.at(-1)[0]")) > began
    visit.page.evaluate("Date.now = () => 0")
    visit.page.clock.run_for(5500)
    assert visit.page.evaluate("drawn.at(-1)[0]") > moved
    visit.page.context.close()


@pytest.mark.parametrize(("motion", "least", "most"), [("reduce", 1, 3), ("no-preference", 8, 400)])
def test_with_reduced_motion_it_jumps(browser: Browser, site: str, motion: Any, least: int, most: int) -> None:
    visit = opened(browser, site, clock=True, reduced_motion=motion)
    before, first = visit.page.evaluate("pictures"), visit.page.evaluate(HASH)
    visit.page.clock.run_for(6200)
    assert least <= visit.page.evaluate("pictures") - before <= most
    assert visit.page.evaluate(HASH) != first
    visit.page.context.close()


def test_it_lies_over_an_open_dialog_and_lets_clicks_through(visit: Visit) -> None:
    page = visit.page
    page.locator("#phone button").first.click()
    expect(page.locator("#dialog")).to_be_visible()
    page.wait_for_timeout(100)
    shot = page.locator("#dialog").screenshot()
    page.evaluate("document.getElementById('watermark').getContext('2d').reset()")
    assert page.locator("#dialog").screenshot() != shot
    page.locator("[data-close-dialog]").click()
    expect(page.locator("#dialog")).to_be_hidden()


@pytest.mark.parametrize(
    "attempt",
    [
        "mark.remove()",
        "mark.hidden = true",
        "mark.hidePopover()",
        "mark.removeAttribute('popover')",
        "mark.className = 'visually-hidden'",
        "mark.setAttribute('class', '')",
        "mark.width = 0",
        "mark.id = 'gone'",
        "document.querySelector('main').append(mark)",
        "document.querySelectorAll('canvas').forEach((canvas) => canvas.remove())",
    ],
)
def test_ordinary_means_do_not_take_it_away(visit: Visit, attempt: str) -> None:
    visit.page.evaluate(f"(() => {{ const mark = document.getElementById('watermark'); {attempt}; }})()")
    visit.page.wait_for_function(f"() => document.getElementById('watermark') && ({ON_TOP})()")
    assert min(inked(visit.page)) > 200


def test_it_fits_a_narrow_screen_and_one_that_turns(browser: Browser, site: str) -> None:
    visit = opened(browser, site)
    visit.page.set_viewport_size({"width": NARROW, "height": 700})
    visit.page.wait_for_function(f"() => Math.min(...({INK})()) > 50")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= NARROW
    picture(visit.page, "watermark-320")
    visit.page.context.close()


def test_a_page_that_carries_it_prints_a_sentence_and_nothing_else(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    assert visit.page.locator("body").inner_text().strip() == (
        "This page is not printed: it may show customers' data, and paper cannot carry the mark of who looked at it."
    )


def test_a_page_without_customers_data_may_leave_it_away_and_be_printed(visit: Visit) -> None:
    visit.page.goto("/done/")
    expect(visit.page.locator("#watermark")).to_have_count(0)
    visit.page.emulate_media(media="print")
    assert "Done" in visit.page.locator("body").inner_text()


def test_nobody_is_named_to_who_is_not_signed_in(visit: Visit) -> None:
    visit.page.goto("/sign-in/?nobody")
    expect(visit.page.locator("#watermark")).to_have_count(0)
