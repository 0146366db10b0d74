"""The log's tests work with real commits, two connections and three roles, as the product does."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from razdar.audit import writer
from razdar.keys import agent
from razdar.runtime.postgres.conninfo import RoleUrls
from tests import databases
from tests.audit.fakes import FakeAgent


@pytest.fixture(scope="session", autouse=True)
def _sequencer_alias(django_db_setup: None, database: RoleUrls) -> Iterator[None]:
    """The sequencer's own role, as in its own process."""
    connections.settings["sequencer"] = connections.settings["default"] | databases.alias_settings(
        database.sequencer, None
    )
    yield
    connections["sequencer"].close()


@pytest.fixture
def key_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the agent remembers what it signed."""
    return tmp_path_factory.mktemp("keys") / "keystore.sqlite3"


@pytest.fixture(autouse=True)
def _unlocked(monkeypatch: pytest.MonkeyPatch, key_store: Path) -> None:
    """Keys, and a process that has written nothing yet."""
    fake: Any = FakeAgent(key_store)
    monkeypatch.setattr(agent, "current", lambda: fake)
    writer.PROCESS.__init__()  # type: ignore[misc]


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Makes the key agent forget what it signed: here the keys are in the administrator's hands as well."""

    def forget() -> None:
        unaware: Any = FakeAgent(tmp_path / "forgotten" / "keystore.sqlite3")
        monkeypatch.setattr(agent, "current", lambda: unaware)

    return forget


@pytest.fixture
def owner(database: RoleUrls) -> Iterator["psycopg.Connection[Any]"]:
    """The database administrator: past every wall the application has."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_sequencer(database: RoleUrls) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database.sequencer, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_runtime(database: RoleUrls) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database.runtime, autocommit=True) as connection:
        yield connection
