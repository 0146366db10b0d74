"""Putting a backup back. Everything is checked before anything is written.

1. The bundle opens with an identity of one of its recipients, and the keys in it with the passphrase. From them comes
   the key with which the installation signs: bundle and manifest must both be signed with it. So nobody who can only
   write where backups or bundles lie, or who has an old bundle and no passphrase, can slip in another database, another
   key store or another date.
2. The manifest has the hash of every file, and the bundle it was made with, if it is the one given, is the same. The
   hash is compared again with the bytes that are used: whoever can write where the backup lies may exchange a file.
3. A bundle that is over its date is refused, unless exactly that number was asked for.
4. Then the database, where it is the one Razdar brings, and the keys are put into an empty folder. With the keys a mark
   (:mod:`~razdar.assurance.mark`): they open for ``razdar restore finish`` only (:mod:`~razdar.assurance.finishing`),
   which compares the bundle with the log, puts the objects back and repeats the erasures. What breaks off here leaves
   the folder empty, and what is killed here leaves a note by which the next try knows that it may begin again.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from razdar.assurance import manifest, mark
from razdar.assurance.manifest import Manifest
from razdar.assurance.mark import Mark
from razdar.core.errors import Misconfigured, Unavailable, Unopenable, Unverifiable
from razdar.keys import bundles, setup, store_copy
from razdar.keys.bundles import Opened
from razdar.keys.records import Bundle
from razdar.runtime.postgres import copies

_BEGUN = "restoring"
_LOG_FOLDER = "log"
_SEALED = (
    "The key bundle does not open: it was sealed to somebody else, or it was cut or changed. "
    "Try the identity of another recipient, or another copy of the bundle."
)
_LOCKED = (
    "The passphrase does not open the keys in this bundle. A bundle opens with the passphrase of the day on which it "
    "was made."
)
_FORGED = (
    "The key bundle was not made by the installation whose keys are in it, or was changed since. Nothing was restored. "
    "Take another copy of it, and find out where this one comes from."
)
_OTHER_COPY = (
    "This is not the key bundle {number} that the backup was made with: the files differ. Nothing was restored. Take "
    "another copy of it, or a newer one, and find out where this one comes from."
)


@dataclass(frozen=True)
class Plan:
    """What is to be restored from what.

    Attributes:
        backup: folder of one backup.
        bundle: file of a key bundle.
        identity: file with the identity of one of its recipients.
        log: a newer export of the log, if there is one.
        var: the folder to restore into.
        database: also the database; without it that was, or will be, restored by other means.
        expired: number of a bundle to be used although it is over its date.
    """

    backup: Path
    bundle: Path
    identity: Path
    log: Path | None
    var: Path
    database: bool = True
    expired: int | None = None


@dataclass(frozen=True)
class Unpacked:
    """What was put back.

    Attributes:
        backup_made_at: when.
        bundle: the bundle that was used; its hash is that of the file.
    """

    backup_made_at: datetime
    bundle: Bundle


def restore(plan: Plan, words: bytes | bytearray, now: datetime | None = None) -> Unpacked:
    """Check everything and unpack it.

    Raises:
        Misconfigured: the folder is not empty, the identity or the passphrase is not the right one, or something is
            cut, changed, missing, expired or not made by this installation.
        Unavailable: the disk is full or fails; the folder is empty again.
    """
    _require_empty(plan.var)
    found = manifest.read(plan.backup)
    opened = _open(plan)
    _check_made_here(plan, found, opened, words)
    _check_in_date(plan, opened, now or datetime.now(UTC))
    used = _used(plan, found, opened)
    manifest.check(plan.backup, found)
    _check_objects(plan.backup, found)
    try:
        _unpack(plan, found, opened, used)
    except OSError:
        clear(plan.var)
        raise Unavailable("The restore could not be written: the disk is full or fails. The folder is empty.") from None
    except BaseException:
        clear(plan.var)
        raise
    return Unpacked(found.made_at, used)


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


# --- Checks -----------------------------------------------------------------------------------------------------------


def _open(plan: Plan) -> Opened:
    identity = bundles.read_identity(plan.identity)
    try:
        return bundles.open_bundle(plan.bundle, identity)
    except Unopenable:
        raise Misconfigured(_SEALED) from None
    finally:
        identity.close()


def _check_made_here(plan: Plan, found: Manifest, opened: Opened, words: bytes | bytearray) -> None:
    """That one installation, the one whose keys the passphrase opens, made both.

    Raises:
        Misconfigured: it did not.
    """
    try:
        public = bundles.verified(opened, words)
    except Unopenable:
        raise Misconfigured(_LOCKED) from None
    except Unverifiable:
        raise Misconfigured(_FORGED) from None
    if opened.meta.installation != found.installation:
        raise Misconfigured("The key bundle belongs to another installation than the backup.")
    manifest.check_signature(plan.backup, found, public)


def _check_in_date(plan: Plan, opened: Opened, now: datetime) -> None:
    meta = opened.meta
    if meta.expires_at <= now and plan.expired != meta.number:
        raise Misconfigured(
            f"Key bundle {meta.number} expired on {meta.expires_at:%Y-%m-%d}. A restore needs one that is in date: the "
            "newest. If there is no other, and only then, say so: "
            f"--expired {meta.number}"
        )


def _used(plan: Plan, found: Manifest, opened: Opened) -> Bundle:
    meta, digest = opened.meta, bundles.sha256_of(plan.bundle)
    if meta.number == found.bundle and digest != found.bundle_sha256:
        raise Misconfigured(_OTHER_COPY.format(number=meta.number))
    return Bundle(meta.number, meta.made_at, meta.expires_at, meta.erasures, digest)


def _check_objects(backup: Path, found: Manifest) -> None:
    for stored in manifest.read_objects(backup, found.files[manifest.OBJECTS]):
        manifest.read_object(backup.parent, stored)


# --- Unpacking --------------------------------------------------------------------------------------------------------


def _unpack(plan: Plan, found: Manifest, opened: Opened, used: Bundle) -> None:
    plan.var.mkdir(parents=True, exist_ok=True)
    (plan.var / _BEGUN).touch(mode=0o600)
    if plan.database:
        copies.put_back(plan.backup / manifest.BASE, plan.var, found.files[manifest.BASE])
    log, listed = plan.log and plan.log.absolute(), found.files[manifest.OBJECTS]
    left = Mark(plan.backup.absolute(), log, opened.meta.installation, used, listed, used.number == found.bundle)
    store = store_copy.with_bundle(opened.store, used)
    setup.put_back(plan.var / "keys", store, opened.root, mark.encode(left))
    (plan.var / _BEGUN).unlink()
