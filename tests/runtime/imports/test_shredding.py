"""Shredding: the bytes go before the name does; what must not be destroyed is left alone."""

import os
from pathlib import Path

import pytest

from razdar.runtime.imports import shredding

SECRET = b"Quillfeather " * 100_000


def test_the_bytes_are_overwritten_and_the_name_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(SECRET)
    with path.open("rb") as held:
        assert shredding.shred_file(path) == ""
        left = held.read()
    assert len(left) == len(SECRET)
    assert b"Quillfeather" not in left
    assert list(tmp_path.iterdir()) == []
    assert shredding.shred_file(path) == shredding.GONE


def test_what_has_another_name_is_left_alone(tmp_path: Path) -> None:
    path, other = tmp_path / "call.wav", tmp_path / "other.wav"
    path.write_bytes(SECRET)
    other.hardlink_to(path)
    assert "hard link" in shredding.shred_file(path)
    assert other.read_bytes() == SECRET


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    path, link = tmp_path / "call.wav", tmp_path / "link.wav"
    path.write_bytes(SECRET)
    link.symlink_to(path)
    assert shredding.shred_file(link)
    assert path.read_bytes() == SECRET


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_left_alone(tmp_path: Path, make: object) -> None:
    path = tmp_path / "thing"
    make(path)  # type: ignore[operator]
    assert shredding.shred_file(path)
    assert path.exists()
