"""What a log asks of a witness, and what the witness answers (C2SP tlog-witness, ``add-checkpoint``).

The request names the size the witness knows, proves that the log only grew since, and ends with the new checkpoint.
The witness decides from the one state it keeps for each log: the size and root it co-signed last. It must look the
state up, decide, store the new one and only then answer, one request after another: see the race in the specification.

Two rules beyond the specification. What is not the one name of a log (:mod:`~razdar.core.ledger.origins`) is a log
nobody knows: 404. A checkpoint of size 0 is refused with 422: the specification lets a witness sign it, for the empty
tree is consistent with any tree, and for that reason a signature on it vouches for nothing.
"""

from dataclasses import dataclass
from typing import Final

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import checkpoints, merkle, notes, origins
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.hashing import HASH_SIZE
from razdar.core.ledger.notes import Note, Signature, VerifierKey

MAX_REQUEST: Final = 64 * 1024
"""Longest request in bytes; 63 hashes and a checkpoint with many signatures need less."""
MAX_PROOF: Final = 63
SIZE_TYPE: Final = "text/x.tlog.size"
"""Content type of the answer to a conflict about the size."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request.

    Attributes:
        old_size: of the last checkpoint the witness co-signed, as far as the log knows; 0 for none.
        proof: that the log at ``old_size`` is the beginning of the new one.
        note: the new checkpoint.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    def encode(self) -> bytes:
        """The body of the request."""
        head = [f"old {self.old_size}", *map(notes.to_base64, self.proof), ""]
        return "".join(f"{line}\n" for line in head).encode() + self.note.encode()


@dataclass(frozen=True, slots=True)
class Accepted:
    """Store this state, then co-sign.

    Attributes:
        checkpoint: what is co-signed.
    """

    checkpoint: Checkpoint
    status: int = 200


@dataclass(frozen=True, slots=True)
class Conflict:
    """The log names another size than the witness last co-signed, or another root for the same size.

    Attributes:
        size: what the witness co-signed last; the body of the answer.
    """

    size: int
    status: int = 409

    def body(self) -> bytes:
        return f"{self.size}\n".encode()


@dataclass(frozen=True, slots=True)
class Refused:
    """No.

    Attributes:
        status: of the answer: 400 malformed, 403 not signed by the log, 404 unknown log, 422 not an extension.
        reason: a sentence.
    """

    status: int
    reason: str


Decision = Accepted | Conflict | Refused


def parse(body: bytes) -> AddCheckpoint:
    """Read a request.

    Raises:
        BadInput: it is not exactly what ``AddCheckpoint.encode`` writes.
    """
    if len(body) > MAX_REQUEST:
        raise BadInput("The request is too long.")
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput("The request is malformed.") from error
    if not blank or not first.startswith("old ") or len(proof) > MAX_PROOF:
        raise BadInput("The request is malformed.")
    hashes = tuple(map(notes.from_base64, proof))
    if any(len(item) != HASH_SIZE for item in hashes):
        raise BadInput("The request is malformed.")
    return AddCheckpoint(checkpoints.parse_size(first.removeprefix("old ")), hashes, notes.parse(note))


def origin_of(request: AddCheckpoint) -> str:
    """Which log's state to look up. Nothing is verified yet.

    Raises:
        BadInput: the note is not a checkpoint.
    """
    return checkpoints.parse_text(request.note.text).origin


def decide(request: AddCheckpoint, known: VerifierKey | None, state: tuple[int, bytes] | None) -> Decision:
    """What to answer.

    Args:
        request: what was asked.
        known: the key trusted for this log; ``None`` if there is none.
        state: size and root this witness co-signed last for this origin; ``None`` if it never did.
    """
    try:
        checkpoint = checkpoints.parse_text(request.note.text)
    except BadInput as error:
        return Refused(400, str(error))
    if known is None or not origins.may_sign(known.name, checkpoint.origin):
        return Refused(404, "This log is unknown here.")
    try:
        known.check(request.note)
    except Unverifiable:
        return Refused(403, "The checkpoint is not signed with the key of this log.")
    if request.old_size > checkpoint.size:
        return Refused(400, "The old size is larger than the new one.")
    return _extends(request, checkpoint, state or (0, merkle.EMPTY_ROOT))


def _extends(request: AddCheckpoint, checkpoint: Checkpoint, state: tuple[int, bytes]) -> Decision:
    size, root = state
    if request.old_size != size or (checkpoint.size == size and checkpoint.root != root):
        return Conflict(size)
    if not checkpoint.size:
        return Refused(422, "A log without entries is not co-signed.")
    try:
        merkle.verify_consistency(size, root, checkpoint.size, checkpoint.root, request.proof)
    except Unverifiable as error:
        return Refused(422, str(error))
    return Accepted(checkpoint)


def encode_signatures(*signatures: Signature) -> bytes:
    """The body of a good answer."""
    return "".join(f"{signature.line()}\n" for signature in signatures).encode()


def parse_signatures(body: bytes) -> tuple[Signature, ...]:
    """Read the body of a good answer. Nothing is verified: add the signatures to the note and check it.

    Raises:
        BadInput: it is not a sequence of signature lines.
    """
    try:
        text = body[:MAX_REQUEST].decode()
    except UnicodeDecodeError as error:
        raise BadInput("The witness's answer is malformed.") from error
    if not text.endswith("\n") or len(body) > MAX_REQUEST:
        raise BadInput("The witness's answer is malformed.")
    return tuple(Signature.parse(line) for line in text[:-1].split("\n"))
