"""Making and unlocking a keys folder."""

import errno
import json
import os
import shutil
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from razdar.core.crypto import hierarchy
from razdar.core.crypto import passphrase as root_files
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import BadInput, Misconfigured, RazdarError, Unavailable, Unopenable
from razdar.keys import passphrase, private_files, setup
from razdar.keys.agent import LocalAgent
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.store import KeyStore
from razdar.runtime import durable
from tests.keys.conftest import CLIENT


def keys_of(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_new_folder_unlocks(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    unlocked.create_client(CLIENT)
    ref = unlocked.create_customer(CLIENT, uuid4())
    again = setup.unlock(keys_of(tmp_path), words)
    assert again.unwrap([ref], "test") == unlocked.unwrap([ref], "test")
    assert again.installation_subkey(b"staff") == unlocked.installation_subkey(b"staff")
    again.close()


def test_everything_is_private_whatever_the_umask(tmp_path: Path, words: bytearray) -> None:
    before = os.umask(0)
    try:
        setup.create(keys_of(tmp_path), words, cost=FLOOR)
    finally:
        os.umask(before)
    folder = keys_of(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name for file in folder.iterdir()} >= {"keystore.sqlite3", "root.json"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert [entry.name for entry in folder.parent.iterdir()] == ["keys"]


def test_an_empty_folder_may_be_there_already(tmp_path: Path, words: bytearray) -> None:
    keys_of(tmp_path).mkdir(parents=True)
    assert not setup.exists(keys_of(tmp_path))
    setup.create(keys_of(tmp_path), words, cost=FLOOR)
    assert setup.exists(keys_of(tmp_path))
    setup.unlock(keys_of(tmp_path), words).close()


def test_an_existing_store_is_left_as_it_is(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    before = tree(tmp_path)
    with pytest.raises(Misconfigured, match="already"):
        setup.create(keys_of(tmp_path), words, cost=FLOOR)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", [setup.STORE_NAME, setup.ROOT_NAME])
def test_half_a_store_is_neither_used_nor_completed(
    tmp_path: Path, unlocked: LocalAgent, words: bytearray, name: str
) -> None:
    (keys_of(tmp_path) / name).unlink()
    with pytest.raises(Misconfigured, match="missing"):
        setup.unlock(keys_of(tmp_path), words)
    with pytest.raises(Misconfigured, match="already"):
        setup.create(keys_of(tmp_path), words, cost=FLOOR)


@pytest.mark.parametrize("wrong", ["correct horse battery stapl", "Correct horse battery staple", "x"])
def test_a_wrong_passphrase_opens_nothing(tmp_path: Path, unlocked: LocalAgent, wrong: str) -> None:
    with pytest.raises(Unopenable):
        setup.unlock(keys_of(tmp_path), passphrase.encode(wrong))


def test_a_copy_with_a_wrong_passphrase_opens_no_wrapped_key(
    tmp_path: Path, unlocked: LocalAgent, words: bytearray
) -> None:
    unlocked.create_client(CLIENT)
    refs = [unlocked.create_customer(CLIENT, uuid4()) for _ in range(20)]
    copy = tmp_path / "copy"
    shutil.copytree(keys_of(tmp_path), copy)
    copy.chmod(0o700)
    store = KeyStore.open(copy / setup.STORE_NAME)
    guess = bytearray(32)
    guess[:] = root_files._stretch(b"a wrong guess", bytes(16), FLOOR)
    guesser = LocalAgent(store, PassphraseFile(guess))
    for ref in refs:
        with pytest.raises(Unopenable):
            guesser.unwrap([ref], "test")
    found = store.find(refs)
    guessed = hierarchy.kek(bytes(range(1, 33)), CLIENT, hierarchy.KekPurpose.CUSTOMER)
    for ref, key in zip(refs, found.keys, strict=True):
        with pytest.raises(Unopenable):
            hierarchy.unwrap(guessed, key.wrapped, hierarchy.customer_binding(CLIENT, ref.customer, 1))
    guesser.close()
    right = setup.unlock(copy, words)
    assert len(right.unwrap(refs, "test")) == 20
    right.close()


def test_the_passphrase_is_nowhere_in_the_folder(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    everything = b"".join(tree(tmp_path).values())
    for form in (bytes(words), words.decode().encode("utf-16-le"), words.hex().encode()):
        assert form not in everything


def test_files_of_two_installations_are_told_apart(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    setup.create(tmp_path / "other" / "keys", words, cost=FLOOR)
    shutil.copy(tmp_path / "other" / "keys" / setup.ROOT_NAME, keys_of(tmp_path) / setup.ROOT_NAME)
    with pytest.raises(Misconfigured, match="do not belong"):
        setup.unlock(keys_of(tmp_path), words)


def test_a_weakened_root_file_is_refused(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    file = keys_of(tmp_path) / setup.ROOT_NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | {"memory_kib": 8, "iterations": 1}))
    with pytest.raises(Unopenable):
        setup.unlock(keys_of(tmp_path), words)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"x" * 100_000])
def test_a_damaged_root_file_is_refused(tmp_path: Path, unlocked: LocalAgent, words: bytearray, content: bytes) -> None:
    (keys_of(tmp_path) / setup.ROOT_NAME).write_bytes(content)
    with pytest.raises(Unopenable):
        setup.unlock(keys_of(tmp_path), words)


def test_a_root_file_open_to_others_is_refused(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    (keys_of(tmp_path) / setup.ROOT_NAME).chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        setup.unlock(keys_of(tmp_path), words)


def test_a_short_passphrase_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="12 characters"):
        setup.create(keys_of(tmp_path), passphrase.encode("zażółć gęśl"), cost=FLOOR)
    assert not keys_of(tmp_path).exists()


@pytest.mark.parametrize("step", [(private_files, "write_new"), (durable, "sync")], ids=["file", "folder"])
def test_a_full_disk_leaves_nothing_half_made(
    tmp_path: Path, words: bytearray, monkeypatch: pytest.MonkeyPatch, step: tuple[object, str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(*step, full)
    with pytest.raises(Unavailable, match="could not be written"):
        setup.create(keys_of(tmp_path), words, cost=FLOOR)
    assert list((tmp_path / "var").iterdir()) == []


def test_too_little_memory_is_said(tmp_path: Path, words: bytearray, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> bytearray:
        raise MemoryError

    setup.create(keys_of(tmp_path), words, cost=FLOOR)
    monkeypatch.setattr(root_files, "_stretch", exhausted)
    for use in (
        lambda: setup.unlock(keys_of(tmp_path), words),
        lambda: setup.create(tmp_path / "more" / "keys", words),
    ):
        with pytest.raises(Unavailable, match="memory"):
            use()


def test_errors_carry_no_secret(tmp_path: Path, unlocked: LocalAgent) -> None:
    with pytest.raises(RazdarError) as caught:
        setup.unlock(keys_of(tmp_path), passphrase.encode("my other passphrase"))
    assert "passphrase" not in f"{caught.value!s} {caught.value.args}"
