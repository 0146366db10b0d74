"""Notices of erasures, left where backups go: small signed notes that outlive the newest bundle.

A bundle made just before an erasure does not know of it. The notice does: whoever restores finds it beside the backups,
and keeps that customer shut. It holds pseudonyms only::

    razdar/<installation>/erasure-notice/v1
    {"client":..., "customer":..., "destroyed_at_ms":..., "key_ids":[...]}

    — razdar/<installation> <signature of the installation's key for certificates>
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from razdar.core.errors import BadInput, Unavailable, Unverifiable
from razdar.core.ledger import notes
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from razdar.keys import agent
from razdar.keys.agent import DestroyedKeys, SigningPurpose

FOLDER = "erasures"
_KIND = "erasure-notice/v1"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Notice:
    """That a customer's keys were destroyed."""

    client: UUID
    customer: UUID
    destroyed_at: datetime


def leave(folder: Path, destroyed: DestroyedKeys) -> Path:
    """Write the notice of a destruction into the backup folder; repeating it writes the same again.

    Raises:
        Unavailable: the folder cannot be written; nothing half-written is left.
    """
    held = agent.current()
    installation = held.keeping().installation
    body = {
        "client": str(destroyed.client),
        "customer": str(destroyed.customer),
        "destroyed_at_ms": round(destroyed.destroyed_at.timestamp() * 1000),
        "key_ids": list(destroyed.key_ids),
    }
    text = f"razdar/{installation}/{_KIND}\n{json.dumps(body, sort_keys=True, separators=(',', ':'))}\n"
    public = held.verifying_key(SigningPurpose.CERTIFICATE)
    note = notes.sign(text, _name(installation), public, partial(held.sign, SigningPurpose.CERTIFICATE))
    path = folder / FOLDER / f"{destroyed.client}.{destroyed.customer}.note"
    try:
        _write(path, note.encode())
    except OSError:
        raise Unavailable("The notice of an erasure could not be left in RAZDAR_BACKUP_FOLDER.") from None
    return path


def read(folder: Path, installation: UUID, public: bytes) -> tuple[list[Notice], list[str]]:
    """The notices in a backup folder, and the names of files that are none of this installation's.

    Args:
        folder: the backup folder.
        installation: whose notices.
        public: the installation's key for certificates.
    """
    key = VerifierKey(_name(installation), Algorithm.ED25519, public)
    found, refused = [], []
    for path in sorted((folder / FOLDER).glob("*.note")):
        try:
            found.append(_read(path, installation, key))
        except (Unverifiable, BadInput, ValueError, KeyError, TypeError, OSError):
            refused.append(path.name)
    return found, refused


def _read(path: Path, installation: UUID, key: VerifierKey) -> Notice:
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError("too long")
    note = notes.parse(path.read_bytes())
    key.check(note)
    first, body, *rest = note.text.splitlines()
    if first != f"razdar/{installation}/{_KIND}" or rest:
        raise ValueError("no notice")
    members = json.loads(body)
    at = datetime.fromtimestamp(members["destroyed_at_ms"] / 1000, UTC)
    return Notice(UUID(members["client"]), UUID(members["customer"]), at)


def _name(installation: UUID) -> SignerName:
    return SignerName(f"razdar/{installation}")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
