"""Overwriting and removing a file that holds personal data in clear.

What this does: the file's bytes are overwritten in place with random ones and synced, it gets a meaningless name, and
is removed. What it cannot do, and says (`HONESTLY`): file systems and disks may keep what was there before.

A file with a second name (a hard link) is left alone: its other name would be destroyed with it.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

HONESTLY = (
    "What a disk may keep all the same: copies that an SSD made while it moved blocks, what a journal or a "
    "copy-on-write file system (btrfs, ZFS, XFS with reflinks) has not reused yet, snapshots, backups, copies in other "
    "places, and the trash of the machine that the files came from. Only an encrypted disk whose key is destroyed "
    "leaves nothing."
)
GONE = "gone"
CHANGED = "what is there now is not what was imported"
_PIECE = 1 << 20


def shred_file(path: Path) -> str:
    """Overwrite and remove a file; empty when it is done, `GONE` when there is none, else why not."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return "its folder cannot be opened"
    try:
        return shred_in(folder, path.name)
    finally:
        os.close(folder)


def shred_in(folder: int, name: str, agrees: Callable[[bytes], bool] | None = None) -> str:
    """The same, for a name in an open folder; nothing that is linked from there is followed.

    Args:
        agrees: asked with what the file holds, read from what is overwritten; where it does not, the file stays.

    Raises:
        Whatever `agrees` does; the file stays.
    """
    try:
        file = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return GONE
    except OSError:
        return "it cannot be written"
    try:
        status = os.fstat(file)
        if why := _left_alone(file, status, agrees):
            return why
        _overwrite(file, status.st_size)
        _remove(folder, name)
    except OSError:
        return "the disk refused to overwrite or remove it"
    finally:
        os.close(file)
    return ""


def _left_alone(file: int, status: os.stat_result, agrees: Callable[[bytes], bool] | None) -> str:
    """Why a file is not to be destroyed; empty when it is."""
    if not stat.S_ISREG(status.st_mode):
        return "it is not an ordinary file"
    if status.st_nlink > 1:
        return "it has another name elsewhere (a hard link)"
    return CHANGED if agrees and not agrees(_whole(file, status.st_size)) else ""


def _whole(file: int, size: int) -> bytes:
    """All of a file; it stands at its beginning again."""
    with open(file, "rb", closefd=False) as opened:
        data = opened.read(size)
    os.lseek(file, 0, os.SEEK_SET)
    return data


def _overwrite(file: int, size: int) -> None:
    left = size
    while left > 0:
        left -= os.write(file, os.urandom(min(left, _PIECE)))
    os.fsync(file)


def _remove(folder: int, name: str) -> None:
    nameless = uuid4().hex
    os.rename(name, nameless, src_dir_fd=folder, dst_dir_fd=folder)
    os.unlink(nameless, dir_fd=folder)
    os.fsync(folder)
