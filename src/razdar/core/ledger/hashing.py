"""The two hashes of a Merkle tree (RFC 6962 section 2.1): one prefix for leaves, another for nodes.

Without the prefixes a node could be passed off as an entry.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of a tree without entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry, 32 bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node over its two children, 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Root of a perfect subtree over 1, 2, 4, ... hashes."""
    row = hashes
    while len(row) > 1:
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    return row[0]


def fold(roots: Sequence[bytes]) -> bytes:
    """Root of a tree made of perfect subtrees, the largest (leftmost) first; at least one."""
    *rest, root = roots
    for left in reversed(rest):
        root = node_hash(left, root)
    return root
