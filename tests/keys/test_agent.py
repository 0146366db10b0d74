"""What the agent promises to the rooms above it."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.crypto import blind, hierarchy, signing
from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.errors import BadInput, KeysLocked, NotFound, Unopenable
from razdar.keys import agent as agents
from razdar.keys.agent import Agent, KeyRef, LocalAgent
from razdar.keys.records import Outcome
from razdar.keys.remote import RemoteAgent
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT, NOW, agent_on, root
from tests.keys.serving import served
from tests.keys.versions import add_version

STRANGER = UUID(int=99)


@pytest.fixture(params=["here", "over a socket"])
def agent(request: pytest.FixtureRequest, agent: LocalAgent, tmp_path: Path) -> Iterator[Agent]:
    """Both implementations of the protocol are held to every test here."""
    if request.param == "here":
        yield agent
        return
    with served(agent, tmp_path / "run" / "agent.sock") as remote:
        yield remote


def test_it_says_which_clients_have_keys(agent: Agent) -> None:
    assert agent.known_clients([STRANGER, CLIENT, uuid4()]) == [CLIENT]
    assert agent.known_clients([]) == []


def test_a_customers_key_is_the_same_whenever_it_is_unwrapped(agent: Agent) -> None:
    customers = [uuid4() for _ in range(5)]
    refs = [agent.create_customer(CLIENT, customer) for customer in customers]
    assert refs == [KeyRef(CLIENT, customer, 1) for customer in customers]
    first, second = agent.unwrap(refs, "test"), agent.unwrap(refs[::-1], "test")
    assert first == second[::-1]
    assert len({bytes(key) for key in first}) == 5
    assert all(type(key) is bytearray and len(key) == 32 and any(key) for key in first)


def test_unwrapped_keys_belong_to_the_caller(agent: Agent) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    (first,), (second,) = agent.unwrap([ref], "test"), agent.unwrap([ref], "test")
    first[:] = bytes(32)
    assert any(second)


def test_repeating_a_creation_changes_nothing(agent: Agent) -> None:
    customer = uuid4()
    ref = agent.create_customer(CLIENT, customer)
    key = agent.unwrap([ref], "test")
    agent.create_client(CLIENT)
    assert agent.create_customer(CLIENT, customer) == ref
    assert agent.unwrap([ref], "test") == key


def test_many_customers_are_made_at_once_or_not_at_all(agent: Agent) -> None:
    known, gone, new = uuid4(), uuid4(), [uuid4() for _ in range(2500)]
    before = agent.create_customer(CLIENT, known)
    refs = agent.create_customers(CLIENT, [*new, known])
    assert refs == [*(KeyRef(CLIENT, customer, 1) for customer in new), before]
    assert len({bytes(key) for key in agent.unwrap(refs, "test")}) == 2501
    agent.create_customer(CLIENT, gone)
    agent.destroy_customer(CLIENT, gone)
    late = uuid4()
    with pytest.raises(Unopenable):
        agent.create_customers(CLIENT, [late, gone])
    with pytest.raises(NotFound):
        agent.newest(CLIENT, [late])
    assert agent.create_customers(CLIENT, []) == []


def test_newest_is_in_the_order_asked(agent: Agent, store: KeyStore) -> None:
    customers = [uuid4() for _ in range(4)]
    for customer in customers:
        agent.create_customer(CLIENT, customer)
    newer = add_version(store, customers[2], 2)
    refs = agent.newest(CLIENT, customers[::-1])
    assert list(refs) == customers[::-1]
    assert refs[customers[2]] == newer
    assert refs[customers[0]].version == 1
    old, new = agent.unwrap([KeyRef(CLIENT, customers[2], 1), newer], "test")
    assert old != new
    assert agent.create_customer(CLIENT, customers[2]) == newer


def test_one_batch_may_span_clients(agent: Agent) -> None:
    other = uuid4()
    agent.create_client(other)
    refs = [agent.create_customer(client, uuid4()) for client in (CLIENT, other, CLIENT)]
    assert len({bytes(key) for key in agent.unwrap(refs, "test")}) == 3


def test_the_same_customer_id_at_two_clients_has_two_keys(agent: Agent) -> None:
    other, customer = uuid4(), uuid4()
    agent.create_client(other)
    refs = [agent.create_customer(client, customer) for client in (CLIENT, other)]
    first, second = agent.unwrap(refs, "test")
    assert first != second
    agent.destroy_customer(CLIENT, customer)
    assert not agent.is_destroyed(other, customer)
    assert agent.unwrap(refs[1:], "test") == [second]


def test_empty_batches_are_empty(agent: Agent) -> None:
    assert agent.unwrap([], "test") == []
    assert agent.newest(CLIENT, []) == {}
    assert agent.blind(CLIENT, 1, []) == []


@pytest.mark.parametrize("purpose", ["", "  "])
def test_no_key_without_a_purpose(agent: Agent, purpose: str) -> None:
    with pytest.raises(BadInput):
        agent.unwrap([agent.create_customer(CLIENT, uuid4())], purpose)


def test_the_unknown_is_not_found(agent: Agent) -> None:
    known = agent.create_customer(CLIENT, uuid4())
    for use in (
        lambda: agent.create_customer(STRANGER, uuid4()),
        lambda: agent.newest(CLIENT, [known.customer, STRANGER]),
        lambda: agent.newest(STRANGER, [known.customer]),
        lambda: agent.unwrap([known, KeyRef(CLIENT, STRANGER, 1)], "test"),
        lambda: agent.unwrap([KeyRef(STRANGER, known.customer, 1)], "test"),
        lambda: agent.destroy_customer(CLIENT, STRANGER),
        lambda: agent.destroy_customer(STRANGER, known.customer),
        lambda: agent.blind(STRANGER, 1, [b"x"]),
    ):
        with pytest.raises(NotFound):
            use()
    assert not agent.is_destroyed(CLIENT, STRANGER)


@pytest.mark.parametrize("version", [0, 2, 65535, 70000, -1])
def test_an_unknown_version_does_not_open(agent: Agent, version: int) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    with pytest.raises(Unopenable):
        agent.unwrap([ref, dataclasses.replace(ref, version=version)], "test")


def test_what_was_destroyed_stays_destroyed(agent: Agent, store: KeyStore) -> None:
    gone, stays = uuid4(), uuid4()
    refs = [agent.create_customer(CLIENT, customer) for customer in (gone, stays)]
    newer = add_version(store, gone, 2)
    (key,) = agent.unwrap(refs[1:], "test")
    destroyed = agent.destroy_customer(CLIENT, gone)
    assert (destroyed.client, destroyed.customer, destroyed.versions) == (CLIENT, gone, (1, 2))
    assert len(set(destroyed.key_ids)) == 2
    assert all(len(bytes.fromhex(key_id)) == 16 for key_id in destroyed.key_ids)
    assert destroyed.destroyed_at == NOW
    assert agent.destroy_customer(CLIENT, gone) == destroyed
    assert agent.is_destroyed(CLIENT, gone)
    for use in (
        lambda: agent.unwrap([refs[0]], "test"),
        lambda: agent.unwrap([newer], "test"),
        lambda: agent.unwrap(refs, "test"),
        lambda: agent.newest(CLIENT, [stays, gone]),
        lambda: agent.create_customer(CLIENT, gone),
    ):
        with pytest.raises(Unopenable):
            use()
    assert agent.unwrap(refs[1:], "test") == [key]
    assert not agent.is_destroyed(CLIENT, stays)


def test_a_wrapped_key_in_another_row_does_not_open(agent: Agent, store: KeyStore) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(2)]
    keys = store.find(refs).keys
    with store._file.writing() as connection:
        for ref, other in zip(refs, keys[::-1], strict=True):
            connection.execute(
                "UPDATE customer_key SET wrapped = ? WHERE customer = ?", (other.wrapped, ref.customer.bytes)
            )
    for ref in refs:
        with pytest.raises(Unopenable):
            agent.unwrap([ref], "test")


def test_blind_indexes_depend_on_client_and_field(agent: Agent, store: KeyStore) -> None:
    other = uuid4()
    agent.create_client(other)
    values = [str(number).encode() for number in range(50)]
    made = [agent.blind(client, field, values) for client in (CLIENT, other) for field in (1, 2)]
    assert all(len(entry) == blind.INDEX_BYTES for entries in made for entry in entries)
    for index, entries in enumerate(made):
        for others in made[index + 1 :]:
            assert sum(a == b for a, b in zip(entries, others, strict=True)) <= 2
    assert agent_on(store).blind(CLIENT, 1, values[::-1]) == made[0][::-1]


def test_an_empty_value_has_no_blind_index(agent: Agent) -> None:
    with pytest.raises(BadInput):
        agent.blind(CLIENT, 1, [b""])


def test_installation_subkeys_are_stable_and_differ_by_purpose(agent: Agent, store: KeyStore) -> None:
    staff, sessions = agent.installation_subkey(b"staff"), agent.installation_subkey(b"sessions")
    assert staff != sessions
    assert agent_on(store).installation_subkey(b"staff") == staff
    with pytest.raises(ValueError, match="purpose"):
        agent.installation_subkey(b"")


def test_another_root_opens_nothing(agent: Agent, store: KeyStore) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    agent.blind(CLIENT, 1, [b"x"])
    stranger = LocalAgent(store, type(root())(bytearray(range(1, 33))))
    for use in (
        lambda: stranger.unwrap([ref], "test"),
        lambda: stranger.create_customer(CLIENT, uuid4()),
        lambda: stranger.blind(CLIENT, 1, [b"x"]),
        lambda: stranger.installation_subkey(b"staff"),
    ):
        with pytest.raises(Unopenable):
            use()


def test_closed_it_is_locked(agent: LocalAgent | RemoteAgent) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    agent.close()
    agent.close()
    for use in (
        lambda: agent.unwrap([ref], "test"),
        lambda: agent.create_client(uuid4()),
        lambda: agent.installation_subkey(b"staff"),
        lambda: agent.is_destroyed(CLIENT, ref.customer),
    ):
        with pytest.raises(KeysLocked):
            use()


def test_a_failing_batch_leaves_no_key_behind(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(3)]
    agent.destroy_customer(CLIENT, refs[2].customer)
    seen: list[bytearray] = []
    unwrap = hierarchy.unwrap

    def spy(*arguments: bytes) -> bytearray:
        seen.append(unwrap(*arguments))
        return seen[-1]

    monkeypatch.setattr(hierarchy, "unwrap", spy)
    with pytest.raises(Unopenable):
        agent.unwrap(refs, "test")
    assert not any(any(key) for key in seen)


def test_this_process_has_one_agent_or_none(agent: Agent) -> None:
    with pytest.raises(KeysLocked):
        agents.current()
    agents.install(agent)
    try:
        held: Agent = agents.current()
        assert held is agent
    finally:
        agents.install(None)
    with pytest.raises(KeysLocked):
        agents.current()


def test_each_purpose_has_a_key_that_stays_the_same(agent: Agent, store: KeyStore) -> None:
    keys = [agent.verifying_key(purpose) for purpose in SigningPurpose]
    assert len(set(keys)) == len(SigningPurpose)
    assert [agent_on(store).verifying_key(purpose) for purpose in SigningPurpose] == keys


@pytest.mark.parametrize("purpose", SigningPurpose)
def test_no_subkey_is_a_signing_seed(agent: Agent, purpose: SigningPurpose) -> None:
    public = agent.verifying_key(purpose)
    for guess in (purpose.encode(), b"razdar signing v1" + purpose.encode(), b"signing v1" + purpose.encode()):
        assert signing.public_key(agent.installation_subkey(guess)) != public


def test_the_book_counts_keys_by_purpose_and_customer(agent: Agent) -> None:
    first, second = (agent.create_customer(CLIENT, uuid4()) for _ in range(2))
    agent.unwrap([first, second], "show a card")
    agent.unwrap([first], "show a card")
    agent.unwrap([second], "import")
    booked = agent.book(NOW - timedelta(minutes=1), NOW + timedelta(minutes=1))
    lines = [line for line in booked if line.outcome is Outcome.GIVEN]
    found = {(line.purpose, line.customer): line.count for line in lines}
    assert found == {
        ("show a card", first.customer): 2,
        ("show a card", second.customer): 1,
        ("import", second.customer): 1,
    }
    assert {(line.client, line.minute) for line in lines} == {(CLIENT, NOW.replace(second=0, microsecond=0))}
    assert agent.book(NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)) == []


def test_what_did_not_open_is_not_counted(agent: Agent) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    with pytest.raises(Unopenable):
        agent.unwrap([ref, dataclasses.replace(ref, version=2)], "test")
    booked = agent.book(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert [line for line in booked if line.outcome is Outcome.GIVEN] == []


def test_the_status_counts_clients_customers_and_tombstones(agent: Agent) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(3)]
    agent.destroy_customer(CLIENT, refs[0].customer)
    status = agent.status()
    assert (status.clients, status.customers, status.tombstones) == (1, 3, 1)
    assert (status.root_provider, status.root_version) == ("passphrase-file", 1)


def test_large_batches_are_whole(agent: Agent) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(3)] * 1000
    keys = agent.unwrap(refs, "test")
    assert keys[:3] * 1000 == keys
    assert list(agent.newest(CLIENT, [ref.customer for ref in refs])) == [ref.customer for ref in refs[:3]]
    values = [bytes([number % 251 + 1]) * 500 for number in range(2500)]
    assert agent.blind(CLIENT, 1, values) == [agent.blind(CLIENT, 1, [value])[0] for value in values[:251]] * 9 + [
        *agent.blind(CLIENT, 1, values[251 * 9 :])
    ]
