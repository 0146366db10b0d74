"""Epochs and live streams: an epoch ends with the last stream sealed to it, and takes nothing new meanwhile."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.crypto import stream_keys
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import BadInput
from razdar.keys import setup
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.epochs import EpochEnded
from razdar.keys.records import WrappedEpoch
from razdar.keys.store import KeyStore
from tests import weakening
from tests.keys import dying
from tests.keys.begun import begin, begun, opened, traces
from tests.keys.conftest import CLIENT
from tests.keys.traces import epochs_in_use, finish, on_disk, present


@pytest.fixture
def customer(agent: LocalAgent) -> UUID:
    return agent.create_customer(CLIENT, uuid4()).customer


def test_an_epoch_waits_for_the_streams_sealed_to_it(
    agent: LocalAgent, store: KeyStore, folder: Path, customer: UUID
) -> None:
    made = begun(agent, 2)
    secret = store.newest_epoch(CLIENT).wrapped
    key = bytes(agent.unwrap([KeyRef(CLIENT, customer, 1)], "test")[0])
    assert finish(agent, 2) == ()
    assert epochs_in_use(store) == {1, 2}
    assert present(secret, on_disk(folder))
    assert agent.bind_streams(CLIENT, customer, [next(iter(made))]).ended == ()
    assert agent.bind_streams(CLIENT, customer, list(made)).ended == (1,)
    assert epochs_in_use(store) == {2}
    assert not present(secret, on_disk(folder))
    assert opened(agent, customer, list(made)) == list(made.values())
    assert bytes(agent.unwrap([KeyRef(CLIENT, customer, 1)], "test")[0]) == key


def test_epochs_that_wait_end_each_with_its_own_last_stream(agent: LocalAgent, store: KeyStore, customer: UUID) -> None:
    made = {}
    for number in (2, 3, 4):
        made |= begun(agent, 1)
        assert finish(agent, number) == ()
    assert epochs_in_use(store) == {1, 2, 3, 4}
    first, second, third = made
    assert agent.bind_streams(CLIENT, customer, [second]).ended == (2,)
    assert finish(agent, 5) == (4,)
    assert agent.bind_streams(CLIENT, customer, [third, first]).ended == (1, 3)
    assert opened(agent, customer, list(made)) == list(made.values())


def test_a_destroyed_customers_stream_holds_its_epoch_no_longer(
    agent: LocalAgent, store: KeyStore, customer: UUID
) -> None:
    (stream,) = begun(agent, 1)
    finish(agent, 2)
    agent.destroy_customer(CLIENT, customer)
    assert agent.bind_streams(CLIENT, customer, [stream]).ended == (1,)
    assert epochs_in_use(store) == {2}


def _opened_after_the_erasure(agent: LocalAgent, customer: UUID) -> bool:
    """What `forget` does before the stream has a key, and a recorder that has it kept afterwards."""
    stream = uuid4()
    agent.destroy_customer(CLIENT, customer)
    agent.bind_streams(CLIENT, customer, [stream])
    try:
        begin(agent, stream)
    except BadInput:
        return False
    finally:
        for number in (2, 3, 4):
            finish(agent, number)
    return True


def test_a_stream_of_an_erased_customer_is_not_opened_later(agent: LocalAgent, store: KeyStore, customer: UUID) -> None:
    assert not _opened_after_the_erasure(agent, customer)
    assert epochs_in_use(store) == {4}


@pytest.mark.control
def test_control_a_store_that_remembers_no_erased_stream_opens_it() -> None:
    weakening.fails(
        "tests/keys/test_stream_epochs.py::test_a_stream_of_an_erased_customer_is_not_opened_later",
        patch="razdar.keys.stream_store:_bury",
        with_="tests.weakening.patches:does_nothing",
        words="assert not True",
    )


def test_a_dropped_stream_holds_its_epoch_no_longer(agent: LocalAgent, store: KeyStore) -> None:
    first, second = begun(agent, 2)
    finish(agent, 2)
    assert agent.drop_streams(CLIENT, [first]).ended == ()
    assert agent.drop_streams(CLIENT, [first, second]).ended == (1,)
    assert epochs_in_use(store) == {2}


def test_nothing_new_is_wrapped_under_an_epoch_that_only_waits(agent: LocalAgent, store: KeyStore) -> None:
    """It would be lost with the epoch's secret."""
    begin(agent)
    public, stream = agent.stream_public(CLIENT), uuid4()
    old = store.newest_epoch(CLIENT)
    finish(agent, 2)
    with pytest.raises(EpochEnded):
        agent.open_stream(CLIENT, stream, stream_keys.seal_key(public.key, 1, os.urandom(32), CLIENT, stream))
    newest: Callable[[UUID], WrappedEpoch] = store.newest_epoch
    asked = iter([old])
    store.newest_epoch = lambda client: next(asked, None) or newest(client)  # type: ignore[method-assign]
    made = agent.create_customer(CLIENT, uuid4())
    (found,) = store.find([made]).keys
    assert found.epoch == 2


def test_a_root_may_change_while_streams_wait(agent: LocalAgent, tmp_path: Path) -> None:
    setup.create(tmp_path / "apart" / "keys", bytearray(dying.WORDS), cost=FLOOR)
    whole = setup.unlock(tmp_path / "apart" / "keys", bytearray(dying.WORDS))
    whole.create_client(CLIENT)
    customer = whole.create_customer(CLIENT, uuid4()).customer
    made = begun(whole, 1)
    finish(whole, 2)
    whole.rotate_root(dying.WORDS, b"another horse, another battery", 2)
    assert whole.bind_streams(CLIENT, customer, list(made)).ended == (1,)
    assert opened(whole, customer, list(made)) == list(made.values())
    whole.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", ["razdar.keys.stream_store:_bind", "razdar.keys.epochs:_end"])
def test_killed_while_it_is_bound_it_is_bound_afterwards(tmp_path: Path, at: str, when: str) -> None:
    folder = tmp_path / "var" / "keys"
    setup.create(folder, bytearray(dying.WORDS), cost=FLOOR)
    agent = setup.unlock(folder, bytearray(dying.WORDS))
    agent.create_client(CLIENT)
    customer = agent.create_customer(CLIENT, uuid4()).customer
    stream, key, sealed = begin(agent)
    finish(agent, 2)
    agent.close()
    code = f"from uuid import UUID; agent.bind_streams(UUID('{CLIENT}'), UUID('{customer}'), [UUID('{stream}')])"
    dying.killed(folder, at, when, code)
    agent = setup.unlock(folder, bytearray(dying.WORDS))
    assert traces(sealed, on_disk(folder))
    assert agent.bind_streams(CLIENT, customer, [stream]).ended == (1,)
    assert opened(agent, customer, [stream]) == [key]
    assert not traces(sealed, on_disk(folder))
    agent.close()
