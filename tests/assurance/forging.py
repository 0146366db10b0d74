"""What somebody makes who once was a recipient of key bundles, knows who the others are, and has no passphrase."""

import io
import json
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

from razdar.core.crypto import age
from razdar.core.crypto.age import Identity
from razdar.core.ledger import notes
from tests.assurance.conftest import ONE, TWO

STATEMENT = "statement.note"


def opened(bundle: Path) -> dict[str, bytes]:
    """The files in a bundle."""
    packed = b"".join(age.decrypt([Identity.parse(ONE.reveal())], iter([bundle.read_bytes()])))
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def seal(parts: Mapping[str, bytes], path: Path) -> None:
    """A bundle of such files, for its true recipients."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in parts.items():
            head = tarfile.TarInfo(name)
            head.size = len(data)
            archive.addfile(head, io.BytesIO(data))
    path.write_bytes(b"".join(age.encrypt([ONE.recipient, TWO.recipient], iter([packed.getvalue()]), os.urandom)))


def said_otherwise(statement: bytes, **members: object) -> bytes:
    """A signed statement that says something else; the signature is the old one."""
    note = notes.parse(statement)
    first, _, body = note.text.partition("\n")
    changed = json.dumps(json.loads(body) | members, sort_keys=True, separators=(",", ":"))
    return notes.Note(f"{first}\n{changed}\n", note.signatures).encode()
