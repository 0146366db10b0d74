"""One backed-up installation in which a customer was erased afterwards, with key bundles of before and after."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from razdar.assurance import manifest
from razdar.core.crypto.age import Identity
from razdar.keys import bundles
from tests.leaks import house
from tests.leaks.installation import Finished, Installation, place

ACTS = (sys.executable, "-m", "tests.assurance.acts")
ONE, TWO = (Identity.generate(os.urandom) for _ in range(2))


@dataclass(frozen=True)
class Scene:
    """What an attacker, or somebody who restores, may have.

    Attributes:
        base: folder of everything.
        live: the installation.
        victim, others: customers; the victim was erased after the backup.
        backup: yesterday's.
        stolen_keys: the keys folder as it was at the time of the backup: what no backup holds.
        tokens: blind indexes of the victim, before.
        sealed: a sealed value of the victim.
        indexed: rows of the live database in which a blind index stood beside the victim.
    """

    base: Path
    live: Installation
    victim: str
    others: tuple[str, ...]
    backup: Path
    stolen_keys: Path
    tokens: tuple[bytes, ...]
    sealed: bytes
    indexed: int

    @property
    def identity(self) -> Path:
        return self.base / "identity"

    @property
    def backups(self) -> Path:
        return self.base / "backups"

    def bundles(self) -> list[Path]:
        return sorted((self.live.var / "bundles").glob("*.age"))

    def bundle_before(self) -> Path:
        """The one that was made with the backup, just before the erasure."""
        return self.live.var / "bundles" / bundles.file_name(manifest.read(self.backup).bundle)

    def other(self, name: str) -> Installation:
        """An empty place to restore into."""
        var = self.base / name / "var"
        shutil.rmtree(var.parent, ignore_errors=True)
        var.parent.mkdir()
        var.parent.chmod(0o711)
        return Installation(var.parent, var, {**self.live.environ, "RAZDAR_VAR": str(var)})

    def restore(self, where: Installation, bundle: Path, *more: str, backup: Path | None = None) -> Finished:
        return where.run(
            "restore", str(backup or self.backup), "--bundle", str(bundle), "--identity", str(self.identity), *more
        )


def act(where: Installation, *arguments: str) -> Any:
    """Do one of ``acts`` in an installation."""
    return json.loads(house.succeed(where.run(*arguments, program=ACTS)))


@pytest.fixture(scope="session")
def scene() -> Iterator[Scene]:
    with place() as base:
        yield build(base)


def build(base: Path) -> Scene:
    environ = {**house.environ(base), "RAZDAR_BACKUP_FOLDER": str(base / "backups")}
    live = Installation(base, base / "var", environ)
    house.write_passphrase(base, house.PASSPHRASE)
    (base / "identity").write_text(f"# one of two\n{ONE.reveal()}\n")
    administrators = [f"--administrator={name}=Person {name}" for name in ("anna.a", "boris.b")]
    house.succeed(live.run("init", "--client", "Quillmere Test", *administrators))
    filled = act(live, "fill", ONE.recipient.text, TWO.recipient.text)
    (victim, *others), (*tokens, sealed) = filled["customers"], map(bytes.fromhex, filled["stored"])
    indexed = sum(beside(part, tokens, victim) for part in data_files(live))
    house.succeed(live.run("backup", str(base / "backups")))
    (backup,) = (base / "backups").glob("backup-*")
    shutil.copytree(live.var / "keys", base / "stolen-keys")
    assert act(live, "erase", victim) == {"destroyed": True}
    keys = base / "stolen-keys"
    return Scene(base, live, victim, tuple(others), backup, keys, tuple(tokens), sealed, indexed)


def beside(data: bytes, tokens: Sequence[bytes], customer: str) -> int:
    """How many rows hold a token as PostgreSQL stores it, right before its customer: a length, the token, the UUID.

    A token alone, or one somewhere near its customer, is so short that chance makes it too.
    """
    owner = UUID(customer).bytes
    return sum(data.count(bytes([2 * len(token) + 3]) + token + owner) for token in tokens)


def data_files(where: Installation) -> Iterator[bytes]:
    """The database as it lies on the disk."""
    for path in (where.var / "postgres" / "data").resolve().rglob("*"):
        if path.is_file():
            yield path.read_bytes()
