"""Rotation of epochs and of customers' keys: reads go on, destruction wins, what broke off goes on."""

import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.errors import BadInput, NotFound, RazdarError, Unopenable
from razdar.keys import epochs, rotation, setup
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.epochs import EpochEnded, Epochs
from razdar.keys.store import KeyStore
from tests.keys import dying
from tests.keys.conftest import CLIENT, NOW, agent_on
from tests.keys.traces import epochs_in_use, finish, on_disk, present, wrapped_of

MANY = 60
STEPS = [
    ("razdar.keys.epochs:Epochs.begin", "after", 1),
    ("razdar.keys.epochs:Epochs.keys_left", "after", 2),
    ("razdar.keys.epochs:Epochs.exchange", "before", 3),
    ("razdar.keys.epochs:Epochs.exchange", "after", 3),
    ("razdar.keys.epochs:Epochs.exchange_index", "before", 1),
    ("razdar.keys.epochs:Epochs.exchange_index", "after", 1),
    ("razdar.keys.epochs:Epochs.check_all", "after", 1),
    ("razdar.keys.epochs:_end", "after", 1),
    ("razdar.keys.epochs:Epochs.finish", "after", 1),
]


@pytest.fixture(autouse=True)
def small_batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "thousand" not in request.node.name and "million" not in request.node.name:
        monkeypatch.setattr(Epochs.keys_left, "__defaults__", (10,))


@pytest.fixture
def refs(agent: LocalAgent) -> list[KeyRef]:
    agent.blind(CLIENT, 3, [b"a value"])
    return [agent.create_customer(CLIENT, uuid4()) for _ in range(MANY)]


def test_everything_opens_under_the_new_epoch_and_the_old_secret_is_gone(
    agent: LocalAgent, store: KeyStore, folder: Path, refs: list[KeyRef]
) -> None:
    keys, index = agent.unwrap(refs, "test"), agent.blind(CLIENT, 3, [b"a value"])
    old_secret, old_wrapped = store.newest_epoch(CLIENT).wrapped, wrapped_of(store, refs)
    assert finish(agent, 2) == (1,)
    assert epochs_in_use(store) == {2}
    assert agent.unwrap(refs, "test") == keys
    assert agent.blind(CLIENT, 3, [b"a value"]) == index
    data = on_disk(folder)
    assert not present(old_secret, data)
    assert not any(present(wrapped, data) for wrapped in old_wrapped)
    assert all(present(wrapped, data) for wrapped in wrapped_of(store, refs))


def test_rows_stay_where_they_are(agent: LocalAgent, store: KeyStore, folder: Path, refs: list[KeyRef]) -> None:
    before = [on_disk(folder).index(wrapped) for wrapped in wrapped_of(store, refs)]
    for number in (2, 3):
        finish(agent, number)
        assert [on_disk(folder).index(wrapped) for wrapped in wrapped_of(store, refs)] == before


def test_asking_again_changes_nothing_and_no_epoch_is_left_out(
    agent: LocalAgent, store: KeyStore, refs: list[KeyRef]
) -> None:
    finish(agent, 2)
    wrapped = wrapped_of(store, refs)
    assert agent.rotate_epoch(CLIENT, 2).finished
    assert wrapped_of(store, refs) == wrapped
    for wrong in (1, 4, 0):
        with pytest.raises(BadInput):
            agent.rotate_epoch(CLIENT, wrong)
    with pytest.raises(NotFound):
        agent.rotate_epoch(uuid4(), 2)


def test_a_destruction_in_the_middle_wins(
    agent: LocalAgent, store: KeyStore, folder: Path, refs: list[KeyRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst moment: the batch was read and re-wrapped, and is about to be written."""
    original = Epochs.exchange
    gone: list[bytes] = []

    def exchange(self: Epochs, *args: object) -> object:
        if not gone:
            gone.extend(wrapped_of(store, [refs[0], refs[-1]]))
            agent.destroy_customer(CLIENT, refs[0].customer)
            agent.destroy_customer(CLIENT, refs[-1].customer)
        return original(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Epochs, "exchange", exchange)
    finish(agent, 2)
    for ref in (refs[0], refs[-1]):
        with pytest.raises(Unopenable):
            agent.unwrap([ref], "test")
    data = on_disk(folder)
    assert not any(present(wrapped, data) for wrapped in gone)
    assert [key for key in wrapped_of(store, refs[1:-1]) if not any(key)] == []
    assert wrapped_of(store, [refs[0], refs[-1]]) == [bytes(61)] * 2
    assert len(agent.unwrap(refs[1:-1], "test")) == MANY - 2


def test_control_without_the_exchange_a_destroyed_key_comes_back(
    agent: LocalAgent, store: KeyStore, refs: list[KeyRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    blindly = "UPDATE customer_key SET epoch = ?1, wrapped = ?2 WHERE id = ?3 AND ?4 = ?4"
    monkeypatch.setattr(epochs, "_EXCHANGE_KEY", blindly)
    original = Epochs.exchange

    def exchange(self: Epochs, *args: object) -> object:
        agent.destroy_customer(CLIENT, refs[0].customer)
        return original(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Epochs, "exchange", exchange)
    finish(agent, 2)
    assert any(wrapped_of(store, [refs[0]])[0])


def test_a_key_made_under_the_old_epoch_meanwhile_is_moved_too(
    agent: LocalAgent, store: KeyStore, refs: list[KeyRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[KeyRef] = []
    original = Epochs.check_all

    def late(self: Epochs, *args: object) -> object:
        if not made:
            with monkeypatch.context() as patch:
                first = store.living_epochs(CLIENT)[0]
                patch.setattr(store, "newest_epoch", lambda _client: first)
                made.append(agent.create_customer(CLIENT, uuid4()))
                agent.blind(CLIENT, 9, [b"late"])
        return original(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Epochs, "check_all", late)
    finish(agent, 2)
    assert store.find(made).keys[0].epoch == 2
    assert agent.unwrap(made, "test")
    assert epochs_in_use(store) == {2}


def test_a_key_for_an_epoch_that_just_ended_is_wrapped_again(
    agent: LocalAgent, store: KeyStore, refs: list[KeyRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    original, first = store.newest_epoch, store.newest_epoch(CLIENT)
    finish(agent, 2)
    stale = iter([first, first])
    with monkeypatch.context() as patch:
        patch.setattr(store, "newest_epoch", lambda client: next(stale, None) or original(client))
        patch.setattr(agent._root, "unwrap", lambda *_: bytearray(b"a secret remembered from before!"))
        with pytest.raises(EpochEnded):
            agent._create_customers(CLIENT, [uuid4()])
    assert agent.unwrap([agent.create_customer(CLIENT, uuid4())], "test")


@pytest.mark.parametrize(("at", "when", "call"), STEPS)
def test_a_rotation_killed_anywhere_goes_on(
    tmp_path: Path, unlocked: LocalAgent, at: str, when: str, call: int
) -> None:
    unlocked.create_client(CLIENT)
    index = unlocked.blind(CLIENT, 3, [b"a value"])
    refs = [unlocked.create_customer(CLIENT, uuid4()) for _ in range(40)]
    keys = unlocked.unwrap(refs, "test")
    code = f"""
from uuid import UUID
from razdar.keys.epochs import Epochs
original.__defaults__ = (10,) if name == "keys_left" else original.__defaults__
if name != "keys_left": Epochs.keys_left.__defaults__ = (10,)
agent.rotate_epoch(UUID("{CLIENT}"), 2)
"""
    folder = tmp_path / "var" / "keys"
    dying.killed(folder, at, when, code, call)
    assert unlocked.unwrap(refs, "test") == keys
    unlocked.destroy_customer(CLIENT, refs[0].customer)
    with setup_unlocked(folder) as again:
        finish(again, 2)
        assert {epoch.number for epoch in again.keeping().epochs} == {2}
        assert again.unwrap(refs[1:], "test") == keys[1:]
        assert again.blind(CLIENT, 3, [b"a value"]) == index
        with pytest.raises(Unopenable):
            again.unwrap(refs[:1], "test")


class setup_unlocked:  # noqa: N801 - reads as a phrase
    def __init__(self, folder: Path) -> None:
        self._agent = setup.unlock(folder, bytearray(dying.WORDS))

    def __enter__(self) -> LocalAgent:
        return self._agent

    def __exit__(self, *_: object) -> None:
        self._agent.close()


def test_reads_writes_and_destruction_go_on_meanwhile(agent: LocalAgent, store: KeyStore) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(300)]
    failed: list[RazdarError] = []
    done = threading.Event()

    def work(part: int) -> None:
        mine = refs[part * 60 : part * 60 + 60]
        while not done.is_set():
            try:
                agent.unwrap(mine, "test")
                agent.unwrap([agent.create_customer(CLIENT, uuid4())], "test")
                gone = agent.create_customer(CLIENT, uuid4())
                agent.destroy_customer(CLIENT, gone.customer)
                agent.blind(CLIENT, part, [b"x"])
            except RazdarError as error:
                failed.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(3)]
    for thread in threads:
        thread.start()
    for number in (2, 3, 4):
        finish(agent, number)
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert epochs_in_use(store) == {4}
    assert len(agent.unwrap(refs, "test")) == 300


def test_two_at_once_work_on_one_rotation(agent: LocalAgent, store: KeyStore, folder: Path, refs: list[KeyRef]) -> None:
    keys = agent.unwrap(refs, "test")
    other = agent_on(KeyStore.open(folder / "keystore.sqlite3"))
    threads = [threading.Thread(target=finish, args=(one, 2)) for one in (agent, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert epochs_in_use(store) == {2}
    assert agent.unwrap(refs, "test") == keys


@pytest.mark.parametrize("done", ["begun", "finished"])
def test_another_begins_between_two_reads(
    agent: LocalAgent, store: KeyStore, folder: Path, refs: list[KeyRef], monkeypatch: pytest.MonkeyPatch, done: str
) -> None:
    other, real, came = agent_on(KeyStore.open(folder / "keystore.sqlite3")), Epochs.under_way, False

    def late(epochs: Epochs, client: UUID) -> epochs.Rewrapping | None:
        nonlocal came
        seen, first, came = real(epochs, client), not came, True
        if first:
            monkeypatch.setattr(rotation, "STEP_SECONDS", 0.0)
            finish(other, 2) if done == "finished" else other.rotate_epoch(CLIENT, 2)
        return seen

    monkeypatch.setattr(Epochs, "under_way", late)
    assert finish(agent, 2) == (() if done == "finished" else (1,))
    assert epochs_in_use(store) == {2}


def test_a_damaged_key_stops_the_end_of_its_epoch(agent: LocalAgent, store: KeyStore, refs: list[KeyRef]) -> None:
    with store._file.writing() as connection:
        connection.execute("UPDATE customer_key SET wrapped = randomblob(61) WHERE id = 7")
    with pytest.raises(RazdarError, match="damaged"):
        finish(agent, 2)
    assert epochs_in_use(store) == {1, 2}
    assert len(agent.unwrap(refs[:3], "test")) == 3


def test_progress_and_age_are_told(agent: LocalAgent, refs: list[KeyRef], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "STEP_SECONDS", 0.0)
    first = agent.rotate_epoch(CLIENT, 2)
    assert (first.done, first.finished) == (10, False)
    (moving,) = agent.keeping().moving
    assert (moving.client, moving.epoch, moving.done) == (CLIENT, 2, 10)
    finish(agent, 2)
    kept = agent.keeping()
    assert kept.moving == ()
    assert kept.keys == MANY
    assert rotation.due(kept.epochs, NOW + timedelta(days=7), 7) == list(kept.epochs)
    assert rotation.due(kept.epochs, NOW + timedelta(days=6), 7) == []


# --- Customers' keys --------------------------------------------------------------------------------------------------


@pytest.fixture
def customer(agent: LocalAgent) -> UUID:
    return agent.create_customer(CLIENT, uuid4()).customer


def test_new_data_gets_a_new_key_and_old_data_stays_readable(agent: LocalAgent, customer: UUID) -> None:
    first = agent.newest(CLIENT, [customer])[customer]
    (second,) = agent.rotate_customers([first])
    assert agent.newest(CLIENT, [customer])[customer] == second == KeyRef(CLIENT, customer, 2)
    one, two = agent.unwrap([first, second], "test")
    assert one != two
    assert agent.rotate_customers([first]) == [second]  # repeated: nothing more is made
    with pytest.raises(BadInput):
        agent.rotate_customers([KeyRef(CLIENT, customer, 9)])
    finish(agent, 2)
    assert agent.unwrap([first, second], "test") == [one, two]


def test_all_versions_are_destroyed_together_and_none_is_made_again(agent: LocalAgent, customer: UUID) -> None:
    first = agent.newest(CLIENT, [customer])[customer]
    agent.rotate_customers([first])
    assert agent.destroy_customer(CLIENT, customer).versions == (1, 2)
    with pytest.raises(Unopenable):
        agent.rotate_customers([KeyRef(CLIENT, customer, 2)])


@pytest.mark.heavy
def test_half_a_million_keys_move_while_reads_go_on(tmp_path: Path) -> None:
    from bench import rewrap

    with rewrap.filled(tmp_path / "keys", 500_000) as (agent, customers), rewrap.readers(agent, customers) as seen:
        seconds = rewrap.rotate(agent, 2)
    assert seen.failed == 0
    assert seen.reads > 100
    assert seconds < 120


def test_some_thousand_keys_move_while_reads_go_on(tmp_path: Path) -> None:
    from bench import rewrap

    with rewrap.filled(tmp_path / "keys", 4000) as (agent, customers), rewrap.readers(agent, customers, 2) as seen:
        rewrap.rotate(agent, 2)
        assert {epoch.number for epoch in agent.keeping().epochs} == {2}
    assert seen.failed == 0
    assert seen.reads > 3


def test_what_a_keeper_is_told_crosses_to_another_process(agent: LocalAgent, refs: list[KeyRef]) -> None:
    from razdar.keys import wire
    from razdar.keys.codecs import HEADER, Reader, Writer

    agent.destroy_customer(CLIENT, refs[0].customer)
    for call, value in (
        (wire.KEEPING, agent.keeping()),
        (wire.LEDGER, agent.ledger(0)),
        (wire.ROTATE_EPOCH, agent.rotate_epoch(CLIENT, 2)),
        (wire.ROTATE_CUSTOMERS, agent.rotate_customers(refs[1:3])),
    ):
        writer = Writer()
        call.put_result(writer, value)
        room, end = writer.reserve(0)
        reader = Reader(bytearray(room[HEADER.size : end]))
        assert bytes(reader.take(1)) == b"\0"
        assert call.take_result(reader) == value
