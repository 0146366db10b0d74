"""The sequencer: contiguous, once, and not to be fooled."""

import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from razdar import audit
from razdar.audit import services, writer
from razdar.audit.models import NIL, Inbox
from razdar.audit.sequencing import sequencer
from razdar.audit.writer import Writer
from razdar.core.errors import KeysLocked
from razdar.core.ledger import Kind, encode
from razdar.keys import agent
from razdar.runtime.scope import scope
from tests.audit.fakes import A, B, Connection, change, entries, installation, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


class RequestFailed(Exception):
    pass


def later(seconds: int) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def put(*rows: Inbox) -> None:
    for row in rows:
        row.save(using="audit", force_insert=True)


def event(made_by: Writer, client: UUID = A) -> Inbox:
    return made_by.event(encode(look(client), 1_750_000_000_000))


def quarantined(owner: Connection) -> list[str]:
    return [row[0] for row in owner.execute("SELECT reason FROM audit_quarantine ORDER BY reason").fetchall()]


def test_each_client_and_the_installation_have_a_contiguous_log(owner: Connection) -> None:
    for client in (A, B, A, A, B):
        audit.record_now(look(client))
    wait_until_sequenced()
    audit.record_now(look(A))
    wait_until_sequenced()
    assert [index for index, _, _ in entries(owner, A)] == [0, 1, 2, 3]
    assert [index for index, _, _ in entries(owner, B)] == [0, 1]
    assert entries(owner, NIL) == [(0, "system:writer:started", 1)]
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (0,)


def test_the_entry_keeps_the_stamped_bytes_and_finds_its_subjects(owner: Connection) -> None:
    row = event(Writer())
    put(row)
    wait_until_sequenced()
    assert owner.execute("SELECT payload FROM audit_event WHERE log = %s", [A]).fetchone() == (row.payload,)
    assert owner.execute("SELECT client_id, subject FROM audit_subject").fetchall() == [(A, UUID(int=8))]


def test_contiguous_with_four_writers_while_rows_come_in(owner: Connection) -> None:
    def work() -> None:
        made_by = Writer()
        for _ in range(50):
            put(event(made_by))
        connections["audit"].close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sequencer.sequence_once(limit=7)
    wait_until_sequenced()
    assert [index for index, _, _ in entries(owner, A)] == list(range(200))
    assert installation(owner) == []
    sequencer.sequence_once(later(600))
    assert installation(owner) == []


def test_a_crash_in_the_middle_loses_nothing_and_repeats_nothing(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by = Writer()
    put(event(made_by), event(made_by))
    wait_until_sequenced()
    put(event(made_by), event(made_by), event(made_by))

    def crash(_batch: object, _logs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(sequencer._Batch, "store", crash)
        with pytest.raises(KeyboardInterrupt):
            sequencer.sequence_once()
    wait_until_sequenced()
    assert [(index, counter) for index, _, counter in entries(owner, A)] == [(n, n + 1) for n in range(5)]


TAMPERING = {
    "payload": "UPDATE audit_inbox SET payload = %s WHERE id = %s",
    "writer": "UPDATE audit_inbox SET writer = %s WHERE id = %s",
    "counter": "UPDATE audit_inbox SET counter = %s WHERE id = %s",
    "negative counter": "UPDATE audit_inbox SET counter = %s WHERE id = %s",
    "kind": "UPDATE audit_inbox SET kind = %s WHERE id = %s",
    "unknown kind": "UPDATE audit_inbox SET kind = %s WHERE id = %s",
    "mac": "UPDATE audit_inbox SET mac = %s WHERE id = %s",
    "order": "UPDATE audit_inbox SET id = %s WHERE id = %s",
}


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("payload", encode(look(A, UUID(int=99)), 1)),
        ("writer", uuid4()),
        ("counter", 2),
        ("negative counter", -1),
        ("kind", Kind.VOID),
        ("unknown kind", 77),
        ("mac", b"\0" * 32),
        ("order", UUID(int=1)),
    ],
)
def test_a_tampered_row_is_set_apart_and_told(owner: Connection, what: str, value: object) -> None:
    row = event(Writer())
    put(row)
    owner.execute(TAMPERING[what], [value, row.id])
    wait_until_sequenced()
    assert quarantined(owner) == ["forged"]
    assert installation(owner) == ["audit:stamp:forged"]
    assert entries(owner, A) == []


def test_a_row_put_in_by_the_application_role_without_a_key_is_forged(
    owner: Connection, as_runtime: Connection
) -> None:
    as_runtime.execute(
        "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload) VALUES (%s, 1, 'web', %s, 1, %s, %s)",
        [uuid4(), uuid4(), b"\1" * 32, encode(look(), 1)],
    )
    wait_until_sequenced()
    assert quarantined(owner) == ["forged"]


def test_a_row_taken_away_is_missing_once(owner: Connection) -> None:
    made_by = Writer()
    rows = [event(made_by) for _ in range(5)]
    put(*rows)
    owner.execute("DELETE FROM audit_inbox WHERE id = ANY(%s)", [[rows[1].id, rows[2].id]])
    wait_until_sequenced()
    assert installation(owner) == []
    for _ in range(3):
        sequencer.sequence_once(later(61))
    assert installation(owner) == ["audit:stamp:missing"]
    payload = owner.execute("SELECT payload FROM audit_event WHERE log = %s", [NIL]).fetchone()
    assert payload is not None
    assert f'"detail":{{"first":2,"last":3,"writer":"{made_by.id}"}}'.encode() in payload[0]


def test_the_last_row_taken_away_is_missed_through_the_report(owner: Connection) -> None:
    made_by = Writer()
    rows = [event(made_by), event(made_by)]
    put(*rows, made_by.report())
    owner.execute("DELETE FROM audit_inbox WHERE id = %s", [rows[1].id])
    wait_until_sequenced()
    sequencer.sequence_once(later(61))
    assert installation(owner) == ["audit:stamp:missing"]


def test_a_slow_transaction_is_no_loss(owner: Connection) -> None:
    """Its number waits while it is open, is not reported before a minute, and takes its place late."""
    made_by = Writer()
    slow, quick = event(made_by), event(made_by)
    put(quick)
    wait_until_sequenced()
    put(slow)
    wait_until_sequenced()
    sequencer.sequence_once(later(61))
    assert [counter for _, _, counter in entries(owner, A)] == [2, 1]
    assert installation(owner) == []


def test_what_comes_after_it_was_missed_is_told_too(owner: Connection) -> None:
    made_by = Writer()
    slow, slower, quick = event(made_by), event(made_by), event(made_by)
    put(quick)
    wait_until_sequenced()
    sequencer.sequence_once(later(61))
    put(slow, made_by.void(slower.counter))
    wait_until_sequenced(later(62))
    assert installation(owner) == ["audit:stamp:missing", "audit:stamp:found", "audit:stamp:found"]
    # It is older than the heartbeat above it, so it is announced.
    assert [action for _, action, _ in entries(owner, A)] == [look().action, "audit:clock:back", look().action]


def test_a_rolled_back_change_is_never_missing(owner: Connection) -> None:
    with suppress(RequestFailed), scope(A):
        audit.record(change())
        raise RequestFailed
    audit.record_now(look())
    wait_until_sequenced()
    sequencer.sequence_once(later(61))
    assert installation(owner) == ["system:writer:started"]


def test_control_without_its_void_a_rolled_back_change_would_be_missing(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_void", lambda _writer, _counter: None)
    with suppress(RequestFailed), scope(A):
        audit.record(change())
        raise RequestFailed
    audit.record_now(look())
    wait_until_sequenced()
    sequencer.sequence_once(later(61))
    assert "audit:stamp:missing" in installation(owner)


def _again(made_by: Writer, counter: int, client: UUID) -> Inbox:
    return made_by._row(Kind.EVENT, counter, encode(look(client), 2))


@pytest.mark.parametrize("rounds", [1, 2])
def test_the_same_number_with_another_payload_is_set_apart(owner: Connection, rounds: int) -> None:
    made_by = Writer()
    put(event(made_by))
    if rounds == 2:
        wait_until_sequenced()
    put(_again(made_by, 1, A))
    wait_until_sequenced()
    assert quarantined(owner) == ["replayed"]
    assert installation(owner) == ["audit:stamp:replayed"]
    assert len(entries(owner, A)) == 1


@pytest.mark.parametrize("rounds", [1, 2])
def test_the_same_row_again_is_dropped(owner: Connection, rounds: int) -> None:
    made_by = Writer()
    row = event(made_by)
    put(row)
    wait_until_sequenced()
    for _ in range(rounds):
        put(row)
        wait_until_sequenced()
    assert len(entries(owner, A)) == 1
    assert installation(owner) == []


def test_a_committed_event_stands_against_its_void(owner: Connection) -> None:
    made_by = Writer()
    put(event(made_by), made_by.void(1), made_by.void(1))
    wait_until_sequenced()
    put(made_by.void(1))
    wait_until_sequenced()
    sequencer.sequence_once(later(61))
    assert len(entries(owner, A)) == 1
    assert installation(owner) == []


def test_an_event_that_was_called_void_is_kept_and_told(owner: Connection) -> None:
    made_by = Writer()
    row = event(made_by)
    put(made_by.void(1))
    wait_until_sequenced()
    put(row)
    wait_until_sequenced()
    assert len(entries(owner, A)) == 1
    assert installation(owner) == ["audit:stamp:revived"]


def test_a_leap_and_a_stamped_row_that_is_no_event_are_set_apart(owner: Connection) -> None:
    made_by = Writer()
    put(made_by._row(Kind.REPORT, 1 << 60, b""), made_by._row(Kind.EVENT, 1, b"{}"), made_by._row(Kind.VOID, 2, b"x"))
    wait_until_sequenced()
    assert quarantined(owner) == ["leap", "unreadable", "unreadable"]


def test_without_keys_the_rows_wait(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    put(event(Writer()))

    def locked() -> None:
        raise KeysLocked

    with monkeypatch.context() as locking:
        locking.setattr(agent, "current", locked)
        with pytest.raises(KeysLocked):
            sequencer.sequence_once()
    wait_until_sequenced()
    assert len(entries(owner, A)) == 1


def test_a_thousand_events_take_less_than_a_second(owner: Connection) -> None:
    made_by, best = Writer(), float("inf")
    for batch in range(1, 4):  # the best of them: the machine has other work too
        Inbox.objects.using("audit").bulk_create([event(made_by) for _ in range(3000)])
        begin = time.perf_counter()
        wait_until_sequenced()
        best = min(best, time.perf_counter() - begin)
        assert len(entries(owner, A)) == 3000 * batch
    assert best < 3
    assert writer.PROCESS.writer is None
