"""Whose turn it is: one sequencer at a time, nobody else in its way, and a page that can tell when none works."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import errors

from razdar.audit.models import Inbox
from razdar.audit.sequencing import sequencer, turn
from razdar.audit.sequencing.inbox import Row
from razdar.audit.sequencing.turn import AnotherHolds, Turn
from razdar.audit.writer import Writer
from razdar.core.ledger import encode
from razdar.runtime import logs
from tests.audit.fakes import A, Connection, entries, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.turns import running, until

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

TABLES = ("audit_log", "audit_sequencing")
LOCK = "LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE"
# The number under which the sequencer once held an advisory lock, and some that anybody would try.
NUMBERS = (int.from_bytes(b"raz-seq"), 0, 1)


class RoundFailed(Exception):
    pass


def put(*rows: Inbox) -> None:
    for row in rows:
        row.save(using="audit", force_insert=True)


def event(made_by: Writer) -> Inbox:
    return made_by.event(encode(look(A), 1_750_000_000_000))


def test_a_second_sequencer_is_refused(as_sequencer: Connection, owner: Connection) -> None:
    put(event(Writer()))
    with as_sequencer.transaction():
        as_sequencer.execute(LOCK.format("audit_log"))
        with pytest.raises(AnotherHolds):
            sequencer.sequence_once()
    wait_until_sequenced()
    assert len(entries(owner, A)) == 1


def test_only_one_has_the_turn_until_its_connection_is_gone() -> None:
    first, second = Turn(), Turn()
    first.keep()
    with pytest.raises(AnotherHolds):
        second.keep()
    first.keep()
    first.end()
    second.keep()
    with pytest.raises(AnotherHolds):
        first.keep()
    second.end()
    first.end()


def test_the_turn_is_let_go_for_a_moment_so_that_vacuum_comes_by(
    as_sequencer: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "AGAIN_AFTER", 0.0)
    first = Turn()
    first.keep()
    came = threading.Event()

    def wait_for_it() -> None:
        with as_sequencer.transaction():
            as_sequencer.execute(LOCK.format("audit_sequencing"))
            came.set()

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    try:
        until(lambda: _tried(first) and came.is_set())
    finally:
        waiting.join()
        first.end()


def _tried(one: Turn) -> bool:
    one.keep()
    return True


def test_a_process_that_stands_by_says_so_and_takes_over(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(logs, "error", lambda name, cause: said.append((name, cause.code)))
    put(event(Writer()))
    first = Turn()
    first.keep()
    with running():
        until(lambda: bool(said))
        assert entries(owner, A) == []
        first.end()
        until(lambda: len(entries(owner, A)) == 1)
    assert said == [("sequencer-stands-by", "another-sequencer-holds-the-log")]


@pytest.mark.parametrize("table", TABLES)
def test_pages_and_jobs_cannot_take_the_turn(as_runtime: Connection, table: str) -> None:
    for mode in ("SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"):
        with pytest.raises(errors.InsufficientPrivilege), as_runtime.transaction():
            as_runtime.execute(f"LOCK TABLE {table} IN {mode} MODE")
    with pytest.raises(errors.InsufficientPrivilege):
        as_runtime.execute(f"SELECT * FROM {table} FOR UPDATE")


def test_no_lock_that_pages_and_jobs_can_take_stops_the_sequencer(as_runtime: Connection, owner: Connection) -> None:
    put(event(Writer()))
    with as_runtime.transaction():
        with pytest.raises(errors.InsufficientPrivilege), as_runtime.transaction():
            as_runtime.execute("LOCK TABLE audit_inbox IN ROW EXCLUSIVE MODE")
        as_runtime.execute(
            "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload) "
            "VALUES (gen_random_uuid(), 1, 'web', gen_random_uuid(), 1, '', '')"
        )
        for table in ("audit_event", "audit_subject", "audit_sequencing"):
            as_runtime.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
        for number in NUMBERS:
            as_runtime.execute("SELECT pg_advisory_lock(%s)", [number])
        with running():
            until(lambda: len(entries(owner, A)) == 1)


def test_a_round_that_leaves_the_inbox_empty_says_so_every_ten_seconds(owner: Connection) -> None:
    owner.execute("UPDATE audit_sequencing SET caught_up_at = NULL")
    now = datetime.now(UTC).replace(microsecond=0)
    for seconds, said in ((0, 0), (9, 0), (10, 10), (5, 5)):
        sequencer.sequence_once(now + timedelta(seconds=seconds))
        found = owner.execute("SELECT caught_up_at FROM audit_sequencing").fetchone()
        assert found == (now + timedelta(seconds=said),), seconds


def test_a_round_that_leaves_rows_or_fails_does_not_say_so(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.execute("UPDATE audit_sequencing SET caught_up_at = NULL")
    made_by = Writer()
    put(event(made_by), event(made_by))
    assert sequencer.sequence_once(limit=1) == 1
    with monkeypatch.context() as dying:
        dying.setattr(sequencer, "waiting", _fail)
        with pytest.raises(RoundFailed):
            sequencer.sequence_once()
    assert owner.execute("SELECT caught_up_at FROM audit_sequencing").fetchone() == (None,)
    wait_until_sequenced()
    assert owner.execute("SELECT caught_up_at FROM audit_sequencing").fetchone() != (None,)


def _fail(_limit: int) -> list[Row]:
    raise RoundFailed


def test_the_process_sequences_until_told_to_stop_and_survives_a_lost_connection(
    owner: Connection, as_sequencer: Connection
) -> None:
    made_by = Writer()
    put(event(made_by))
    with running():
        until(lambda: len(entries(owner, A)) == 1)
        as_sequencer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
        put(event(made_by))
        until(lambda: len(entries(owner, A)) == 2)
