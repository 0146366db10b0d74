"""The key store as a file: never made by accident, never open to others, clear when something is wrong."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from razdar.core.errors import Misconfigured, Unavailable
from razdar.keys import sqlite_file, upgrade
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT, NOW, agent_on


def path_of(folder: Path) -> Path:
    return folder / "keystore.sqlite3"


def test_files_are_private_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        store = KeyStore.create(path_of(folder))
        agent_on(store).create_client(CLIENT)
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    store.close()


def test_a_missing_store_is_not_replaced_by_an_empty_one(folder: Path) -> None:
    with pytest.raises(Misconfigured, match="key store is missing"):
        KeyStore.open(path_of(folder))
    with pytest.raises(Misconfigured, match="key store is missing"):
        KeyStore.open(folder / "elsewhere" / "keystore.sqlite3")
    assert list(folder.iterdir()) == []


def test_an_existing_store_is_not_overwritten(store: KeyStore, agent: LocalAgent, folder: Path) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    with pytest.raises(Misconfigured, match="already"):
        KeyStore.create(path_of(folder))
    with pytest.raises(Misconfigured, match="already"):
        store.put_installation(bytes(61), 1, NOW)
    assert agent.unwrap([ref], "test")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_open_to_others_is_refused(store: KeyStore, folder: Path, mode: int) -> None:
    path_of(folder).chmod(mode)
    with pytest.raises(Misconfigured, match="chmod 600"):
        KeyStore.open(path_of(folder))


def test_a_folder_open_to_others_is_refused(store: KeyStore, folder: Path) -> None:
    folder.chmod(0o750)
    with pytest.raises(Misconfigured, match="chmod 700"):
        KeyStore.open(path_of(folder))
    with pytest.raises(Misconfigured, match="chmod 700"):
        KeyStore.create(folder / "another.sqlite3")


def test_a_store_that_is_not_ours_to_write_is_refused(
    store: KeyStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(Misconfigured, match="this account"):
        KeyStore.open(path_of(folder))


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, bytes(8192)])
def test_what_is_no_key_store_is_refused(folder: Path, content: bytes) -> None:
    path_of(folder).write_bytes(content)
    path_of(folder).chmod(0o600)
    with pytest.raises(Misconfigured, match="newest copy"):
        KeyStore.open(path_of(folder))
    assert path_of(folder).read_bytes() == content


def test_another_programs_database_is_refused(folder: Path) -> None:
    connection = sqlite3.connect(path_of(folder))
    connection.execute("CREATE TABLE customer_key (id)")
    connection.close()
    path_of(folder).chmod(0o600)
    with pytest.raises(Misconfigured, match="is not one"):
        KeyStore.open(path_of(folder))


def test_a_newer_store_is_refused(store: KeyStore, folder: Path) -> None:
    with store._file.writing() as connection:
        connection.execute(f"PRAGMA user_version = {upgrade.SCHEMA_VERSION + 1}")
    with pytest.raises(Misconfigured, match="another version"):
        KeyStore.open(path_of(folder))


def test_an_unfinished_store_is_refused(folder: Path) -> None:
    store = KeyStore.create(path_of(folder))
    with pytest.raises(Misconfigured, match="never finished"):
        store.installation()
    store.close()


def test_a_damaged_store_says_that_it_is(store: KeyStore, agent: LocalAgent, folder: Path) -> None:
    for _ in range(200):
        agent.create_customer(CLIENT, uuid4())
    whole = path_of(folder).read_bytes()
    copy = folder / "copy.sqlite3"
    with store._file.reading() as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'customer_key' AND type = 'index'"
        start = (connection.execute(query).fetchone()[0] - 1) * 4096
    copy.write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
    copy.chmod(0o600)
    with pytest.raises(Misconfigured, match="damaged"), closing(KeyStore.open(copy)) as damaged:
        damaged.newest_versions(CLIENT, [uuid4()])


def test_a_full_disk_is_said_and_changes_nothing(store: KeyStore, agent: LocalAgent) -> None:
    connection = store._file._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    made: list[KeyRef] = []

    def fill() -> None:
        made.extend(agent.create_customer(CLIENT, uuid4()) for _ in range(200))

    with pytest.raises(Unavailable, match="full"):
        fill()
    connection.execute("PRAGMA max_page_count = 1000000")
    assert len(agent.unwrap(made, "test")) == len(made)
    assert connection.execute("SELECT count(*) FROM customer_key").fetchone() == (len(made),)
    agent.create_customer(CLIENT, uuid4())


def test_a_read_only_disk_is_said(store: KeyStore, agent: LocalAgent) -> None:
    connection = store._file._connection
    assert connection is not None
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Misconfigured, match="cannot be written"):
        agent.create_customer(CLIENT, uuid4())
    connection.execute("PRAGMA query_only = OFF")
    agent.create_customer(CLIENT, uuid4())


def test_a_store_that_was_moved_away_is_noticed(agent: LocalAgent, folder: Path) -> None:
    path_of(folder).rename(folder / "moved")
    with pytest.raises(Misconfigured, match="moved"):
        agent.create_customer(CLIENT, uuid4())


def test_a_store_that_stays_busy_is_said(
    store: KeyStore, agent: LocalAgent, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    monkeypatch.setattr(sqlite_file, "PATIENCE_S", 0.05)
    other = sqlite3.connect(path_of(folder), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable, match="busy"):
        agent.create_customer(CLIENT, uuid4())
    with pytest.raises(Unavailable, match="busy"):
        agent.unwrap([ref], "test")
    other.execute("ROLLBACK")
    other.close()
    assert agent.unwrap([ref], "test")


def test_a_stuck_thread_does_not_hang_the_others(store: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "PATIENCE_S", 0.05)
    with store._file._lock, pytest.raises(Unavailable, match="busy"):
        store.installation()


def test_another_programs_journal_is_noticed(store: KeyStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = folder / "copy.sqlite3"
    shutil.copy(path_of(folder), copy)
    program = sqlite3.connect(copy, isolation_level=None)
    program.execute("PRAGMA journal_mode = WAL")
    program.execute("BEGIN")
    program.execute("SELECT * FROM epoch").fetchall()
    monkeypatch.setattr(sqlite_file, "PATIENCE_S", 0.05)
    with pytest.raises((Misconfigured, Unavailable)):
        KeyStore.open(copy)
    program.close()


def test_a_forked_process_must_open_its_own(store: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(Unavailable, match="forked"):
        store.installation()


def test_a_failed_write_is_undone(store: KeyStore) -> None:
    def half() -> None:
        with store._file.writing() as connection:
            connection.execute("DELETE FROM installation")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert store.installation()


def test_a_key_of_an_unknown_epoch_is_a_mistake_of_the_program(store: KeyStore, agent: LocalAgent) -> None:
    def wrong() -> None:
        with store._file.writing() as connection:
            connection.execute(
                "INSERT INTO customer_key (key_id, client, customer, version, epoch, wrapped, created_at) "
                "VALUES (randomblob(16), randomblob(16), randomblob(16), 1, 1, zeroblob(61), 0)"
            )

    with pytest.raises(sqlite3.IntegrityError):
        wrong()


def test_a_writer_killed_in_the_middle_changes_nothing(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(3)]
    keys = agent.unwrap(refs, "test")
    script = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("PRAGMA cache_spill = 1")
connection.execute("PRAGMA journal_mode = TRUNCATE")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE customer_key SET wrapped = zeroblob(61)")
connection.execute("CREATE TABLE more AS SELECT randomblob(3000) FROM customer_key, customer_key, customer_key")
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path_of(folder))], check=False, timeout=60)
    assert done.returncode == -9
    assert (folder / "keystore.sqlite3-journal").stat().st_size > 0
    assert agent.unwrap(refs, "test") == keys
    agent.create_customer(CLIENT, uuid4())
    assert (folder / "keystore.sqlite3-journal").stat().st_size == 0


def test_opening_waits_for_a_process_that_writes(store: KeyStore, folder: Path) -> None:
    writer = sqlite3.connect(path_of(folder), isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN EXCLUSIVE")
    ending = threading.Timer(0.5, writer.execute, ["ROLLBACK"])
    ending.start()
    try:
        KeyStore.open(path_of(folder)).close()
    finally:
        ending.join()
        writer.close()
