"""Rows of two clients in every table that has a client: as the runtime role, one client's scope meets its own alone.

The tables are found in the database, not named here. Each relation that the runtime role can reach is either cut by
client, which is tried, or on the list of tables that belong to the whole installation, each with its reason.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from razdar.runtime import tables
from razdar.runtime.postgres.conninfo import RoleUrls
from tests.databases import TestServer

pytestmark = pytest.mark.walls
A, B = uuid4(), uuid4()
Connection = psycopg.Connection[Any]

_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "left(gen_random_uuid()::text, 6)",
    "character varying": "left(gen_random_uuid()::text, 6)",
    "bytea": "uuid_send(gen_random_uuid())",
    "jsonb": "'{}'::jsonb",
    "boolean": "false",
    "timestamp with time zone": "now()",
    "smallint": "1",
    "integer": "1",
    "bigint": "1",
}
_CHECKED = {("interactions_recording", "kind"): "'stream'"}
"""Columns for which not every value is a row: a recording is a file with all that belongs to one, or a stream."""
_OWN = {"client_id", "log"}
"""Columns that hold the client: an entry stands in the log of its own client."""
_REQUIRED = (
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
    "AND (is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' OR column_name = 'client_id')"
)
_REACHABLE = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, "
    "TRUNCATE') OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE')) ORDER BY 1"
)
_SCOPED = (
    "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'client_id' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped ORDER BY 1"
)


@dataclass(frozen=True)
class Table:
    """A table with a client, and how a row of it is made."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)

    def insert(self, client: UUID) -> sql.Composed:
        values = [sql.Literal(client) if c in _OWN else self._value(c) for c in self.columns]
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return self._sql("INSERT INTO {} ({}) VALUES ({})", columns, sql.SQL(", ").join(values))

    def _value(self, column: str) -> sql.SQL:
        return sql.SQL(_CHECKED.get((self.name, column)) or _VALUES[self.columns[column]])

    def select(self) -> sql.Composed:
        return self._sql("SELECT client_id FROM {}")

    def move(self, client: UUID) -> sql.Composed:
        return self._sql("UPDATE {} SET client_id = {}", sql.Literal(client))

    def touch(self, client: UUID) -> sql.Composed:
        return self._sql("UPDATE {} SET client_id = client_id WHERE client_id = {}", sql.Literal(client))

    def delete(self, client: UUID) -> sql.Composed:
        return self._sql("DELETE FROM {} WHERE client_id = {}", sql.Literal(client))

    def _sql(self, text: str, *parts: sql.Composable) -> sql.Composed:
        return sql.SQL(text).format(sql.Identifier(self.name), *parts)


@dataclass(frozen=True)
class Filled:
    """A database with a row of each client in every table."""

    urls: RoleUrls
    admin: Connection = field(repr=False)
    runtime: Connection = field(repr=False)

    def tables(self) -> list[Table]:
        names = [name for (name,) in self.admin.execute(_SCOPED).fetchall()]
        return [Table(name, dict(self.admin.execute(_REQUIRED, [name]).fetchall())) for name in names]

    def fill(self, table: Table) -> None:
        # References are not what is tried here; without them no table needs another to be filled first.
        self.admin.execute("SET session_replication_role = replica")
        for client in (A, B):
            self.admin.execute(table.insert(client))


@pytest.fixture(scope="module")
def filled(server: TestServer) -> Iterator[Filled]:
    with server.clone() as name, ExitStack() as stack:
        urls = server.urls(name)
        admin, runtime = (
            stack.enter_context(psycopg.connect(url, autocommit=True))
            for url in (server.database_url(name), urls.runtime)
        )
        made = Filled(urls, admin, runtime)
        for table in made.tables():
            made.fill(table)
        yield made


@contextmanager
def as_runtime(filled: Filled, client: UUID | None) -> Iterator[Connection]:
    """The runtime role's connection, in a scope or in none; nothing it does stays."""
    with filled.runtime.transaction(force_rollback=True):
        if client:
            filled.runtime.execute("SELECT set_config('razdar.client', %s, true)", [str(client)])
        yield filled.runtime


def leaks(filled: Filled, table: Table) -> list[str]:
    """What the runtime role can do to the table that it must not."""
    found = []
    for client, seen in ((A, {A}), (None, set())):
        scope = "in a scope" if client else "without a scope"
        if not _rows(filled, client, table.select()) <= seen:
            found.append(f"{table.name}: reads {scope}")
        found += [f"{table.name}: {verb} {scope}" for verb, done in _writes(table) if _is_done(filled, client, done)]
    return found


def _writes(table: Table) -> list[tuple[str, sql.Composed]]:
    return [
        ("inserts", table.insert(B)),
        ("moves", table.move(B)),
        ("changes", table.touch(B)),
        ("deletes", table.delete(B)),
    ]


def _rows(filled: Filled, client: UUID | None, query: sql.Composed) -> set[UUID]:
    with as_runtime(filled, client) as runtime:
        try:
            return {row[0] for row in runtime.execute(query).fetchall()}
        except InsufficientPrivilege:
            return set()


def _is_done(filled: Filled, client: UUID | None, statement: sql.Composed) -> bool:
    """Whether the statement changed anything; a table's own constraints would only come after the walls."""
    with as_runtime(filled, client) as runtime:
        try:
            return runtime.execute(statement).rowcount > 0
        except InsufficientPrivilege:
            return False
        except psycopg.errors.IntegrityError:
            return True


def test_one_clients_scope_meets_its_own_rows_alone(filled: Filled) -> None:
    cut = [table for table in filled.tables() if table.name not in tables.INSTALLATION_WIDE]
    assert [leak for table in cut for leak in leaks(filled, table)] == []


def test_each_client_does_meet_its_own(filled: Filled) -> None:
    """Without this, a table that nobody can read would show nothing."""
    with as_runtime(filled, None) as runtime:
        reachable = {name for (name,) in runtime.execute(_REACHABLE).fetchall()}
    for table in filled.tables():
        if table.name in reachable - set(tables.INSTALLATION_WIDE):
            assert [_rows(filled, client, table.select()) for client in (A, B)] == [{A}, {B}], table.name


def test_whatever_can_be_reached_is_cut_by_client_or_on_the_list(filled: Filled) -> None:
    with as_runtime(filled, None) as runtime:
        reachable = {name for (name,) in runtime.execute(_REACHABLE).fetchall()}
        assert reachable - {table.name for table in filled.tables()} <= set(tables.INSTALLATION_WIDE)
        assert set(tables.open_doors(runtime)) == set(tables.INSTALLATION_WIDE)


_RULE = "client_id = (select nullif(current_setting('razdar.client', true), '')::uuid)"


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("", {"reads in a scope", "reads without a scope", "inserts in a scope", "deletes without a scope"}),
        ("CREATE POLICY p ON planted USING (true)", {"reads in a scope", "inserts in a scope", "moves in a scope"}),
        (f"CREATE POLICY p ON planted USING ({_RULE}) WITH CHECK (true)", {"inserts in a scope", "moves in a scope"}),
        (f"CREATE POLICY p ON planted USING ({_RULE} OR current_user = 'x' OR true)", {"reads without a scope"}),
    ],
    ids=["none", "open", "open to write", "open to read"],
)
def test_a_table_that_leaks_is_found(filled: Filled, policy: str, found: set[str]) -> None:
    """Control runs."""
    with psycopg.connect(filled.urls.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE planted (id uuid PRIMARY KEY, client_id uuid NOT NULL)")
        try:
            if policy:
                owner.execute("ALTER TABLE planted ENABLE ROW LEVEL SECURITY")
                owner.execute(policy)
            (table,) = [each for each in filled.tables() if each.name == "planted"]
            filled.fill(table)
            assert {leak.removeprefix("planted: ") for leak in leaks(filled, table)} >= found
        finally:
            owner.execute("DROP TABLE planted")
