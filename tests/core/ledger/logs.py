"""A small log made in memory, honestly or not, and its export."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from razdar.core.ledger import Event, Mode, encode, layout, merkle, notes, tiles
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.findings import moment
from razdar.core.ledger.layout import Listed, Manifest
from razdar.core.ledger.notes import Algorithm, Note, SignerName, VerifierKey
from razdar.core.ledger.tiles import TileId

INSTALLATION, LOG = UUID(int=0xA), UUID(int=0xB)
NAME = SignerName(f"razdar/{INSTALLATION}")
ORIGIN = f"{NAME}/{LOG}/1"
START_MS = 1_700_000_000_000
STEP_MS = 30_000

LOG_SECRET = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
WITNESS_SECRET = Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32)
OTHER_SECRET = Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32)


def public(secret: Ed25519PrivateKey) -> bytes:
    return secret.public_key().public_bytes_raw()


LOG_KEY = VerifierKey(NAME, Algorithm.ED25519, public(LOG_SECRET))
WITNESS_KEY = VerifierKey(SignerName("witness.example"), Algorithm.COSIGNATURE, public(WITNESS_SECRET))


def entry(number: int, at_ms: int | None = None, action: str = "customers:card:view", **about: object) -> bytes:
    """An entry that is unlike every other."""
    detail = about.pop("detail", (("number", number),))
    client = about.pop("client", LOG)
    event = Event(client=client, action=action, mode=Mode.SYSTEM, detail=detail, **about)  # type: ignore[arg-type]
    return encode(event, START_MS + number * STEP_MS if at_ms is None else at_ms)


def entries(count: int, start: int = 0) -> list[bytes]:
    return [entry(number) for number in range(start, start + count)]


def root_of(items: Iterable[bytes]) -> bytes:
    return merkle.Frontier().append_many(map(merkle.leaf_hash, items)).root()


def tiles_over(items: Sequence[bytes]) -> dict[TileId, bytes]:
    """Every tile of a log with these entries."""
    return tiles.grow(0, [merkle.leaf_hash(item) for item in items], {})


def reader(found: dict[TileId, bytes]) -> merkle.Read:
    return lambda wanted: {tile: found[tile] for tile in wanted if tile in found}


def checkpoint(items: Sequence[bytes], cosigned_ms: int | None = None, origin: str = ORIGIN) -> Note:
    """A signed checkpoint over entries, co-signed if a time is given."""
    note = Checkpoint(origin, len(items), root_of(items)).signed(NAME, public(LOG_SECRET), LOG_SECRET.sign)
    if cosigned_ms is None:
        return note
    return note.with_signatures(cosign(note, cosigned_ms))


def cosign(note: Note, at_ms: int) -> notes.Signature:
    return notes.cosign(note, WITNESS_KEY.name, WITNESS_KEY.public_key, at_ms // 1000, WITNESS_SECRET.sign)


def time_of(number: int) -> int:
    return START_MS + number * STEP_MS


@dataclass
class Export:
    """Files of an export of one log, and what its reader trusts.

    Attributes:
        files: by path.
        seen: checkpoints the reader kept.
    """

    files: dict[str, bytes]
    seen: list[bytes] = field(default_factory=list)

    def change(self, path: str, how: Callable[[bytes], bytes]) -> None:
        self.files[path] = how(self.files[path])

    def bundle(self, path: str, how: Callable[[list[bytes]], list[bytes]]) -> None:
        """Change the entries of a bundle without a thought for anything else."""
        self.change(path, lambda data: tiles.encode_bundle(how(tiles.decode_bundle(data))))


def export(
    items: Sequence[bytes], minimum: int = 0, earlier: Sequence[tuple[int, int | None]] = (), origin: str = ORIGIN
) -> Export:
    """An honest export, made and co-signed at the time of its last entry.

    Args:
        items: every entry, the pruned ones too.
        minimum: the first entry still held.
        earlier: sizes of earlier checkpoints, and when each was co-signed.
        origin: of the log.
    """
    size = len(items)
    found = tiles_over(items)
    listed = Listed(UUID(origin.split("/")[2]), origin, size, minimum, LOG_KEY, (WITNESS_KEY,))
    files = {
        layout.MANIFEST: Manifest(moment(json.loads(items[-1])["at"]), (listed,)).encode(),
        "README.txt": b"Read me.\n",
        layout.CHECKPOINT: checkpoint(items, json.loads(items[-1])["at"], origin).encode(),
    }
    for path, place in layout.files(size, minimum):
        first = place.index * tiles.TILE_WIDTH
        if place.level is None:
            files[path] = tiles.encode_bundle(items[first : first + place.width])
        else:
            files[path] = found[TileId(place.level, place.index)]
    for earlier_size, at_ms in earlier:
        files[f"{layout.CHECKPOINTS}{earlier_size}"] = checkpoint(items[:earlier_size], at_ms, origin).encode()
    return Export(files)


def relisted(made: Export, **changes: object) -> None:
    """Change what the manifest says of the log."""
    manifest = layout.parse_manifest(made.files[layout.MANIFEST])
    listed = replace(manifest.logs[0], **changes)  # type: ignore[arg-type]
    made.files[layout.MANIFEST] = replace(manifest, logs=(listed,)).encode()
