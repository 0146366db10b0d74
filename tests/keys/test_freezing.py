"""A frozen client: nothing that opens its data leaves the agent; what only seals goes on; two people lift it."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.crypto import stream_keys
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import BadInput, ClientFrozen, NotYours
from razdar.keys import setup, upgrade
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.book import Book
from razdar.keys.callers import Role
from razdar.keys.freeze_store import Freezes
from razdar.keys.records import StreamRef
from razdar.keys.remote import RemoteAgent
from razdar.keys.store import KeyStore
from tests import weakening
from tests.keys import dying
from tests.keys.agency import Agency, agency
from tests.keys.conftest import CLIENT, NOW, agent_on
from tests.keys.serving import served

ANNA, BORIS, CARLA = uuid4(), uuid4(), uuid4()
OTHER = UUID("01970000-0000-7000-8000-000000000002")


@pytest.fixture
def ref(agent: LocalAgent) -> KeyRef:
    agent.create_client(OTHER)
    return agent.create_customer(CLIENT, uuid4())


def frozen(agent: LocalAgent) -> UUID:
    request = uuid4()
    agent.freeze_client(CLIENT, request, ANNA, BORIS)
    return request


def stream_of(agent: LocalAgent | RemoteAgent) -> tuple[UUID, bytes]:
    stream, public = uuid4(), agent.stream_public(CLIENT)
    key = bytearray(range(32))
    return stream, stream_keys.seal_key(public.key, public.version, key, CLIENT, stream)


def test_whatever_opens_is_refused_and_nothing_else(agent: LocalAgent, ref: KeyRef) -> None:
    agent.blind(CLIENT, 1, [b"x"])
    frozen(agent)
    for asked in (
        lambda: agent.unwrap([ref], "test"),
        lambda: agent.blind(CLIENT, 1, [b"x"]),
        lambda: agent.blind(CLIENT, 2, [b"x"]),
        lambda: agent.unwrap_streams([StreamRef(CLIENT, ref.customer, uuid4())], "test"),
    ):
        with pytest.raises(ClientFrozen):
            asked()
    assert agent.newest(CLIENT, [ref.customer]) == {ref.customer: ref}
    assert agent.sealed_public(CLIENT, [ref.customer])
    assert agent.stream_public(CLIENT)
    made = agent.create_customer(CLIENT, uuid4())
    with pytest.raises(ClientFrozen):
        agent.unwrap([made], "test")
    assert agent.rotate_customers([ref]) == [KeyRef(CLIENT, ref.customer, 2)]
    assert agent.destroy_customer(CLIENT, ref.customer).versions == (1, 2)


def test_a_batch_with_one_frozen_client_is_refused_whole(agent: LocalAgent, ref: KeyRef) -> None:
    other = agent.create_customer(OTHER, uuid4())
    frozen(agent)
    assert len(agent.unwrap([other], "test")) == 1
    with pytest.raises(ClientFrozen):
        agent.unwrap([other, ref], "test")
    assert agent.blind(OTHER, 1, [b"x"])


def test_lifted_by_two_everything_opens_again(agent: LocalAgent, ref: KeyRef) -> None:
    before = agent.unwrap([ref], "test")
    request, lifting = frozen(agent), uuid4()
    agent.lift_freeze(CLIENT, request, lifting, BORIS, ANNA)
    assert agent.unwrap([ref], "test") == before
    (one,) = agent.freezes(CLIENT)
    assert (one.set.request, one.set.asked_by, one.set.agreed_by, one.set.at) == (request, ANNA, BORIS, NOW)
    assert one.lifted is not None
    assert (one.lifted.request, one.lifted.asked_by, one.lifted.agreed_by) == (lifting, BORIS, ANNA)


@pytest.mark.parametrize(("first", "second"), [(ANNA, ANNA), (UUID(int=0), ANNA), (ANNA, UUID(int=0))])
def test_one_person_is_not_two(agent: LocalAgent, ref: KeyRef, first: UUID, second: UUID) -> None:
    with pytest.raises(BadInput):
        agent.freeze_client(CLIENT, uuid4(), first, second)
    assert agent.unwrap([ref], "test")
    request = frozen(agent)
    with pytest.raises(BadInput):
        agent.lift_freeze(CLIENT, request, uuid4(), first, second)
    with pytest.raises(ClientFrozen):
        agent.unwrap([ref], "test")


def test_a_decision_counts_once(agent: LocalAgent, ref: KeyRef) -> None:
    first, lifting = frozen(agent), uuid4()
    agent.freeze_client(CLIENT, first, ANNA, BORIS)  # the answer was lost
    with pytest.raises(BadInput):
        agent.freeze_client(CLIENT, uuid4(), ANNA, BORIS)
    agent.lift_freeze(CLIENT, first, lifting, ANNA, BORIS)
    agent.lift_freeze(CLIENT, first, lifting, ANNA, BORIS)
    agent.freeze_client(CLIENT, first, ANNA, BORIS)  # carried out long ago
    assert agent.unwrap([ref], "test")
    second = frozen(agent)
    agent.lift_freeze(CLIENT, first, lifting, ANNA, BORIS)  # brought again, it lifts nothing newer
    for replayed in (
        lambda: agent.lift_freeze(CLIENT, second, lifting, ANNA, BORIS),
        lambda: agent.lift_freeze(CLIENT, first, uuid4(), ANNA, BORIS),
        lambda: agent.lift_freeze(CLIENT, second, first, ANNA, BORIS),
        lambda: agent.lift_freeze(OTHER, second, uuid4(), ANNA, BORIS),
    ):
        with pytest.raises(BadInput):
            replayed()
    with pytest.raises(ClientFrozen):
        agent.unwrap([ref], "test")


def test_an_unknown_client_cannot_be_frozen(agent: LocalAgent) -> None:
    with pytest.raises(BadInput):
        agent.freeze_client(uuid4(), uuid4(), ANNA, BORIS)


def test_it_survives_a_restart(agent: LocalAgent, store: KeyStore, folder: Path, ref: KeyRef) -> None:
    frozen(agent)
    store.close()
    again = agent_on(KeyStore.open(folder / "keystore.sqlite3"))
    with pytest.raises(ClientFrozen):
        again.unwrap([ref], "test")
    again.close()


def test_from_the_log_it_is_set_again_and_never_lifted(agent: LocalAgent, ref: KeyRef) -> None:
    request = uuid4()
    assert agent.freeze_again(CLIENT, request)
    assert not agent.freeze_again(CLIENT, request)
    assert not agent.freeze_again(CLIENT, uuid4())
    with pytest.raises(ClientFrozen):
        agent.unwrap([ref], "test")
    agent.lift_freeze(CLIENT, request, uuid4(), ANNA, BORIS)
    assert not agent.freeze_again(CLIENT, request)
    assert agent.unwrap([ref], "test")


def test_streams_are_kept_and_bound_while_nothing_opens(agent: LocalAgent, ref: KeyRef) -> None:
    frozen(agent)
    stream, sealed = stream_of(agent)
    agent.open_stream(CLIENT, stream, sealed)
    assert agent.bind_streams(CLIENT, ref.customer, [stream]).streams == (stream,)
    wanted = [StreamRef(CLIENT, ref.customer, stream)]
    with pytest.raises(ClientFrozen):
        agent.unwrap_streams(wanted, "test")
    agent.lift_freeze(CLIENT, agent.freezes(CLIENT)[0].set.request, uuid4(), ANNA, BORIS)
    assert agent.unwrap_streams(wanted, "test") == [bytearray(range(32))]


# --- A race, and other processes --------------------------------------------------------------------------------------


def test_what_began_before_the_freeze_does_not_end_after_it(
    agent: LocalAgent, ref: KeyRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The freeze comes between opening the key and handing it out."""
    opened, kept = LocalAgent._opened, list[bytearray]()

    def slowly(self: LocalAgent, refs: list[KeyRef]) -> list[bytearray]:
        keys = opened(self, refs)
        kept.extend(keys)
        frozen(agent)
        return keys

    monkeypatch.setattr(LocalAgent, "_opened", slowly)
    monkeypatch.setattr(Book, "given", lambda *_: pytest.fail("nothing was given"))
    with pytest.raises(ClientFrozen):
        agent.unwrap([ref], "test")
    assert kept == [bytearray(32)]


def test_in_every_process_at_once(agent: LocalAgent, ref: KeyRef, tmp_path: Path) -> None:
    """Readers that never pause: when the freeze is answered none of them gets a key any more."""
    path, over, got = tmp_path / "run" / "agent.sock", threading.Event(), list[float]()

    def reads(reader: RemoteAgent, reading: threading.Event) -> None:
        while not over.is_set():
            asked = time.monotonic()
            try:
                reader.unwrap([ref], "test")
            except ClientFrozen:
                return
            got.append(asked)
            reading.set()

    with served(agent, path, "web") as web:
        readers = [RemoteAgent(path, role) for role in ("web", "worker", "", "web")]
        begun = [threading.Event() for _ in readers]
        threads = [threading.Thread(target=reads, args=each) for each in zip(readers, begun, strict=True)]
        for thread in threads:
            thread.start()
        assert all(reading.wait(60) for reading in begun)
        web.freeze_client(CLIENT, uuid4(), ANNA, BORIS)
        answered = time.monotonic()
        for thread in threads:
            thread.join(60)
        still = [thread for thread in threads if thread.is_alive()]
        over.set()
        assert not still
        for reader in readers:
            with pytest.raises(ClientFrozen):
                reader.unwrap([ref], "test")
            reader.close()
    assert max(got) <= answered  # whoever asked after it was frozen got nothing


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.WEB])
def test_no_other_process_freezes_or_lifts(agent: LocalAgent, ref: KeyRef, tmp_path: Path, role: str) -> None:
    request = frozen(agent)
    with served(agent, tmp_path / "run" / "agent.sock", role) as caller:
        for asked in (
            lambda: caller.lift_freeze(CLIENT, request, uuid4(), ANNA, BORIS),
            lambda: caller.freeze_client(OTHER, uuid4(), ANNA, BORIS),
        ):
            with pytest.raises(NotYours):
                asked()
    with pytest.raises(ClientFrozen):
        agent.unwrap([ref], "test")
    assert agent.freezes(OTHER) == []


def test_the_history_crosses_the_socket(agent: LocalAgent, tmp_path: Path) -> None:
    agent.lift_freeze(CLIENT, frozen(agent), uuid4(), ANNA, CARLA)
    frozen(agent)
    with served(agent, tmp_path / "run" / "agent.sock", "web") as web:
        assert web.freezes(CLIENT) == agent.freezes(CLIENT)
        assert [one.lifted is None for one in web.freezes(CLIENT)] == [True, False]


# --- The store --------------------------------------------------------------------------------------------------------


def version_4(folder: Path) -> None:
    """Take away what version 5 added."""
    store = KeyStore.open(folder / "keystore.sqlite3")
    with store._file.writing() as connection:
        connection.execute("DROP TABLE freeze")
        connection.execute("PRAGMA user_version = 4")
    store.close()


def test_a_store_of_version_4_gets_its_table(agent: LocalAgent, store: KeyStore, folder: Path, ref: KeyRef) -> None:
    key = agent.unwrap([ref], "test")
    store.close()
    version_4(folder)
    again = agent_on(KeyStore.open(folder / "keystore.sqlite3"))
    assert again.unwrap([ref], "test") == key
    frozen(again)
    with pytest.raises(ClientFrozen):
        again.unwrap([ref], "test")
    again.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_is_brought_to_version_5_it_is_version_4(tmp_path: Path, when: str) -> None:
    folder = tmp_path / "var" / "keys"
    setup.create(folder, bytearray(dying.WORDS), cost=FLOOR)
    version_4(folder)
    dying.killed(folder, "razdar.keys.upgrade:_run", when, "")
    with setup.unlock(folder, bytearray(dying.WORDS))._store._file.reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (upgrade.SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM freeze").fetchone() == (0,)


def test_a_client_is_frozen_once_at_a_time(store: KeyStore, agent: LocalAgent) -> None:
    statement = "INSERT INTO freeze (client, request, lifts, asked_by, agreed_by, at) VALUES (?, ?, ?, ?, ?, ?)"
    values = (CLIENT.bytes, frozen(agent).bytes, None, ANNA.bytes, BORIS.bytes, 1)
    with store._file.writing() as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement, values)


# --- Control runs -----------------------------------------------------------------------------------------------------


def _still_reads(one: Agency) -> bool:
    """Whether a worker gets a key of a client that two of its people have frozen."""
    operator, web, worker = (RemoteAgent(one.socket, role) for role in ("", "web", "worker"))
    operator.create_client(CLIENT)
    ref = operator.create_customer(CLIENT, uuid4())
    web.freeze_client(CLIENT, uuid4(), ANNA, BORIS)
    try:
        return bool(worker.unwrap([ref], "test"))
    except ClientFrozen:
        return False
    finally:
        for each in (operator, web, worker):
            each.close()


@pytest.mark.control
def test_control_without_the_look_at_the_ledger_a_frozen_client_is_read() -> None:
    environ = weakening.environment(
        patch="razdar.keys.freeze_store:Freezes.require_none", with_="tests.weakening.patches:does_nothing", base={}
    )
    with agency() as sound, agency(environ=environ) as weak:
        assert (_still_reads(sound), _still_reads(weak)) == (False, True)


def _operator_lifts(one: Agency) -> bool:
    operator, web = RemoteAgent(one.socket), RemoteAgent(one.socket, "web")
    operator.create_client(CLIENT)
    request = uuid4()
    web.freeze_client(CLIENT, request, ANNA, BORIS)
    try:
        operator.lift_freeze(CLIENT, request, uuid4(), ANNA, BORIS)
    except NotYours:
        return False
    finally:
        operator.close()
        web.close()
    return True


@pytest.mark.control
def test_control_without_the_table_of_roles_the_operator_lifts() -> None:
    environ = weakening.environment(patch="razdar.keys.callers:may", with_="tests.weakening.patches:agrees", base={})
    with agency() as sound, agency(environ=environ) as weak:
        assert (_operator_lifts(sound), _operator_lifts(weak)) == (False, True)


def test_control_one_look_alone_lets_a_running_read_end(
    agent: LocalAgent, ref: KeyRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the look before the key is opened, and none after it, the race is lost."""
    opened, looks = LocalAgent._opened, list[int]()
    looked: Callable[..., None] = Freezes.require_none

    def once(self: Freezes, clients: set[UUID]) -> None:
        looks.append(1)
        if len(looks) == 1:
            looked(self, clients)

    def slowly(self: LocalAgent, refs: list[KeyRef]) -> list[bytearray]:
        keys = opened(self, refs)
        frozen(agent)
        return keys

    monkeypatch.setattr(Freezes, "require_none", once)
    monkeypatch.setattr(LocalAgent, "_opened", slowly)
    assert agent.unwrap([ref], "test")
