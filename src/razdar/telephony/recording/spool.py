"""The spool: parts of running streams on this host's disk, as ciphertext, until they are segments in the store.

* One file a part, ``CLIENT.STREAM.NUMBER.part``, 0600 in a folder of its own that only this account can reach. What is
  appended is on the disk when ``append`` returns: a power cut takes the last half second.
* One recorder uses a spool: a lock in it is held for life.
* It has a bound. Over four fifths of it no new stream begins here; at the bound the running ones end.
* A short write is taken back, so that a part is never torn by a full disk.

Functions block and are called from threads, for one stream at a time.
"""

import errno
import fcntl
import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from razdar.core.errors import Misconfigured, Unavailable

MOST_BYTES = 4 << 30
"""Ten hours of one call's both sides are 600 MB; two hundred calls fill this in twenty minutes without a store."""
_NAME = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\.(\d{6})\.part")


class Full(Unavailable):
    """The spool, or its disk, has no room."""

    code = "spool-full"


@dataclass(frozen=True, slots=True)
class PartFile:
    """A part in the spool."""

    client: UUID
    stream: UUID
    number: int
    path: Path


class Spool:
    """The spool of one recorder.

    Args:
        folder: made when it is missing.
        most: bytes it may hold.

    Raises:
        Unavailable: another recorder uses it.
        Misconfigured: other accounts can reach it, or it cannot be written.
    """

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most
        self._lock = threading.Lock()
        self._open: dict[tuple[UUID, int], int] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_mode & 0o077:
                raise Misconfigured(f"Other accounts can reach {folder}. Run: chmod 700 {folder}")
            self._held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            raise Misconfigured(f"The recorder cannot write its spool in {folder}. Check its rights.") from None
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._held)
            raise Unavailable(f"Another recorder uses the spool in {folder}.") from None
        self._bytes = sum(part.path.stat().st_size for part in self.parts())

    @property
    def fullness(self) -> float:
        """How much of the bound is used: 1.0 is all."""
        return self._bytes / self._most

    def append(self, client: UUID, stream: UUID, number: int, data: bytes) -> None:
        """Append to a part, which is made when it is missing.

        Raises:
            Full: it does not fit; nothing of it was kept.
        """
        with self._lock:
            if self._bytes + len(data) > self._most:
                raise Full("The recorder's spool is full.")
            self._bytes += len(data)
        handle = self._open.get((stream, number))
        try:
            if handle is None:
                handle = self._made(client, stream, number)
            _write_whole(handle, data)
            os.fdatasync(handle)
        except OSError:
            self._account(-len(data))
            raise Full("The disk of the recorder's spool is full or fails.") from None

    def close(self, stream: UUID, number: int) -> None:
        """Nothing more is appended to a part."""
        handle = self._open.pop((stream, number), None)
        if handle is not None:
            os.close(handle)

    def remove(self, client: UUID, stream: UUID, number: int) -> None:
        """Remove a part; one that is not there is fine."""
        self.close(stream, number)
        path = self._path(client, stream, number)
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            self._account(-size)

    def parts(self) -> Iterator[PartFile]:
        """The parts that are there, by stream and number."""
        for path in sorted(self._folder.iterdir()):
            if found := _NAME.fullmatch(path.name):
                yield PartFile(UUID(found[1]), UUID(found[2]), int(found[3]), path)

    def release(self) -> None:
        """Let go of the spool; what is in it stays."""
        for stream, number in list(self._open):
            self.close(stream, number)
        os.close(self._held)

    def _made(self, client: UUID, stream: UUID, number: int) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        handle = os.open(self._path(client, stream, number), flags, 0o600)
        self._open[stream, number] = handle
        folder = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return handle

    def _path(self, client: UUID, stream: UUID, number: int) -> Path:
        return self._folder / f"{client.hex}.{stream.hex}.{number:06}.part"

    def _account(self, change: int) -> None:
        with self._lock:
            self._bytes += change


def _write_whole(handle: int, data: bytes) -> None:
    """Write all of it, or leave the file as long as it was."""
    before = os.fstat(handle).st_size
    try:
        written = os.write(handle, data)
        if written != len(data):
            raise OSError(errno.ENOSPC, "short write")
    except OSError:
        os.ftruncate(handle, before)
        raise
