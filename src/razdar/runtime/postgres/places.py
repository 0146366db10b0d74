"""Where the embedded server keeps its things under ``RAZDAR_VAR/postgres``.

=============  ===========================================================================================
data           the cluster, 0700
run            the socket's folder, 0700
roles.json     generated passwords, 0600
lock           held by the process that starts and stops the server
server.lock    inherited by the server and its children: free only when none of them is left
=============  ===========================================================================================

``data`` and ``run`` are links where the real folder has to lie elsewhere:

* the account that runs the server for root cannot enter the folder (``/root`` is 0700 and stays so): the data lie in
  ``/var/lib/razdar/instances/<random name>``;
* a socket's path is limited to about 100 bytes: a long one gets a fresh 0700 folder of ours, never a shared one.
"""

import os
import secrets
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from razdar.core.errors import Misconfigured
from razdar.runtime.postgres.binaries import ROOT_FOLDER, Programs

# sockaddr_un holds 108 bytes on Linux, 104 elsewhere, with the end mark; the name "/.s.PGSQL.5432" takes 14.
SOCKET_FOLDER_MAX = (108 if sys.platform == "linux" else 104) - 1 - 14
_SOCKET_PREFIX = "razdar-pg-"


@dataclass(frozen=True)
class Places:
    """The paths of one embedded server; ``home`` is ``RAZDAR_VAR/postgres``."""

    home: Path
    logs: Path

    @classmethod
    def under(cls, var: Path) -> "Places":
        return cls(home=var / "postgres", logs=var / "log")

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def roles(self) -> Path:
        return self.home / "roles.json"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def server_lock(self) -> Path:
        return self.home / "server.lock"

    @property
    def log(self) -> Path:
        return self.logs / "postgres.log"

    def make(self, programs: Programs) -> None:
        """Create the folders; passable but unreadable for the server's account where that is another one."""
        for folder in (self.home.parent, self.home):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o711 if programs.account else 0o700)
        self.logs.mkdir(mode=0o700, exist_ok=True)

    def data_parent(self, programs: Programs) -> Path:
        """The folder in which the data may really lie."""
        if programs.account is None or passable(self.home):
            return self.home
        # A fresh name: what an earlier folder of the same path left there is somebody's data and stays.
        folder = ROOT_FOLDER / "instances" / secrets.token_hex(8)
        for part in (folder.parent, folder):
            part.mkdir(mode=0o711, exist_ok=True)
            part.chmod(0o711)
        return folder

    def open_run(self, programs: Programs) -> Path:
        """Make an empty socket folder of ours and return its real path."""
        self.close_run()
        if (programs.account is None or passable(self.home)) and len(os.fsencode(self.run)) <= SOCKET_FOLDER_MAX:
            self.run.mkdir(mode=0o700)
            folder = self.run
        else:
            folder = _short_folder()
            self.run.symlink_to(folder)
        programs.give(folder)
        return folder

    def close_run(self) -> None:
        """Remove what an earlier run left; to be called under the lock only."""
        if self.run.is_symlink():
            folder = self.run.readlink()
            self.run.unlink()
            # The link is ours, yet what it names is removed only if it still looks like what we made.
            if folder.name.startswith(_SOCKET_PREFIX) and folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)
        elif self.run.exists():
            shutil.rmtree(self.run)


def _short_folder() -> Path:
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - mkdtemp makes a folder of our own, 0700
        if len(os.fsencode(parent)) + len(_SOCKET_PREFIX) + 10 <= SOCKET_FOLDER_MAX and Path(parent).is_dir():
            return Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir=parent))
    raise Misconfigured("There is no folder with a short enough path for PostgreSQL's socket.")


def passable(folder: Path) -> bool:
    """True when every account may walk down to the folder."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder.resolve(), *folder.resolve().parents))
