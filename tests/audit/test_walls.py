"""What the database's roles may do with the log: runtime drops in and reads its scope, the sequencer appends."""

from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from razdar import audit
from razdar.audit.models import NIL, Entry
from razdar.runtime.scope import scope
from tests.audit.fakes import A, B, Connection, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"]),
    pytest.mark.walls,
]

TABLES = (
    "audit_inbox",
    "audit_event",
    "audit_subject",
    "audit_log",
    "audit_sequencing",
    "audit_writer",
    "audit_gap",
    "audit_quarantine",
    "audit_tile",
    "audit_checkpoint",
    "audit_witness",
    "audit_cosigning",
)


def _privileges(owner: Connection, role: str) -> dict[str, set[str]]:
    rows = owner.execute(
        "SELECT t, p FROM unnest(%s::text[]) t, "
        "unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) p "
        "WHERE has_table_privilege(%s, t, p)",
        [list(TABLES), role],
    ).fetchall()
    return {table: {p for t, p in rows if t == table} for table in TABLES}


def test_the_runtime_role_has_exactly_these_rights(owner: Connection) -> None:
    assert _privileges(owner, "razdar_runtime") == {
        **{table: set() for table in TABLES},
        "audit_event": {"SELECT"},
        "audit_subject": {"SELECT"},
        "audit_sequencing": {"SELECT"},
        "audit_tile": {"SELECT"},
        "audit_checkpoint": {"SELECT"},
        "audit_witness": {"SELECT"},
        "audit_cosigning": {"SELECT"},
    }


def test_the_sequencer_role_has_exactly_these_rights(owner: Connection) -> None:
    assert _privileges(owner, "razdar_sequencer") == {
        "audit_inbox": {"SELECT", "DELETE"},
        "audit_event": {"SELECT", "INSERT", "DELETE"},
        "audit_subject": {"SELECT", "INSERT", "DELETE"},
        "audit_log": {"SELECT", "INSERT", "UPDATE"},
        "audit_sequencing": {"SELECT", "UPDATE"},
        "audit_writer": {"SELECT", "INSERT", "UPDATE"},
        "audit_gap": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "audit_quarantine": {"SELECT", "INSERT"},
        "audit_tile": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "audit_checkpoint": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "audit_witness": {"SELECT", "INSERT", "DELETE"},
        "audit_cosigning": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    }


def test_the_sequencer_role_reads_nothing_else(owner: Connection) -> None:
    rows = owner.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') "
        "AND has_table_privilege('razdar_sequencer', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
    ).fetchall()
    assert {row[0] for row in rows} == set(TABLES)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM audit_inbox",
        "SELECT count(*) FROM audit_inbox",
        "UPDATE audit_inbox SET counter = 1",
        "DELETE FROM audit_inbox",
        "TRUNCATE audit_inbox",
        "INSERT INTO audit_inbox (id, kind, writer, counter, mac, payload) "
        "VALUES (gen_random_uuid(), 1, gen_random_uuid(), 1, '', '') RETURNING id",
        "UPDATE audit_event SET outcome = 'ok'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "SELECT * FROM audit_quarantine",
        "UPDATE audit_log SET next_index = 0",
        "UPDATE audit_sequencing SET caught_up_at = now()",
        "DELETE FROM audit_gap",
        "UPDATE audit_tile SET hashes = ''",
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_witness",
        "UPDATE audit_cosigning SET state = 'cosigned'",
        "UPDATE audit_sequencing SET fence = 0",
    ],
)
def test_the_runtime_role_can_only_drop_in(as_runtime: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_runtime.execute(statement)


_INSERT = (
    'INSERT INTO audit_event (log, "index", client_id, at, role, session, device, zone, action, mode, purpose, "case", '
    "outcome, payload) VALUES (%s, %s, %s, now(), '', '', '', '', 'a:b:c', 'view', '', '', 'ok', '')"
)


def test_the_runtime_role_cannot_write_an_entry(as_runtime: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_runtime.execute(_INSERT, [A, 0, A])


@pytest.mark.parametrize(("log", "index", "client"), [(A, -1, A), (A, 0, B), (A, 0, None), (NIL, 0, A), (NIL, 0, NIL)])
def test_an_entry_stands_in_its_own_clients_log_at_a_real_index(
    as_sequencer: Connection, owner: Connection, log: UUID, index: int, client: UUID | None
) -> None:
    for role in (as_sequencer, owner):
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            role.execute(_INSERT, [log, index, client])


def test_two_entries_never_share_an_index_or_a_stamp(as_sequencer: Connection) -> None:
    as_sequencer.execute(_INSERT, [A, 0, A])
    with pytest.raises(errors.UniqueViolation):
        as_sequencer.execute(_INSERT, [A, 0, A])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET outcome = 'ok'", "UPDATE audit_subject SET index = 0", "DELETE FROM audit_quarantine"],
)
def test_the_sequencer_role_cannot_change_what_stands(as_sequencer: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_sequencer.execute(statement)


def test_the_sequencer_role_removes_no_entry_of_the_last_year(as_sequencer: Connection) -> None:
    for index, age in enumerate(("0 days", "364 days", "366 days")):
        as_sequencer.execute(_INSERT.replace("now()", f"now() - interval '{age}'"), [A, index, A])
    as_sequencer.execute("DELETE FROM audit_event")
    assert as_sequencer.execute('SELECT "index" FROM audit_event ORDER BY 1').fetchall() == [(0,), (1,)]


def test_tiles_and_checkpoints_are_scoped_too(as_runtime: Connection) -> None:
    for client in (A, B):
        audit.record_now(look(client))
    wait_until_sequenced()
    for table in ("audit_tile", "audit_checkpoint"):
        query = f"SELECT DISTINCT client_id FROM {table}"
        assert as_runtime.execute(query).fetchall() == []
        with as_runtime.transaction():
            as_runtime.execute("SELECT set_config('razdar.client', %s, true)", [str(B)])
            assert as_runtime.execute(query).fetchall() == [(B,)]


def test_a_client_sees_its_own_witnesses_and_those_of_all(as_runtime: Connection, as_sequencer: Connection) -> None:
    for name, client in (("all", None), ("a", A), ("b", B)):
        statement = "INSERT INTO audit_witness VALUES (gen_random_uuid(), %s, %s, '', now())"
        as_sequencer.execute(statement, [client, name])
    with as_runtime.transaction():
        as_runtime.execute("SELECT set_config('razdar.client', %s, true)", [str(A)])
        assert as_runtime.execute("SELECT url FROM audit_witness ORDER BY 1").fetchall() == [("a",), ("all",)]


def test_a_client_reads_its_own_log_and_nobody_without_a_scope_reads_any() -> None:
    for client in (A, A, B):
        audit.record_now(look(client))
    wait_until_sequenced()
    with scope(A):
        assert {entry.log for entry in Entry.objects.all()} == {A}
    with scope(B):
        assert Entry.objects.count() == 1
    with scope(uuid4()):
        assert Entry.objects.count() == 0
    assert Entry.objects.count() == 0


def test_the_subject_index_is_scoped_too(as_runtime: psycopg.Connection[tuple[object, ...]]) -> None:
    audit.record_now(look(A))
    wait_until_sequenced()
    assert as_runtime.execute("SELECT * FROM audit_subject").fetchall() == []
    with as_runtime.transaction():
        as_runtime.execute("SELECT set_config('razdar.client', %s, true)", [str(B)])
        assert as_runtime.execute("SELECT * FROM audit_subject").fetchall() == []
