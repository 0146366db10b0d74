"""A key store of version 1 becomes one of the newest: everything opens, nothing destroyed or moved is left behind."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from razdar.core.crypto import hierarchy
from razdar.core.crypto.hierarchy import KekPurpose
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import Unopenable
from razdar.keys import erasures, setup, upgrade
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.providers.passphrase_file import PassphraseFile
from tests.keys import dying
from tests.keys.conftest import CLIENT

VERSION_1 = """
CREATE TABLE installation (id INTEGER PRIMARY KEY CHECK (id = 1), root_version INTEGER NOT NULL, wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL) STRICT;
CREATE TABLE epoch (id INTEGER PRIMARY KEY AUTOINCREMENT, client BLOB NOT NULL CHECK (length(client) = 16),
    number INTEGER NOT NULL CHECK (number >= 1), root_version INTEGER NOT NULL, wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL, UNIQUE (client, number)) STRICT;
CREATE TABLE customer_key (id INTEGER PRIMARY KEY AUTOINCREMENT, key_id BLOB NOT NULL CHECK (length(key_id) = 16),
    client BLOB NOT NULL CHECK (length(client) = 16), customer BLOB NOT NULL CHECK (length(customer) = 16),
    version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 65535), epoch INTEGER NOT NULL,
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 61), created_at INTEGER NOT NULL, UNIQUE (client, customer, version),
    FOREIGN KEY (client, epoch) REFERENCES epoch (client, number)) STRICT;
CREATE TABLE index_key (id INTEGER PRIMARY KEY AUTOINCREMENT, client BLOB NOT NULL CHECK (length(client) = 16),
    field INTEGER NOT NULL CHECK (field BETWEEN 0 AND 65535), epoch INTEGER NOT NULL,
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 61), created_at INTEGER NOT NULL, UNIQUE (client, field),
    FOREIGN KEY (client, epoch) REFERENCES epoch (client, number)) STRICT;
CREATE TABLE tombstone (client BLOB NOT NULL CHECK (length(client) = 16),
    customer BLOB NOT NULL CHECK (length(customer) = 16), version INTEGER NOT NULL,
    key_id BLOB NOT NULL CHECK (length(key_id) = 16), destroyed_at INTEGER NOT NULL,
    PRIMARY KEY (client, customer, version)) STRICT, WITHOUT ROWID;
"""
MANY = 300
Old = tuple[Path, list[KeyRef], list[bytes], bytes]


@pytest.fixture
def old(tmp_path: Path) -> Old:
    """A keys folder as version 1 left it: customers, an index key, two destroyed customers."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    root = PassphraseFile.create(folder / "root.json", dying.WORDS, FLOOR)
    path = folder / "keystore.sqlite3"
    path.touch(mode=0o600)
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA secure_delete = ON")
    store.executescript(VERSION_1)
    store.execute("PRAGMA application_id = 0x52415A4B")
    store.execute("PRAGMA user_version = 1")
    wrapped = root.wrap(bytes(range(1, 33)), hierarchy.installation_binding())
    store.execute("INSERT INTO installation VALUES (1, 1, ?, 1000)", (wrapped,))
    secret = bytearray(range(40, 72))
    wrapped = root.wrap(secret, hierarchy.epoch_binding(CLIENT, 1))
    store.execute(
        "INSERT INTO epoch (client, number, root_version, wrapped, created_at) VALUES (?, 1, 1, ?, 1000)",
        (CLIENT.bytes, wrapped),
    )
    kek = hierarchy.kek(secret, CLIENT, KekPurpose.CUSTOMER)
    refs, keys = [], []
    for number in range(MANY):
        ref, key = KeyRef(CLIENT, uuid4(), 1), bytes((number % 255 + 1,)) * 32
        refs.append(ref)
        keys.append(key)
        binding = hierarchy.customer_binding(CLIENT, ref.customer, 1)
        sealed = hierarchy.wrap(kek, key, binding, number.to_bytes(12, "big"))
        gone = number in {5, 6}
        store.execute(
            "INSERT INTO customer_key (key_id, client, customer, version, epoch, wrapped, created_at) "
            "VALUES (?, ?, ?, 1, 1, ?, 1000)",
            (uuid4().bytes, CLIENT.bytes, ref.customer.bytes, bytes(61) if gone else sealed),
        )
        if gone:
            values = (CLIENT.bytes, ref.customer.bytes, uuid4().bytes, 9000 - number)
            store.execute("INSERT INTO tombstone VALUES (?, ?, 1, ?, ?)", values)
    index = hierarchy.wrap(
        hierarchy.kek(secret, CLIENT, KekPurpose.INDEX),
        bytes(range(1, 33)),
        hierarchy.index_binding(CLIENT, 3),
        bytes(12),
    )
    store.execute(
        "INSERT INTO index_key (client, field, epoch, wrapped, created_at) VALUES (?, 3, 1, ?, 1000)",
        (CLIENT.bytes, index),
    )
    store.close()
    root.close()
    return folder, refs, keys, path.read_bytes()


def opened(folder: Path) -> LocalAgent:
    return setup.unlock(folder, bytearray(dying.WORDS))


def check(folder: Path, refs: list[KeyRef], keys: list[bytes]) -> None:
    agent = opened(folder)
    living = [ref for number, ref in enumerate(refs) if number not in {5, 6}]
    kept = [key for number, key in enumerate(keys) if number not in {5, 6}]
    assert [bytes(key) for key in agent.unwrap(living, "test")] == kept
    assert agent.blind(CLIENT, 3, [b"x"])
    for ref in refs[5:7]:
        assert agent.is_destroyed(CLIENT, ref.customer)
        with pytest.raises(Unopenable):
            agent.unwrap([ref], "test")
    ledger = agent._store.bundles.ledger()
    erasures.verify(ledger)
    assert [row.customer for row in ledger] == [refs[6].customer, refs[5].customer]  # in the order of their time
    (root,) = agent.keeping().roots
    assert (root.version, root.provider, root.until) == (1, "passphrase-file", None)
    agent.close()


def test_everything_is_as_it_was(old: Old) -> None:
    folder, refs, keys, _ = old
    check(folder, refs, keys)
    check(folder, refs, keys)


def test_each_wrapped_key_is_there_once_afterwards(old: Old) -> None:
    """A second copy on a page that was freed would outlive every destruction."""
    folder, refs, _, _ = old
    agent = opened(folder)
    data = (folder / "keystore.sqlite3").read_bytes()
    for key in agent._store.find([ref for number, ref in enumerate(refs) if number not in {5, 6}]).keys:
        assert data.count(key.wrapped[13:45]) == 1
    agent.destroy_customer(CLIENT, refs[9].customer)
    assert data != (folder / "keystore.sqlite3").read_bytes()
    agent.close()


@pytest.mark.parametrize("at", ["make_tables", "from_version_1"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_it_is_still_version_1(old: Old, at: str, when: str) -> None:
    folder, refs, keys, before = old
    dying.killed(folder, f"razdar.keys.upgrade:{at}", when, "")
    path = folder / "keystore.sqlite3"
    with sqlite3.connect(path) as reading:
        assert reading.execute("PRAGMA user_version").fetchone() == (1,)
        assert reading.execute("SELECT count(*) FROM customer_key").fetchone() == (MANY,)
    check(folder, refs, keys)
    assert path.read_bytes() != before


def test_control_without_overwriting_what_is_freed_copies_stay(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, refs, _, _ = old
    original: Callable[[sqlite3.Connection], None] = upgrade.from_version_1

    def careless(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA secure_delete = OFF")
        original(connection)

    monkeypatch.setattr(upgrade, "from_version_1", careless)
    agent = opened(folder)
    data = (folder / "keystore.sqlite3").read_bytes()
    counts = [data.count(key.wrapped[13:45]) for key in agent._store.find(refs[10:]).keys]
    assert max(counts) > 1
    agent.close()
