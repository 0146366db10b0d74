"""Keys of live streams: kept before the first sound, bound to a customer, gone with the customer; epochs wait."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.crypto import stream_keys
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import BadInput, KeysLocked, NotFound, NotYours, Throttled, Unopenable
from razdar.keys import bundles, setup, stream_store, upgrade
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.callers import ROWS, Role, may
from razdar.keys.records import StreamRef
from razdar.keys.remote import RemoteAgent
from razdar.keys.store import KeyStore
from tests import weakening
from tests.keys import dying
from tests.keys.agency import Agency, agency
from tests.keys.begun import OTHER, begin, begun, opened, traces
from tests.keys.conftest import CLIENT, agent_on
from tests.keys.serving import served
from tests.keys.traces import finish, on_disk, present
from tests.keys.unpacking import ONE, TWO, unpacked

_ALL = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def customer(agent: LocalAgent) -> UUID:
    return agent.create_customer(CLIENT, uuid4()).customer


def test_a_bound_stream_opens_with_the_key_the_recorder_made(agent: LocalAgent, customer: UUID) -> None:
    made = begun(agent, 3)
    bound = agent.bind_streams(CLIENT, customer, list(made))
    assert (bound.streams, bound.ended, bound.destroyed) == (tuple(made), (), False)
    assert opened(agent, customer, list(made)[::-1]) == list(made.values())[::-1]


def test_every_client_and_every_epoch_has_a_pair_of_its_own(agent: LocalAgent) -> None:
    agent.create_client(OTHER)
    first = agent.stream_public(CLIENT)
    assert first == agent.stream_public(CLIENT)
    assert first.version == 1
    finish(agent, 2)
    second = agent.stream_public(CLIENT)
    assert second.version == 2
    assert len({first.key, second.key, agent.stream_public(OTHER).key}) == 3
    with pytest.raises(NotFound):
        agent.stream_public(uuid4())


def test_asking_again_changes_nothing(agent: LocalAgent, customer: UUID) -> None:
    stream, key, sealed = begin(agent)
    agent.open_stream(CLIENT, stream, sealed)
    finish(agent, 2)
    agent.open_stream(CLIENT, stream, sealed)
    first = agent.bind_streams(CLIENT, customer, [stream])
    wrapped = agent._store.streams.find([StreamRef(CLIENT, customer, stream)])
    assert agent.bind_streams(CLIENT, customer, [stream, stream]).streams == (stream, stream)
    assert agent._store.streams.find([StreamRef(CLIENT, customer, stream)]) == wrapped
    assert first.streams == (stream,)
    assert opened(agent, customer, [stream]) == [key]


def test_a_stream_has_one_key(agent: LocalAgent, customer: UUID) -> None:
    stream, key, sealed = begin(agent)
    with pytest.raises(BadInput, match="has a key already"):
        begin(agent, stream)
    agent.bind_streams(CLIENT, customer, [stream])
    for again in (lambda: begin(agent, stream), lambda: agent.open_stream(CLIENT, stream, sealed)):
        with pytest.raises(BadInput, match="has a key already"):
            again()
    assert opened(agent, customer, [stream]) == [key]


def test_what_could_never_be_opened_is_not_kept(agent: LocalAgent) -> None:
    """It would keep its epoch alive for ever."""
    agent.create_client(OTHER)
    public, stream = agent.stream_public(CLIENT), uuid4()
    seal = stream_keys.seal_key
    strange = [
        b"",
        os.urandom(stream_keys.SEALED_KEY_BYTES),
        seal(public.key, 1, os.urandom(32), CLIENT, uuid4()),
        seal(public.key, 1, os.urandom(32), OTHER, stream),
        seal(agent.stream_public(OTHER).key, 1, os.urandom(32), CLIENT, stream),
    ]
    for sealed in strange:
        with pytest.raises(BadInput, match="no key of this stream"):
            agent.open_stream(CLIENT, stream, sealed)
    with pytest.raises(NotFound):
        agent.open_stream(uuid4(), stream, strange[2])
    for number in (2, (1 << 32) - 1):
        with pytest.raises(BadInput, match="no key of this stream"):
            agent.open_stream(CLIENT, stream, seal(public.key, number, os.urandom(32), CLIENT, stream))
    assert agent._store.streams.waiting(CLIENT, [stream]) == []


def test_a_stream_is_one_customers(agent: LocalAgent, customer: UUID) -> None:
    other = agent.create_customer(CLIENT, uuid4()).customer
    made = list(begun(agent, 2))
    agent.bind_streams(CLIENT, customer, made[:1])
    with pytest.raises(BadInput, match="belongs to another"):
        agent.bind_streams(CLIENT, other, [made[1], made[0]])
    assert [one.stream for one in agent._store.streams.waiting(CLIENT, made)] == made[1:]
    for who in (other, uuid4()):
        with pytest.raises(NotFound):
            opened(agent, who, made[:1])
    with pytest.raises(NotFound):
        opened(agent, customer, made[1:])
    with pytest.raises(NotFound):
        agent.bind_streams(CLIENT, uuid4(), made)


def test_streams_that_were_never_opened_are_left_out(agent: LocalAgent, customer: UUID) -> None:
    (stream,) = begun(agent, 1)
    assert agent.bind_streams(CLIENT, customer, [uuid4(), stream, uuid4()]).streams == (stream,)
    with pytest.raises(BadInput, match="At most"):
        agent.bind_streams(CLIENT, customer, [uuid4()] * 1001)


def test_a_stream_opened_while_others_are_bound_waits_for_the_next_call(
    agent: LocalAgent, customer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, late = begun(agent, 1), uuid4()
    asked = agent._store.streams.waiting

    def waiting(client: UUID, found: list[UUID]) -> object:
        result = asked(client, found)
        monkeypatch.undo()
        begin(agent, late)
        return result

    monkeypatch.setattr(agent._store.streams, "waiting", waiting)
    assert agent.bind_streams(CLIENT, customer, [*made, late]).streams == tuple(made)
    assert agent.bind_streams(CLIENT, customer, [*made, late]).streams == (*made, late)


def test_what_is_opened_has_a_purpose_and_stands_in_the_book(agent: LocalAgent, customer: UUID) -> None:
    made = begun(agent, 2)
    agent.bind_streams(CLIENT, customer, list(made))
    assert agent.book(*_ALL) == []  # nothing was handed out
    refs = [StreamRef(CLIENT, customer, stream) for stream in made]
    for purpose in ("", " ", "x" * 101):
        with pytest.raises(BadInput):
            agent.unwrap_streams(refs, purpose)
    agent.for_caller("web").unwrap_streams(refs, "telephony:call:play")
    (line,) = agent.book(*_ALL)
    assert (line.caller, line.purpose, line.client, line.customer) == ("web", "telephony:call:play", CLIENT, customer)
    assert line.count == 2


# --- Erasing ----------------------------------------------------------------------------------------------------------


def test_destroying_the_customer_destroys_the_keys_of_its_streams(
    agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID
) -> None:
    made, stays = list(begun(agent, 3)), agent.create_customer(CLIENT, uuid4()).customer
    agent.bind_streams(CLIENT, customer, made[:2])
    agent.bind_streams(CLIENT, stays, made[2:])
    wrapped = [one.wrapped for one in store.streams.find([StreamRef(CLIENT, customer, one) for one in made[:2]])]
    assert all(present(one, on_disk(folder)) for one in wrapped)
    agent.destroy_customer(CLIENT, customer)
    assert not any(present(one, on_disk(folder)) for one in wrapped)
    with pytest.raises(Unopenable):
        opened(agent, customer, made[:1])
    assert opened(agent, stays, made[2:])


def test_a_stream_bound_to_a_destroyed_customer_is_destroyed(
    agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID
) -> None:
    stream, _, sealed = begin(agent)
    agent.destroy_customer(CLIENT, customer)
    bound = agent.bind_streams(CLIENT, customer, [stream])
    assert (bound.streams, bound.destroyed) == ((stream,), True)
    assert not traces(sealed, on_disk(folder))
    assert store.streams.waiting(CLIENT, [stream]) == []
    assert agent.bind_streams(CLIENT, customer, [stream]) == bound
    with pytest.raises(Unopenable):
        opened(agent, customer, [stream])


def test_a_customer_destroyed_while_it_is_bound_takes_the_stream_along(
    agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, _, sealed = begin(agent)
    bind = store.streams.bind

    def late(*arguments: object) -> object:
        agent.destroy_customer(CLIENT, customer)
        return bind(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store.streams, "bind", late)
    assert agent.bind_streams(CLIENT, customer, [stream]).destroyed
    assert not traces(sealed, on_disk(folder))
    with pytest.raises(Unopenable):
        opened(agent, customer, [stream])


def test_nothing_of_the_sealed_key_is_left_and_its_place_is_used_again(
    agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID
) -> None:
    def places() -> int:
        with store._file.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM waiting_stream").fetchone()[0])

    first, second = begin(agent), begin(agent)
    size = (folder / "keystore.sqlite3").stat().st_size
    for stream, _, sealed in (first, second):
        assert traces(sealed, on_disk(folder))
        agent.bind_streams(CLIENT, customer, [stream])
        assert not traces(sealed, on_disk(folder))
    for _ in range(20):
        stream, _, sealed = begin(agent)
        agent.bind_streams(CLIENT, customer, [stream])
        assert not traces(sealed, on_disk(folder))
    assert places() == 2
    assert (folder / "keystore.sqlite3").stat().st_size <= size + 8192


@pytest.mark.parametrize("function", ["_FILL", "overwrite"])
def test_control_a_store_that_overwrites_nothing_is_noticed(
    agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    stream, _, sealed = begin(agent)
    if function == "_FILL":
        monkeypatch.setattr(
            stream_store, "_FILL", "UPDATE waiting_stream SET client = ?, stream = ?, epoch = ? WHERE ? <> 0 AND id = ?"
        )
        agent.bind_streams(CLIENT, customer, [stream])
        assert traces(sealed, on_disk(folder))
        return
    agent.bind_streams(CLIENT, customer, [stream])
    (found,) = store.streams.find([StreamRef(CLIENT, customer, stream)])
    monkeypatch.setattr("razdar.keys.store.overwrite", lambda *_: None)
    agent.destroy_customer(CLIENT, customer)
    assert present(found.wrapped, on_disk(folder))


# --- Copies, older stores, other processes ----------------------------------------------------------------------------


def test_a_bundle_carries_keys_of_streams_bound_and_waiting(tmp_path: Path, unlocked: LocalAgent) -> None:
    unlocked.create_client(CLIENT)
    for name, one in (("vault-1", ONE), ("vault-2", TWO)):
        unlocked.add_recipient(name, one.recipient.text)
    customer = unlocked.create_customer(CLIENT, uuid4()).customer
    made = begun(unlocked, 2)
    unlocked.bind_streams(CLIENT, customer, list(made)[:1])
    bundle = unlocked.make_bundle()
    found = bundles.open_bundle(tmp_path / "var" / "bundles" / bundles.file_name(bundle.number), ONE)
    restored = unpacked(found, tmp_path / "restored")
    assert restored.bind_streams(CLIENT, customer, list(made)).streams == tuple(made)
    assert opened(restored, customer, list(made)) == list(made.values())
    restored.close()


def version_3(folder: Path) -> None:
    """Take away what versions 4 and 5 added."""
    store = KeyStore.open(folder / "keystore.sqlite3")
    with store._file.writing() as connection:
        for table in ("stream", "waiting_stream", "epoch_closed", "freeze"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 3")
    store.close()


def test_a_store_of_version_3_gets_its_tables(agent: LocalAgent, store: KeyStore, folder: Path) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    key = agent.unwrap([ref], "test")
    store.close()
    version_3(folder)
    again = agent_on(KeyStore.open(folder / "keystore.sqlite3"))
    made = begun(again, 1)
    again.bind_streams(CLIENT, ref.customer, list(made))
    assert opened(again, ref.customer, list(made)) == list(made.values())
    assert again.unwrap([ref], "test") == key
    again.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_is_brought_to_version_4_it_is_version_3(tmp_path: Path, when: str) -> None:
    folder = tmp_path / "var" / "keys"
    setup.create(folder, bytearray(dying.WORDS), cost=FLOOR)
    version_3(folder)
    dying.killed(folder, "razdar.keys.upgrade:_run", when, "")
    with setup.unlock(folder, bytearray(dying.WORDS))._store._file.reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (upgrade.SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM stream").fetchone() == (0,)


def test_the_recorder_keeps_keys_and_opens_none(agent: LocalAgent, customer: UUID, tmp_path: Path) -> None:
    path = tmp_path / "run" / "agent.sock"
    with served(agent, path):
        recorder, worker, web, sequencer = (
            RemoteAgent(path, role) for role in ("recorder", "worker", "web", "sequencer")
        )
        stream, key, sealed = begin(recorder)
        refs = [StreamRef(CLIENT, customer, stream)]
        refused = [
            lambda: recorder.bind_streams(CLIENT, customer, [stream]),
            lambda: recorder.unwrap_streams(refs, "test"),
            lambda: recorder.unwrap([KeyRef(CLIENT, customer, 1)], "test"),
            lambda: recorder.newest(CLIENT, [customer]),
            lambda: recorder.waiting_streams(CLIENT),
            lambda: recorder.drop_streams(CLIENT, [stream]),
            lambda: web.waiting_streams(CLIENT),
            lambda: web.drop_streams(CLIENT, [stream]),
            lambda: web.bind_streams(CLIENT, customer, [stream]),
            lambda: web.open_stream(CLIENT, stream, sealed),
            lambda: worker.open_stream(CLIENT, stream, sealed),
            lambda: sequencer.unwrap_streams(refs, "test"),
            lambda: sequencer.stream_public(CLIENT),
        ]
        for attempt in refused:
            with pytest.raises(NotYours):
                attempt()
        assert [one.stream for one in worker.waiting_streams(CLIENT)] == [stream]
        assert worker.bind_streams(CLIENT, customer, [stream]).streams == (stream,)
        assert opened(worker, customer, [stream]) == opened(web, customer, [stream]) == [key]
        assert worker.drop_streams(CLIENT, [stream]).streams == (stream,)
        for line in (recorder, worker, web, sequencer):
            line.close()


def test_who_may_is_in_the_table() -> None:
    calls = ("stream_public", "open_stream", "bind_streams", "unwrap_streams", "waiting_streams", "drop_streams")
    table = {call: [role for role in ROWS if may(role, call, ())] for call in calls}
    assert table == {
        "stream_public": [Role.RECORDER],
        "open_stream": [Role.RECORDER],
        "bind_streams": [Role.WORKER],
        "unwrap_streams": [Role.WEB, Role.WORKER],
        "waiting_streams": [Role.WORKER],
        "drop_streams": [Role.WORKER],
    }


def test_a_wiped_agent_has_none(agent: LocalAgent) -> None:
    agent.close()
    with pytest.raises(KeysLocked):
        agent.stream_public(CLIENT)


# --- Control run ------------------------------------------------------------------------------------------------------


def _throttled(one: Agency) -> bool:
    recorder, operator = RemoteAgent(one.socket, "recorder"), RemoteAgent(one.socket, "operator")
    operator.create_client(CLIENT)
    stream, _, sealed = begin(recorder)
    try:
        for _ in range(20_000):
            recorder.open_stream(CLIENT, stream, sealed)
    except Throttled:
        return True
    finally:
        recorder.close()
        operator.close()
    return False


@pytest.mark.heavy
def test_control_without_limits_a_stolen_recorder_is_not_slowed_down() -> None:
    with agency() as sound:
        assert _throttled(sound)
    environ = weakening.environment(
        patch="razdar.keys.limits:Limits.take", with_="tests.weakening.patches:does_nothing", base={}
    )
    with agency(environ=environ) as weak:
        assert not _throttled(weak)
