"""Using a screen with the mouse unplugged: Tab reaches everything, focus is seen, and each primary action is done.

What an action sends is stopped on its way, so that the installation stays as it is: that the request left, or a dialog
opened, is what the keyboard has to show. What the server makes of it is the business of the door tests. The inside of a
dialog is gone through like a page: its fields are typed into, its own primary action is done, Escape closes it, and the
focus is back on the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, Route

from tests.walk.screens import Screen
from tests.walk.tour import SETTLED, Tour

PATIENCE, STEP = 3_000, 50
"""Milliseconds within which an action does something, and between two looks."""
TYPED = "A reason that is long enough"
LANGUAGE = "en"
OF_SAMPLES = {"desk:components"}
"""Pages whose buttons are there to be looked at; what the components do is tried in `tests/ui`."""
_ACTS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
# Numbers what can be used within a place, and keeps what gets the focus and whether that is seen. Of a group of radio
# buttons one is a stop of Tab; a date has a stop for each of its parts.
_NUMBER = """([place, acts]) => {
  const group = e => [...document.getElementsByName(e.name)].filter(r => r.type === 'radio' && r.form === e.form);
  const stop = e => group(e).find(r => r.checked) ?? group(e)[0];
  const usable = e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true})
    && !(e.type === 'radio' && e !== stop(e));
  const seen = e => { const s = getComputedStyle(e);
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'; };
  window.walked = {}; window.focusUnseen = [];
  const all = [...document.querySelector(place).querySelectorAll(acts)].filter(usable);
  all.forEach((e, n) => { e.dataset.walk = n; });
  document.addEventListener('focusin', event => {
    const e = event.target.closest('[data-walk]');
    if (!e) return;
    window.walked[e.dataset.walk] = true;
    if (!seen(event.target) && !seen(e)) window.focusUnseen.push(e.outerHTML.slice(0, 120));
  });
  return all.length + 3 * all.filter(e => e.type === 'date').length;
}"""
_UNREACHED = """place => [...document.querySelector(place).querySelectorAll('[data-walk]')]
  .filter(e => !window.walked[e.dataset.walk] && e.checkVisibility()).map(e => e.outerHTML.slice(0, 160))"""
_PRIMARY = ".btn-primary:not([disabled]), .btn-danger:not([disabled])"
_OPENS = "[aria-haspopup=dialog]:not([disabled])"
_DIALOG = "document.querySelector('#dialog[open] #dialog-body')?.hasChildNodes() === true"
# A passkey needs a device; that the browser was asked for one is what counts.
_KEYS = """() => { for (const name of ['create', 'get']) navigator.credentials[name] = () => {
  window.keyAsked = true; return Promise.reject(new DOMException('', 'AbortError')); }; }"""
_EMPTY = """form => [...form.elements].filter(e => e.willValidate && e.required && (
    e.type === 'radio' ? ![...form.elements].some(o => o.name === e.name && o.checked)
    : e.type === 'checkbox' ? !e.checked : !e.value))
  .filter((e, n, all) => all.findIndex(o => o.name === e.name) === n)
  .map(e => [e.name, e.type, e.inputMode, e.maxLength])"""
_INVALID = "[...document.querySelectorAll('input:invalid, select:invalid, textarea:invalid')].map(e => e.name)"


@dataclass
class Found:
    """What was done on a screen, and what could not be."""

    done: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Walker:
    """Somebody at one screen whose acts are stopped before they reach the server."""

    def __init__(self, tour: Tour, screen: Screen) -> None:
        self._tour, self._screen = tour, screen
        self.sent: list[Any] = []
        self.page = self.again()

    def again(self) -> Page:
        """The screen as it was, whatever has been typed into it."""
        if hasattr(self, "page") and not self.page.is_closed():
            self.page.unroute_all(behavior="wait")
        self.page = self._tour.open(self._screen, self._screen.widest, LANGUAGE).page
        self.page.evaluate(_KEYS)
        self.page.route("**/*", self._stop)
        self.page.on("download", self._keep)
        return self.page

    def end(self) -> None:
        self.page.unroute_all(behavior="wait")

    def acted(self) -> bool:
        """Whether something came of the last act."""
        before = self.page.url
        return self.waits_for(lambda: bool(self.sent) or self.page.url != before or self._asks_for_a_key())

    def waits_for(self, happened: Any) -> bool:
        for _ in range(PATIENCE // STEP):
            if happened():
                return True
            self.page.wait_for_timeout(STEP)
        return False

    def sees(self, expression: str) -> bool:
        return self.waits_for(lambda: self.page.evaluate(expression))

    def _asks_for_a_key(self) -> bool:
        return bool(self.page.evaluate("window.keyAsked === true"))

    def _keep(self, download: Any) -> None:
        self.sent.append(download)

    def _stop(self, route: Route) -> None:
        request = route.request
        if not is_background(request) and "/static/" not in request.url:
            self.sent.append(request)
            if request.is_navigation_request() or request.method != "GET":
                route.fulfill(status=204)
                return
        route.continue_()


def is_background(request: Any) -> bool:
    """Whether a request is nobody's act."""
    return "razdar-background" in request.headers or "text/event-stream" in request.headers.get("accept", "")


def act_on(tour: Tour, screen: Screen) -> Found:
    """Go through a screen by keyboard, as whoever sees most of it."""
    found, walker = Found(), Walker(tour, screen)
    try:
        found.faults += reach_everything(walker.page, "body")
        if screen.call.name in OF_SAMPLES:
            return found
        names = _texts(walker.page, _PRIMARY)
        kinds = dict.fromkeys(_texts(walker.page, f"{_OPENS} > span:first-of-type"))
        for number, name in enumerate(names):
            _press(walker, found, number, name)
        for kind in kinds:
            _in_dialog(walker, found, kind)
    finally:
        walker.end()
    return found


def reach_everything(page: Page, place: str) -> list[str]:
    """Press Tab until all that can be used had the focus; what was passed over, or had it unseen."""
    most = page.evaluate(_NUMBER, [place, _ACTS])
    for _ in range(most + 12):
        page.keyboard.press("Tab")
    unreached = page.evaluate(_UNREACHED, place)
    unseen = page.evaluate("[...new Set(window.focusUnseen)]")
    return [f"Tab passes over {each}" for each in unreached] + [f"focus is not seen on {each}" for each in unseen]


def _texts(page: Page, kind: str) -> list[str]:
    """What is written on buttons; of what is not shown, on a closed part of the page, too."""
    found = page.locator(f"main :is({kind})")
    return [" ".join((found.nth(number).text_content() or "").split()) for number in range(found.count())]


def _press(walker: Walker, found: Found, number: int, name: str) -> None:
    button = walker.again().locator(f"main :is({_PRIMARY})").nth(number)
    closed = button.locator("xpath=ancestor::details[not(@open)][1]/summary")
    if closed.count():
        closed.focus()
        walker.page.keyboard.press("Enter")
    if button.is_visible():
        _judge(walker, found, button, name)


def _in_dialog(walker: Walker, found: Found, text: str) -> None:
    """Open a dialog by the first of the buttons that say so, do what it is for, and leave it."""
    page = walker.again()
    openers = page.locator(f"main {_OPENS}").filter(has=page.locator("span", has_text=text), visible=True)
    if not openers.count():
        return
    openers.first.focus()
    page.keyboard.press("Enter")
    if not walker.sees(_DIALOG):
        found.faults.append(f"Enter on {text!r} opens no dialog")
        return
    page.wait_for_function(SETTLED)
    if not page.evaluate("document.getElementById('dialog').contains(document.activeElement)"):
        found.faults.append(f"the dialog of {text!r} does not get the focus")
    found.faults += [f"{text}: {fault}" for fault in reach_everything(page, "#dialog")]
    button = page.locator(f"#dialog :is({_PRIMARY})").first
    if button.count():
        _judge(walker, found, button, f"{text}: {' '.join(button.inner_text().split())}")
    else:
        found.done.append(text)
    page.keyboard.press("Escape")
    if not walker.sees("!document.querySelector('#dialog[open]')"):
        found.faults.append(f"Escape does not close the dialog of {text!r}")
    elif not page.evaluate("document.activeElement !== document.body"):
        found.faults.append(f"after the dialog of {text!r} the focus is lost")


def _judge(walker: Walker, found: Found, button: Locator, name: str) -> None:
    """Fill in what has to be filled in, press Enter on a button, and see that something comes of it."""
    found.faults += [f"{name}: {fault}" for fault in _fill(walker.page, button)]
    walker.sent.clear()
    button.focus()
    walker.page.keyboard.press("Enter")
    if walker.acted():
        found.done.append(name)
    else:
        found.faults.append(f"Enter on {name!r} does nothing; not filled in: {walker.page.evaluate(_INVALID)}")


def _fill(page: Page, button: Locator) -> Iterator[str]:
    """Type into what the form of a button asks for."""
    form = button.locator("xpath=ancestor::form[1]")
    for name, kind, mode, longest in form.evaluate(_EMPTY) if form.count() else ():
        place = form.locator(f'[name="{name}"]').first
        place.focus()
        if not place.evaluate("e => document.activeElement === e"):
            yield f"{name} does not get the focus"
        if kind in {"checkbox", "radio"}:
            page.keyboard.press("Space")
        elif kind.startswith("select"):
            page.keyboard.press("ArrowDown")
        else:
            page.keyboard.type(_words(kind, mode)[: longest if longest > 0 else None])


def _words(kind: str, mode: str) -> str:
    if kind == "date":
        return "01022020"
    return "123456" if kind == "number" or mode == "numeric" else TYPED
