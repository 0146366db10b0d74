"""Exports as they lie on a disk: a folder, or a .zip file that is not unpacked."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.core.ledger.exports import UNREADABLE, Reader, Report, verify_export
from razdar.core.ledger.notes import Algorithm, VerifierKey

MAX_FILE: Final = 32 * 1024 * 1024
"""Longest file in an export in bytes; a full entry bundle is at most 16 MiB and a little."""

_CAUSES: Final = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


class Folder(Mapping[str, bytes]):
    """The files of a folder by their path, each read when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        path = self._folder / name
        try:
            if path.stat().st_size > MAX_FILE:
                raise BadInput("A file of the export is too long.")
            return path.read_bytes()
        except OSError as error:
            raise BadInput("A file of the export cannot be read.") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Archive(Mapping[str, bytes]):
    """The files of a .zip file by their path, each unpacked when asked for.

    Raises:
        BadInput: it is no such file, or names a file twice.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except _CAUSES as error:
            raise BadInput("The export is neither a folder nor a .zip file that can be read.") from error
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        self._infos = {info.filename: info for info in infos}
        if len(infos) != len(self._infos):
            raise BadInput("The export names a file twice.")

    def __getitem__(self, name: str) -> bytes:
        info = self._infos[name]
        if info.file_size > MAX_FILE:
            raise BadInput("A file of the export is too long.")
        try:
            return self._zip.read(info)
        except _CAUSES as error:
            raise BadInput("A file of the export cannot be read.") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)


def opened(export: Path) -> Reader:
    """The files of an export, wherever it lies.

    Raises:
        BadInput: it is neither a folder nor a .zip file that can be read.
    """
    return Folder(export) if export.is_dir() else Archive(export)


def verify(
    export: Path,
    log_keys: Sequence[VerifierKey] = (),
    witness_keys: Sequence[VerifierKey] = (),
    seen: Sequence[Path] = (),
    expected: Sequence[UUID] = (),
) -> Report:
    """Check an export on a disk.

    Args:
        export: a folder or a .zip file.
        log_keys, witness_keys: whom to trust; the export's own keys where there are none.
        seen: files with checkpoints kept from earlier.
        expected: the logs that must be in it, and no others; any, if there are none.

    Raises:
        BadInput: a checkpoint cannot be read.
    """
    try:
        reader = opened(export)
    except BadInput:
        return Report((), (UNREADABLE,))
    return verify_export(
        reader,
        log_keys=log_keys,
        witness_keys=witness_keys,
        seen=[_read(file) for file in seen],
        expected=expected,
        now=datetime.now(UTC),
    )


def key(text: str, algorithm: Algorithm) -> VerifierKey:
    """A trusted key as somebody typed it.

    Raises:
        BadInput: it is not a key, or not of this kind.
    """
    found = VerifierKey.parse(text)
    if found.algorithm is not algorithm:
        wanted = "of a log" if algorithm is Algorithm.ED25519 else "of a witness"
        raise BadInput(f"This is not the key {wanted}.")
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput("A checkpoint that was handed in cannot be read.") from error
