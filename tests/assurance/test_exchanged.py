"""Somebody who can write where backups lie exchanges files after they were checked, renames folders, spoils copies."""

import hashlib
import json
import os
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from razdar.assurance import backups, finishing, manifest, mark
from razdar.assurance.manifest import Manifest, StoredObject
from razdar.assurance.mark import Mark
from razdar.core.crypto import signing
from razdar.core.errors import BadInput, Misconfigured
from razdar.core.ledger import backup_statements
from razdar.core.ledger.backup_statements import BackupStatement
from razdar.keys import agent, setup
from razdar.keys.records import Bundle
from razdar.runtime import objects
from razdar.runtime.postgres import binaries, copies
from razdar.runtime.postgres.places import Places
from tests.weakening import Control, in_turn

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
OWN, SEED = uuid4(), bytes(range(32))


def a_backup(root: Path, name: str, made_at: datetime, listed: list[StoredObject], seed: bytes = SEED) -> Path:
    """A finished backup of objects, signed with a key."""
    folder = root / name
    folder.mkdir(parents=True)
    (folder / manifest.BASE).write_bytes(b"database")
    (folder / manifest.OBJECTS).write_text("".join(map(manifest.object_line, listed)))
    text = manifest.encode(Manifest(OWN, made_at, 1, "a" * 64, manifest.hashes(folder), len(listed)))
    (folder / manifest.NAME).write_bytes(text)
    said = BackupStatement(OWN, made_at, hashlib.sha256(text).hexdigest())
    note = backup_statements.signed(said, signing.public_key(seed), partial(signing.sign, seed))
    (folder / manifest.SIGNATURE).write_bytes(note)
    return folder


def an_object(root: Path, data: bytes) -> StoredObject:
    stored = StoredObject(uuid4(), len(data), hashlib.sha256(data).hexdigest())
    path = manifest.object_path(root, stored.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return stored


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, bytes]:
    """The installation's objects, in memory, and its key for backups."""
    held: dict[UUID, bytes] = {}

    def put(name: UUID, data: bytes) -> None:
        if held.setdefault(name, data) is not data:
            raise BadInput

    monkeypatch.setattr(objects, "put", put)
    monkeypatch.setattr(objects, "get", held.__getitem__)
    monkeypatch.setattr(objects, "names", lambda: iter(list(held)))
    keys = SimpleNamespace(verifying_key=lambda _: signing.public_key(SEED))
    monkeypatch.setattr(agent, "current", lambda: keys)
    return held


# --- The database -----------------------------------------------------------------------------------------------------


def test_a_database_that_was_exchanged_after_the_check_is_never_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "base.tar"
    (tmp_path / "PG_VERSION").write_text(f"{binaries.MAJOR}\n")
    with tarfile.open(archive, "w") as tar:
        tar.add(tmp_path / "PG_VERSION", "PG_VERSION")
    programs = SimpleNamespace(give=lambda _: None)
    monkeypatch.setattr(copies.binaries, "find", lambda: programs)
    monkeypatch.setattr(Places, "make", lambda places, _: places.home.mkdir(parents=True))
    monkeypatch.setattr(Places, "data_parent", lambda places, _: places.home)
    started = []
    monkeypatch.setattr(copies, "_set_password", lambda *_: started.append(1))
    checked = manifest.sha256_of(archive)
    copies.put_back(archive, tmp_path / "sound", checked)
    assert started == [1]
    with archive.open("ab") as file:  # after the end of the archive: the database itself is the same
        file.write(bytes(1 << 21))
    with pytest.raises(Misconfigured, match="Nothing was started on it"):
        copies.put_back(archive, tmp_path / "exchanged", checked)
    assert started == [1]


# --- Objects ----------------------------------------------------------------------------------------------------------


def left(folder: Path) -> Mark:
    used = Bundle(1, AT, AT + timedelta(days=14), 0, "a" * 64)
    return Mark(folder, None, OWN, used, manifest.sha256_of(folder / manifest.OBJECTS), made_with=True)


def test_the_mark_keeps_the_hash_of_the_list(tmp_path: Path) -> None:
    made = left(a_backup(tmp_path, "backup-1", AT, []))
    (tmp_path / setup.RESTORED_NAME).write_bytes(mark.encode(made))
    assert mark.read(tmp_path) == made


def test_objects_are_put_back_as_they_were(tmp_path: Path, store: dict[UUID, bytes]) -> None:
    kept = an_object(tmp_path, b"sealed")
    assert finishing._fill_objects(left(a_backup(tmp_path, "backup-1", AT, [kept]))) == 1
    assert store == {kept.name: b"sealed"}


def _linked(path: Path) -> None:
    path.rename(path.with_suffix(".whole"))
    path.symlink_to(path.with_suffix(".whole"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _other(path: Path) -> None:
    path.write_bytes(b"SEALED")


def _longer(path: Path) -> None:
    path.write_bytes(b"sealed and more")


SPOILED: list[Callable[[Path], None]] = [_linked, _pipe, _other, _longer, Path.unlink]


@pytest.mark.parametrize("spoil", SPOILED)
def test_an_object_that_was_exchanged_after_the_check_is_not_put_back(
    tmp_path: Path, store: dict[UUID, bytes], spoil: Callable[[Path], None]
) -> None:
    kept = an_object(tmp_path, b"sealed")
    found = left(a_backup(tmp_path, "backup-1", AT, [kept]))
    spoil(manifest.object_path(tmp_path, kept.name))
    with pytest.raises(Misconfigured, match="an object is missing, cut or changed"):
        finishing._fill_objects(found)
    assert store == {}


@pytest.mark.parametrize("spoil", [*SPOILED])
def test_a_list_that_was_exchanged_after_the_check_is_not_read(
    tmp_path: Path, store: dict[UUID, bytes], spoil: Callable[[Path], None]
) -> None:
    folder = a_backup(tmp_path, "backup-1", AT, [an_object(tmp_path, b"sealed")])
    found = left(folder)
    spoil(folder / manifest.OBJECTS)
    with pytest.raises(Misconfigured, match=r"objects\.jsonl"):
        finishing._fill_objects(found)
    assert store == {}


# --- The newest backup ------------------------------------------------------------------------------------------------


def test_an_old_backup_under_a_new_name_is_not_the_newest(tmp_path: Path) -> None:
    newest = a_backup(tmp_path, "backup-20261103T093000Z", AT, [])
    a_backup(tmp_path, "backup-9999", AT - timedelta(days=40), [])
    (tmp_path / "backup-99999").mkdir()
    (tmp_path / "backup-99999" / manifest.SIGNATURE).touch()
    found, said = manifest.newest(tmp_path)
    assert (found, said.made_at) == (newest, AT)


@pytest.mark.parametrize("made_at", ["2026-11-04T00:00:00", "0001-01-01T00:00:00+14:00", "soon", None, ["x"]])
def test_what_is_no_manifest_hides_no_backup(tmp_path: Path, made_at: object) -> None:
    newest = a_backup(tmp_path, "backup-1", AT, [])
    other = a_backup(tmp_path, "backup-2", AT + timedelta(days=1), [])
    members = json.loads((other / manifest.NAME).read_text()) | {"made_at": made_at}
    (other / manifest.NAME).write_text(json.dumps(members))
    pipe = a_backup(tmp_path, "backup-3", AT, [])
    _pipe(pipe / manifest.NAME)
    assert manifest.newest(tmp_path)[0] == newest
    _pipe(newest / manifest.SIGNATURE)
    with pytest.raises(Misconfigured):
        manifest.check_signature(newest, manifest.read(newest), signing.public_key(SEED))


# --- Objects that a backup need not copy again ------------------------------------------------------------------------


def copied(root: Path) -> tuple[list[StoredObject], int, int]:
    return backups._copy_objects(root, backups._known(root, OWN))


def test_a_copy_is_skipped_if_it_is_whole_and_written_anew_if_not(tmp_path: Path, store: dict[UUID, bytes]) -> None:
    kept, spoiled = an_object(tmp_path, b"sealed"), an_object(tmp_path, b"closed")
    store |= {kept.name: b"sealed", spoiled.name: b"closed"}
    a_backup(tmp_path, "backup-1", AT, [kept, spoiled])
    assert copied(tmp_path)[1:] == (0, 0)
    path = manifest.object_path(tmp_path, spoiled.name)
    path.write_bytes(b"CLOSED")
    listed, new, renewed = copied(tmp_path)
    assert sorted(listed, key=str) == sorted([kept, spoiled], key=str)
    assert (new, renewed, path.read_bytes()) == (1, 1, b"closed")


def test_a_list_that_the_installation_did_not_sign_is_not_believed(tmp_path: Path, store: dict[UUID, bytes]) -> None:
    """Forged as the newest, its hash is that of a spoiled copy; the copy would stay."""
    kept = an_object(tmp_path, b"sealed")
    store[kept.name] = b"sealed"
    a_backup(tmp_path, "backup-1", AT, [kept])
    path = manifest.object_path(tmp_path, kept.name)
    path.write_bytes(b"SEALED")
    false = StoredObject(kept.name, 6, hashlib.sha256(b"SEALED").hexdigest())
    a_backup(tmp_path, "backup-2", AT + timedelta(days=1), [false], seed=bytes(range(1, 33)))
    altered = a_backup(tmp_path, "backup-3", AT + timedelta(hours=1), [kept])
    (altered / manifest.OBJECTS).write_text(manifest.object_line(false))
    assert copied(tmp_path) == ([kept], 1, 1)
    assert path.read_bytes() == b"sealed"


CONTROLS = {
    "signature": Control(
        "tests/assurance/test_exchanged.py::test_a_list_that_the_installation_did_not_sign_is_not_believed",
        "razdar.assurance.manifest:check_signature",
        "tests.assurance.weakenings:signed_by_anybody",
        "copied(tmp_path) == ",
    ),
    "bytes": Control(
        "tests/assurance/test_exchanged.py::test_an_object_that_was_exchanged_after_the_check_is_not_put_back[_other]",
        "razdar.assurance.manifest:read_object",
        "tests.assurance.weakenings:any_bytes",
        "DID NOT RAISE",
    ),
}


@pytest.mark.control
@in_turn(CONTROLS)
def test_control_a_build_that_believes_what_lies_there_fails(control: Callable[[], None]) -> None:
    control()
