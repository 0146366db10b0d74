"""Keys of streams that nothing needs: told, dropped, never opened again; and how many may wait."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.crypto import stream_keys
from razdar.core.errors import BadInput, Throttled, Unopenable
from razdar.keys import stream_store
from razdar.keys.agent import LocalAgent
from razdar.keys.records import StreamRef
from razdar.keys.remote import RemoteAgent
from razdar.keys.store import KeyStore
from tests.keys.begun import OTHER, begin, begun, opened, traces
from tests.keys.conftest import CLIENT
from tests.keys.serving import served
from tests.keys.traces import on_disk, present


@pytest.fixture
def customer(agent: LocalAgent) -> UUID:
    return agent.create_customer(CLIENT, uuid4()).customer


def test_what_waits_is_told_the_oldest_first(agent: LocalAgent, customer: UUID) -> None:
    agent.create_client(OTHER)
    made = list(begun(agent, 4))
    agent.bind_streams(CLIENT, customer, made[1:2])
    again = list(begun(agent, 1))  # in a place that was used before
    found = agent.waiting_streams(CLIENT)
    assert [one.stream for one in found] == [made[0], *made[2:], *again]
    assert all(one.opened_at.tzinfo for one in found)
    assert agent.waiting_streams(OTHER) == agent.waiting_streams(uuid4()) == []


def test_a_dropped_stream_leaves_nothing_and_never_comes_back(agent: LocalAgent, folder: Path, customer: UUID) -> None:
    (stream, _, sealed), (stays, key, _) = begin(agent), begin(agent)
    size = (folder / "keystore.sqlite3").stat().st_size
    assert agent.drop_streams(CLIENT, [stream, uuid4(), stream]).streams == (stream,)
    assert not traces(sealed, on_disk(folder))
    assert (folder / "keystore.sqlite3").stat().st_size == size
    assert agent.drop_streams(CLIENT, [stream]).streams == ()
    for again in (lambda: begin(agent, stream), lambda: agent.open_stream(CLIENT, stream, sealed)):
        with pytest.raises(BadInput, match="or had one"):
            again()
    assert agent.bind_streams(CLIENT, customer, [stream, stays]).streams == (stream, stays)
    assert opened(agent, customer, [stays]) == [key]
    with pytest.raises(Unopenable):
        opened(agent, customer, [stream])


def test_a_bound_stream_is_dropped_alone(agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID) -> None:
    made = begun(agent, 2)
    first, second = made
    agent.bind_streams(CLIENT, customer, list(made))
    (wrapped,) = [one.wrapped for one in store.streams.find([StreamRef(CLIENT, customer, first)])]
    assert agent.drop_streams(CLIENT, [first]).streams == (first,)
    assert not present(wrapped, on_disk(folder))
    with pytest.raises(Unopenable):
        opened(agent, customer, [first])
    assert opened(agent, customer, [second]) == [made[second]]
    assert agent.bind_streams(CLIENT, customer, [first]).streams == (first,)


def test_streams_of_another_client_are_not_dropped(agent: LocalAgent, customer: UUID) -> None:
    agent.create_client(OTHER)
    made = begun(agent, 1)
    assert agent.drop_streams(OTHER, list(made)).streams == ()
    agent.bind_streams(CLIENT, customer, list(made))
    assert opened(agent, customer, list(made)) == list(made.values())
    with pytest.raises(BadInput, match="At most"):
        agent.drop_streams(CLIENT, [uuid4()] * 1001)


def test_what_one_client_may_have_waiting_has_an_end(
    agent: LocalAgent, customer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.create_client(OTHER)
    monkeypatch.setattr(stream_store, "MOST_WAITING", 3)
    first, _, sealed = begin(agent)
    made = [first, *begun(agent, 2)]
    with pytest.raises(Throttled, match="Too many streams"):
        begin(agent)
    agent.open_stream(CLIENT, first, sealed)  # kept already
    public, other = agent.stream_public(OTHER), uuid4()
    agent.open_stream(OTHER, other, stream_keys.seal_key(public.key, 1, os.urandom(32), OTHER, other))
    agent.bind_streams(CLIENT, customer, made[:1])
    begin(agent)


def test_all_that_may_wait_is_told_in_one_answer(agent: LocalAgent, store: KeyStore, tmp_path: Path) -> None:
    at = datetime.now(UTC)
    with store._file.writing() as connection:
        for _ in range(stream_store.MOST_WAITING):
            owner = CLIENT.bytes, os.urandom(16)
            connection.execute(stream_store._ADD, (*owner, bytes(16), 1 << 24, bytes(61), round(at.timestamp() * 1000)))
            connection.execute(
                "INSERT INTO waiting_stream (client, stream, epoch, sealed) VALUES (?, ?, ?, ?)",
                (*owner, (1 << 24) + 1, bytes(stream_keys.SEALED_KEY_BYTES)),
            )
    with served(agent, tmp_path / "run" / "agent.sock"):
        worker = RemoteAgent(tmp_path / "run" / "agent.sock", "worker")
        found = [one.stream for one in worker.waiting_streams(CLIENT)]
        assert len(found) == stream_store.MOST_WAITING
        for start in range(0, len(found), 1000):
            worker.drop_streams(CLIENT, found[start : start + 1000])
        assert worker.waiting_streams(CLIENT) == []
        worker.close()
