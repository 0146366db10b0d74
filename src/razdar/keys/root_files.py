"""The root file while one root takes the place of another, and what a start does when that broke off.

=================  ===================================================================================================
root.json          the root in use
root.next.json     the root that is to take its place; written and synced before anything is re-wrapped under it
root.old.json      the one it took the place of, for the moment until it is overwritten and removed
root.lock          held by the process that changes the three
=================  ===================================================================================================

The key store says which version of the root everything is wrapped under, and changes that in one transaction. So at
every moment exactly one of the files fits, whatever broke off; a start uses that one, and removes the others only once
it has opened the store with it.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from razdar.core.crypto import passphrase
from razdar.core.crypto.material import Octets
from razdar.core.crypto.passphrase import Cost
from razdar.core.errors import Misconfigured, Unavailable
from razdar.keys import private_files
from razdar.keys.providers.passphrase_file import PassphraseFile, version_in

ROOT_NAME = "root.json"
NEXT_NAME = "root.next.json"
OLD_NAME = "root.old.json"
LOCK_NAME = "root.lock"
PATIENCE_SECONDS = 5.0

_BUSY = "Another process is changing the root or copying it. Nothing was changed; try again in a minute."
_DISK = "The root file could not be written. Check the disk and the rights of the keys folder."


class RootFiles:
    """The root files of one keys folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def path(self) -> Path:
        """The root in use."""
        return self._folder / ROOT_NAME

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes the files meanwhile.

        Raises:
            Unavailable: somebody does.
        """
        handle = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _take(handle)
            yield
        finally:
            os.close(handle)

    def prepare(self, words: Octets, version: int) -> PassphraseFile:
        """Write the next root beside the one in use, at the same cost of a guess; under the lock.

        Raises:
            Misconfigured, Unavailable: it could not be written; nothing was changed.
        """
        try:
            cost: Cost = passphrase.root_cost(self.path.read_text())
            private_files.shred(self._folder / NEXT_NAME)
            return PassphraseFile.create(self._folder / NEXT_NAME, words, cost, version)
        except OSError:
            raise Unavailable(_DISK) from None

    def promote(self) -> None:
        """Put the next root in the place of the one in use, and overwrite that; under the lock.

        Raises:
            Unavailable: the disk fails; the next start finishes it.
        """
        try:
            if (self._folder / NEXT_NAME).exists():
                if self.path.exists():
                    self.path.rename(self._folder / OLD_NAME)
                (self._folder / NEXT_NAME).rename(self.path)
                private_files.sync_folder(self._folder)
            private_files.shred(self._folder / OLD_NAME)
        except OSError:
            raise Unavailable(_DISK) from None

    def discard(self) -> None:
        """Remove a next root that nothing is wrapped under; under the lock."""
        private_files.shred(self._folder / NEXT_NAME)

    def fitting(self, version: int) -> Path:
        """The file whose root everything is wrapped under.

        Raises:
            Misconfigured: there is none.
        """
        for name in (ROOT_NAME, NEXT_NAME, OLD_NAME):
            if version_in(self._folder / name) == version:
                return self._folder / name
        if not self.path.exists():
            raise Misconfigured("The root file is missing, so the key store cannot be opened. Put it back.")
        return self.path

    def settle(self, used: Path) -> None:
        """After the store was opened with a file: give it its name, remove the others, unless a change is going on."""
        others = [self._folder / name for name in (NEXT_NAME, OLD_NAME)]
        if used == self.path and not any(path.exists() for path in others):
            return
        try:
            with self.locked():
                if not used.exists():
                    return  # the process that held the lock has just done it
                if used != self.path:
                    private_files.shred(self.path)
                    used.rename(self.path)
                    private_files.sync_folder(self._folder)
                for path in others:
                    private_files.shred(path)
        except (Unavailable, OSError):
            return  # the next start does it


def _take(handle: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Unavailable(_BUSY) from None
            time.sleep(0.02)
        else:
            return
