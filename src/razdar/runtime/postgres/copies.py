"""Base backups: taken by ``pg_basebackup`` as the backup role, and put back in the place of a new embedded cluster.

* The copy is one tar archive with the write-ahead log that makes it consistent. Tables without that log, which hold the
  blind indexes, are not in it (PostgreSQL manual, "pg_basebackup").
* The password goes to the program in its environment, never in its arguments; output is read as it comes.
* A cluster that is put back has the passwords of the one it was copied from. Nobody here knows them, so the
  administrator's is set anew by the server in single-user mode, before anything listens.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, cast

from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime import durable
from razdar.runtime.postgres import binaries
from razdar.runtime.postgres.binaries import MAJOR, Programs
from razdar.runtime.postgres.conninfo import parse
from razdar.runtime.postgres.places import Places
from razdar.runtime.postgres.roles import Passwords
from razdar.runtime.postgres.server import ADMIN

_PIECE = 1 << 20
_OPTIONS = (
    "--pgdata=-",
    "--format=tar",
    "--wal-method=fetch",
    "--checkpoint=fast",
    "--manifest-checksums=SHA256",
    "--no-password",
)
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
_FAILED = (
    "The database could not be copied. The backup role needs the right to replicate and a line in pg_hba.conf for "
    "replication; `razdar init --admin-url` gives the right where it may."
)
_CUT = "The copy of the database is cut or changed. Nothing was started on it; take another backup."


def base_backup(url: str, *, embedded: bool) -> Iterator[bytes]:
    """A consistent copy of the whole cluster, as pieces of a tar archive.

    Args:
        url: the backup role's.
        embedded: the server is the one Razdar brings.

    Raises:
        Unavailable: it could not be made; what came so far is worthless.
        Misconfigured: there is no pg_basebackup for an external server.
    """
    program, arguments = _program(embedded)
    arguments["env"] = arguments.get("env", {"PATH": os.defpath, "LC_ALL": "C"}) | _environment(url)
    process = subprocess.Popen([program, *_OPTIONS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **arguments)
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        yield from iter(lambda: process.stdout.read(_PIECE), b"")  # type: ignore[union-attr]
        if process.wait():
            raise Unavailable(_FAILED)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def put_back(archive: Path, var: Path, sha256: str) -> None:
    """Unpack a base backup as the embedded cluster under ``var`` and give it passwords of its own.

    The bytes that are unpacked are those that are hashed, and nothing runs on them unless they are the right ones.

    Args:
        archive: the base backup.
        var: where the cluster goes.
        sha256: of the archive, 64 hexadecimal digits.

    Raises:
        Misconfigured: of another version of PostgreSQL, of another hash, or there is a cluster already; what was
            unpacked is the caller's to take away.
        Unavailable: the disk is full or fails, or the server does not recover.
    """
    places, programs = Places.under(var), binaries.find()
    places.make(programs)
    if places.data.exists():
        raise Misconfigured("There is a database here already. Restore into an empty folder.")
    data = places.data_parent(programs) / "data"
    try:
        _unpack(archive, data, sha256)
        _adopt(data, programs)
        if data != places.data:
            places.data.symlink_to(data)
        admin = secrets.token_urlsafe(32)
        _set_password(programs, data, admin)
        places.roles.touch(mode=0o600)
        places.roles.write_text(json.dumps({"admin": admin, **asdict(Passwords.generate())}))
    except OSError:
        raise Unavailable("The database could not be put back: the disk is full or fails.") from None


def take_away(var: Path) -> None:
    """Remove what ``put_back`` left, the data too where they lie elsewhere."""
    places = Places.under(var)
    if places.data.is_symlink():
        shutil.rmtree(places.data.resolve(), ignore_errors=True)
    shutil.rmtree(places.home, ignore_errors=True)


def _program(embedded: bool) -> tuple[str, dict[str, Any]]:
    if embedded:
        programs = binaries.find()
        return str(programs.folder / "pg_basebackup"), programs.popen_arguments()
    found = shutil.which("pg_basebackup")
    if found is None:
        raise Misconfigured(
            "pg_basebackup is not on this host. Install the client programs of your PostgreSQL, in its version."
        )
    return found, {"stdin": subprocess.DEVNULL}


def _environment(url: str) -> dict[str, str]:
    return {_VARIABLES[key]: value for key, value in parse(url).items() if key in _VARIABLES and value}


class _Hashed:
    """A file that is hashed as it is read, from its beginning to its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def finish(self) -> str:
        while self.read(_PIECE):
            pass
        return self._hash.hexdigest()


def _unpack(archive: Path, data: Path, sha256: str) -> None:
    data.mkdir(mode=0o700)
    try:
        with durable.opened(archive) as file:
            read = _Hashed(file)
            _extract(read, data)
            digest = read.finish()
    except tarfile.TarError:
        raise Misconfigured(_CUT) from None
    if digest != sha256:
        raise Misconfigured(_CUT)


def _extract(read: _Hashed, data: Path) -> None:
    with tarfile.open(fileobj=cast(BinaryIO, read), mode="r|") as tar:
        for member in tar:
            if not (member.isfile() or member.isdir()) or not _is_inside(member.name):
                raise Misconfigured("The copy of the database holds something that does not belong there.")
            tar.extract(member, data, set_attrs=False)


def _adopt(data: Path, programs: Programs) -> None:
    for path in (data, *data.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        programs.give(path)
    version = data / "PG_VERSION"
    if not version.exists() or version.read_text().strip() != MAJOR:
        raise Misconfigured(
            f"This backup is not of PostgreSQL {MAJOR}, which Razdar brings; restore it on its own server."
        )


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in Path(name).parts


def _set_password(programs: Programs, data: Path, password: str) -> None:
    """The first start after the copy: recovery, then one statement; nothing listens."""
    arguments = {key: value for key, value in programs.popen_arguments().items() if key != "stdin"}
    statement = f"ALTER ROLE {ADMIN} PASSWORD '{password}';\n".encode()  # urlsafe base64: nothing to escape
    command = [str(programs.folder / "postgres"), "--single", "-D", str(data), "postgres"]
    done = subprocess.run(command, input=statement, capture_output=True, check=False, cwd=data, **arguments)
    if done.returncode or b"ERROR" in done.stderr:
        raise Unavailable("The copied database does not recover: it is cut or damaged, or the disk is full.")
