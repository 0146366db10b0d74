"""Windows of somebody's browser in which they are signed in."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from tests.browsers import aside
from tests.doors.house import House
from tests.ui.browsing import WIDE

SCREEN = {"width": WIDE, "height": 900}


@dataclass
class Windows:
    """A browser, and what makes it somebody's."""

    browser: Browser
    key: str
    site: str

    @classmethod
    def of(cls, house: House, who: str, browser: Browser, site: str) -> "Windows":
        key = aside(lambda: house.browser(house.actor(who)).cookies[settings.SESSION_COOKIE_NAME].value)
        return cls(browser, key, site)

    def context(self, language: str = "en", **options: Any) -> BrowserContext:
        context = self.browser.new_context(**{"base_url": self.site, "viewport": SCREEN} | options)
        names = {settings.SESSION_COOKIE_NAME: self.key, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies([{"name": name, "value": value, "url": self.site} for name, value in names.items()])
        return context
