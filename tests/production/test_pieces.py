"""What the product does differently where its processes have accounts of their own or run under systemd."""

import argparse
import os
import socket
import stat
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from razdar.core.crypto.age import Identity, Recipient
from razdar.core.errors import Misconfigured
from razdar.keys import identity_command, passphrase
from razdar.runtime import objects, supervise
from razdar.runtime.ids import uuid7

GROUP = 61500
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NOBODY_IN_PARTICULAR = 0xFFFFFFFF


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The objects' folder, made beforehand; under the umask of the processes."""
    settings.RAZDAR_OBJECTS_URL = (tmp_path / "objects").as_uri()
    (tmp_path / "objects").mkdir(mode=0o700)
    before = os.umask(0o077)
    yield tmp_path / "objects"
    os.umask(before)


def test_a_folder_of_a_group_shares_its_objects(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("SHARING NOT TESTED: only root can give a folder to another group")
    os.chown(folder, -1, GROUP)
    folder.chmod(0o770)
    names = [uuid7() for _ in range(20)]
    threads = [threading.Thread(target=objects.put, args=(name, b"sealed")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(objects.names()) == sorted(names)
    for path in folder.rglob("*"):
        assert path.stat().st_gid == GROUP
        assert stat.S_IMODE(path.stat().st_mode) == (0o770 if path.is_dir() else 0o640)


def test_a_folder_of_one_account_shares_nothing(folder: Path) -> None:
    objects.put(uuid7(), b"sealed")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")} == {0o700, 0o600}


def _grant(path: Path, entries: list[tuple[int, int, int]]) -> None:
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    os.setxattr(path, "system.posix_acl_access", packed)


def _credential(tmp_path: Path, *, account: int, group_reads: bool = False) -> Path:
    """A file as systemd leaves it where the file system knows access lists."""
    path = tmp_path / "credential"
    path.write_bytes(b"a passphrase on one line\n")
    entries = [(_USER_OBJ, 4, _NOBODY_IN_PARTICULAR), (_USER, 4, account)]
    entries += [(_GROUP_OBJ, 4 * group_reads, _NOBODY_IN_PARTICULAR), (_MASK, 4, _NOBODY_IN_PARTICULAR)]
    try:
        _grant(path, [*entries, (_OTHER, 0, _NOBODY_IN_PARTICULAR)])
    except OSError:
        pytest.skip("ACCESS LISTS NOT TESTED: this file system has none")
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    return path


def test_a_credential_that_our_account_was_granted_is_read(tmp_path: Path) -> None:
    path = _credential(tmp_path, account=os.geteuid())
    assert bytes(passphrase.from_file(path, tmp_path / "var")) == b"a passphrase on one line"


@pytest.mark.parametrize("who", ["another account", "the group"])
def test_a_credential_that_others_were_granted_is_refused(tmp_path: Path, who: str) -> None:
    other = os.geteuid() + (who == "another account")
    path = _credential(tmp_path, account=other, group_reads=who == "the group")
    with pytest.raises(Misconfigured, match="Other accounts can read"):
        passphrase.from_file(path, tmp_path / "var")


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    name = f"razdar-{uuid7()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}" if abstract else name)
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}" if abstract else name)
        supervise.tell_ready()
        assert listener.recv(100) == b"READY=1"
        assert "NOTIFY_SOCKET" not in os.environ


def test_nobody_is_told_who_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    supervise.tell_ready()
    monkeypatch.setenv("NOTIFY_SOCKET", "/nonexistent/notify")
    supervise.tell_ready()


def test_an_identity_is_made_for_its_keeper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "anna.identity"
    arguments = argparse.Namespace(file=path)
    assert identity_command.run(arguments) == 0
    printed = capsys.readouterr().out.strip()
    assert Recipient.parse(printed).post_quantum
    assert Identity.parse(path.read_text()).recipient.text == printed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "SECRET" not in printed
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="exists already"):
        identity_command.run(arguments)
    assert path.read_bytes() == before
