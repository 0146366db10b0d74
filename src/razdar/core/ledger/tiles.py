"""Tiles and entry bundles: how the tree and its entries lie in files (C2SP tlog-tiles).

A tile holds up to 256 consecutive hashes of one level, 32 bytes each, left to right. Those of level 0 are the leaf
hashes; each of level L + 1 is the root of one *full* tile of level L, so eight levels of the tree are one level of
tiles. A tile once full never changes; a partial one is named with its width. An entry bundle holds the entries whose
hashes stand in the tile of level 0 with the same number, each after its length in two bytes, big endian.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from razdar.core.errors import BadInput
from razdar.core.ledger.hashing import HASH_SIZE, perfect_root

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
MAX_ENTRY: Final = 0xFFFF
"""Longest entry in bytes."""
MAX_SIZE: Final = (1 << 63) - 1
"""Most entries of a log."""

_PATH: Final = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, order=True, slots=True)
class TileId:
    """Which tile.

    Attributes:
        level: 0 for leaf hashes.
        index: number within the level, from 0.
    """

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names.

    Attributes:
        level: of a tile; ``None`` for an entry bundle.
        index: number within the level.
        width: how many hashes or entries, 1 to 256.
    """

    level: int | None
    index: int
    width: int


def path(tile: TileId, width: int = TILE_WIDTH) -> str:
    """Where a tile lies: ``tile/<L>/<N>``, with ``.p/<W>`` if it is partial.

    Raises:
        ValueError: the width is not 1 to 256, or the level not 0 to 63.
    """
    if not 0 <= tile.level <= 63:
        raise ValueError("no such level")
    return f"tile/{tile.level}/{_number(tile.index)}{_partial(width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Where an entry bundle lies: ``tile/entries/<N>``, with ``.p/<W>`` if it is partial.

    Raises:
        ValueError: the width is not 1 to 256.
    """
    return f"tile/entries/{_number(index)}{_partial(width)}"


def parse_path(text: str) -> Place:
    """What a path names.

    Raises:
        BadInput: it is not the one path of a tile or bundle.
    """
    match = _PATH.fullmatch(text)
    if match is None:
        raise BadInput("This is not the path of a tile.")
    level, number, width = match.groups()
    place = Place(
        None if level == "entries" else int(level),
        int(number.replace("x", "").replace("/", "")),
        int(width) if width else TILE_WIDTH,
    )
    if (place.level or 0) > 63 or place.width > TILE_WIDTH or place_path(place) != text:
        raise BadInput("This is not the path of a tile.")
    return place


def place_path(place: Place) -> str:
    """The path of what ``parse_path`` gave back."""
    if place.level is None:
        return entries_path(place.index, place.width)
    return path(TileId(place.level, place.index), place.width)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle.

    Raises:
        BadInput: an entry is longer than ``MAX_ENTRY``.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise BadInput(f"An entry of the log is at most {MAX_ENTRY} bytes long.")
        parts += (len(entry).to_bytes(2), entry)
    return b"".join(parts)


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        BadInput: the bundle ends within an entry, or holds more than 256.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) <= TILE_WIDTH:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start])
        if at > len(bundle) or start > len(bundle):
            raise BadInput("The entry bundle ends within an entry.")
        entries.append(bundle[start:at])
    if len(entries) > TILE_WIDTH:
        raise BadInput("The entry bundle holds too many entries.")
    return entries


def split(tile: bytes) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        BadInput: it is not made of 1 to 256 whole hashes.
    """
    if not tile or len(tile) % HASH_SIZE or len(tile) > TILE_WIDTH * HASH_SIZE:
        raise BadInput("A tile is made of 1 to 256 whole hashes.")
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]


def tiles_of(size: int, minimum: int = 0) -> Iterator[tuple[TileId, int]]:
    """Every tile of a log and its width, level by level; without those that lie wholly below ``minimum``."""
    level = 0
    while size:
        first = minimum >> TILE_HEIGHT * (level + 1)
        for index in range(first, -(-size // TILE_WIDTH)):
            yield TileId(level, index), min(TILE_WIDTH, size - index * TILE_WIDTH)
        size //= TILE_WIDTH
        level += 1


def count_of(size: int, minimum: int = 0) -> int:
    """How many tiles ``tiles_of`` gives, without going through them."""
    levels = range(-(-size.bit_length() // TILE_HEIGHT))
    counts = (-(-(size >> TILE_HEIGHT * level) // TILE_WIDTH) for level in levels)
    return sum(count - (minimum >> TILE_HEIGHT * (level + 1)) for level, count in enumerate(counts))


def width_of(tile: TileId, size: int, minimum: int = 0) -> int:
    """The width with which ``tiles_of`` gives a tile; 0 for one that it does not give."""
    if tile.index < minimum >> TILE_HEIGHT * (tile.level + 1):
        return 0
    return min(TILE_WIDTH, max(0, (size >> TILE_HEIGHT * tile.level) - tile.index * TILE_WIDTH))


def partial_tiles(size: int) -> dict[TileId, int]:
    """The partial tiles at the right edge of a log of that size, and their widths: what ``grow`` must be given."""
    found = {}
    level = 0
    while size:
        if size % TILE_WIDTH:
            found[TileId(level, size // TILE_WIDTH)] = size % TILE_WIDTH
        size //= TILE_WIDTH
        level += 1
    return found


def grow(old_size: int, leaves: Sequence[bytes], partial: Mapping[TileId, bytes]) -> dict[TileId, bytes]:
    """Every tile that changes when leaves are appended, with its whole new content.

    Args:
        old_size: entries before.
        leaves: leaf hashes to append, 32 bytes each.
        partial: the tiles of ``partial_tiles(old_size)``; others are not looked at.

    Raises:
        BadInput: a partial tile is absent or of another width.
    """
    changed: dict[TileId, bytes] = {}
    level, start, fresh = 0, old_size, leaves
    while fresh:
        index, width = divmod(start, TILE_WIDTH)
        hashes = [*_edge(partial, TileId(level, index), width), *fresh]
        roots = []
        for at in range(0, len(hashes), TILE_WIDTH):
            piece = hashes[at : at + TILE_WIDTH]
            changed[TileId(level, index + at // TILE_WIDTH)] = b"".join(piece)
            if len(piece) == TILE_WIDTH:
                roots.append(perfect_root(piece))
        level, start, fresh = level + 1, index, roots
    return changed


def _edge(partial: Mapping[TileId, bytes], tile: TileId, width: int) -> list[bytes]:
    if not width:
        return []
    content = partial.get(tile, b"")
    if len(content) != width * HASH_SIZE:
        raise BadInput("A tile at the edge of the log is absent or of another width.")
    return split(content)


def _number(index: int) -> str:
    if index < 0:
        raise ValueError("no such tile")
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups)


def _partial(width: int) -> str:
    if not 1 <= width <= TILE_WIDTH:
        raise ValueError("no such width")
    return "" if width == TILE_WIDTH else f".p/{width}"
