"""Signing the log: the key agent remembers what it signed last, and signs nothing that does not extend it.

Whoever owns the database can rewrite the log, its tree and what is said there about its checkpoints. So the last head
of each log is kept here, in the key store, and the agent writes the text that it signs.

1. The first head of a log may be any, of generation 1.
2. After that: the same head again, or a larger one of the same generation with a proof that it begins with the last
   (RFC 6962 section 2.1.2). Everything else is ``Rewritten``; then nothing of that question is signed.
3. A new generation is the operator's word alone. It is higher than the last.
4. A question is about so many logs that its answer fits a frame.
5. A head is on the disk before its signature is made. So whatever was signed is remembered, and a question that is
   repeated gets the same answer.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol
from uuid import UUID

from razdar.core.crypto import hierarchy, signing
from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.crypto.material import Key, wipe
from razdar.core.errors import BadInput, RazdarError, Unverifiable
from razdar.core.ledger import merkle, origins
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.origins import Origin
from razdar.keys.bundles import installation_id
from razdar.keys.records import Extension, LogHead
from razdar.keys.sqlite_file import SqliteFile

MOST_LOGS: Final = 250
_MOST_GENERATION: Final = 999_999_999
_FIND: Final = "SELECT generation, size, root FROM log_head WHERE log = ?"
_PUT: Final = """
    INSERT INTO log_head (log, generation, size, root) VALUES (?, ?, ?, ?)
    ON CONFLICT (log) DO UPDATE SET generation = excluded.generation, size = excluded.size, root = excluded.root
"""


class Rewritten(RazdarError):
    """The log is not an extension of what was signed."""

    code = "log-was-rewritten"

    def __init__(self) -> None:
        super().__init__(
            "The log does not extend what was signed last: entries were altered or taken away, or an older state of "
            "the database was put back. Nothing is signed until that is looked into. After a restore, and only then, "
            "the way on is: razdar restore finish"
        )


class LogSigner(Protocol):
    """What the sequencer asks of the agent, and the operator after a restore."""

    def installation_id(self) -> UUID:
        """The installation's id, part of every log's name; the same for its whole life."""

    def log_heads(self, logs: Sequence[UUID]) -> list[LogHead]:
        """What was signed last of these logs; those of which nothing was are left out."""

    def sign_checkpoints(self, grown: Sequence[Extension]) -> list[bytes]:
        """Checkpoints of logs that grew, as signed notes in the order asked; all or none.

        Raises:
            Rewritten: one of them does not extend what was signed last.
            BadInput: a size, a root or a generation that is none, or too many logs.
        """

    def begin_generations(self, heads: Sequence[LogHead]) -> list[bytes]:
        """The first checkpoints of logs that go on under a new generation, as ``sign_checkpoints``.

        Raises:
            Rewritten: a generation that is not higher than the last.
            BadInput: a size, a root or a generation that is none, or too many logs.
        """


class Heads:
    """What was signed last of each log, in the key store; see ``KeyStore`` for what every method may raise."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def of(self, logs: Iterable[UUID]) -> list[LogHead]:
        """The last head of each of these logs that has one."""
        with self._file.reading() as connection:
            found = [(log, connection.execute(_FIND, (log.bytes,)).fetchone()) for log in logs]
        return [LogHead(log, *row) for log, row in found if row is not None]

    def advance(self, grown: Sequence[Extension]) -> None:
        """Remember new heads, all or none.

        Raises:
            Rewritten: one does not extend the last.
        """
        self._exchange([step.head for step in grown], {step.head.log: step.proof for step in grown}, _require_extends)

    def begin(self, heads: Sequence[LogHead]) -> None:
        """Remember the first heads of new generations, all or none.

        Raises:
            Rewritten: a generation that is not higher than the last.
        """
        self._exchange(heads, {}, _require_newer)

    def _exchange(self, heads: Sequence[LogHead], proofs: "_Proofs", require: "_Require") -> None:
        with self._file.writing() as connection:
            for head in heads:
                row = connection.execute(_FIND, (head.log.bytes,)).fetchone()
                last = LogHead(head.log, *row) if row is not None else None
                if last != head:
                    require(last, head, proofs.get(head.log, ()))
                    connection.execute(_PUT, (head.log.bytes, head.generation, head.size, head.root))


_Proofs = dict[UUID, tuple[bytes, ...]]
_Require = Callable[[LogHead | None, LogHead, tuple[bytes, ...]], None]


def _require_extends(last: LogHead | None, head: LogHead, proof: tuple[bytes, ...]) -> None:
    last = last or LogHead(head.log, 1, 0, merkle.EMPTY_ROOT)
    if last.generation != head.generation:
        raise Rewritten
    try:
        merkle.verify_consistency(last.size, last.root, head.size, head.root, proof)
    except Unverifiable:
        raise Rewritten from None


def _require_newer(last: LogHead | None, head: LogHead, _proof: tuple[bytes, ...]) -> None:
    if last is not None and head.generation <= last.generation:
        raise Rewritten


class SigningLogs:
    """The part of ``LocalAgent`` that signs logs."""

    _heads: Heads
    _installation: Callable[[], AbstractContextManager[bytearray]]

    def installation_id(self) -> UUID:
        with self._installation() as secret:
            return installation_id(secret)

    def log_heads(self, logs: Sequence[UUID]) -> list[LogHead]:
        return self._heads.of(logs)

    def sign_checkpoints(self, grown: Sequence[Extension]) -> list[bytes]:
        with self._installation() as secret:
            checkpoints = _checkpoints(secret, [step.head for step in grown])
            self._heads.advance(grown)
            return _signed(secret, checkpoints)

    def begin_generations(self, heads: Sequence[LogHead]) -> list[bytes]:
        with self._installation() as secret:
            checkpoints = _checkpoints(secret, heads)
            self._heads.begin(heads)
            return _signed(secret, checkpoints)


def _checkpoints(secret: Key, heads: Sequence[LogHead]) -> list[Checkpoint]:
    if len({head.log for head in heads}) != len(heads) or len(heads) > MOST_LOGS:
        raise BadInput(f"A question is about {MOST_LOGS} different logs at most.")
    if not all(1 <= head.generation <= _MOST_GENERATION for head in heads):
        raise BadInput("Generations count from 1.")
    installation = installation_id(secret)
    names = [str(Origin(installation, head.log, head.generation)) for head in heads]
    return [Checkpoint(name, head.size, head.root) for name, head in zip(names, heads, strict=True)]


def _signed(secret: Key, checkpoints: Sequence[Checkpoint]) -> list[bytes]:
    name = origins.key_name(installation_id(secret))
    seed = hierarchy.signing_seed(secret, SigningPurpose.LOG)
    try:
        public = signing.public_key(seed)
        return [one.signed(name, public, lambda text: signing.sign(seed, text)).encode() for one in checkpoints]
    finally:
        wipe(seed)
