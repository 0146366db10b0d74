"""Files that are whole, and on the disk, when a call returns; and files that are files when they are read.

A new name lives in its folder, and is lost with it in a power cut unless the folder is synced as well.
"""

import os
import stat
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path


def write(path: Path, pieces: Iterable[bytes], mode: int = 0o600) -> int:
    """Write a file, its mode whatever the umask; what was there is replaced in one step. Its size.

    Raises:
        OSError: it could not be written; nothing half-written is left, and what was there stays.
    """
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            os.fchmod(handle, mode)
            file.flush()
            os.fsync(handle)
            size = file.tell()
        fresh.rename(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)
    return size


def opened(path: Path) -> BufferedReader:
    """Open a plain file for reading, in a folder where others may write as well; never waits.

    Raises:
        OSError: there is none, or it is a link, a folder, a pipe or a device.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("not a plain file")
    return os.fdopen(handle, "rb")


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
