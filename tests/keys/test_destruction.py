"""Destroyed keys are gone as bytes: from the store, from its journal, whoever else has it open."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.errors import Unavailable, Unopenable
from razdar.keys import sqlite_file
from razdar.keys import store as stores
from razdar.keys.agent import LocalAgent
from razdar.keys.store import KeyStore
from tests import weakening
from tests.keys.conftest import CLIENT, NOW, agent_on
from tests.keys.traces import on_disk, present, wrapped_of
from tests.keys.versions import add_version

HOLD_OPEN = """
import sys
from pathlib import Path
from uuid import UUID
from razdar.core.errors import Unopenable
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT, agent_on

store = KeyStore.open(Path(sys.argv[1]) / "keystore.sqlite3")
agent = agent_on(store)
customers = [UUID(word) for word in sys.argv[2:]]
agent.unwrap(list(agent.newest(CLIENT, customers).values()), "test")
print("holding", flush=True)
input()
try:
    agent.newest(CLIENT, customers[:1])
except Unopenable:
    print("gone", flush=True)
agent.unwrap(list(agent.newest(CLIENT, customers[1:]).values()), "test")
print("others open", flush=True)
"""

READ_FOR_LONG = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1] + "/keystore.sqlite3", isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT * FROM customer_key").fetchall()
print("reading", flush=True)
input()
connection.execute("COMMIT")
"""


@contextmanager
def companion(script: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """Another process, ready when this begins; it goes on when its input ends."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, cwd=weakening.ROOT, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() in {"holding", "reading"}
        try:
            yield process
        finally:
            process.kill()


def test_nothing_of_the_wrapped_key_is_left(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    gone, stays = uuid4(), uuid4()
    refs = [agent.create_customer(CLIENT, gone), add_version(store, gone, 2)]
    other = agent.create_customer(CLIENT, stays)
    wrapped, kept = wrapped_of(store, refs), wrapped_of(store, [other])
    assert all(present(key, on_disk(folder)) for key in wrapped + kept)
    agent.destroy_customer(CLIENT, gone)
    assert not any(present(key, on_disk(folder)) for key in wrapped)
    assert present(kept[0], on_disk(folder))
    assert agent.unwrap([other], "test")
    for ref in refs:
        with pytest.raises(Unopenable):
            agent.unwrap([ref], "test")


def test_nothing_is_left_while_another_process_holds_it_open(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(3)]
    wrapped = wrapped_of(store, refs)
    with companion(HOLD_OPEN, folder, *(ref.customer for ref in refs)) as process:
        agent.destroy_customer(CLIENT, refs[0].customer)
        assert not present(wrapped[0], on_disk(folder))
        said, _ = process.communicate("\n", timeout=30)
        assert said.split("\n")[:2] == ["gone", "others open"]
    assert not present(wrapped[0], on_disk(folder))
    assert all(present(key, on_disk(folder)) for key in wrapped[1:])


def test_a_reader_in_another_process_delays_it_and_cannot_undo_it(
    agent: LocalAgent, store: KeyStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    (wrapped,) = wrapped_of(store, [ref])
    with companion(READ_FOR_LONG, folder) as process:
        monkeypatch.setattr(sqlite_file, "PATIENCE_S", 0.1)
        with pytest.raises(Unavailable, match="busy"):
            agent.destroy_customer(CLIENT, ref.customer)
        assert agent.unwrap([ref], "test")  # refused whole: nothing was destroyed, nothing was recorded
        assert not agent.is_destroyed(CLIENT, ref.customer)
        monkeypatch.undo()
        process.communicate("\n", timeout=30)
    agent.destroy_customer(CLIENT, ref.customer)
    assert not present(wrapped, on_disk(folder))


def test_nothing_is_left_in_a_store_that_grows_and_shrinks(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    for connection in [store._file._connection]:
        assert connection is not None
        connection.execute("PRAGMA synchronous = OFF")  # for speed; what is written stays the same
    alive: dict[UUID, list[bytes]] = {}
    gone: list[bytes] = []
    for turn in range(700):
        customer = UUID(int=chance.getrandbits(128))
        refs = [agent.create_customer(CLIENT, customer)]
        if chance.random() < 0.2:
            refs.append(add_version(store, customer, 2))
        alive[customer] = wrapped_of(store, refs)
        if chance.random() < 0.4:
            victim = chance.choice(list(alive))
            agent.destroy_customer(CLIENT, victim)
            gone += alive.pop(victim)
        if turn % 100 == 99:
            data = on_disk(folder)
            assert not any(present(key, data) for key in gone)
    data = on_disk(folder)
    assert len(gone) > 200
    assert not any(present(key, data) for key in gone)
    assert all(present(key, data) for keys in alive.values() for key in keys)
    assert len(agent.unwrap(list(agent.newest(CLIENT, list(alive)).values()), "test")) == len(alive)


def test_rows_with_keys_stay_where_they_are(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(60)]
    wrapped = wrapped_of(store, refs)
    before = [on_disk(folder).index(key) for key in wrapped]
    for ref in refs[::2]:
        agent.destroy_customer(CLIENT, ref.customer)
    data = on_disk(folder)
    for index, (place, key) in enumerate(zip(before, wrapped, strict=True)):
        assert data[place : place + 61] == (key if index % 2 else bytes(61))


def test_destruction_survives_the_process_being_killed(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    (wrapped,) = wrapped_of(store, [ref])
    script = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT, agent_on
agent_on(KeyStore.open(Path(sys.argv[1]) / "keystore.sqlite3")).destroy_customer(CLIENT, UUID(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", script, str(folder), str(ref.customer)]
    done = subprocess.run(command, cwd=weakening.ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not present(wrapped, on_disk(folder))
    assert agent.is_destroyed(CLIENT, ref.customer)


def test_a_copy_made_after_it_opens_nothing(agent: LocalAgent, folder: Path, tmp_path: Path) -> None:
    gone, stays = agent.create_customer(CLIENT, uuid4()), agent.create_customer(CLIENT, uuid4())
    agent.destroy_customer(CLIENT, gone.customer)
    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy").chmod(0o700)
    copy = agent_on(KeyStore.open(tmp_path / "copy" / "keystore.sqlite3"))
    assert copy.unwrap([stays], "test")
    with pytest.raises(Unopenable):
        copy.unwrap([gone], "test")
    copy.close()


# --- controls: the scan above finds what a weaker store leaves --------------------------------------------------------


def test_control_a_tombstone_alone_is_noticed(
    agent: LocalAgent, store: KeyStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    (wrapped,) = wrapped_of(store, [ref])
    monkeypatch.setattr(stores, "_OVERWRITE", "SELECT ?, ?, ?")
    store.destroy(CLIENT, ref.customer, NOW)
    assert present(wrapped, on_disk(folder))


@pytest.mark.parametrize("journal", ["PERSIST", "WAL"])
def test_control_a_journal_that_remembers_is_noticed(
    agent: LocalAgent, store: KeyStore, folder: Path, journal: str
) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    (wrapped,) = wrapped_of(store, [ref])
    agent.close()
    weak = sqlite3.connect(folder / "keystore.sqlite3", isolation_level=None)
    weak.execute(f"PRAGMA journal_mode = {journal}")
    weak.execute("UPDATE customer_key SET wrapped = ?", (wrapped[::-1],))
    weak.execute("UPDATE customer_key SET wrapped = zeroblob(61)")
    assert present(wrapped, on_disk(folder)) or present(wrapped[::-1], on_disk(folder))
    weak.close()
