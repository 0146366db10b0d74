"""A real browser: what it was sent and what it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.mission.house import House

FLAGS = (
    "--no-sandbox",  # the tests also run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The whole document as it is now, what forms hold, and what the site may have stored.
_HELD = """() => [
  document.title,
  document.documentElement.outerHTML,
  ...Array.from(document.querySelectorAll("input, textarea, select"), (control) => control.value),
  JSON.stringify({...localStorage, ...sessionStorage}),
].join("\\n")"""


@dataclass
class Screen:
    """A window of a fresh browser profile.

    Attributes:
        origins: every origin that was asked for something.
    """

    page: Page
    origins: set[str] = field(default_factory=set)

    def held(self) -> str:
        """All that the page holds, shown or not."""
        return str(self.page.evaluate(_HELD))


@contextmanager
def screen(chromium: Browser, house: House, person: str = "") -> Iterator[Screen]:
    """A window on a house; signed in where a person is named."""
    with chromium.new_context(base_url=house.origin, accept_downloads=False) as context:
        if person:
            jar = house.desk(person).cookies
            context.add_cookies([{"name": n, "value": v, "url": house.origin} for n, v in jar.items()])
        shown = Screen(context.new_page())
        shown.page.on("request", lambda request: shown.origins.add(request.url.split("/", 3)[2]))
        yield shown
