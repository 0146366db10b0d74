"""Whoever has a stolen process's rights puts in much, or what costs much: honest rows get their place all the same."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from razdar.audit.models import NIL, Inbox
from razdar.audit.sequencing import counters, inbox, sequencer
from razdar.audit.writer import Writer
from razdar.core.errors import Throttled
from razdar.core.ledger import Kind, encode
from razdar.keys import agent
from tests.audit.fakes import A, Connection, entries, installation, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

FORGED = (
    "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload) "
    "SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'web', {}, n, %s, '' "
    "FROM generate_series(1, %s) n"
)
STRANGERS, ONE = "gen_random_uuid()", "'00000000-0000-4000-8000-000000000001'"


def put(*rows: Inbox) -> None:
    Inbox.objects.using("audit").bulk_create(rows)


def event(made_by: Writer) -> Inbox:
    return made_by.event(encode(look(), 1_750_000_000_000))


def gaps(owner: Connection) -> int:
    found = owner.execute("SELECT count(*) FROM audit_gap").fetchone()
    return int(found[0]) if found else 0


# --- Numbers that are absent ------------------------------------------------------------------------------------------


def test_numbers_by_the_million_are_a_leap_each_and_cost_nothing(owner: Connection) -> None:
    made_by = Writer()
    put(event(made_by), *(made_by._row(Kind.REPORT, 1_000_000 * n, b"") for n in range(1, 201)), event(made_by))
    begin = time.perf_counter()
    wait_until_sequenced()
    assert time.perf_counter() - begin < 5
    assert gaps(owner) == 0
    assert [counter for _, _, counter in entries(owner, A)] == [1, 2]
    assert owner.execute("SELECT reason, count(*) FROM audit_quarantine GROUP BY 1").fetchall() == [("leap", 200)]
    assert installation(owner) == ["audit:stamp:leap"]


@pytest.mark.parametrize("rounds", [False, True])
def test_what_a_writer_leaves_out_adds_up_over_rows_and_rounds(owner: Connection, rounds: bool) -> None:
    made_by = Writer()
    for step in range(1, 6):
        put(made_by._row(Kind.REPORT, 4_000 * step, b""))
        if rounds:
            wait_until_sequenced()
    wait_until_sequenced()
    assert gaps(owner) == 8_000
    put(made_by._row(Kind.EVENT, 8_001, encode(look(), 1)))
    wait_until_sequenced()
    assert [counter for _, _, counter in entries(owner, A)] == [8_001]


def test_many_writers_bring_in_so_many_absent_numbers_a_round_and_the_rest_waits(owner: Connection) -> None:
    put(*(Writer()._row(Kind.REPORT, 4_000, b"") for _ in range(5)))
    honest = Writer()
    put(event(honest))
    now, seen = datetime.now(UTC), []
    while sequencer.sequence_once(now):
        seen.append(gaps(owner))
    assert seen == [8_000, 16_000, 20_000]
    assert [counter for _, _, counter in entries(owner, A)] == [1]
    assert owner.execute("SELECT count(*) FROM audit_quarantine").fetchone() == (0,)


@pytest.mark.control
def test_control_without_the_bound_every_absent_number_is_kept(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "MAX_ABSENT", 1_000_000)
    made_by = Writer()
    put(*(made_by._row(Kind.REPORT, 8_000 * n, b"") for n in range(1, 4)))
    wait_until_sequenced()
    assert gaps(owner) == 24_000


# --- Whose turn it is -------------------------------------------------------------------------------------------------


def rounds_until_told(owner: Connection, now: datetime) -> int:
    for rounds in range(1, 20):
        sequencer.sequence_once(now)
        if any(counter == 2 for _, _, counter in entries(owner, A)):
            return rounds
    return 20


@pytest.mark.parametrize("writer", [STRANGERS, ONE])
def test_forged_rows_in_front_keep_no_known_writer_waiting(
    owner: Connection, as_runtime: Connection, writer: str
) -> None:
    made_by = Writer()
    put(event(made_by))
    wait_until_sequenced()
    as_runtime.execute(FORGED.format(writer), [b"\1" * 32, 5_000])
    put(event(made_by))
    assert rounds_until_told(owner, datetime.now(UTC)) == 1


def test_a_new_writer_waits_its_turn_and_gets_it(owner: Connection, as_runtime: Connection) -> None:
    made_by = Writer()
    as_runtime.execute(FORGED.format(STRANGERS), [b"\1" * 32, 500])
    put(event(made_by), event(made_by))
    assert rounds_until_told(owner, datetime.now(UTC)) == 3
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (0,)


def test_the_inserter_chooses_no_place_in_the_order(as_runtime: Connection) -> None:
    for statement in (
        "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload, arrival) "
        "OVERRIDING SYSTEM VALUE VALUES (%s, 1, 'web', %s, 1, %s, '', -1)",
        "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload, arrival) "
        "VALUES (%s, 1, 'web', %s, 1, %s, '', DEFAULT)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_runtime.execute(statement, [uuid4(), uuid4(), b"\1" * 32])
    for statement in ("SELECT setval('audit_inbox_arrival_seq', 1)", "SELECT nextval('audit_inbox_arrival_seq')"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_runtime.execute(statement)


def test_rows_of_low_ids_that_came_later_are_taken_later(owner: Connection) -> None:
    one, two = Writer(), Writer()
    late = one._row(Kind.EVENT, 1, encode(look(), 1))
    put(event(two), late)
    owner.execute("UPDATE audit_inbox SET id = %s WHERE id = %s", [UUID(int=1), late.id])
    sequencer.sequence_once(limit=1)
    assert [counter for _, _, counter in entries(owner, A)] == [1]
    assert owner.execute("SELECT writer FROM audit_inbox").fetchall() == [(one.id,)]


# --- Keys -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def throttled_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[UUID]]:
    def after(many: int) -> list[UUID]:
        asked: list[UUID] = []
        derive = agent.current().stamp_key

        def stamp_key(role: str, writer: UUID) -> bytearray:
            if len(asked) >= many:
                raise Throttled
            asked.append(writer)
            return derive(role, writer)

        monkeypatch.setattr(agent.current(), "stamp_key", stamp_key, raising=False)
        return asked

    return after


def test_a_round_asks_for_so_many_keys(as_runtime: Connection, throttled_after: Callable[[int], list[UUID]]) -> None:
    asked = throttled_after(10_000)
    as_runtime.execute(FORGED.format(STRANGERS), [b"\1" * 32, 900])
    sequencer.sequence_once()
    assert len(asked) == inbox.NEW_WRITERS


def test_what_is_checked_stands_when_the_key_agent_throttles(
    owner: Connection, as_runtime: Connection, throttled_after: Callable[[int], list[UUID]]
) -> None:
    made_by = Writer()
    put(event(made_by))
    as_runtime.execute(FORGED.format(STRANGERS), [b"\1" * 32, 5])
    asked = throttled_after(3)
    sequencer.sequence_once()
    assert len(asked) == 3
    assert [counter for _, _, counter in entries(owner, A)] == [1]
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (3,)


def test_forged_rows_are_told_once_a_writer_and_round_with_how_many(owner: Connection, as_runtime: Connection) -> None:
    as_runtime.execute(FORGED.format(ONE), [b"\1" * 32, 300])
    wait_until_sequenced()
    assert installation(owner) == ["audit:stamp:forged"]
    told = owner.execute("SELECT convert_from(payload, 'UTF8') FROM audit_event WHERE log = %s", [NIL]).fetchone()
    assert told is not None
    assert '"rows":300' in told[0]
    assert owner.execute("SELECT count(*) FROM audit_quarantine").fetchone() == (300,)
