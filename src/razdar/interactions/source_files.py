"""Files that a table names, opened below one folder and nowhere else.

Rules:

1. A name is a path below the folder. ``..`` is refused wherever it stands, and so is an absolute path, unless somebody
   named the folder: then one that begins with it is the path below it.
2. No link is followed, not even one that stays inside: each part of the path is opened in the folder before it, so that
   nothing can be exchanged between looking and opening.
3. Only ordinary files are read, and none that is larger than what is read here.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from razdar.core.errors import BadInput, RazdarError
from razdar.runtime.imports import shredding

MISSING, OUTSIDE, UNREADABLE, LARGE = "missing-file", "outside", "unreadable-file", "large-file"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NO_WAY = {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}


class BadFile(BadInput):
    """A file that cannot be used.

    Attributes:
        reason: a code of this module.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("A file that the table names cannot be used.")
        self.reason = reason


class SourceFolder:
    """A folder that files are read from; safe to share between threads.

    Args:
        path: of the folder.
        named: somebody named it, so absolute paths that begin with it are understood.

    Raises:
        BadInput: it cannot be opened.
    """

    def __init__(self, path: Path, *, named: bool) -> None:
        self._root = f"{path.resolve()}/" if named else ""
        try:
            self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            raise BadInput("The folder of the files cannot be opened. Check its name and rights.") from None

    def close(self) -> None:
        os.close(self._folder)

    def parts(self, name: str) -> tuple[str, ...]:
        """The parts of a path below the folder.

        Raises:
            BadFile: it leads elsewhere.
        """
        path = name.replace("\\", "/")
        if self._root and path.startswith(self._root):
            path = path.removeprefix(self._root)
        parts = tuple(part for part in path.split("/") if part not in {"", "."})
        if path.startswith("/") or ".." in parts or "\0" in path or not parts:
            raise BadFile(OUTSIDE)
        return parts

    def read(self, name: str, most: int) -> bytes:
        """The whole of a file.

        Raises:
            BadFile: missing, elsewhere, not an ordinary file, not readable, or larger than ``most`` bytes.
        """
        with self._opened(name) as number, open(number, "rb", closefd=False) as file:
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode):
                raise BadFile(UNREADABLE)
            if status.st_size > most:
                raise BadFile(LARGE)
            return file.read(most)

    def shred(self, name: str, agrees: Callable[[bytes], bool]) -> str:
        """Overwrite and remove a file that holds what it should; see `razdar.runtime.imports.shredding`."""
        try:
            with self._folder_of(self.parts(name)) as folder:
                return shredding.shred_in(folder, self.parts(name)[-1], agrees)
        except BadFile as error:
            return shredding.GONE if error.reason == MISSING else "its path cannot be followed"

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        parts = self.parts(name)
        with self._folder_of(parts) as folder:
            number = _open(parts[-1], _FILE, folder)
        try:
            yield number
        except OSError:
            raise BadFile(UNREADABLE) from None
        finally:
            os.close(number)

    @contextmanager
    def _folder_of(self, parts: tuple[str, ...]) -> Iterator[int]:
        folder = os.dup(self._folder)
        try:
            for part in parts[:-1]:
                inner = _open(part, _FOLDER, folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)


def _open(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENAMETOOLONG}:
            raise BadFile(MISSING) from None
        raise BadFile(OUTSIDE if error.errno in _NO_WAY else UNREADABLE) from None
    except ValueError:
        raise BadFile(MISSING) from None


@dataclass(frozen=True, repr=False)
class SourceFile:
    """A file that may be shredded (`razdar.runtime.imports.targets.Original`), if it holds what was imported."""

    folder: SourceFolder
    name: str
    agrees: Callable[[bytes], bool]

    @property
    def place(self) -> str:
        try:
            return "/".join(self.folder.parts(self.name))
        except RazdarError:
            return self.name

    def shred(self) -> str:
        return self.folder.shred(self.name, self.agrees)
