"""Small logs that a witness is shown."""

from razdar.core.crypto import signing
from razdar.core.ledger import merkle, tiles
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from razdar.core.ledger.tiles import TileId
from razdar.core.ledger.witnessing import AddCheckpoint

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
NAME = "razdar/0d000000-0000-4000-8000-000000000001"
LOG = f"{NAME}/0a000000-0000-7000-8000-000000000001"


def key_of(seed: bytes, name: str = NAME) -> VerifierKey:
    return VerifierKey(SignerName(name), Algorithm.ED25519, signing.public_key(seed))


class Tree:
    """A log in memory; two of them with different salts are two histories."""

    def __init__(self, salt: bytes = b"") -> None:
        self.tiles: dict[TileId, bytes] = {}
        self.size = 0
        self.salt = salt

    def to(self, size: int) -> "Tree":
        leaves = [merkle.leaf_hash(self.salt + n.to_bytes(4)) for n in range(self.size, size)]
        self.tiles |= tiles.grow(self.size, leaves, self.tiles)
        self.size = max(size, self.size)
        return self

    def read(self, wanted: object) -> dict[TileId, bytes]:
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}  # type: ignore[attr-defined]

    def request(self, old: int, new: int, origin: str = f"{LOG}/1", seed: bytes = SEED) -> bytes:
        self.to(new)
        proof = merkle.consistency_proof(old, new, self.read) if 0 <= old <= new else ()
        checkpoint = Checkpoint(origin, new, merkle.root(new, self.read))
        note = checkpoint.signed(NAME, signing.public_key(seed), lambda message: signing.sign(seed, message))
        return AddCheckpoint(old, proof, note).encode()
