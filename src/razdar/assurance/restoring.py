"""Putting a backup back into an empty folder. Everything is checked before anything is written.

Nothing of the product runs on it yet, and the keys open for one command only: ``razdar restore-check``
(:mod:`~razdar.assurance.finishing`), which repeats the erasures. What breaks off here leaves the folder empty, and what
is killed here leaves a mark by which the next try knows that it may begin again.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.assurance import manifest
from razdar.assurance.manifest import Manifest
from razdar.core.errors import Misconfigured, Unavailable, Unopenable
from razdar.keys import bundles, setup
from razdar.keys.bundles import Opened
from razdar.runtime.postgres import copies

_BEGUN = "restoring"
_LOG_FOLDER = "log"


@dataclass(frozen=True)
class Plan:
    """What is to be restored from what.

    Attributes:
        backup: folder of one backup.
        bundle: file of a key bundle.
        identity: file with the identity of one of its recipients.
        log: a newer export of the log, if there is one.
        var: the folder to restore into.
    """

    backup: Path
    bundle: Path
    identity: Path
    log: Path | None
    var: Path


@dataclass(frozen=True)
class Unpacked:
    """What was put back.

    Attributes:
        installation: whose.
        backup_made_at, bundle_made_at: when the two were made.
        bundle: number of the bundle.
        erasures: rows of its ledger.
        objects: how many objects were put back.
    """

    installation: UUID
    backup_made_at: datetime
    bundle_made_at: datetime
    bundle: int
    erasures: int
    objects: int


def restore(plan: Plan, now: datetime | None = None) -> Unpacked:
    """Check everything and unpack it.

    Raises:
        Misconfigured: the folder is not empty, a file is cut, changed, missing, of another installation or expired, or
            the identity is none of the bundle's recipients.
        Unavailable: the disk is full or fails; the folder is empty again.
    """
    _require_empty(plan.var)
    found = manifest.read(plan.backup)
    opened = _open(plan, found, now or datetime.now(UTC))
    manifest.check(plan.backup, found)
    _check_objects(plan.backup)
    try:
        return _unpack(plan, found, opened)
    except OSError:
        clear(plan.var)
        raise Unavailable("The restore could not be written: the disk is full or fails. The folder is empty.") from None
    except BaseException:
        clear(plan.var)
        raise


def clear(var: Path) -> None:
    """Remove everything a restore put there; logs stay."""
    copies.take_away(var)
    for path in var.iterdir() if var.exists() else ():
        if path.name == _LOG_FOLDER:
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _require_empty(var: Path) -> None:
    if (var / _BEGUN).exists():
        clear(var)
    held = [path.name for path in var.iterdir() if path.name != _LOG_FOLDER] if var.exists() else []
    if held:
        raise Misconfigured(f"{var} is not empty. Name an empty folder in RAZDAR_VAR; nothing was changed.")


def _open(plan: Plan, found: Manifest, now: datetime) -> Opened:
    identity = bundles.read_identity(plan.identity)
    try:
        opened = bundles.open_bundle(plan.bundle, identity)
    except Unopenable:
        raise Misconfigured(
            "The key bundle does not open: it was sealed to somebody else, or it was cut or changed. "
            "Try the identity of another recipient, or another copy of the bundle."
        ) from None
    finally:
        identity.close()
    meta = opened.meta
    if meta.installation != found.installation:
        raise Misconfigured("The key bundle belongs to another installation than the backup.")
    if meta.expires_at <= now:
        raise Misconfigured(
            f"The key bundle expired on {meta.expires_at:%Y-%m-%d}. A restore needs one that is in date: the newest."
        )
    return opened


def _check_objects(backup: Path) -> None:
    for stored in manifest.read_objects(backup / manifest.OBJECTS):
        path = manifest.object_path(backup.parent, stored.name)
        if not path.is_file() or manifest.sha256_of(path) != stored.sha256:
            raise Misconfigured("This backup is not whole: an object is missing, cut or changed. Take another one.")


def _unpack(plan: Plan, found: Manifest, opened: Opened) -> Unpacked:
    plan.var.mkdir(parents=True, exist_ok=True)
    (plan.var / _BEGUN).touch(mode=0o600)
    copies.put_back(plan.backup / manifest.BASE, plan.var)
    count = _put_objects(plan)
    meta = opened.meta
    unpacked = Unpacked(meta.installation, found.made_at, meta.made_at, meta.number, meta.erasures, count)
    _put_keys(plan, opened, unpacked)
    (plan.var / _BEGUN).unlink()
    return unpacked


def _put_objects(plan: Plan) -> int:
    """Into the folder of objects; a store elsewhere is filled by the check, through the product's own door."""
    count = 0
    for stored in manifest.read_objects(plan.backup / manifest.OBJECTS):
        target = plan.var / "objects" / stored.name.hex[-2:] / str(stored.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(manifest.object_path(plan.backup.parent, stored.name), target)
        target.chmod(0o600)
        count += 1
    return count


def _put_keys(plan: Plan, opened: Opened, unpacked: Unpacked) -> None:
    folder = plan.var / "keys"
    mark = {
        "backup": str(plan.backup.absolute()),
        "log": str(plan.log.absolute()) if plan.log else "",
        "installation": str(unpacked.installation),
        "backup_made_at": unpacked.backup_made_at.isoformat(),
        "bundle_made_at": unpacked.bundle_made_at.isoformat(),
        "bundle": unpacked.bundle,
        "erasures": unpacked.erasures,
        "objects": unpacked.objects,
    }
    setup.put_back(folder, opened.store, opened.root, json.dumps(mark, indent=2).encode())
