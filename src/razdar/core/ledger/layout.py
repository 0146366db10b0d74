"""What lies where in an export, a folder or a .zip file.

::

    README.txt verify.py manifest.json
    checkpoint checkpoints/<size> tile/<L>/<N>[.p/<W>] tile/entries/<N>[.p/<W>]

If it holds several logs, the second line lies in a folder for each, named with the log's id. Nothing else is in it:
just the tiles and bundles of the size in ``checkpoint``, without those wholly below ``minimum``, the first entry
still held, which is a multiple of 256. ``checkpoints`` keeps earlier ones, those that a witness co-signed above all.

The manifest is a convenience: what it says is checked against what is signed, and its keys are shown, not trusted.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.core.ledger import origins, tiles
from razdar.core.ledger.notes import Algorithm, VerifierKey

MANIFEST: Final = "manifest.json"
CHECKPOINT: Final = "checkpoint"
CHECKPOINTS: Final = "checkpoints/"
ENCLOSED: Final = frozenset({MANIFEST, "README.txt", "verify.py"})
FORMAT: Final = "razdar-log-export"
VERSION: Final = 1
_TIME: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """A log in the manifest.

    Attributes:
        log: its id; the nil id for the installation's own.
        origin: ``razdar/<installation>/<log>/<generation>``.
        size: number of entries, the pruned ones included.
        minimum: index of the first entry still held, a multiple of 256.
        log_key: signs its checkpoints.
        witness_keys: of those who co-sign.

    Raises:
        BadInput: the values do not fit together.
    """

    log: UUID
    origin: str
    size: int
    minimum: int
    log_key: VerifierKey
    witness_keys: tuple[VerifierKey, ...] = ()

    def __post_init__(self) -> None:
        origin = origins.parse(self.origin)
        if origin.log != self.log or origin.key_name != self.log_key.name:
            raise BadInput("The origin of a log does not fit its id or key.")
        if not 0 <= self.minimum <= self.size <= tiles.MAX_SIZE or self.minimum % tiles.TILE_WIDTH:
            raise BadInput("The size or minimum of a log is out of range.")
        kinds = [key.algorithm for key in (self.log_key, *self.witness_keys)]
        if kinds != [Algorithm.ED25519] + [Algorithm.COSIGNATURE] * len(self.witness_keys):
            raise BadInput("A key of a log is of the wrong kind.")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export says it holds.

    Attributes:
        made_at: when, as ``2026-01-31T12:00:00Z``.
        logs: at least one, no log twice.

    Raises:
        BadInput: that is not a time.
    """

    made_at: str
    logs: tuple[Listed, ...]

    def __post_init__(self) -> None:
        try:
            if not _TIME.fullmatch(self.made_at):
                raise ValueError
            datetime.fromisoformat(self.made_at)
        except ValueError:
            raise BadInput("The time of an export looks like 2026-01-31T12:00:00Z.") from None

    @property
    def made_ms(self) -> int:
        """When, in milliseconds since 1970."""
        return (datetime.fromisoformat(self.made_at) - _EPOCH) // timedelta(milliseconds=1)

    def folder(self, listed: Listed) -> str:
        """What the paths of a log begin with: nothing, or its id and a slash."""
        return "" if len(self.logs) == 1 else f"{listed.log}/"

    def encode(self) -> bytes:
        """The bytes of ``manifest.json``."""
        logs = [
            {
                "log": str(item.log),
                "origin": item.origin,
                "size": item.size,
                "minimum": item.minimum,
                "log_key": item.log_key.format(),
                "witness_keys": [key.format() for key in item.witness_keys],
            }
            for item in self.logs
        ]
        body = {"format": FORMAT, "version": VERSION, "made_at": self.made_at, "logs": logs}
        return json.dumps(body, indent=1).encode() + b"\n"


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        BadInput: it is malformed, of another version, or lists nothing or a log twice.
    """
    try:
        body = json.loads(data)
        if (body["format"], body["version"]) != (FORMAT, VERSION):
            raise BadInput("The manifest is of another format.")
        logs = tuple(map(_listed, body["logs"]))
        made_at = _exactly(str, body["made_at"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput("The manifest is malformed.") from error
    if not logs or len({item.log for item in logs}) != len(logs):
        raise BadInput("The manifest lists no log, or one twice.")
    return Manifest(made_at, logs)


def _listed(item: dict[str, Any]) -> Listed:
    return Listed(
        origins.parse_uuid(item["log"]),
        _exactly(str, item["origin"]),
        _exactly(int, item["size"]),
        _exactly(int, item["minimum"]),
        VerifierKey.parse(item["log_key"]),
        tuple(VerifierKey.parse(text) for text in item["witness_keys"]),
    )


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value


def files(size: int, minimum: int = 0) -> Iterator[tuple[str, tiles.Place]]:
    """Every tile and entry bundle of a log in an export: its path, and what it is."""
    for tile, width in tiles.tiles_of(size, minimum):
        yield tiles.path(tile, width), tiles.Place(tile.level, tile.index, width)
        if tile.level == 0:
            yield tiles.entries_path(tile.index, width), tiles.Place(None, tile.index, width)
