"""The tree: by the definition, with proofs that hold and forged ones that do not."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import merkle, tiles
from tests.core.ledger.logs import reader

sizes = st.integers(1, 1200)
# Trees over the numbers 0, 1, 2 ... ; one of more than two levels of tiles, made once.
LEAVES = [merkle.leaf_hash(number.to_bytes(4)) for number in range(66_000)]
TILES = tiles.grow(0, LEAVES, {})
READ = reader(TILES)


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word by word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive(leaves[:split]) + naive(leaves[split:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive(leaves[:split])]


def naive_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [naive(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*naive_proof(old, leaves[:split], whole), naive(leaves[split:])]
    return [*naive_proof(old - split, leaves[split:], False), naive(leaves[:split])]


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def test_the_roots_of_certificate_transparency() -> None:
    """The vectors of the reference implementation of RFC 6962."""
    entries = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    entries.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    frontier = merkle.Frontier()
    assert frontier.root() == sha256(b"").digest()
    for size, root in roots.items():
        frontier = frontier.append_many([merkle.leaf_hash(entries[size - 1])])
        assert frontier.root().hex() == root


@given(sizes, st.data())
def test_roots_follow_the_definition(size: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, size))
    grown = merkle.Frontier().append_many(LEAVES[:part]).append_many(LEAVES[part:size])
    assert grown.root() == merkle.root(size, READ) == naive(LEAVES[:size])
    assert merkle.frontier(size, READ) == grown


@given(sizes, st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion_proof(index, size, READ), naive(LEAVES[:size])
    assert list(proof) == naive_path(index, LEAVES[:size])
    merkle.verify_inclusion(LEAVES[index], index, size, proof, root)


@given(sizes, st.data())
def test_consistency(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    proof = merkle.consistency_proof(old, new, READ)
    assert list(proof) == (naive_proof(old, LEAVES[:new]) if old else [])
    merkle.verify_consistency(old, naive(LEAVES[:old]), new, naive(LEAVES[:new]), proof)


@given(sizes.filter(lambda size: size > 1), st.data())
def test_a_forged_inclusion_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root = list(merkle.inclusion_proof(index, size, READ)), merkle.root(size, READ)
    at = data.draw(st.integers(0, len(proof) - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    forged = [
        (flipped(LEAVES[index]), index, size, proof, root),
        (LEAVES[index], other, size, proof, root),
        (LEAVES[other], index, size, proof, root),
        (LEAVES[index], index, size, [*proof[:at], flipped(proof[at]), *proof[at + 1 :]], root),
        (LEAVES[index], index, size, proof[:-1], root),
        (LEAVES[index], index, size, [*proof, root], root),
        (LEAVES[index], index, size, [*proof[:-1], proof[-1][:31]], root),
        (LEAVES[index], index, index, proof, root),
        (LEAVES[index], index, size, proof, flipped(root)),
    ]
    for arguments in forged:
        with pytest.raises(Unverifiable):
            merkle.verify_inclusion(*arguments)


@given(sizes.filter(lambda size: size > 1), st.data())
def test_a_forged_consistency_is_refused(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = list(merkle.consistency_proof(old, new, READ))
    before, after = merkle.root(old, READ), merkle.root(new, READ)
    at = data.draw(st.integers(0, len(proof) - 1))
    forged = [
        (old, flipped(before), new, after, proof),
        (old, before, new, flipped(after), proof),
        (old, before, new, after, [*proof[:at], flipped(proof[at]), *proof[at + 1 :]]),
        (old, before, new, after, proof[:-1]),
        (old, before, new, after, [*proof, after]),
        (old, before, new, after, []),
        (new, after, old, before, proof),
        (0, before, new, after, proof),
        (0, merkle.EMPTY_ROOT, new, after, proof),
        (new, after, new, after, proof),
        (new, before, new, after, []),
    ]
    for arguments in forged:
        with pytest.raises(Unverifiable):
            merkle.verify_consistency(*arguments)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 66_000])
def test_three_levels_of_tiles(size: int) -> None:
    root = merkle.Frontier().append_many(LEAVES[:size]).root()
    assert merkle.root(size, READ) == root
    for index in (0, 255, 256, 65_279, size - 1):
        merkle.verify_inclusion(LEAVES[index], index, size, merkle.inclusion_proof(index, size, READ), root)
    for old in (1, 256, 40_000, 65_280):
        before = merkle.root(old, READ)
        merkle.verify_consistency(old, before, size, root, merkle.consistency_proof(old, size, READ))


@given(st.integers(1, 5), st.data())
def test_a_pruned_log_proves_what_it_holds(pruned: int, data: st.DataObject) -> None:
    minimum = pruned * 256
    size = data.draw(st.integers(minimum + 1, 1600))
    held = {tile: content for tile, content in TILES.items() if (tile.index + 1) << 8 * (tile.level + 1) > minimum}
    index, old = data.draw(st.integers(minimum, size - 1)), data.draw(st.integers(minimum, size))
    root, read = naive(LEAVES[:size]), reader(held)
    merkle.verify_inclusion(LEAVES[index], index, size, merkle.inclusion_proof(index, size, read), root)
    proof = merkle.consistency_proof(old, size, read)
    merkle.verify_consistency(old, merkle.root(old, read), size, root, proof)
    with pytest.raises(BadInput):
        merkle.inclusion_proof(0, size, read)


def test_tiles_that_are_too_narrow_are_refused() -> None:
    short = {tile: content[:-32] for tile, content in tiles.grow(0, LEAVES[:10], {}).items()}
    with pytest.raises(BadInput):
        merkle.root(10, reader(short))
    with pytest.raises(BadInput):
        merkle.root(10, reader({}))


def test_all_tiles_of_a_proof_are_read_at_once() -> None:
    asked: list[int] = []

    def counting(wanted: object) -> dict[tiles.TileId, bytes]:
        asked.append(1)
        return {tile: TILES[tile] for tile in wanted}  # type: ignore[attr-defined]

    merkle.inclusion_proof(5, 66_000, counting)
    assert len(asked) == 1


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="entry"):
        merkle.inclusion_proof(index, size, READ)
    with pytest.raises(ValueError, match="backwards"):
        merkle.consistency_proof(4, 3, READ)


def test_a_frontier_fits_its_size() -> None:
    for size, hashes in [(1, ()), (3, (LEAVES[0],)), (-1, ()), (1, (b"short",))]:
        with pytest.raises(BadInput):
            merkle.Frontier(size, hashes)
