"""What a backup holds: ``manifest.json`` with the SHA-256 of every file beside it, and the list of objects.

The installation signs the hash of the manifest, through its key agent, which says when (``core.ledger.
backup_statements``): whoever can write where backups lie cannot exchange one.

::

    backup-20261103T093000Z/
        manifest.json
        manifest.note      the installation's signature; written last: a backup without it was not finished
        base.tar           the database
        objects.jsonl      name, size and SHA-256 of each object in ../objects, one a line
        log/...            the export of the log

The key bundle made with it is named by number and hash, and is not in it: whoever can open the newest bundle could open
an older one too, and with it whoever was erased since.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.core.errors import BadInput, Misconfigured, Unverifiable
from razdar.core.ledger import backup_statements, notes
from razdar.core.ledger.backup_statements import BackupStatement
from razdar.runtime import durable

NAME = "manifest.json"
SIGNATURE = "manifest.note"
BASE, OBJECTS, LOG = "base.tar", "objects.jsonl", "log"
_MOST_LIST, _MOST_TEXT = 1 << 30, 1 << 26
_FORMAT, _VERSION = "razdar backup", 2
_CUT = "This backup is not whole: {what}. Take another one."


@dataclass(frozen=True)
class Manifest:
    """A finished backup.

    Attributes:
        installation: whose.
        made_at: when.
        bundle: number of the key bundle made with it.
        bundle_sha256: its hash.
        files: path to SHA-256 of every file beside the manifest.
        objects: how many objects belong to it.
    """

    installation: UUID
    made_at: datetime
    bundle: int
    bundle_sha256: str
    files: dict[str, str]
    objects: int


@dataclass(frozen=True)
class StoredObject:
    """A sealed file: its name, size and SHA-256."""

    name: UUID
    size: int
    sha256: str


def sha256_of(path: Path) -> str:
    """The hash of a plain file, 64 hexadecimal digits."""
    with durable.opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Path to SHA-256 of every file in a backup's folder but the manifest and its signature."""
    own = {folder / NAME, folder / SIGNATURE}
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path not in own)
    return {str(path.relative_to(folder)): sha256_of(path) for path in found}


def encode(manifest: Manifest) -> bytes:
    members = {
        "format": _FORMAT,
        "version": _VERSION,
        "installation": str(manifest.installation),
        "made_at": manifest.made_at.astimezone(UTC).isoformat(),
        "bundle": manifest.bundle,
        "bundle_sha256": manifest.bundle_sha256,
        "objects": manifest.objects,
        "files": manifest.files,
    }
    return json.dumps(members, indent=2, sort_keys=True).encode() + b"\n"


def read(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        Misconfigured: there is none, or it is of another version.
    """
    try:
        members = json.loads(_text(folder / NAME))
        if members["format"] != _FORMAT or members["version"] != _VERSION:
            raise ValueError
        made_at, files = datetime.fromisoformat(members["made_at"]), dict(members["files"])
        if made_at.utcoffset() is None:
            raise ValueError
        count = int(members["objects"])
        bundle = int(members["bundle"]), str(members["bundle_sha256"])
        return Manifest(UUID(members["installation"]), made_at.astimezone(UTC), *bundle, files, count)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Misconfigured(f"There is no finished backup of this version of Razdar in {folder}.") from None


def newest(root: Path) -> tuple[Path, Manifest]:
    """The newest finished backup in the folder of all. Its signature is not checked.

    Raises:
        Misconfigured: there is none.
    """
    for found in finished(root):
        return found
    raise Misconfigured(f"There is no finished backup of this version of Razdar in {root}.")


def finished(root: Path) -> list[tuple[Path, Manifest]]:
    """The finished backups in the folder of all, the newest first: by what is signed, for a folder may be renamed."""
    found = []
    for path in root.glob("backup-*"):
        if (path / SIGNATURE).exists():
            with suppress(Misconfigured):
                found.append((path, read(path)))
    return sorted(found, key=lambda one: one[1].made_at, reverse=True)


def check_signature(folder: Path, manifest: Manifest, public: bytes) -> None:
    """See that the installation made this backup.

    Args:
        folder: of the backup.
        manifest: its manifest, as it was read.
        public: the installation's key for backups, from keys that its passphrase has opened.

    Raises:
        Misconfigured: it did not, or the manifest was changed since.
    """
    try:
        note = notes.parse(_text(folder / SIGNATURE))
        backup_statements.check(note, manifest.installation, public)
        said = BackupStatement.read(note.text)
        digest = hashlib.sha256(encode(manifest)).hexdigest()
        if said.installation != manifest.installation or said.manifest != digest:
            raise Unverifiable
    except OSError:
        raise Misconfigured(_CUT.format(what=f"{SIGNATURE} is missing")) from None
    except (BadInput, Unverifiable):
        raise Misconfigured(
            "This backup was not made by the installation whose keys these are, or it was changed since. Nothing was "
            "restored. Take another one, and find out who can write where it lay."
        ) from None


def check(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest.

    Raises:
        Misconfigured: one is missing, cut or changed.
    """
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise Misconfigured(_CUT.format(what=f"{name} is missing"))
        with _readable(name):
            good = sha256_of(path) == digest
        if not good:
            raise Misconfigured(_CUT.format(what=f"{name} was cut or changed"))
    for name in (BASE, OBJECTS):
        if name not in manifest.files:
            raise Misconfigured(_CUT.format(what=f"{name} is missing"))


def _text(path: Path) -> bytes:
    with durable.opened(path) as file:
        return file.read(_MOST_TEXT)


def read_objects(folder: Path, sha256: str) -> list[StoredObject]:
    """The objects that a backup names; what is read is what has the hash.

    Raises:
        Misconfigured: missing, malformed, or of another hash.
    """
    with _readable(OBJECTS), durable.opened(folder / OBJECTS) as file:
        text = file.read(_MOST_LIST)
    if hashlib.sha256(text).hexdigest() != sha256:
        raise Misconfigured(_CUT.format(what=f"{OBJECTS} was cut or changed"))
    try:
        rows = [json.loads(line) for line in text.splitlines()]
        return [StoredObject(UUID(name), int(size), str(digest)) for name, size, digest in rows]
    except (ValueError, TypeError, AttributeError):
        raise Misconfigured(_CUT.format(what=f"{OBJECTS} is damaged")) from None


def read_object(root: Path, stored: StoredObject) -> bytes:
    """An object in the folder of all backups; the bytes are those that have its hash.

    Raises:
        Misconfigured: it is missing, no plain file, cut or changed.
    """
    try:
        with durable.opened(object_path(root, stored.name)) as file:
            data = file.read(stored.size + 1)
    except OSError:
        data = b""
    if len(data) != stored.size or hashlib.sha256(data).hexdigest() != stored.sha256:
        raise Misconfigured(_CUT.format(what="an object is missing, cut or changed"))
    return data


def object_line(stored: StoredObject) -> str:
    return json.dumps([str(stored.name), stored.size, stored.sha256]) + "\n"


def object_path(root: Path, name: UUID) -> Path:
    """Where an object lies in a backup folder."""
    return root / "objects" / name.hex[-2:] / str(name)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise Misconfigured(_CUT.format(what=f"{name} is missing or no plain file")) from None
