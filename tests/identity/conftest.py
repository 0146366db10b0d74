"""Tests of people have unlocked keys, quick password hashing, and a clock for codes that they can move."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from razdar.audit import writer
from razdar.core.crypto.passphrase import FLOOR
from razdar.identity import factors
from razdar.identity.hashers import PepperedHasher
from razdar.keys import agent, setup
from razdar.keys.agent import LocalAgent
from tests.identity.world import Clock, World, found


@pytest.fixture(scope="session")
def unlocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAgent]:
    folder = tmp_path_factory.mktemp("keys") / "keys"
    setup.create(folder, bytearray(b"a passphrase of the tests"), cost=FLOOR)
    opened = setup.unlock(folder, bytearray(b"a passphrase of the tests"))
    yield opened
    opened.close()


@pytest.fixture(scope="session", autouse=True)
def _folder_of_static_files() -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _keys(unlocked: LocalAgent) -> Iterator[None]:
    agent.install(unlocked)
    writer.PROCESS.__init__()  # type: ignore[misc]
    yield
    agent.install(None)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PepperedHasher, "memory_cost", 8 * 1024)
    monkeypatch.setattr(PepperedHasher, "time_cost", 1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that codes are made and checked by; each code is good once, so it moves from code to code."""
    moving = Clock()
    monkeypatch.setattr(factors, "time", moving)
    return moving


@pytest.fixture
def world(db: None, clock: Clock) -> World:
    """A client with two administrators whose sign-in is set up."""
    return found(clock, "Aurora Travel", "anna", "boris")
