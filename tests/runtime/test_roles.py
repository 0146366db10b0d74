"""The four roles: what each may, and that the runtime role cannot become anyone else."""

from typing import Any

import psycopg
import pytest
from psycopg import errors

from razdar.core.errors import Misconfigured
from razdar.runtime import tables
from razdar.runtime.postgres import conninfo, roles
from razdar.runtime.postgres.conninfo import RoleUrls
from tests.databases import TestServer

pytestmark = pytest.mark.walls

BECOME_SOMEBODY = [
    "SET ROLE razdar_owner",
    "SET ROLE razdar_sequencer",
    "SET SESSION AUTHORIZATION razdar_owner",
    "GRANT razdar_owner TO razdar_runtime",
    "GRANT pg_read_all_data TO razdar_runtime",
    "GRANT SELECT ON django_migrations TO razdar_runtime",
    "ALTER ROLE razdar_runtime SUPERUSER",
    "ALTER ROLE razdar_runtime BYPASSRLS",
    "ALTER ROLE razdar_owner PASSWORD 'x'",
    "CREATE ROLE somebody",
    "CREATE DATABASE mine",
    "CREATE SCHEMA mine",
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "ALTER TABLE identity_client OWNER TO razdar_runtime",
    "ALTER TABLE identity_approval DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON identity_approval USING (true)",
    "DROP TABLE identity_client",
    "TRUNCATE identity_client",
    "SELECT * FROM django_migrations",
    "COPY identity_client TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT rolpassword FROM pg_authid",
    "CREATE EXTENSION plpgsql",
    "ALTER SYSTEM SET log_statement = 'all'",
]
REFUSALS = (errors.InsufficientPrivilege, errors.InvalidGrantOperation, errors.DuplicateObject)


@pytest.fixture
def runtime(database: RoleUrls) -> Any:
    with psycopg.connect(database.runtime, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("statement", BECOME_SOMEBODY)
def test_the_runtime_role_cannot_become_anyone_else(runtime: "psycopg.Connection[Any]", statement: str) -> None:
    with pytest.raises(REFUSALS):
        runtime.execute(statement)


def test_row_level_security_cannot_be_turned_off(runtime: "psycopg.Connection[Any]") -> None:
    """The setting may be changed by anyone; what it does to a bound role is to refuse the query."""
    runtime.execute("SET row_security = off")
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        runtime.execute("SELECT * FROM identity_approval")


def test_the_runtime_role_owns_nothing_and_is_nobodys_member(database: RoleUrls) -> None:
    with psycopg.connect(database.runtime) as connection:
        roles.check_role(connection)
        connection.execute("CREATE TEMPORARY TABLE loading (id int)")
        roles.check_role(connection)


def test_stronger_roles_are_refused_at_start(server: TestServer, database: RoleUrls) -> None:
    for url in (database.owner, server.admin_url):
        with psycopg.connect(url) as connection, pytest.raises(Misconfigured, match="too powerful"):
            roles.check_role(connection)


def test_a_member_of_a_role_is_refused_at_start(server: TestServer, database: RoleUrls) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("CREATE ROLE somebodys_group")
        try:
            admin.execute("GRANT somebodys_group TO razdar_backup")
            with psycopg.connect(database.backup) as connection, pytest.raises(Misconfigured):
                roles.check_role(connection)
        finally:
            admin.execute("DROP ROLE somebodys_group")


def test_only_named_tables_are_not_cut_by_client(database: RoleUrls) -> None:
    with psycopg.connect(database.runtime) as connection:
        found = set(tables.open_doors(connection))
    assert found - set(tables.INSTALLATION_WIDE) == set(), "needs ScopeToClient, or a line with a reason"
    assert set(tables.INSTALLATION_WIDE) - found == set(), "named, and no longer open"
    assert all(tables.INSTALLATION_WIDE.values())


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TABLE planted (client_id uuid)",
        "CREATE TABLE planted (client_id uuid); ALTER TABLE planted ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY p ON planted TO razdar_runtime USING (true)",
        "CREATE TABLE planted (client_id uuid); REVOKE ALL ON planted FROM razdar_runtime;"
        "GRANT SELECT (client_id) ON planted TO razdar_runtime",
        "CREATE VIEW planted AS SELECT * FROM identity_approval; GRANT SELECT ON planted TO razdar_runtime",
        "CREATE MATERIALIZED VIEW planted AS SELECT 1 AS one; GRANT SELECT ON planted TO razdar_runtime",
        "CREATE TABLE planted (client_id uuid); REVOKE ALL ON planted FROM razdar_runtime;"
        "GRANT TRUNCATE ON planted TO razdar_runtime",
    ],
)
def test_each_kind_of_open_door_is_found(database: RoleUrls, planted: str) -> None:
    """Control runs of the test above."""
    with psycopg.connect(database.owner) as owner:
        for statement in planted.split(";"):
            owner.execute(statement)
        owner.commit()
        try:
            with psycopg.connect(database.runtime) as connection:
                assert "planted" in tables.open_doors(connection)
        finally:
            kind = "MATERIALIZED VIEW" if "MATERIALIZED" in planted else "VIEW" if "VIEW" in planted else "TABLE"
            owner.execute(f"DROP {kind} planted")
            owner.commit()


def test_the_other_roles_reach_what_they_need(database: RoleUrls) -> None:
    with psycopg.connect(database.sequencer) as sequencer, pytest.raises(errors.InsufficientPrivilege):
        sequencer.execute("SELECT * FROM identity_client")
    with psycopg.connect(database.backup) as backup:
        backup.execute("SELECT * FROM identity_client")
        with pytest.raises(errors.InsufficientPrivilege):
            backup.execute("DELETE FROM identity_client")


def test_provisioning_again_changes_nothing(server: TestServer, database: RoleUrls) -> None:
    name = conninfo.parse(database.runtime)["dbname"]
    assert roles.provision(server.admin_url, server.passwords, name) == database
    with psycopg.connect(database.runtime) as connection:
        roles.check_role(connection)
        connection.execute("SELECT * FROM identity_client")
        assert set(tables.open_doors(connection)) == set(tables.INSTALLATION_WIDE)


def test_an_administrator_without_rights_is_told(database: RoleUrls) -> None:
    with pytest.raises(Misconfigured, match="may not create roles"):
        roles.provision(database.runtime)


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(Misconfigured, match="cannot be reached"):
        roles.provision("postgresql://admin:x@/postgres?host=/nowhere")


def alter(admin: "psycopg.Connection[Any]", statement: str) -> None:
    """Roles belong to the whole server, where another process may provision at this moment."""
    with admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(%s)", [roles._LOCK])
        admin.execute(statement)


def test_a_role_that_may_create_roles_is_enough(server: TestServer) -> None:
    """Managed services give no superuser."""
    name = "razdar_managed"
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'manager'")
        # Such a service would have given neither.
        alter(admin, "ALTER ROLE razdar_backup NOBYPASSRLS NOREPLICATION")
        for role in (roles.OWNER, roles.RUNTIME, roles.SEQUENCER, roles.BACKUP):
            if admin.info.server_version >= 160000:  # it administers the roles it made; here they are there already
                admin.execute(f"GRANT {role} TO manager WITH ADMIN OPTION")
        try:
            url = conninfo.with_user(server.admin_url, "manager", "manager", "postgres")
            urls = roles.provision(url, server.passwords, name)
            with psycopg.connect(urls.runtime) as connection:
                roles.check_role(connection)
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            for role in (roles.OWNER, roles.RUNTIME, roles.SEQUENCER, roles.BACKUP):
                admin.execute(f"REVOKE {role} FROM manager")
            alter(admin, "ALTER ROLE razdar_backup BYPASSRLS REPLICATION")
            admin.execute("DROP OWNED BY manager")
            admin.execute("DROP ROLE manager")
