"""Exports of logs, for somebody who verifies them without this installation (:mod:`razdar.core.ledger.layout`).

1. Making an export is an event of its own, committed before anything is read.
2. An export shows a log at its newest checkpoint: tiles are cut to that size, and entry bundles are made from the
   entries. What was appended meanwhile is not in it.
3. It is made piece by piece, each in a short transaction: a page's connection is not held while somebody downloads.
   Where entries were pruned meanwhile, it ends with an error instead of a hole.
4. What is stored is written as it is. Whether it is what was signed is for the verifier to say.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db.models import Min

from razdar.audit.models import Checkpoint, Entry, Witness
from razdar.audit.sequencing import trees
from razdar.audit.sequencing.trees import Held
from razdar.core.errors import BadInput, NotFound, Unavailable
from razdar.core.ledger import checkpoints, layout, notes, tiles, verify_alone
from razdar.core.ledger.hashing import HASH_SIZE
from razdar.core.ledger.layout import Listed, Manifest
from razdar.core.ledger.notes import VerifierKey
from razdar.core.ledger.tiles import TILE_WIDTH, Place, TileId

EXPORT: Final = "oversight:log:export"
_README: Final = """\
This is an export of an audit log of Razdar. To check it, on any computer with Python 3.9 or newer:

    python3 -I verify.py{logs} --log-key KEY --witness-key KEY

{told}Take the keys from somebody you trust, not from manifest.json: the operator of the log prints its key with
"razdar log key", and whoever runs a witness prints that one's with "razdar witness show --folder FOLDER".
Keep the file "checkpoint". Handed to the next check with --seen, it shows that nothing was taken back since.
"""
_WHICH: Final = "The id after --log is the client's: compare it with the one that the page of the log shows.\n"

File = tuple[str, bytes]


@dataclass(frozen=True)
class Source:
    """Where logs are read from.

    Attributes:
        alias: the connection.
        held: opens what a read through it needs.
    """

    alias: str
    held: Held

    def files(self, logs: Iterable[UUID], log_key: VerifierKey, now: datetime) -> Iterator[File]:
        """All files of an export, by path.

        Raises:
            NotFound: none of these logs was ever signed.
            Unavailable: entries were pruned while the export was made; what came until then is of no use.
        """
        found = [log for log in map(self._log, logs) if log is not None]
        if not found:
            raise NotFound("There is no such log yet.")
        manifest = Manifest(now.strftime("%Y-%m-%dT%H:%M:%SZ"), tuple(log.listed(log_key) for log in found))
        yield "README.txt", _readme(manifest).encode()
        yield "verify.py", verify_alone.source()
        yield layout.MANIFEST, manifest.encode()
        for log, listed in zip(found, manifest.logs, strict=True):
            folder = manifest.folder(listed)
            yield from ((folder + name, content) for name, content in log.files())

    def _log(self, log: UUID) -> "_Log | None":
        with self.held():
            newest = Checkpoint.objects.using(self.alias).filter(log=log).order_by("-size").first()
            if newest is None:
                return None
            first = Entry.objects.using(self.alias).filter(log=log).aggregate(first=Min("index"))["first"]
            witnesses = Witness.objects.using(self.alias).order_by("added_at")
            keys = [witness.vkey for witness in witnesses if witness.client in {None, log}]
        return _Log(self, log, bytes(newest.note), newest.size, first or 0, tuple(dict.fromkeys(keys)))


@dataclass(frozen=True)
class _Log:
    source: Source
    log: UUID
    note: bytes
    size: int
    first: int
    witnesses: tuple[str, ...]

    @property
    def minimum(self) -> int:
        """The first entry of the first bundle that is held: somebody may have taken entries out of it."""
        return min(self.first, self.size) // TILE_WIDTH * TILE_WIDTH

    def listed(self, log_key: VerifierKey) -> Listed:
        origin = checkpoints.parse_text(notes.parse(self.note).text).origin
        witness_keys = tuple(map(VerifierKey.parse, self.witnesses))
        return Listed(self.log, origin, self.size, self.minimum, log_key, witness_keys)

    def files(self) -> Iterator[File]:
        yield layout.CHECKPOINT, self.note
        yield from self._earlier()
        for path, place in layout.files(self.size, self.minimum):
            yield path, self._tile(place) if place.level is not None else self._bundle(place)

    def _earlier(self) -> Iterator[File]:
        with self.source.held():
            known = Checkpoint.objects.using(self.source.alias).filter(log=self.log, size__lt=self.size)
            sizes = list(known.order_by("size").values_list("size", flat=True))
        for size in sizes:
            with self.source.held():
                found = Checkpoint.objects.using(self.source.alias).filter(log=self.log, size=size).first()
            # It may have been thinned out meanwhile; and one of an earlier generation is another log's.
            if found is not None and self._is_ours(bytes(found.note)):
                yield f"{layout.CHECKPOINTS}{size}", bytes(found.note)

    def _is_ours(self, note: bytes) -> bool:
        return note.partition(b"\n")[0] == self.note.partition(b"\n")[0]

    def _tile(self, place: Place) -> bytes:
        tile = TileId(place.level or 0, place.index)
        found = trees.reader(self.source.alias, self.log, self.source.held)([tile])
        if not found:
            self._check_still_held()
        return found.get(tile, b"")[: place.width * HASH_SIZE]

    def _bundle(self, place: Place) -> bytes:
        first = place.index * TILE_WIDTH
        with self.source.held():
            payloads = trees.payloads(self.source.alias, self.log, first, first + place.width)
        if not payloads:
            self._check_still_held()
        return tiles.encode_bundle(payloads)

    def _check_still_held(self) -> None:
        with self.source.held():
            first = Entry.objects.using(self.source.alias).filter(log=self.log).aggregate(first=Min("index"))["first"]
        if (first or 0) > self.first:
            raise Unavailable("Old entries were given up while the export was made. Make it again.")


def _readme(manifest: Manifest) -> str:
    """What to type; of one client's log, its id too, lest another log be taken for it."""
    if len(manifest.logs) > 1:
        return _README.format(logs="", told="")
    return _README.format(logs=f" --log {manifest.logs[0].log}", told=_WHICH)


def to_folder(target: Path, files: Iterable[File]) -> None:
    """Write an export into a new folder.

    Raises:
        BadInput: there is something already.
    """
    try:
        target.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise BadInput(f"{target} must be a new folder in a place that can be written.") from error
    for name, content in files:
        path = target / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content)


def to_zip(target: Path, files: Iterable[File]) -> None:
    """Write an export into a new .zip file; one that was not finished is removed.

    Raises:
        BadInput: there is something already.
    """
    try:
        file = target.open("xb")
    except OSError as error:
        raise BadInput(f"{target} must be a new file in a place that can be written.") from error
    try:
        with file:
            file.writelines(zipped(files))
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """The export as a .zip file, in pieces; about one file of it is in memory at a time."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
            yield pieces.take()
    yield pieces.take()


class _Pieces(io.RawIOBase):
    """What was written, to be taken away; cannot be rewound."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken
