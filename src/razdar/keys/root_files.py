"""The root file while one root takes the place of another, and what is done when that broke off.

=================  ===================================================================================================
root.json          the root in use
root.next.json     the root that is to take its place; written and synced before anything is re-wrapped under it
root.lock          held by the process that changes the two
=================  ===================================================================================================

1. The key store says which version of the root everything is wrapped under, and changes that in one transaction. So at
   every moment exactly one of the files is the one in use, whatever broke off; it is known by its content, which is
   that of the root that has opened the store.
2. The file in use is only ever renamed. The other one is overwritten and removed, and nothing else is.
3. The exchange is finished at a start, before a bundle and before the next exchange; what fails there is left to the
   next of them, and no exchange begins on top of one that is not finished.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from razdar.core.crypto.material import Octets
from razdar.core.errors import Misconfigured, Unavailable, Unopenable
from razdar.keys import private_files
from razdar.keys.providers.passphrase_file import PassphraseFile, cost_of, version_in
from razdar.runtime import durable

ROOT_NAME = "root.json"
NEXT_NAME = "root.next.json"
LOCK_NAME = "root.lock"
PATIENCE_SECONDS = 5.0
_LOOKS = 3

_BUSY = "Another process is changing the root or copying it. Nothing was changed; try again in a minute."
_DISK = "The root file could not be written. Check the disk and the rights of the keys folder."


class RootFiles:
    """The root files of one keys folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def path(self) -> Path:
        """The root in use, unless an exchange broke off."""
        return self._folder / ROOT_NAME

    @property
    def _next(self) -> Path:
        return self._folder / NEXT_NAME

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes the files meanwhile.

        Raises:
            Unavailable: somebody does, or the disk fails.
        """
        try:
            handle = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            raise Unavailable(_DISK) from None
        try:
            _take(handle)
            yield
        finally:
            os.close(handle)

    def prepare(self, words: Octets, version: int, used: bytes) -> PassphraseFile:
        """Write the next root beside the one in use, at the same cost of a guess; under the lock, after ``finish``.

        Args:
            words: the new passphrase.
            version: of the next root.
            used: content of the root in use.

        Raises:
            Misconfigured, Unavailable: it could not be written; nothing was changed.
        """
        try:
            return PassphraseFile.create(self._next, words, cost_of(used), version)
        except (OSError, Unopenable):
            raise Unavailable(_DISK) from None

    def finish(self, used: bytes) -> None:
        """Give the file in use its name and overwrite the other one; under the lock. Repeating it changes nothing.

        Args:
            used: content of the file of the root that everything is wrapped under. Where no file has it any more, it is
                written again.

        Raises:
            Unavailable: the disk fails; what was done is whole, and the rest is left.
        """
        try:
            if _holds(self.path, used):
                private_files.shred(self._next)
                return
            if not _holds(self._next, used):
                private_files.shred(self._next)
                private_files.write_new(self._next, used)
            private_files.shred(self.path)
            self._next.rename(self.path)
            durable.sync(self._folder)
        except OSError:
            raise Unavailable(_DISK) from None

    def fitting(self, version: int) -> Path:
        """The file whose root everything is wrapped under.

        Raises:
            Misconfigured: there is none.
        """
        for _ in range(_LOOKS):  # another process may rename it between two looks
            for path in (self.path, self._next):
                if version_in(path) == version:
                    return path
        if not self.path.exists():
            raise Misconfigured("The root file is missing, so the key store cannot be opened. Put it back.")
        return self.path

    def settle(self, used: bytes, is_used: Callable[[], bool]) -> None:
        """After the store was opened with a file: finish an exchange that broke off, unless one is going on.

        Args:
            used: the file's content.
            is_used: asked under the lock: everything is still wrapped under its root.
        """
        with suppress(Unavailable, OSError):  # the next start, bundle or exchange does it
            if _holds(self.path, used) and not self._next.exists():
                return
            with self.locked():
                if is_used():
                    self.finish(used)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


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
