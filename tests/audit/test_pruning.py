"""Letting go of what is old: whole bundles, never too early, said in the log; what remains can still be proven."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar import env
from razdar.audit.models import AuditLog, Inbox
from razdar.audit.sequencing import pruning, trees
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.pruning import months_before, prune
from razdar.audit.writer import Writer
from razdar.core.errors import BadInput, Misconfigured
from razdar.core.ledger import encode, merkle, tiles
from razdar.core.ledger.merkle import Frontier
from razdar.core.ledger.tiles import TileId
from tests.audit.fakes import OTHER, A, B, Connection, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import newest

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
OLD = NOW - timedelta(days=800)
database = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def put(count: int, at: datetime, client: UUID = A, made_by: Writer | None = None) -> None:
    made_by = made_by or Writer()
    at_ms = int(at.timestamp() * 1000)
    rows = [made_by.event(encode(look(client, UUID(int=n % 5 + 1)), at_ms + n)) for n in range(count)]
    Inbox.objects.using("audit").bulk_create(rows)


def all_of(owner: Connection, log: UUID) -> list[tuple[int, bytes]]:
    rows = owner.execute('SELECT "index", payload FROM audit_event WHERE log = %s ORDER BY "index"', [log])
    return [(index, bytes(payload)) for index, payload in rows.fetchall()]


@database
def test_whole_bundles_go_once_all_of_them_is_old_and_the_rest_can_still_be_proven(owner: Connection) -> None:
    put(600, OLD)
    wait_until_sequenced(OLD)
    seen = newest(owner, A)
    put(50, NOW)
    wait_until_sequenced(NOW)
    assert prune(NOW, 24) == {A: 512}
    held = all_of(owner, A)
    assert [index for index, _ in held] == list(range(512, 651))
    assert f'"detail":{{"before_ms":{_ms(months_before(NOW, 24))},"minimum":512}}'.encode() in held[-1][1]
    assert b'"action":"audit:log:prune"' in held[-1][1]
    assert owner.execute("SELECT min(index) FROM audit_subject").fetchone() == (512,)
    query = "SELECT min(index) FROM audit_tile WHERE level = 0 AND client_id = %s"
    assert owner.execute(query, [A]).fetchone() == (2,)
    assert AuditLog.objects.using(SEQUENCER).get(log=A).minimum == 512
    checkpoint, read = newest(owner, A), trees.reader(SEQUENCER, A)
    assert checkpoint.size == 651
    for index, payload in held:
        proof = merkle.inclusion_proof(index, 651, read)
        merkle.verify_inclusion(merkle.leaf_hash(payload), index, 651, proof, checkpoint.root)
    proof = merkle.consistency_proof(seen.size, 651, read)
    merkle.verify_consistency(seen.size, seen.root, 651, checkpoint.root, proof)
    assert prune(NOW, 24) == {}


@database
def test_it_goes_on_in_steps_and_with_the_clock(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 256)
    put(520, OLD)
    put(300, OLD, B)
    put(256, NOW - timedelta(days=600), B)
    wait_until_sequenced(NOW)
    assert prune(NOW - timedelta(days=100), 24) == {}
    assert prune(NOW, 24) == {A: 512, B: 256}
    assert prune(NOW + timedelta(days=400), 24) == {B: 256}
    said = owner.execute("SELECT log FROM audit_event WHERE action = 'audit:log:prune' ORDER BY log").fetchall()
    assert said == [(A,), (A,), (B,), (B,)]


@database
def test_one_young_entry_keeps_its_bundle_and_all_after_it(owner: Connection) -> None:
    made_by = Writer()
    put(300, OLD, made_by=made_by)
    put(1, NOW, made_by=made_by)
    put(400, OLD, made_by=made_by)
    wait_until_sequenced(NOW)
    assert prune(NOW, 24) == {A: 256}


@database
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_event SET at = at - interval '900 days'",
        "UPDATE audit_event SET payload = "
        "convert_to(replace(convert_from(payload, 'UTF8'), 'at\":17', 'at\":10'), 'UTF8')",
    ],
    ids=["column", "bytes"],
)
def test_an_altered_time_prunes_nothing(owner: Connection, tampering: str) -> None:
    put(600, NOW - timedelta(days=200))
    wait_until_sequenced(NOW)
    owner.execute(tampering)
    assert prune(NOW, 24) == {}
    assert len(all_of(owner, A)) == 600


@database
def test_a_column_that_says_young_stops_it_and_loses_nothing(owner: Connection) -> None:
    put(600, OLD)
    wait_until_sequenced(NOW)
    owner.execute("UPDATE audit_event SET at = now() WHERE index = 7")
    with pytest.raises(BadInput):
        prune(NOW, 24)
    assert len(all_of(owner, A)) == 600


@database
def test_checkpoints_of_what_is_gone_go_too(owner: Connection) -> None:
    for count in (100, 400):
        put(count, OLD)
        wait_until_sequenced(OLD)
        owner.execute("UPDATE audit_checkpoint SET cosigned_at = at")
    assert prune(NOW, 24) == {A: 256}
    sizes = owner.execute("SELECT size FROM audit_checkpoint WHERE client_id = %s ORDER BY 1", [A]).fetchall()
    assert sizes == [(500,), (501,)]


@given(st.integers(1, 1200), st.integers(1_600_000_000, 7_000_000_000))
def test_months_are_never_shorter_than_they_are_long(months: int, at_s: int) -> None:
    at = datetime.fromtimestamp(at_s, UTC)
    before = months_before(at, months)
    assert (at - before).days >= months // 12 * 365
    assert before.day <= at.day
    assert (at.year * 12 + at.month) - (before.year * 12 + before.month) == months


class Forest:
    """A tree's tiles in memory; the leaves are numbers, so that levels above the first are reached quickly."""

    def __init__(self) -> None:
        self.tiles: dict[TileId, bytes] = {}
        self.size = 0
        self.roots: dict[int, bytes] = {}

    def grow(self, count: int) -> None:
        leaves = [merkle.leaf_hash(n.to_bytes(8)) for n in range(self.size, self.size + count)]
        self.tiles |= tiles.grow(self.size, leaves, self.tiles)
        self.size += count
        self.roots[self.size] = merkle.root(self.size, self.read)

    def read(self, wanted: object) -> dict[TileId, bytes]:
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}  # type: ignore[attr-defined]

    def prune(self, minimum: int) -> None:
        """As the statement in the product does it."""
        gone = [t for t in self.tiles if t.index < minimum >> min(63, 8 * (t.level + 1))]
        for tile in gone:
            del self.tiles[tile]


@pytest.fixture(scope="module")
def forest() -> Forest:
    made = Forest()
    for count in (256 * 255, 700, 256 * 257, 90_000):
        made.grow(count)
    return made


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_later_proof_holds_in_a_pruned_tree(forest: Forest, data: st.DataObject) -> None:
    made = Forest()
    made.size, made.roots = forest.size, forest.roots
    minimum = 256 * data.draw(st.integers(0, forest.size // 256))
    made.tiles = dict(forest.tiles)
    made.prune(minimum)
    index = data.draw(st.integers(minimum, forest.size - 1)) if minimum < forest.size else forest.size - 1
    root = made.roots[made.size]
    leaf = merkle.leaf_hash(index.to_bytes(8))
    merkle.verify_inclusion(leaf, index, made.size, merkle.inclusion_proof(index, made.size, made.read), root)
    for old in (size for size in made.roots if size >= minimum):
        proof = merkle.consistency_proof(old, made.size, made.read)
        merkle.verify_consistency(old, made.roots[old], made.size, root, proof)
    assert made.roots[made.size] == merkle.root(made.size, made.read)


@database
def test_the_statement_drops_the_tiles_that_the_rule_drops(owner: Connection) -> None:
    for level, index in ((0, 0), (0, 511), (0, 512), (1, 0), (1, 1), (1, 2), (2, 0), (7, 0)):
        owner.execute("INSERT INTO audit_tile VALUES (%s, %s, %s, '')", [OTHER, level, index])
    owner.execute(pruning._TILES, [OTHER, 512 * 256])
    left = owner.execute("SELECT level, index FROM audit_tile WHERE client_id = %s ORDER BY 1, 2", [OTHER]).fetchall()
    assert left == [(0, 512), (1, 2), (2, 0), (7, 0)]


@pytest.mark.parametrize("text", ["11", "0", "-24", "x", "2.5", "1201", "٢٤"])
def test_less_than_a_year_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("RAZDAR_LOG_MONTHS", text)
    with pytest.raises(Misconfigured, match="at least a year"):
        env.log_months()


@pytest.mark.parametrize(("text", "months"), [("", 24), ("12", 12), ("36", 36)])
def test_a_year_or_more_is_kept(monkeypatch: pytest.MonkeyPatch, text: str, months: int) -> None:
    monkeypatch.setenv("RAZDAR_LOG_MONTHS", text)
    assert env.log_months() == months


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_frontier_and_tiles_agree() -> None:
    forest = Forest()
    forest.grow(1000)
    leaves = [merkle.leaf_hash(n.to_bytes(8)) for n in range(1000)]
    assert forest.roots[1000] == Frontier().append_many(leaves).root()
