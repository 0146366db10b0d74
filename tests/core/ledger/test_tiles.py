"""Tiles: grown step by step or at once, found by one path, read strictly."""

import sys
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput
from razdar.core.ledger import merkle, tiles
from razdar.core.ledger.tiles import Place, TileId

LEAVES = [merkle.leaf_hash(number.to_bytes(4)) for number in range(70_000)]


@given(st.lists(st.integers(0, 600), max_size=6))
def test_tiles_grown_step_by_step_are_those_grown_at_once(steps: list[int]) -> None:
    stepwise: dict[TileId, bytes] = {}
    size = 0
    for step in steps:
        edge = {tile: stepwise[tile] for tile in tiles.partial_tiles(size)}
        stepwise |= tiles.grow(size, LEAVES[size : size + step], edge)
        size += step
    assert stepwise == tiles.grow(0, LEAVES[:size], {})
    assert {tile: len(content) // 32 for tile, content in stepwise.items()} == dict(tiles.tiles_of(size))


def test_the_example_of_the_specification() -> None:
    """A tree of size 70,000: 273 full tiles, one of 112; one full of level 1, one of 17; one of 1 on level 2."""
    grown = tiles.grow(0, LEAVES, {})
    widths = dict(tiles.tiles_of(70_000))
    assert {tile: len(content) // 32 for tile, content in grown.items()} == widths
    assert [widths[TileId(0, index)] for index in (0, 272, 273)] == [256, 256, 112]
    assert [widths[tile] for tile in (TileId(1, 0), TileId(1, 1), TileId(2, 0))] == [256, 17, 1]
    assert len(widths) == 274 + 2 + 1
    assert tiles.partial_tiles(70_000) == {TileId(0, 273): 112, TileId(1, 1): 17, TileId(2, 0): 1}
    assert dict(tiles.tiles_of(256)) == {TileId(0, 0): 256, TileId(1, 0): 1}


def test_pruned_tiles_are_left_out() -> None:
    held = dict(tiles.tiles_of(70_000, 66_000))
    assert min(tile.index for tile in held if tile.level == 0) == 66_000 // 256
    assert [tile for tile in held if tile.level > 0] == [TileId(1, 1), TileId(2, 0)]


@pytest.mark.parametrize("edge", [{}, {TileId(0, 0): bytes(32)}, {TileId(0, 0): bytes(33)}])
def test_growing_needs_the_edge(edge: dict[TileId, bytes]) -> None:
    with pytest.raises(BadInput):
        tiles.grow(3, LEAVES[:1], edge)


def test_paths() -> None:
    assert tiles.path(TileId(0, 0)) == "tile/0/000"
    assert tiles.path(TileId(3, 1_234_067)) == "tile/3/x001/x234/067"
    assert tiles.path(TileId(0, 273), 112) == "tile/0/273.p/112"
    assert tiles.entries_path(1000) == "tile/entries/x001/000"
    assert tiles.entries_path(1_234_067, 1) == "tile/entries/x001/x234/067.p/1"


@given(st.none() | st.integers(0, 63), st.integers(0, 2**60), st.integers(1, 256))
def test_a_path_names_one_tile(level: int | None, index: int, width: int) -> None:
    place = Place(level, index, width)
    assert tiles.parse_path(tiles.place_path(place)) == place


@pytest.mark.parametrize(
    "text",
    [
        "", "tile/0/0", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/1000", "tile/0/x000/000", "tile/0/001/002",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/257", "tile/0/000/", "/tile/0/000",
        "tile/0/٠٠٠", "tile/entries/x1/000", "tile/data/000", "tile/0/000.p/1\n", "tile/0/../000",
    ],
)  # fmt: skip
def test_other_paths_name_nothing(text: str) -> None:
    with pytest.raises(BadInput):
        tiles.parse_path(text)


@given(st.text(alphabet="tile/entries0123x.p", max_size=24))
def test_whatever_is_read_as_a_path_is_the_path(text: str) -> None:
    try:
        place = tiles.parse_path(text)
    except BadInput:
        return
    assert tiles.place_path(place) == text


@pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_are_no_other_tiles(level: int, index: int, width: int) -> None:
    with pytest.raises(ValueError, match="no such"):
        tiles.path(TileId(level, index), width)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles(entries: list[bytes]) -> None:
    assert tiles.decode_bundle(tiles.encode_bundle(entries)) == entries


def test_a_bundle_is_lengths_and_entries() -> None:
    assert tiles.encode_bundle([b"a", b"", b"bc"]) == b"\x00\x01a\x00\x00\x00\x02bc"
    longest = bytes(tiles.MAX_ENTRY)
    assert tiles.decode_bundle(tiles.encode_bundle([longest])) == [longest]
    with pytest.raises(BadInput):
        tiles.encode_bundle([longest + b"\0"])


@pytest.mark.parametrize("bundle", [b"\0", b"\0\1", b"\0\2a", b"\0\1ab", b"\0\0" * 257])
def test_a_malformed_bundle_is_refused(bundle: bytes) -> None:
    with pytest.raises(BadInput):
        tiles.decode_bundle(bundle)


@given(st.binary(max_size=64))
def test_whatever_is_read_as_a_bundle_is_that_bundle(data: bytes) -> None:
    try:
        entries = tiles.decode_bundle(data)
    except BadInput:
        return
    assert tiles.encode_bundle(entries) == data


@pytest.mark.parametrize("tile", [b"", bytes(31), bytes(33), bytes(257 * 32)])
def test_a_malformed_tile_is_refused(tile: bytes) -> None:
    with pytest.raises(BadInput):
        tiles.split(tile)


def test_what_growing_costs(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed; the bound is ten times what a slow machine needs."""
    leaves = [merkle.leaf_hash(number.to_bytes(4)) for number in range(25_600)]
    start = process_time()
    grown: dict[tiles.TileId, bytes] = {}
    for at in range(0, len(leaves), 100):
        edge = {tile: grown[tile] for tile in tiles.partial_tiles(at)}
        grown |= tiles.grow(at, leaves[at : at + 100], edge)
    cost = (process_time() - start) / len(leaves) * 1e6
    with capsys.disabled():
        sys.stdout.write(f"\ntiles: {cost:.2f} us of processor a leaf, 100 leaves at a time\n")
    assert cost < 50


@given(st.integers(0, 300_000), st.integers(0, 1200))
def test_tiles_are_counted_and_known_without_going_through_them(size: int, minimum: int) -> None:
    minimum = min(minimum, size // 256) * 256
    there = dict(tiles.tiles_of(size, minimum))
    assert tiles.count_of(size, minimum) == len(there)
    for level in range(4):
        for index in {0, minimum // 256, size // 256, size // 256 + 1, max(0, size // 256 - 1)}:
            tile = TileId(level, index)
            assert tiles.width_of(tile, size, minimum) == there.get(tile, 0)


def test_of_the_largest_log_too() -> None:
    assert tiles.count_of(tiles.MAX_SIZE) > 2**55
    assert tiles.width_of(TileId(7, 0), tiles.MAX_SIZE) == 127


def test_a_bundle_of_nothing_but_lengths_is_given_up_early() -> None:
    with pytest.raises(BadInput, match="too many"):
        tiles.decode_bundle(bytes(2 * 257) + b"\xff")
