"""The key agent signs what extends what it signed last, and nothing else, whatever becomes of its caller."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.errors import BadInput, RazdarError
from razdar.core.ledger import checkpoints, merkle, notes, origins, tiles
from razdar.core.ledger.merkle import Frontier
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from razdar.keys import log_heads
from razdar.keys.agent import Agent, LocalAgent
from razdar.keys.log_heads import MOST_LOGS, Rewritten
from razdar.keys.records import Extension, LogHead
from razdar.keys.store import KeyStore
from tests.keys import dying
from tests.keys.conftest import agent_on
from tests.keys.serving import served

LOG, OTHER = UUID(int=5), UUID(int=6)


@cache
def leaves(count: int, changed: int | None = None) -> tuple[bytes, ...]:
    """Leaf hashes of a log; with one of them another than it was."""
    return tuple(merkle.leaf_hash(b"%d%s" % (n, b"!" if n == changed else b"")) for n in range(count))


def head(size: int, generation: int = 1, changed: int | None = None, log: UUID = LOG) -> LogHead:
    return LogHead(log, generation, size, Frontier().append_many(leaves(size, changed)).root())


def grown(old: int, size: int, generation: int = 1, changed: int | None = None, log: UUID = LOG) -> Extension:
    """A log of that size, with the proof as its holder can make it."""
    held = tiles.grow(0, leaves(size, changed), {})
    proof = merkle.consistency_proof(old, size, lambda wanted: {tile: held[tile] for tile in wanted if tile in held})
    return Extension(head(size, generation, changed, log), proof)


@pytest.fixture(params=["here", "over a socket"])
def signer(request: pytest.FixtureRequest, agent: LocalAgent, tmp_path: Path) -> Iterator[Agent]:
    if request.param == "here":
        yield agent
        return
    with served(agent, tmp_path / "run" / "agent.sock", "sequencer") as remote:
        yield remote


def test_a_checkpoint_is_the_agents_own_text(signer: Agent) -> None:
    (note,) = signer.sign_checkpoints([grown(0, 3)])
    installation = signer.installation_id()
    assert installation == signer.keeping().installation if isinstance(signer, LocalAgent) else True
    key = VerifierKey(
        SignerName(origins.key_name(installation)), Algorithm.ED25519, signer.verifying_key(SigningPurpose.LOG)
    )
    checkpoint = checkpoints.read(notes.parse(note), key)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (
        f"razdar/{installation}/{LOG}/1",
        3,
        head(3).root,
    )


def test_it_grows_and_is_remembered_for_ever(signer: Agent, store: KeyStore) -> None:
    for old, size in ((0, 1), (1, 1), (1, 2), (2, 300)):
        signer.sign_checkpoints([grown(old, size)])
    assert signer.log_heads([OTHER, LOG]) == [head(300)]
    assert agent_on(store).log_heads([LOG]) == [head(300)]
    with pytest.raises(Rewritten):
        agent_on(store).sign_checkpoints([grown(0, 299)])


REFUSED = {
    "smaller": grown(0, 9),
    "the same size and another root": grown(0, 10, changed=3),
    "larger and another beginning": grown(10, 12, changed=3),
    "larger without a proof": Extension(head(12), ()),
    "larger with a proof from elsewhere": Extension(head(12), grown(9, 12).proof),
    "another generation": grown(10, 12, generation=2),
    "another generation from nothing": grown(0, 1, generation=2),
    "empty": Extension(LogHead(LOG, 1, 0, merkle.EMPTY_ROOT), ()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_extend_it_is_refused(signer: Agent, name: str) -> None:
    signer.sign_checkpoints([grown(0, 10)])
    with pytest.raises(Rewritten, match="restore finish"):
        signer.sign_checkpoints([REFUSED[name]])
    with pytest.raises(Rewritten):
        signer.sign_checkpoints([grown(0, 2, log=OTHER), REFUSED[name]])
    assert signer.log_heads([LOG, OTHER]) == [head(10)]


@pytest.mark.control
@pytest.mark.parametrize("name", REFUSED)
def test_control_it_is_the_look_that_refuses(agent: LocalAgent, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_heads, "_require_extends", lambda *_: None)
    agent.sign_checkpoints([grown(0, 10)])
    agent.sign_checkpoints([REFUSED[name]])


def test_the_first_generation_of_a_log_is_the_first(signer: Agent) -> None:
    with pytest.raises(Rewritten):
        signer.sign_checkpoints([grown(0, 3, generation=2)])


NONSENSE = {
    "no generation": Extension(LogHead(LOG, 0, 1, bytes(32)), ()),
    "a generation beyond all": Extension(LogHead(LOG, 1 << 40, 1, bytes(32)), ()),
    "a negative size": Extension(LogHead(LOG, 1, -1, bytes(32)), ()),
    "a root that is none": Extension(LogHead(LOG, 1, 1, bytes(31)), ()),
    "a proof that is none": Extension(head(3), (b"x",)),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused(signer: Agent, name: str) -> None:
    with pytest.raises(RazdarError):
        signer.sign_checkpoints([NONSENSE[name]])
    assert signer.log_heads([LOG]) == []


def test_a_question_is_about_so_many_different_logs(signer: Agent) -> None:
    many = [grown(0, 1, log=UUID(int=number)) for number in range(MOST_LOGS + 1)]
    assert len(signer.sign_checkpoints(many[:-1])) == MOST_LOGS
    for refused in (many, [many[0], many[0]]):
        with pytest.raises(BadInput):
            signer.sign_checkpoints(refused)


def test_a_generation_begins_on_the_operators_word(agent: LocalAgent, tmp_path: Path) -> None:
    agent.sign_checkpoints([grown(0, 10)])
    with served(agent, tmp_path / "run" / "agent.sock", "operator") as operator:
        for _ in range(2):
            (note,) = operator.begin_generations([head(7, 2)])
        assert notes.parse(note).text.splitlines()[0].endswith(f"{LOG}/2")
        for refused in (head(8, 2), head(7, 1)):
            with pytest.raises(Rewritten):
                operator.begin_generations([refused])
    with pytest.raises(Rewritten):
        agent.sign_checkpoints([grown(10, 12)])
    agent.sign_checkpoints([grown(7, 12, generation=2)])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 40), st.integers(0, 40), st.one_of(st.none(), st.integers(0, 40)), st.sampled_from((1, 1, 2))
        ),
        max_size=12,
    )
)
def test_whatever_is_asked_all_that_was_signed_is_one_history(
    store: KeyStore, steps: list[tuple[int, int, int | None, int]]
) -> None:
    agent = agent_on(store)
    with store._file.writing() as connection:
        connection.execute("DELETE FROM log_head")
    signed: list[tuple[int, bytes]] = []
    for old, size, changed, generation in steps:
        asked = grown(min(old, size), size, generation, changed)
        try:
            (note,) = agent.sign_checkpoints([asked])
        except Rewritten:
            continue
        checkpoint = checkpoints.parse_text(notes.parse(note).text)
        assert checkpoint.origin.endswith("/1")
        signed.append((checkpoint.size, checkpoint.root))
    assert [size for size, _ in signed] == sorted(size for size, _ in signed)
    full = range(41)
    assert any(all(root == head(size, changed=changed).root for size, root in signed) for changed in (None, *full))


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_remembers_the_question_is_asked_again(unlocked: LocalAgent, tmp_path: Path, when: str) -> None:
    folder = tmp_path / "var" / "keys"
    unlocked.sign_checkpoints([grown(0, 3)])
    step = grown(3, 5)
    dying.killed(
        folder,
        "razdar.keys.log_heads:Heads.advance",
        when,
        "from tests.keys.test_log_heads import grown; agent.sign_checkpoints([grown(3, 5)])",
    )
    last = head(5) if when == "after" else head(3)
    assert unlocked.log_heads([LOG]) == [last]
    assert unlocked.sign_checkpoints([step]) == unlocked.sign_checkpoints([step])
    assert unlocked.log_heads([LOG]) == [head(5)]


def test_a_bundle_carries_what_was_signed(store: KeyStore, agent: LocalAgent, folder: Path) -> None:
    agent.sign_checkpoints([grown(0, 10)])
    copy = folder / "copy.sqlite3"
    copy.write_bytes(store.bundles.snapshot()[0])
    copy.chmod(0o600)
    restored = KeyStore.open(copy)
    assert restored.heads.of([LOG]) == [head(10)]
    restored.close()


def _as_version_2(folder: Path) -> None:
    with sqlite3.connect(folder / "keystore.sqlite3") as connection:
        for table in ("log_head", "stream", "waiting_stream", "epoch_closed", "freeze"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 2")


def test_a_store_without_heads_gets_room_for_them(store: KeyStore, agent: LocalAgent, folder: Path) -> None:
    made = agent.create_customer(UUID("01970000-0000-7000-8000-000000000001"), OTHER)
    key = agent.unwrap([made], "test")
    store.close()
    _as_version_2(folder)
    for _ in range(2):
        again = KeyStore.open(folder / "keystore.sqlite3")
        held = agent_on(again)
        assert held.unwrap([made], "test") == key
        held.sign_checkpoints([grown(0, 4)])
        again.close()


def test_an_upgrade_that_dies_leaves_the_older_version(
    store: KeyStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from razdar.keys import upgrade

    original: Callable[[sqlite3.Connection, int], None] = upgrade.from_older

    def dies(connection: sqlite3.Connection, version: int) -> None:
        original(connection, version)
        raise KeyboardInterrupt

    store.close()
    _as_version_2(folder)
    with monkeypatch.context() as dying_here:
        dying_here.setattr(upgrade, "from_older", dies)
        with pytest.raises(KeyboardInterrupt):
            KeyStore.open(folder / "keystore.sqlite3")
    with sqlite3.connect(folder / "keystore.sqlite3") as reading:
        assert reading.execute("PRAGMA user_version").fetchone() == (2,)
    KeyStore.open(folder / "keystore.sqlite3").close()
