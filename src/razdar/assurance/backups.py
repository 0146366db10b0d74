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
from collections.abc import Mapping
from contextlib import suppress
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
from razdar.keys.agent import SigningPurpose
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
        renewed: of the latter, those whose earlier copy was not what it had been.
        bundle: number of the key bundle made with it.
    """

    folder: Path
    size: int
    objects: int
    new_objects: int
    renewed: int
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


def _fill(root: Path, making: Path, database: Database, now: datetime) -> tuple[int, int, int, int, int]:
    size = durable.write(making / manifest.BASE, copies.base_backup(database.url, embedded=database.embedded))
    installation = keeping.state().installation
    stored, new, renewed = _copy_objects(root, _known(root, installation))
    (making / manifest.OBJECTS).write_text("".join(map(manifest.object_line, stored)))
    bundle = keeping.make_bundle(OPERATOR)
    whole.write(making / manifest.LOG)
    files = manifest.hashes(making)
    found = Manifest(installation, now, bundle.number, bundle.sha256, files, len(stored))
    for path in making.rglob("*"):
        durable.sync(path)
    text = manifest.encode(found)
    durable.write(making / manifest.NAME, [text])
    durable.write(making / manifest.SIGNATURE, [agent.current().sign_backup(hashlib.sha256(text).digest())])
    return size, len(stored), new, renewed, bundle.number


def _copy_objects(root: Path, known: Mapping[UUID, StoredObject]) -> tuple[list[StoredObject], int, int]:
    """Copy the objects that are not there yet, whole; all of them, how many were new, how many of those renewed."""
    stored, new, renewed = [], 0, 0
    for name in objects.names():
        earlier = known.get(name)
        if earlier and _is_whole(root, earlier):
            stored.append(earlier)
            continue
        try:
            data = objects.get(name)
        except NotFound:
            continue  # erased meanwhile
        stored.append(StoredObject(name, len(data), hashlib.sha256(data).hexdigest()))
        path = manifest.object_path(root, name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write(path, [data])
        new += 1
        renewed += earlier is not None
    return stored, new, renewed


def _is_whole(root: Path, stored: StoredObject) -> bool:
    try:
        manifest.read_object(root, stored)
    except Misconfigured:
        return False
    return True


def _known(root: Path, installation: UUID) -> dict[UUID, StoredObject]:
    """Objects that the newest finished backup of this installation names: others may write where backups lie."""
    public = agent.current().verifying_key(SigningPurpose.BACKUP)
    for folder, found in manifest.finished(root):
        with suppress(Misconfigured):
            if found.installation == installation:
                manifest.check_signature(folder, found, public)
                listed = manifest.read_objects(folder, found.files[manifest.OBJECTS])
                return {stored.name: stored for stored in listed}
    return {}
