"""A key store of its own for every test; no passphrase has to be stretched for most of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from razdar.core.crypto import hierarchy
from razdar.core.crypto.passphrase import FLOOR
from razdar.keys import passphrase, setup
from razdar.keys.agent import LocalAgent
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.store import KeyStore

ROOT_SECRET = bytes(range(100, 132))
CLIENT = UUID("01970000-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 3, 9, 30, 0, 123000, tzinfo=UTC)


def root() -> PassphraseFile:
    return PassphraseFile(bytearray(ROOT_SECRET))


def agent_on(store: KeyStore) -> LocalAgent:
    return LocalAgent(store, root(), now=lambda: NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def store(folder: Path) -> Iterator[KeyStore]:
    made = KeyStore.create(folder / "keystore.sqlite3")
    made.put_installation(root().wrap(bytes(range(1, 33)), hierarchy.installation_binding()), 1, NOW)
    yield made
    made.close()


@pytest.fixture
def agent(store: KeyStore) -> LocalAgent:
    made = agent_on(store)
    made.create_client(CLIENT)
    return made


@pytest.fixture
def words() -> bytearray:
    return passphrase.encode("correct horse battery staple")


@pytest.fixture
def unlocked(tmp_path: Path, words: bytearray) -> Iterator[LocalAgent]:
    """The agent of a whole keys folder, made and unlocked as an installation does it."""
    setup.create(tmp_path / "var" / "keys", words, cost=FLOOR)
    made = setup.unlock(tmp_path / "var" / "keys", words)
    yield made
    made.close()
