"""Proofs for one entry, in a file that needs nothing else (C2SP tlog-proof, ``.tlog-proof``).

The lines: the format's name; if wanted, ``extra`` and base64 of data that nobody vouches for; ``index`` and the entry's
number; the proof of inclusion, a hash a line; a blank line; the checkpoint with its signatures, as it was signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from razdar.core.errors import BadInput
from razdar.core.ledger import checkpoints, merkle, notes
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.hashing import HASH_SIZE
from razdar.core.ledger.notes import Note, VerifierKey

HEADER: Final = "c2sp.org/tlog-proof@v1"
_MAX_PROOF: Final = 63
_MAX_FILE: Final = notes.MAX_NOTE + 64 * 1024


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands in a log.

    Attributes:
        index: the entry's number, from 0.
        hashes: the proof of inclusion, the lowest hash first.
        note: the checkpoint.
        extra: data that nobody vouches for; ``None`` for none.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The bytes of the file."""
        extra = [] if self.extra is None else [f"extra {notes.to_base64(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *map(notes.to_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.encode()

    def verify(self, entry: bytes, log_key: VerifierKey, witness_keys: Sequence[VerifierKey] = ()) -> "Verified":
        """Check everything: the log's signature, the proof, and every cosignature of a trusted witness.

        Args:
            entry: the entry's bytes.
            log_key: the log's trusted key.
            witness_keys: the trusted witnesses; those that did not sign are passed over.

        Raises:
            Unverifiable: something does not hold.
            BadInput: the note is not a checkpoint.
        """
        checkpoint = checkpoints.read(self.note, log_key)
        merkle.verify_inclusion(merkle.leaf_hash(entry), self.index, checkpoint.size, self.hashes, checkpoint.root)
        cosigned = {key.name: key.check(self.note) or 0 for key in witness_keys if key.has_signed(self.note)}
        return Verified(checkpoint, tuple(sorted(cosigned.items())))


@dataclass(frozen=True, slots=True)
class Verified:
    """What a proof showed.

    Attributes:
        checkpoint: in which the entry stands.
        cosigned: names of the trusted witnesses that signed, and when, in seconds since 1970.
    """

    checkpoint: Checkpoint
    cosigned: tuple[tuple[str, int], ...]


def parse(data: bytes) -> Proof:
    """Read a proof. Nothing is verified yet.

    Raises:
        BadInput: it is not exactly what ``Proof.encode`` writes.
    """
    if len(data) > _MAX_FILE:
        raise BadInput("The proof is too long.")
    head, blank, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput("This is not a proof.") from error
    if not blank or lines.pop(0) != HEADER:
        raise BadInput("This is not a proof.")
    extra = notes.from_base64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise BadInput("The proof names no entry.")
    index = checkpoints.parse_size(lines.pop(0).removeprefix("index "))
    hashes = tuple(map(notes.from_base64, lines))
    if len(hashes) > _MAX_PROOF or any(len(item) != HASH_SIZE for item in hashes):
        raise BadInput("The proof is not made of hashes.")
    return Proof(index, hashes, notes.parse(note), extra)


def verify(data: bytes, entry: bytes, log_key: VerifierKey, witness_keys: Sequence[VerifierKey] = ()) -> Verified:
    """Read a proof and check everything: see ``Proof.verify``.

    Raises:
        Unverifiable: something does not hold.
        BadInput: it is not a proof.
    """
    return parse(data).verify(entry, log_key, witness_keys)
