"""One bad row stops nothing: it is set apart, told, and everything else gets its place."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from razdar.audit.models import NIL, Inbox
from razdar.audit.sequencing import sequencer, vigil
from razdar.audit.writer import Writer
from razdar.core.errors import BadInput
from razdar.core.ledger import Kind, encode
from razdar.core.ledger.events import MAX_AT_MS
from razdar.runtime.postgres.conninfo import RoleUrls
from tests import weakening
from tests.audit.fakes import NEVER_FOUNDED, A, Connection, entries, installation, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import assert_consistent, sizes

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
AHEAD_MS = 120_000


def put(*rows: Inbox) -> None:
    Inbox.objects.using("audit").bulk_create(rows)


def dated(made_by: Writer, at: object) -> Inbox:
    """An event as a writer of our own would stamp it, if it could: `encode` refuses most of these times."""
    body = json.loads(encode(look(), NOW_MS)) | {"at": at}
    return made_by.event(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


TIMES = {
    "the largest number": ((1 << 53) - 1, "unreadable"),
    "after the year 9999": (MAX_AT_MS + 1, "unreadable"),
    "before 1970": (-1, "unreadable"),
    "no whole number": (1.5, "unreadable"),
    "no number": ("now", "unreadable"),
    "the end of the year 9999": (MAX_AT_MS, "misdated"),
    "more than two minutes ahead": (NOW_MS + AHEAD_MS + 1, "misdated"),
}


@pytest.mark.parametrize("name", TIMES)
def test_a_row_with_an_impossible_time_is_set_apart_alone(owner: Connection, name: str) -> None:
    at, reason = TIMES[name]
    made_by = Writer()
    put(dated(made_by, NOW_MS), dated(made_by, at), dated(made_by, NOW_MS))
    wait_until_sequenced(NOW)
    assert [counter for _, _, counter in entries(owner, A)] == [1, 3]
    assert installation(owner) == [f"audit:stamp:{reason}"]
    assert owner.execute("SELECT reason, counter FROM audit_quarantine").fetchall() == [(reason, 2)]
    assert_consistent(owner, A)


def test_the_first_and_the_last_time_there_can_be_get_their_place(owner: Connection) -> None:
    made_by = Writer()
    put(dated(made_by, NOW_MS + AHEAD_MS), dated(made_by, 0))
    wait_until_sequenced(NOW)
    assert [counter for _, _, counter in entries(owner, A)] == [1, None, 2]
    assert_consistent(owner, A)


@pytest.mark.parametrize("at_ms", [-1, MAX_AT_MS + 1])
def test_such_a_time_is_not_stamped(at_ms: int) -> None:
    with pytest.raises(BadInput):
        encode(look(), at_ms)


@pytest.mark.control
def test_control_without_the_bound_the_clock_of_the_log_would_follow(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigil, "is_ahead", lambda *_: False)
    put(dated(Writer(), MAX_AT_MS))
    wait_until_sequenced(NOW)
    assert owner.execute("SELECT max(newest_at) > '9999-01-01' FROM audit_log").fetchone() == (True,)


def test_no_log_begins_for_a_client_that_was_never_founded(owner: Connection) -> None:
    made_by = Writer()
    put(dated(made_by, NOW_MS), made_by.event(encode(look(NEVER_FOUNDED), NOW_MS)), dated(made_by, NOW_MS))
    wait_until_sequenced(NOW)
    assert [counter for _, _, counter in entries(owner, A)] == [1, 3]
    assert installation(owner) == ["audit:stamp:astray"]
    assert owner.execute("SELECT count(*) FROM audit_log WHERE log = %s", [NEVER_FOUNDED]).fetchone() == (0,)
    assert_consistent(owner, A)


@pytest.mark.control
def test_control_without_that_question_a_log_begins_for_anybody() -> None:
    weakening.fails(
        "tests/audit/test_bad_rows.py::test_no_log_begins_for_a_client_that_was_never_founded",
        patch="razdar.audit.sequencing.inbox:_Clients.unknown",
        with_="tests.weakening.patches:finds_nothing",
        words="audit:stamp:astray",
    )


@pytest.mark.parametrize(("column", "size"), [("payload", 65_536), ("mac", 65)])
def test_nobody_puts_in_what_is_longer_than_an_event(as_runtime: Connection, column: str, size: int) -> None:
    sizes_of = {"payload": 1, "mac": 32} | {column: size}
    with pytest.raises(psycopg.errors.CheckViolation):
        as_runtime.execute(
            "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload) "
            "VALUES (%s, 1, 'web', %s, 1, %s, %s)",
            [uuid4(), uuid4(), bytes(sizes_of["mac"]), bytes(sizes_of["payload"])],
        )


# --- Whatever stands in the inbox -------------------------------------------------------------------------------------

small = st.binary(max_size=40)
bodies = st.builds(
    lambda changes: json.dumps(
        json.loads(encode(look(), NOW_MS)) | changes, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode("utf-8", "surrogatepass"),
    st.dictionaries(
        st.sampled_from(["at", "v", "action", "client", "customer", "detail", "fields", "mode", "role", "device", "x"]),
        st.one_of(
            st.none(),
            st.integers(),
            st.text(max_size=5),
            st.floats(),
            st.booleans(),
            st.lists(st.integers(), max_size=2),
            st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
            st.sampled_from([str(A), str(NIL), "view", "audit:log:prune", "customers:card:view"]),
        ),
        max_size=3,
    ),
)
texts = st.one_of(
    st.sampled_from(["web", "worker", "operator", "", "king"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=16),
)
foreign = st.fixed_dictionaries(
    {
        "kind": st.one_of(st.sampled_from([1, 2, 3]), st.integers(-(1 << 15), (1 << 15) - 1)),
        "role": texts,
        "writer": st.sampled_from([UUID(int=1), UUID(int=2), NIL]),
        "counter": st.one_of(st.integers(0, 5), st.integers(-(1 << 63), (1 << 63) - 1)),
        "mac": st.one_of(small, st.binary(min_size=32, max_size=32)),
        "payload": st.one_of(small, bodies),
    }
)
stamped = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(Kind)),
        "counter": st.one_of(st.integers(0, 6), st.just(1 << 40), st.just((1 << 63) - 1)),
        "payload": st.one_of(small, bodies),
    }
)


@pytest.fixture(scope="module")
def _rows(database: RoleUrls) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database.owner, autocommit=True) as connection:
        yield connection


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(foreign, stamped), min_size=1, max_size=8))
def test_whatever_stands_in_the_inbox_a_round_goes_through_it(
    _rows: "psycopg.Connection[Any]", found: list[dict[str, Any]]
) -> None:
    made_by, now = Writer(), datetime.now(UTC)
    for row in found:
        if "role" in row:
            put(Inbox(id=uuid4(), **row))
        else:
            put(made_by._row(row["kind"], row["counter"], row["payload"]))
    honest = made_by._row(Kind.EVENT, 7, encode(look(), NOW_MS))
    put(honest)
    for _ in range(3):
        sequencer.sequence_once(now)
    assert _rows.execute("SELECT count(*) FROM audit_inbox").fetchone() == (0,)
    place = _rows.execute("SELECT log FROM audit_event WHERE writer = %s AND counter = 7", [made_by.id]).fetchall()
    assert place == [(A,)]
    assert_consistent(_rows, A)


# --- Many logs --------------------------------------------------------------------------------------------------------


def test_six_hundred_logs_at_once_are_all_signed(owner: Connection) -> None:
    made_by = Writer()
    clients = [UUID(int=(7 << 96) + number) for number in range(600)]
    put(*(made_by.event(encode(look(client), NOW_MS)) for client in clients))
    rounds = 0
    while sequencer.sequence_once(NOW + timedelta(seconds=rounds)):
        rounds += 1
    assert rounds <= 3
    assert all(sizes(owner, client) == [1] for client in clients[::50])
    assert owner.execute("SELECT count(*) FROM audit_log WHERE signed_size <> hashed").fetchone() == (0,)
