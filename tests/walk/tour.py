"""Going through the screens in a browser: what is wrong with each is a sentence; no sentence, no fault.

Each screen is looked at at 1280 and at 320 pixels: axe (WCAG 2.2 AA and its best practices), violations of the
content security policy, errors on the console, scrolling sideways, the direction of the writing, and sound that was
fetched although nobody played any.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import aside
from tests.doors.house import House, signed_in
from tests.ui.browsing import AXE, AXE_TAGS, NARROW, WIDE, Visit, new_page
from tests.walk.screens import Screen
from tests.walk.traffic import Recorder

RIGHT_TO_LEFT = "fa"
SIGNED_IN_FOR = 120.0
"""Seconds; some pages ask for the password again after five minutes."""
TALL = 900
_AXE = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
_WIDE_ONES = """limit => [...document.querySelectorAll('body *')]
  .filter(e => { const b = e.getBoundingClientRect(); return b.width && (b.right > limit + 1 || b.left < -1); })
  .slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""
SETTLED = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request, .htmx-swapping')"


@dataclass
class Window:
    """A window of somebody's browser, its page, and what it asked the server for."""

    visit: Visit
    opened_at: float
    asked: list[Any] = field(default_factory=list)
    recorder: Recorder | None = None

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.opened_at < SIGNED_IN_FOR

    def __post_init__(self) -> None:
        self.page.on("request", self._keep)

    def _keep(self, request: Any) -> None:
        self.asked.append(request)

    def forget(self) -> None:
        self.visit.complaints.clear()
        self.asked.clear()

    def close(self) -> None:
        self.page.context.close()


@dataclass
class Tour:
    """The house, its address, and a browser in which anybody of it can be signed in.

    Attributes:
        records: each window keeps its whole traffic.
    """

    house: House
    origin: str
    browser: Browser
    records: bool = False
    _windows: dict[tuple[str, str, bool], Window] = field(default_factory=dict)
    _last: Window | None = None

    def house_anew(self) -> None:
        """Everybody gets their tries back, and nobody works for a customer who should not."""
        aside(self.house.begin_anew)

    def open(self, screen: Screen, who: str, language: str, *, dark: bool = False) -> Window:
        """Open a screen in a window of somebody; what the page complains about and asks for is kept from here on."""
        self.house_anew()
        window = self._last = self._window(screen, who, language, dark)
        address = aside(lambda: screen.address(self.house))
        window.forget()
        window.visit.page.goto(self.origin + address)
        window.page.evaluate("document.fonts.ready.then(() => 0)")
        window.page.wait_for_function(SETTLED)
        return window

    def look(self, screen: Screen, who: str, language: str, *, dark: bool = False) -> list[str]:
        """What is wrong with a screen, which is left open."""
        window = self.open(screen, who, language, dark=dark)
        try:
            return list(_faults(window, language))
        finally:
            window.page.set_viewport_size({"width": WIDE, "height": TALL})

    @property
    def page(self) -> Page:
        """The page that was opened last."""
        assert self._last
        return self._last.page

    def shut(self) -> None:
        """Close every window."""
        for each in self._windows.values():
            each.close()
        self._windows.clear()

    def _window(self, screen: Screen, who: str, language: str, dark: bool) -> Window:
        """A window that is kept for the next screen; one of its own where something has to be done first."""
        key = (who, language, dark)
        alone = screen.call.fresh or screen.call.before is not None
        if not alone and key in self._windows and self._windows[key].is_fresh:
            return self._windows[key]
        self.shut()
        cookies = aside(lambda: self._cookies(screen, who))
        made = self._new_window(cookies, language, dark)
        self._windows[(str(screen), language, dark) if alone else key] = made
        return made

    def _cookies(self, screen: Screen, who: str) -> dict[str, str]:
        browser = signed_in(self.house.accounts.get(self.house.actor(who).person))
        if screen.call.before:
            screen.call.before(self.house, browser)
        return {name: each.value for name, each in browser.cookies.items()}

    def _new_window(self, cookies: dict[str, str], language: str, dark: bool) -> Window:
        context: BrowserContext = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": WIDE, "height": TALL},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",  # colours that are still on their way to others are no colours to judge
        )
        kept = {**cookies, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": name, "value": value, "url": self.origin} for name, value in kept.items()])
        made = Window(new_page(context), time.monotonic())
        made.recorder = Recorder(made.page) if self.records else None
        return made


def _faults(window: Window, language: str) -> Iterator[str]:
    page = window.page
    answered = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    if answered != 200:
        yield f"answers {answered}"
    if page.evaluate("document.dir") != ("rtl" if language == RIGHT_TO_LEFT else "ltr"):
        yield "is written in the wrong direction"
    yield from (f"axe: {name}: {nodes}" for name, nodes in violations(page))
    page.set_viewport_size({"width": NARROW, "height": TALL})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROW:
        yield f"scrolls sideways at {NARROW} px: {wide}: {page.evaluate(_WIDE_ONES, NARROW)}"
    yield from (f"console: {text}" for text in window.visit.complaints)
    yield from (f"fetches sound: {request.url}" for request in window.asked if is_sound(request))


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe has to say; it is put into the page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate(_AXE, AXE_TAGS)
    return [(v["id"], [f"{n['html'][:200]} {n['any'][:1]}" for n in v["nodes"][:4]]) for v in result["violations"]]


def is_sound(request: Any) -> bool:
    """Whether a request fetches sound."""
    return request.resource_type == "media" or "/audio/" in request.url
