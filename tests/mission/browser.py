"""A real browser: what it was sent and what it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.mission.house import House
from tests.mission.wire import Wire

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
        downloads: addresses of files that the browser was to keep.
    """

    page: Page
    origins: set[str] = field(default_factory=set)
    downloads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.origins.add(request.url.split("/", 3)[2]))
        self.page.on("download", lambda download: self.downloads.append(download.url))

    def held(self) -> str:
        """All that the page holds, shown or not."""
        return str(self.page.evaluate(_HELD))


@contextmanager
def screen(chromium: Browser, house: House, somebody: Wire | None = None) -> Iterator[Screen]:
    """A window on a house; signed in as somebody who is."""
    with chromium.new_context(base_url=house.origin, accept_downloads=False) as context:
        if somebody is not None:
            context.add_cookies([{"name": n, "value": v, "url": house.origin} for n, v in somebody.cookies.items()])
        yield Screen(context.new_page())
