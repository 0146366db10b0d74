"""Making a backup: first the database, then what it names, then a key bundle for everything that is in it.

The order makes the parts fit. An object is stored before the row that names it is committed, so every row's object is
there when objects are copied after the database; a customer's key is made before its row, so it is in a bundle made
after that. What is erased in between is missing, as it should be. The bundle stays where bundles are: the backup holds
no keys, sealed ones neither, and says only which bundle was made with it.

The manifest and its signature are written last, and the folder's name is taken when everything is synced: a backup that
broke off is none.
"""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from razdar.assurance import manifest
from razdar.assurance.manifest import Manifest, StoredObject
from razdar.audit.exports import whole
from razdar.core.errors import Misconfigured, NotFound, Unavailable
from razdar.core.ledger.events import OPERATOR
from razdar.keys import agent
from razdar.runtime import durable, objects
from razdar.runtime.postgres import copies
from razdar.vault import keeping

_FULL = "The backup could not be written: the disk is full or fails. Nothing half-made is left."


@dataclass(frozen=True)
class Made:
    """A finished backup.

    Attributes:
        folder: where it is.
        size: bytes of the copy of the database.
        objects, new_objects: objects that belong to it, and how many were copied for it.
        bundle: number of the key bundle made with it.
    """

    folder: Path
    size: int
    objects: int
    new_objects: int
    bundle: int


@dataclass(frozen=True)
class Database:
    """Where the database is copied from: the backup role's URL, and whether it is the embedded server."""

    url: str
    embedded: bool


def make(root: Path, database: Database) -> Made:
    """Make a backup in a folder that holds all of them.

    Raises:
        Misconfigured: a folder inside the installation's own, too few recipients for a key bundle, or no pg_basebackup.
        Unavailable: the disk is full, or the database cannot be copied; nothing half-made is left.
    """
    if root.resolve().is_relative_to(Path(settings.VAR).resolve()):
        raise Misconfigured("A backup belongs on another disk, not in the folder it saves.")
    now = datetime.now(UTC)
    final = root / f"backup-{now:%Y%m%dT%H%M%SZ}"
    making = root / f".{final.name}"
    try:
        making.mkdir(mode=0o700, parents=True)
        made = _fill(root, making, database, now)
        making.rename(final)
        durable.sync(root)
    except OSError:
        raise Unavailable(_FULL) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Made(final, *made)


def _fill(root: Path, making: Path, database: Database, now: datetime) -> tuple[int, int, int, int]:
    size = durable.write(making / manifest.BASE, copies.base_backup(database.url, embedded=database.embedded))
    stored, new = _copy_objects(root)
    (making / manifest.OBJECTS).write_text("".join(map(manifest.object_line, stored)))
    bundle = keeping.make_bundle(OPERATOR)
    whole.write(making / manifest.LOG)
    files = manifest.hashes(making)
    found = Manifest(keeping.state().installation, now, bundle.number, bundle.sha256, files, len(stored))
    for path in making.rglob("*"):
        durable.sync(path)
    text = manifest.encode(found)
    durable.write(making / manifest.NAME, [text])
    durable.write(making / manifest.SIGNATURE, [agent.current().sign_backup(hashlib.sha256(text).digest())])
    return size, len(stored), new, bundle.number


def _copy_objects(root: Path) -> tuple[list[StoredObject], int]:
    """Copy the objects that are not there yet; all of them, and how many were new."""
    known = _known(root)
    stored, new = [], 0
    for name in objects.names():
        path = manifest.object_path(root, name)
        if name in known and path.exists() and path.stat().st_size == known[name].size:
            stored.append(known[name])
            continue
        try:
            data = objects.get(name)
        except NotFound:
            continue  # erased meanwhile
        stored.append(StoredObject(name, len(data), hashlib.sha256(data).hexdigest()))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write(path, [data])
        new += 1
    return stored, new


def _known(root: Path) -> dict[UUID, StoredObject]:
    """Objects that the newest finished backup names."""
    try:
        earlier = manifest.newest(root)
    except Misconfigured:
        return {}
    return {stored.name: stored for stored in manifest.read_objects(earlier / manifest.OBJECTS)}
