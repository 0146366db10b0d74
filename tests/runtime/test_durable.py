"""A file is whole and on the disk when a call returns, or what was there before stays."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from razdar.runtime import durable


def test_it_is_written_whole_with_its_mode_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"older and longer")
    assert durable.write(path, [b"new", b"er"], 0o640) == 5
    assert path.read_bytes() == b"newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_file_and_folder_are_synced_and_the_name_is_taken_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, bool]] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), (tmp_path / "file").exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    durable.write(tmp_path / "file", [b"x"])
    assert synced == [(False, False), (True, True)]


@pytest.mark.parametrize("step", ["fsync", "fchmod", "rename", "pieces"])
def test_what_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"older")

    def fails(*_: object) -> None:
        raise OSError(28, "full")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        if step == "pieces":
            fails()

    with monkeypatch.context() as patch:
        if step != "pieces":
            patch.setattr(os, step, fails)
        with pytest.raises(OSError, match="full"):
            durable.write(path, pieces())
    assert path.read_bytes() == b"older"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
