"""The installation of the doors with its planted data, served as `razdar web` serves it, and one browser before it."""

from collections.abc import Iterator
from typing import Any

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from tests.browsers import Live, chromium
from tests.doors.conftest import built
from tests.doors.house import House
from tests.walk.tour import Tour


@pytest.fixture(scope="package")
def house(
    django_db_setup: None, django_db_blocker: Any, database: RoleUrls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One for everything that a process walks through."""
    with built(django_db_blocker, database, tmp_path_factory.mktemp("walk")) as made:
        yield made


@pytest.fixture(scope="package")
def tour(house: House) -> Iterator[Tour]:
    """One server and one browser before it."""
    site = Live()
    try:
        with pytest.MonkeyPatch.context() as patch, chromium() as browser:
            # The browser's loop runs in this thread; whatever asks the database is sent to another.
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
            yield Tour(house, site.address, browser)
    finally:
        site.stop()
