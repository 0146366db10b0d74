"""The desk is tried in the small installation of the door tests, by people who are really signed in."""

import pytest
from playwright.sync_api import Browser

from tests.desk.windows import Windows
from tests.doors.conftest import chromium, house, site
from tests.doors.house import House

__all__ = ["chromium", "house", "site"]


@pytest.fixture
def windows(house: House, site: str, chromium: Browser) -> Windows:
    """Those of the administrator."""
    return Windows.of(house, "administrator", chromium, site)
