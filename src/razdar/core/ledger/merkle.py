"""The Merkle tree of a log: its root, proofs that an entry is in it, proofs that it only grew (RFC 9162 section 2.1).

1. A tree over n entries splits at the largest power of two below n; so it is a row of perfect subtrees, the largest
   first. Their roots (the *frontier*) are all that is needed to append.
2. Nodes are read from tiles. A tile may hold more than the size asked for: what lies beyond is not looked at. A perfect
   subtree is computed from the highest level of tiles that shows it: a pruned log can still prove what it holds.
3. A proof that does not hold, for whatever reason, is ``Unverifiable``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger.hashing import EMPTY_ROOT, HASH_SIZE, fold, leaf_hash, node_hash, perfect_root
from razdar.core.ledger.tiles import TILE_HEIGHT, TileId

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "Read",
    "consistency_proof",
    "frontier",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
]

Read = Callable[[Sequence[TileId]], Mapping[TileId, bytes]]
"""Reads tiles; those that do not exist are left out of the answer."""

_Span = tuple[int, int]  # entries from, up to and without
_MAX_PROOF: Final = 64


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree.

    Attributes:
        size: number of entries.
        hashes: roots of its perfect subtrees, the largest first: one for every bit set in ``size``.

    Raises:
        BadInput: the number of hashes does not fit the size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count() or any(len(h) != HASH_SIZE for h in self.hashes):
            raise BadInput("The edge of the tree does not fit its size.")

    def append_many(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after appending leaf hashes."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            node, full = leaf, size
            while full & 1:
                node = node_hash(hashes.pop(), node)
                full >>= 1
            hashes.append(node)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """The root of the tree, 32 bytes."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT


def frontier(size: int, read: Read) -> Frontier:
    """The frontier of the tree at that size, from tiles.

    Raises:
        BadInput: a tile needed is absent or too narrow.
    """
    spans = _perfect(0, size)
    nodes = _nodes(spans, read)
    return Frontier(size, tuple(nodes[span] for span in spans))


def root(size: int, read: Read) -> bytes:
    """The root of the tree at that size, from tiles.

    Raises:
        BadInput: a tile needed is absent or too narrow.
    """
    return frontier(size, read).root()


def inclusion_proof(index: int, size: int, read: Read) -> tuple[bytes, ...]:
    """The proof that an entry is in the tree of that size: the siblings on its way to the root, the lowest first.

    Raises:
        ValueError: there is no such entry.
        BadInput: a tile needed is absent or too narrow.
    """
    if not 0 <= index < size:
        raise ValueError("no such entry")
    path: list[_Span] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return _roots(path[::-1], read)


def consistency_proof(old: int, new: int, read: Read) -> tuple[bytes, ...]:
    """The proof that the tree of size ``new`` begins with the tree of size ``old``; empty if either is trivial.

    Raises:
        ValueError: the sizes run backwards.
        BadInput: a tile needed is absent or too narrow.
    """
    if not 0 <= old <= new:
        raise ValueError("the sizes run backwards")
    if old in {0, new}:
        return ()
    spans: list[_Span] = []
    low, high = 0, new
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    if low:
        spans.append((low, high))
    return _roots(spans[::-1], read)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check a proof of inclusion (RFC 9162 section 2.1.3.2).

    Args:
        leaf: the entry's leaf hash.
        index, size: the entry's place, and the size of the tree.
        proof: hashes, the lowest first.
        root: root of the tree.

    Raises:
        Unverifiable: the proof does not hold.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise Unverifiable("The tree has no such entry.")
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if not last:
            raise Unverifiable("The proof is too long.")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last or computed != root:
        raise Unverifiable("The entry is not in the tree.")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check a proof of consistency (RFC 9162 section 2.1.4.2). Every tree begins with the empty one.

    Args:
        old, old_root: size and root of the smaller tree.
        new, new_root: size and root of the larger tree.
        proof: hashes, as ``consistency_proof`` orders them.

    Raises:
        Unverifiable: the proof does not hold.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 0 <= old <= new:
        raise Unverifiable("The tree has become smaller.")
    if old in {0, new}:
        known = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != known:
            raise Unverifiable("The trees do not belong together.")
        return
    if (old_root, new_root) != _replay(old, new, old_root, proof):
        raise Unverifiable("The trees do not belong together.")


def _replay(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots as the proof gives them."""
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not path:
        raise Unverifiable("The proof is too short.")
    first = second = path[0]
    for sibling in path[1:]:
        if not last:
            raise Unverifiable("The proof is too long.")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Unverifiable("The proof is too short.")
    return first, second


def _check_hashes(*hashes: bytes) -> None:
    if len(hashes) > _MAX_PROOF + 2 or any(len(item) != HASH_SIZE for item in hashes):
        raise Unverifiable("The proof is not made of hashes.")


def _split(width: int) -> int:
    """The largest power of two below ``width`` (at least 2)."""
    return 1 << (width - 1).bit_length() - 1


def _perfect(low: int, high: int) -> list[_Span]:
    """The perfect subtrees that make up a span, the largest first. ``low`` is a multiple of the first one's width."""
    spans = []
    while low < high:
        width = 1 << (high - low).bit_length() - 1
        spans.append((low, low + width))
        low += width
    return spans


def _roots(spans: Sequence[_Span], read: Read) -> tuple[bytes, ...]:
    parts = [_perfect(low, high) for low, high in spans]
    nodes = _nodes([span for part in parts for span in part], read)
    return tuple(fold([nodes[span] for span in part]) for part in parts)


def _nodes(spans: Sequence[_Span], read: Read) -> dict[_Span, bytes]:
    """The roots of perfect subtrees, all tiles read at once."""
    places = {span: _place(*span) for span in spans}
    wanted = sorted({tile for tile, _, _ in places.values()})
    tiles = read(wanted) if wanted else {}
    return {span: _root_in(tiles.get(tile, b""), start, count) for span, (tile, start, count) in places.items()}


def _place(low: int, high: int) -> tuple[TileId, int, int]:
    """Which tile shows a perfect subtree, from which of its hashes on, and in how many."""
    level, rest = divmod((high - low).bit_length() - 1, TILE_HEIGHT)
    first = low >> TILE_HEIGHT * level
    return TileId(level, first >> TILE_HEIGHT), first & (1 << TILE_HEIGHT) - 1, 1 << rest


def _root_in(tile: bytes, start: int, count: int) -> bytes:
    hashes = [tile[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in range(start, start + count)]
    if len(hashes[-1]) != HASH_SIZE:
        raise BadInput("A tile needed for this proof is absent or too narrow.")
    return perfect_root(hashes)
