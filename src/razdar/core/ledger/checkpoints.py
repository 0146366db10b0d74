"""Checkpoints: what a log signs about itself (C2SP tlog-checkpoint).

The text has three lines: the log's origin (:mod:`~razdar.core.ledger.origins`), its size, the root of its tree in
base64. Further lines are possible, and not used here.
"""

import re
from dataclasses import dataclass
from typing import Final

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import notes, origins
from razdar.core.ledger.hashing import HASH_SIZE
from razdar.core.ledger.notes import Note, Sign, VerifierKey
from razdar.core.ledger.tiles import MAX_SIZE

_LINE = re.compile(r"[^\x00-\x1f]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_HEAD_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one moment.

    Attributes:
        origin: which log.
        size: number of entries.
        root: root of the tree, 32 bytes.
        extensions: further lines.

    Raises:
        BadInput: a value that has no place in a checkpoint.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_LINE.fullmatch(line) for line in (self.origin, *self.extensions)):
            raise BadInput("A line of a checkpoint is empty or holds control characters.")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_SIZE:
            raise BadInput("The size or root of a checkpoint is out of range.")

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), notes.to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    def signed(self, name: str, public_key: bytes, sign: Sign) -> Note:
        """The checkpoint as a signed note."""
        return notes.sign(self.text(), name, public_key, sign)


def parse_text(text: str) -> Checkpoint:
    """Read a checkpoint's text.

    Raises:
        BadInput: it is not exactly what ``Checkpoint.text`` writes.
    """
    lines = text.split("\n")
    if len(lines) <= _HEAD_LINES or lines.pop():
        raise BadInput("A checkpoint has at least three lines.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, parse_size(size), notes.from_base64(root), tuple(extensions))


def parse_size(text: str) -> int:
    """A size in decimal.

    Raises:
        BadInput: it is not one, has leading zeros, or is out of range.
    """
    if not _SIZE.fullmatch(text) or int(text) > MAX_SIZE:
        raise BadInput("This is not a size.")
    return int(text)


def read(note: Note, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note that this key signed.

    Raises:
        Unverifiable: the signature is absent or wrong, or the key is not this log's.
        BadInput: the text is not a checkpoint.
    """
    key.check(note)
    checkpoint = parse_text(note.text)
    if not origins.may_sign(key.name, checkpoint.origin):
        raise Unverifiable("The checkpoint is signed with another log's key.")
    return checkpoint
