"""Files that only their owner can read, and that are on the disk when a call returns.

Files are made 0600 and folders 0700 whatever the umask; they and their folders are synced (``runtime.durable``).
"""

import os
import stat
from pathlib import Path

from razdar.core.errors import Misconfigured
from razdar.runtime import durable

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_new(path: Path, content: bytes) -> None:
    """Write a new file 0600, synced; a half-written one is removed.

    Raises:
        FileExistsError: it is there; it is left as it is.
        OSError: it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o600)
            file.write(content)
            file.flush()
            os.fsync(handle)
    except BaseException:
        path.unlink()
        raise
    durable.sync(path.parent)


def require_private(path: Path) -> None:
    """Refuse a file or folder that other accounts can reach, or that this one cannot read and write.

    Raises:
        Misconfigured: group or others have any right to it, or this process lacks one.
    """
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        wanted = "700" if path.is_dir() else "600"
        raise Misconfigured(f"{path} can be reached by other accounts. Run: chmod {wanted} {path}")
    if not os.access(path, os.R_OK | os.W_OK):
        raise Misconfigured(f"{path} cannot be read and written by this account. Check its owner and its disk.")


def shred(path: Path) -> None:
    """Overwrite a small file with zeros and remove it, on the disk when this returns; one that is not there is fine.

    Blocks that the file system has moved or kept copies of are outside its reach.

    Raises:
        OSError: it could not be written or removed.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(os.fstat(handle).st_size))
        file.flush()
        os.fsync(handle)
    path.unlink()
    durable.sync(path.parent)
