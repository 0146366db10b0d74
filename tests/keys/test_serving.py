"""The key agent over its socket: slow, silent and senseless callers, limits, and an agent that goes and comes back."""

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.core.crypto.material import wipe
from razdar.core.errors import KeysLocked, Misconfigured, NotYours, Throttled, Unavailable
from razdar.keys import agent_command, frames, local_socket, remote, server, wire
from razdar.keys.agent import LocalAgent
from razdar.keys.codecs import Writer
from razdar.keys.limits import Limits
from razdar.keys.records import KeyRef
from razdar.keys.remote import RemoteAgent
from razdar.runtime import supervise
from tests import weakening
from tests.keys.agency import Agency, agency, wait_until
from tests.keys.conftest import CLIENT
from tests.keys.serving import served

_ALL = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "agent.sock"


@pytest.fixture
def ref(agent: LocalAgent) -> KeyRef:
    return agent.create_customer(CLIENT, uuid4())


@contextmanager
def raw(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection, local_socket.address(path) as address:
        connection.settimeout(10)
        connection.connect(address)
        yield connection


def ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1 << 16) == b""
    except ConnectionError:
        return True


# --- Callers that misbehave -------------------------------------------------------------------------------------------


def test_slow_and_silent_callers_are_closed_and_hold_up_nobody(
    agent: LocalAgent, ref: KeyRef, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HELLO_SECONDS", 0.5)
    monkeypatch.setattr(server, "FRAME_SECONDS", 0.5)
    with served(agent, path) as good, raw(path) as silent, raw(path) as slow:
        began = time.monotonic()
        dripping = threading.Thread(target=_drip, args=(slow,))
        dripping.start()
        for _ in range(20):
            assert len(good.unwrap([ref], "test")) == 1
        assert time.monotonic() - began < 0.5, "a good caller waited for a bad one"
        assert ended(silent)
        dripping.join(5)
        assert not dripping.is_alive()
        assert time.monotonic() - began < 5
        assert len(good.unwrap([ref], "test")) == 1


def _drip(connection: socket.socket) -> None:
    """A frame of a hundred bytes, one at a time, until the other end has had enough."""
    try:
        for byte in b"\x00\x00\x00\x64" + bytes(96):
            connection.sendall(bytes((byte,)))
            time.sleep(0.1)
    except OSError:
        return


def test_whoever_does_not_read_answers_is_closed(
    agent: LocalAgent, ref: KeyRef, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "FRAME_SECONDS", 0.5)
    with served(agent, path) as good:
        stuck = RemoteAgent(path)
        line = stuck._connected()
        question = Writer()
        wire.UNWRAP.put_arguments(question, ([ref] * 25_000, "test"))  # an answer of 800 kB
        line._frames.send(question)
        assert line._connection.recv(1, socket.MSG_PEEK)
        time.sleep(1.5)
        wait_until(lambda: ended(line._connection))
        assert len(good.unwrap([ref], "test")) == 1
        stuck.close()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=3), st.booleans())
def test_nonsense_ends_its_own_connection_only(
    serving: tuple[RemoteAgent, Path], said: list[bytes], framed: bool
) -> None:
    good, path = serving
    with raw(path) as connection:
        try:
            for part in said:
                connection.sendall((len(part).to_bytes(4) if framed else b"") + part)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        while not ended(connection):
            pass
    assert not good.is_destroyed(CLIENT, UUID(int=7))


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RemoteAgent, Path]]:
    with agency() as one:
        yield RemoteAgent(one.socket), one.socket


def test_another_version_is_said_and_closed_on(agent: LocalAgent, path: Path) -> None:
    with served(agent, path):
        line = remote._Line(remote._connect(path))
        question = Writer()
        wire.HELLO.put_arguments(question, (wire.VERSION + 1, ""))
        with pytest.raises(Misconfigured, match="another version"):
            line.ask(wire.HELLO, question)
        assert ended(line._connection)


def test_there_is_a_bound_to_connections(agent: LocalAgent, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_OF_ONE_ACCOUNT", 3)
    with served(agent, path) as good, raw(path), raw(path), raw(path) as fourth:
        assert ended(fourth)
        assert not good.is_destroyed(CLIENT, UUID(int=7))
        assert good.status().turned_away == 1


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_what_is_too_much_is_refused_and_noted(agent: LocalAgent, ref: KeyRef, path: Path) -> None:
    with served(agent, path, "web", allowed=Limits(now=lambda: 0.0)) as web:
        for _ in range(5):
            web.unwrap([ref] * 1000, "test")
        with pytest.raises(Throttled):
            web.unwrap([ref], "test")
        assert web.status().turned_away == 1
    with served(agent, path, allowed=Limits()) as operator:
        found: Counter[tuple[str, str]] = Counter()  # a line is a minute, and this may have taken two of them
        for line in operator.book(*_ALL):
            found[line.caller, line.outcome.value] += line.count
    assert found == {("web", "given"): 5000, ("web", "limited"): 1}


# --- An agent that is gone, slow, or another --------------------------------------------------------------------------


def test_without_an_agent_the_keys_are_locked(path: Path) -> None:
    nobody = RemoteAgent(path)
    assert not nobody.answers()
    with pytest.raises(KeysLocked, match="Nothing was lost"):
        nobody.installation_subkey(b"staff")


def test_a_slow_agent_is_given_up_and_its_late_answer_is_nobodys(
    agent: LocalAgent, ref: KeyRef, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = agent.create_customer(CLIENT, uuid4())
    expected = agent.unwrap([ref, other], "test")
    monkeypatch.setattr(remote, "ANSWER_SECONDS", 0.3)
    release = threading.Event()
    unwrap = LocalAgent.unwrap

    def slow(self: LocalAgent, refs: list[KeyRef], purpose: str) -> list[bytearray]:
        if purpose == "slow":
            release.wait(5)
        return unwrap(self, refs, purpose)

    monkeypatch.setattr(LocalAgent, "unwrap", slow)
    with served(agent, path) as asked:
        with pytest.raises(KeysLocked):
            asked.unwrap([ref], "slow")
        release.set()
        assert asked.unwrap([other], "test") == expected[1:]
        assert asked.unwrap([ref], "test") == expected[:1]


def test_an_agent_killed_and_started_again_under_traffic_gives_no_wrong_answer() -> None:
    with agency() as one:
        asked = RemoteAgent(one.socket)
        asked.create_client(CLIENT)
        refs = [asked.create_customer(CLIENT, uuid4()) for _ in range(8)]
        keys = asked.unwrap(refs, "test")
        wrong: list[object] = []
        answered, locked = [0] * len(refs), [0] * len(refs)
        stop = threading.Event()

        def ask(index: int) -> None:
            while not stop.is_set():
                try:
                    found = asked.unwrap([refs[index]], "test")
                except KeysLocked:
                    locked[index] += 1
                    time.sleep(0.01)
                    continue
                except Exception as error:  # noqa: BLE001 - whatever else comes is wrong
                    wrong.append(error)
                    return
                wrong.extend(key for key in found if key != keys[index])
                answered[index] += 1
                time.sleep(0.02)  # below what a process may have

        threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(refs))]
        for thread in threads:
            thread.start()
        for _ in range(2):
            before = list(answered)
            wait_until(lambda: all(now > then for now, then in zip(answered, before, strict=True)))  # noqa: B023
            one.process.kill()
            one.process.wait()
            wait_until(lambda: all(locked))
            one.restart()
        before = list(answered)
        wait_until(lambda: all(now > then for now, then in zip(answered, before, strict=True)))
        stop.set()
        for thread in threads:
            thread.join()
        assert not wrong


def test_a_second_agent_is_refused_and_a_dead_ones_socket_is_replaced(agent: LocalAgent, path: Path) -> None:
    with served(agent, path) as first:
        with pytest.raises(Unavailable, match="already"), server.bound(server.Place(path, shared=False)):
            pass
        assert first.answers()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with served(agent, path) as second:
        assert second.answers()


@pytest.mark.parametrize("child", [False, True])
def test_it_says_that_it_is_ready_unless_a_supervisor_does(
    agent: LocalAgent, path: Path, monkeypatch: pytest.MonkeyPatch, child: bool
) -> None:
    """Between the sentences of `razdar up` and `razdar demo` there is no line of a part's own."""
    said: list[str] = []
    monkeypatch.setattr(agent_command.hardening, "harden", lambda: ())
    monkeypatch.setattr(agent_command.logs, "event", lambda name, **_: said.append(name))
    monkeypatch.setattr(agent_command.sys, "setswitchinterval", lambda _: None)
    monkeypatch.setattr(supervise, "is_child", lambda: child)
    stop = threading.Event()
    stop.set()
    where = agent_command.Surroundings(path, None, ())
    agent_command.run(where, lambda: nullcontext(bytearray(b"x")), lambda _: agent, stop)
    assert said == ([] if child else ["key-agent-ready"])


def test_the_socket_and_its_folder_are_the_owners(agent: LocalAgent, path: Path) -> None:
    with served(agent, path):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    path.parent.chmod(0o770)
    with pytest.raises(Misconfigured, match="go-w"), server.bound(server.Place(path, shared=False)):
        pass


def test_an_agent_of_a_strange_account_is_not_believed(
    agent: LocalAgent, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(agent, path):
        asked = RemoteAgent(path)
        monkeypatch.setattr(local_socket, "peer_account", lambda _: os.geteuid() + 1)
        with pytest.raises(Misconfigured, match="no key is taken"):
            asked.installation_subkey(b"staff")


def test_a_deep_folder_needs_no_short_name(agent: LocalAgent, ref: KeyRef, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["deep" * 10] * 5) / "agent.sock"
    assert len(os.fsencode(deep)) > local_socket.MOST_PATH
    with served(agent, deep) as asked:
        assert len(asked.unwrap([ref], "test")) == 1
        assert {entry.name for entry in deep.parent.iterdir()} == {"agent.sock", "agent.lock"}


def test_a_name_too_long_for_any_socket_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="RAZDAR_KEY_AGENT"):
        RemoteAgent(tmp_path / ("x" * 200)).answers()


def test_a_forked_child_asks_on_a_connection_of_its_own(agent: LocalAgent, ref: KeyRef) -> None:
    with agency() as one:
        asked = RemoteAgent(one.socket)
        asked.create_client(CLIENT)
        child_ref = asked.create_customer(CLIENT, uuid4())
        mine = asked.unwrap([child_ref], "test")
        child = os.fork()
        if child == 0:
            os._exit(0 if asked.unwrap([child_ref], "test") == mine else 1)
        assert asked.unwrap([child_ref], "test") == mine
        assert os.waitpid(child, 0)[1] == 0


# --- One account: the role a process names ----------------------------------------------------------------------------


def test_on_one_account_a_process_is_held_to_the_role_it_names(agent: LocalAgent, ref: KeyRef, path: Path) -> None:
    with served(agent, path, "sequencer") as sequencer:
        with pytest.raises(NotYours):
            sequencer.unwrap([ref], "test")
        assert len(sequencer.stamp_key("web", uuid4())) == 32


def test_keys_are_overwritten_on_both_sides(
    agent: LocalAgent, ref: KeyRef, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[bytearray] = []
    unwrap = LocalAgent.unwrap
    rooms: list[bytearray] = []

    def spy(self: LocalAgent, refs: list[KeyRef], purpose: str) -> list[bytearray]:
        handed.extend(keys := unwrap(self, refs, purpose))
        return keys

    def watched(*buffers: bytearray) -> None:
        rooms.extend(buffers)
        wipe(*buffers)

    monkeypatch.setattr(LocalAgent, "unwrap", spy)
    monkeypatch.setattr(frames, "wipe", watched)
    with served(agent, path) as asked:
        (key,) = asked.unwrap([ref], "test")
        assert any(key)
        wait_until(lambda: not any(map(any, handed)))
        assert handed
        assert rooms
        assert not any(map(any, rooms))


# --- Control runs -----------------------------------------------------------------------------------------------------


def _throttled(one: Agency) -> bool:
    operator = RemoteAgent(one.socket)
    operator.create_client(CLIENT)
    operator.close()
    web = RemoteAgent(one.socket, "web")
    ref = web.create_customer(CLIENT, uuid4())
    try:
        for _ in range(12):
            web.unwrap([ref] * 1000, "test")
    except Throttled:
        return True
    finally:
        web.close()
    return False


def test_control_without_limits_everything_is_handed_out() -> None:
    with agency() as sound:
        assert _throttled(sound)
    environ = weakening.environment(
        patch="razdar.keys.limits:Limits.take", with_="tests.weakening.patches:does_nothing", base={}
    )
    with agency(environ=environ) as weak:
        assert not _throttled(weak)
