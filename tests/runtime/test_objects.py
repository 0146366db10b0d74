"""The object store: written once, durable, under names that say nothing."""

import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from razdar.core.errors import BadInput, Misconfigured, NotFound, Unavailable
from razdar.runtime import objects
from razdar.runtime.ids import uuid7

DATA = bytes(range(256)) * 100


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.RAZDAR_OBJECTS_URL = (tmp_path / "an object store").as_uri()
    before = os.umask(0o077)
    yield tmp_path / "an object store"
    os.umask(before)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_got(folder: Path) -> None:
    name = uuid7()
    objects.put(name, DATA)
    assert objects.get(name) == DATA
    assert objects.get_range(name, 0, 1) == DATA[:1]
    assert objects.get_range(name, 1000, 300) == DATA[1000:1300]
    assert objects.get_range(name, len(DATA) - 5, 50) == DATA[-5:]


def test_an_empty_object_is_one(folder: Path) -> None:
    name = uuid7()
    objects.put(name, b"")
    assert objects.get(name) == b""


def test_files_belong_to_us_alone_and_are_named_by_their_id_only(folder: Path) -> None:
    name = uuid7()
    objects.put(name, DATA)
    (path,) = _files(folder)
    assert path == folder / name.hex[-2:] / str(name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(part.stat().st_mode) for part in (path.parent, folder)} == {0o700}


def test_a_second_object_of_a_name_is_refused(folder: Path) -> None:
    name = uuid7()
    objects.put(name, DATA)
    with pytest.raises(BadInput, match="never overwritten"):
        objects.put(name, b"other")
    assert objects.get(name) == DATA


@pytest.mark.parametrize("name", ["../outside", "a/b", "0192f0c1-2345-7abc-8def-0123456789ab", b"x", None, 7])
def test_names_are_uuids(folder: Path, name: Any) -> None:
    for call in (lambda: objects.put(name, DATA), lambda: objects.get(name), lambda: objects.delete(name)):
        with pytest.raises(TypeError):
            call()
    assert not folder.exists() or _files(folder) == []


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (0, 0), (0, -1)])
def test_bad_ranges(folder: Path, start: int, length: int) -> None:
    with pytest.raises(ValueError, match="range"):
        objects.get_range(uuid7(), start, length)


def test_what_is_not_there(folder: Path) -> None:
    for call in (objects.get, lambda name: objects.get_range(name, 0, 1)):
        with pytest.raises(NotFound):
            call(uuid7())
    objects.delete(uuid7())


def test_deleting(folder: Path) -> None:
    name = uuid7()
    objects.put(name, DATA)
    objects.delete(name)
    assert _files(folder) == []
    objects.delete(name)
    with pytest.raises(NotFound):
        objects.get(name)


def test_it_is_on_disk_before_put_returns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        synced.append(Path(f"/proc/self/fd/{fd}").readlink())
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    name = uuid7()
    objects.put(name, DATA)
    assert synced == [folder / name.hex[-2:] / str(name), folder / name.hex[-2:], folder]
    objects.delete(name)
    assert synced[3:] == [folder / name.hex[-2:]]


def test_a_failing_sync_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(fd: int) -> None:
        raise OSError(5, "Input/output error", "/the/path")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(Unavailable) as failed:
        objects.put(uuid7(), DATA)
    assert "path" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert _files(folder) == []


def test_a_full_disk_leaves_nothing(folder: Path) -> None:
    """A limit on file sizes stands in for the full disk: the write fails half-way in the same place."""
    objects.put(uuid7(), b"first")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(Unavailable, match="nothing was lost"):
            objects.put(uuid7(), DATA)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.read_bytes() for path in _files(folder)] == [b"first"]


def test_a_folder_that_is_not_mounted_is_not_an_empty_store(folder: Path) -> None:
    name = uuid7()
    objects.put(name, DATA)
    folder.rename(folder.with_name("away"))
    for call in (lambda: objects.get(name), lambda: objects.delete(name), lambda: objects.put(uuid7(), b"x")):
        with pytest.raises(Unavailable):
            call()
    folder.with_name("away").rename(folder)
    assert objects.get(name) == DATA


@pytest.mark.parametrize(
    "url", ["memory:///", "http://files.example.org/x", "https://files.example.org", "ftp://x", "x", ""]
)
def test_other_addresses_are_refused(settings: Any, url: str) -> None:
    settings.RAZDAR_OBJECTS_URL = url
    with pytest.raises(Misconfigured):
        objects.get(UUID(int=0))
