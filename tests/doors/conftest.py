"""A small installation for tests of doors: `world` for one test, `house` with planted values for a whole module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser

from razdar.identity import factors
from razdar.identity.hashers import PepperedHasher
from razdar.privacy.jobs import certify
from razdar.runtime.postgres.conninfo import RoleUrls
from tests import browsers, databases
from tests.audit.sequencing import wait_until_sequenced
from tests.doors import house as houses
from tests.doors.house import House
from tests.identity.world import Clock
from tests.world import World, build, unlocked_keys


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


@contextmanager
def built(blocker: Any, database: RoleUrls, folder: Path) -> Iterator[House]:
    """A house with real commits; what is done in it is swept away at the end."""
    Path(settings.STATIC_ROOT or "").mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, blocker.unblock():
        patch.setattr(PepperedHasher, "memory_cost", 8 * 1024)
        patch.setattr(PepperedHasher, "time_cost", 1)
        patch.setattr(factors, "time", clock := Clock())
        connections.settings["sequencer"] = connections.settings["default"] | databases.alias_settings(
            database.sequencer, None
        )
        try:
            with unlocked_keys(folder / "keys"):
                made = houses.build(build(database.owner), clock)
                wait_until_sequenced()
                certify()
                yield made
                made.close()
        finally:
            connections["sequencer"].close()
            cast(Any, TransactionTestCase)._fixture_teardown(None)  # tests/conftest.py lets the owner empty the tables


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: Any, database: RoleUrls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Built once for all tests of a module."""
    with built(django_db_blocker, database, tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    """The product's pages on a loopback port, over the planted installation; feeds say nothing there."""
    with browsers.pages() as address:
        yield address


@pytest.fixture(scope="module")
def chromium(house: House) -> Iterator[Browser]:
    """One browser for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch, browsers.chromium() as opened:
        # Its loop runs in this thread; what Django warns of there is what tests do between two looks at a page.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield opened
