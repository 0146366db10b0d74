"""What the tests of the tree share: the tree as it should be, computed anew from the entries."""

from uuid import UUID

from razdar.audit.sequencing import signing, trees
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.ledger import checkpoints, merkle, notes
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.merkle import Frontier
from tests.audit.fakes import Connection


def payloads(owner: Connection, log: UUID) -> list[bytes]:
    """The stored bytes of a log's entries, in order."""
    rows = owner.execute('SELECT payload FROM audit_event WHERE log = %s ORDER BY "index"', [log]).fetchall()
    return [bytes(payload) for (payload,) in rows]


def root_of(entries: list[bytes]) -> bytes:
    return Frontier().append_many(map(merkle.leaf_hash, entries)).root()


def newest(owner: Connection, log: UUID) -> Checkpoint:
    """The newest checkpoint, its signature verified."""
    row = owner.execute(
        "SELECT note FROM audit_checkpoint WHERE client_id = %s ORDER BY size DESC LIMIT 1", [log]
    ).fetchone()
    assert row is not None
    return checkpoints.read(notes.parse(bytes(row[0])), signing.log_key())


def sizes(owner: Connection, log: UUID) -> list[int]:
    """The sizes of the checkpoints that are kept."""
    rows = owner.execute("SELECT size FROM audit_checkpoint WHERE client_id = %s ORDER BY size", [log]).fetchall()
    return [size for (size,) in rows]


def assert_consistent(owner: Connection, log: UUID) -> None:
    """Entries are contiguous, tiles are theirs, and the newest checkpoint covers them all."""
    held = payloads(owner, log)
    indexes = owner.execute('SELECT "index" FROM audit_event WHERE log = %s ORDER BY "index"', [log]).fetchall()
    assert [index for (index,) in indexes] == list(range(len(held)))
    assert merkle.root(len(held), trees.reader(SEQUENCER, log)) == root_of(held)
    checkpoint = newest(owner, log)
    assert (checkpoint.size, checkpoint.root) == (len(held), root_of(held))
