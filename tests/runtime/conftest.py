"""The probe's tables for tests of the walls."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from tests.runtime import probe


@pytest.fixture(scope="package")
def _probe_tables(django_db_setup: None, django_db_blocker: Any, database: RoleUrls) -> Iterator[None]:
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(probe.tables(database.owner))
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def owner(database: RoleUrls) -> Iterator["psycopg.Connection[Any]"]:
    """The owner's own connection: past row-level security."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def probe_tables(_probe_tables: None, owner: "psycopg.Connection[Any]") -> Iterator[None]:
    """The tables of ``tests.runtime.probe``, empty."""
    yield
    for table in ("probe_note", "probe_customer", "probe_inbox", "probe_index"):
        owner.execute(f"DELETE FROM {table}")  # not TRUNCATE: the test's own transaction may still be open
