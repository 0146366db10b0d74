"""record() stands or falls with the change; record_now() survives whatever follows."""

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest
from django.db import OperationalError, connections, transaction

from razdar import audit
from razdar.audit import services, writer
from razdar.core.errors import BadInput, KeysLocked, Unavailable
from razdar.core.ledger import Event, FieldSeen, Kind, Mode
from razdar.keys import agent
from razdar.runtime.scope import scope, unit
from tests.audit.fakes import A, B, Connection, change, entries, installation, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


class RequestFailed(Exception):
    pass


def fail_after(*steps: Callable[[], None]) -> None:
    """A request that does its work and then fails."""
    with scope(A):
        for step in steps:
            step()
        raise RequestFailed


def record_look() -> None:
    audit.record(look())


def record_look_now() -> None:
    audit.record_now(look())


def record_change() -> None:
    audit.record(change())


def inbox(owner: Connection) -> list[tuple[int, int]]:
    """Kind and counter of what waits, in order; the announcement of the process left out."""
    rows = owner.execute("SELECT kind, counter FROM audit_inbox WHERE counter > 1 ORDER BY id").fetchall()
    return [(kind, counter) for kind, counter in rows]


def test_a_failed_request_leaves_its_look_and_voids_its_change(owner: Connection) -> None:
    with pytest.raises(RequestFailed):
        fail_after(record_look_now, record_change)
    assert inbox(owner) == [(Kind.EVENT, 2), (Kind.VOID, 3)]
    wait_until_sequenced()
    assert entries(owner, A) == [(0, "customers:card:view", 2)]


def test_control_a_look_recorded_in_the_request_would_be_lost(owner: Connection) -> None:
    """The same failed request, with the look on the request's own connection: the test above would notice."""
    with pytest.raises(RequestFailed):
        fail_after(record_look)
    assert inbox(owner) == [(Kind.VOID, 2)]


def test_a_change_is_recorded_with_its_transaction_and_not_before(owner: Connection) -> None:
    with scope(A):
        audit.record(change())
        assert inbox(owner) == []
    assert inbox(owner) == [(Kind.EVENT, 2)]


def test_a_look_is_committed_before_record_now_returns(owner: Connection) -> None:
    with scope(A):
        audit.record_now(look())
        assert inbox(owner) == [(Kind.EVENT, 2)]


def test_a_savepoint_that_fails_inside_a_request_that_succeeds_is_voided(owner: Connection) -> None:
    with scope(A):
        with suppress(RequestFailed), transaction.atomic():
            audit.record(change())
            raise RequestFailed
        audit.record(change())
    assert inbox(owner) == [(Kind.EVENT, 3), (Kind.VOID, 2)]


def test_a_commit_that_fails_is_voided(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise OperationalError

    def work() -> None:
        with scope(A):
            audit.record(change())
            monkeypatch.setattr(connections["default"], "_commit", lost)

    with pytest.raises(OperationalError):
        work()
    assert inbox(owner) == [(Kind.VOID, 2)]


def test_record_needs_a_transaction_of_ours() -> None:
    with pytest.raises(RuntimeError):
        audit.record(change())
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(change())


def test_record_refuses_another_clients_event(owner: Connection) -> None:
    with pytest.raises(BadInput), scope(A):
        audit.record(change(B))
    assert inbox(owner) == []


def test_an_installations_event_may_be_recorded_anywhere(owner: Connection) -> None:
    with scope(A):
        audit.record(change(None))
    with unit():
        audit.record(change(B))
    assert len(inbox(owner)) == 2


def test_too_long_uses_up_no_number(owner: Connection) -> None:
    seen = tuple(FieldSeen("phone", "masked", UUID(int=n + 1)) for n in range(2000))
    event = Event(client=A, action="customers:list:view", mode=Mode.LIST_ROW, fields=seen)
    with pytest.raises(BadInput):
        audit.record_now(event)
    audit.record_now(look())
    assert inbox(owner) == [(Kind.EVENT, 2)]


def test_without_keys_nothing_can_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> None:
        raise KeysLocked

    monkeypatch.setattr(agent, "current", locked)
    with pytest.raises(KeysLocked):
        audit.record_now(look())


def _unreachable(*_args: object, **_kwargs: object) -> None:
    raise OperationalError


def test_no_log_no_look_and_the_number_is_accounted_for(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    audit.record_now(look())
    with monkeypatch.context() as broken:
        broken.setattr(services, "_put", _unreachable)
        broken.setattr(services, "_pay", lambda _writer: None)
        with pytest.raises(Unavailable):
            audit.record_now(look())
    audit.record_now(look())
    assert inbox(owner) == [(Kind.EVENT, 2), (Kind.EVENT, 4), (Kind.VOID, 3)]


def test_a_void_that_cannot_be_written_is_owed(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    audit.record_now(look())
    with monkeypatch.context() as broken:
        broken.setattr(services, "_insert", _unreachable)
        with pytest.raises(RequestFailed):
            fail_after(record_change)
    assert inbox(owner) == [(Kind.EVENT, 2)]
    audit.record_now(look())
    assert inbox(owner) == [(Kind.EVENT, 2), (Kind.EVENT, 4), (Kind.VOID, 3)]


def test_threads_share_one_writer_and_never_a_number(owner: Connection) -> None:
    def work() -> None:
        for _ in range(10):
            audit.record_now(look())
        connections["audit"].close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = owner.execute("SELECT writer, counter FROM audit_inbox").fetchall()
    assert len({row[0] for row in rows}) == 1
    assert sorted(row[1] for row in rows) == list(range(1, 82))


def _childs_writer(pipe: "multiprocessing.connection.Connection") -> None:
    pipe.send(writer.PROCESS.writer is None)


def test_a_forked_child_is_another_writer() -> None:
    audit.record_now(look())
    here, there = multiprocessing.get_context("fork").Pipe()
    child = multiprocessing.get_context("fork").Process(target=_childs_writer, args=(there,))
    child.start()
    assert here.recv()
    child.join()
    assert writer.PROCESS.writer is not None


def test_a_process_announces_itself_reports_and_says_goodbye(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "REPORT_EVERY", 0.01)
    audit.start("web")
    audit.start("web")
    audit.record_now(look())
    for _ in range(500):
        reports = owner.execute("SELECT counter FROM audit_inbox WHERE kind = %s", [Kind.REPORT]).fetchall()
        if (2,) in reports:
            break
        threading.Event().wait(0.01)
    audit.stop()
    assert (2,) in reports
    wait_until_sequenced()
    assert installation(owner) == ["system:writer:started", "system:writer:stopped"]
    payload = owner.execute("SELECT payload FROM audit_event WHERE action = 'system:writer:stopped'").fetchone()
    assert payload is not None
    assert b'"last":2,"process":"web","writer":"' in payload[0]


def test_stop_without_a_start_says_nothing(owner: Connection) -> None:
    audit.stop()
    assert inbox(owner) == []
