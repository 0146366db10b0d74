"""What ``razdar doctor`` looks at in the database: roles and their rights, migrations, row-level security, clocks.

Each role is tried under its own address, by a connection of its own. Nothing is written.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader

from razdar.core.errors import Misconfigured
from razdar.runtime import tables
from razdar.runtime.checkup import CHECKS, Check, Found, Site, broken, check, look_at, skipped, works
from razdar.runtime.postgres import conninfo, roles

CONNECT_SECONDS = 4
SKEW_SECONDS = 2.0
"""The log tells a clock set back from this on; witnesses and one-time codes bear more."""
LARGE_SKEW_SECONDS = 60.0

_POWERS = """
SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = current_user
"""
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND ({}) ORDER BY c.relname
"""
_HAS_ANY = "has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
_WRITES = "has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
_TOO_MUCH = {
    "runtime": (
        "c.relname = 'audit_inbox' AND has_table_privilege(c.oid, 'SELECT, UPDATE, DELETE')"
        " OR c.relname LIKE 'audit\\_%' AND has_table_privilege(c.oid, 'UPDATE, DELETE')"
        " OR c.relname = 'django_migrations' AND has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
        " OR has_table_privilege(c.oid, 'TRUNCATE')"
    ),
    "sequencer": f"c.relname NOT LIKE 'audit\\_%' AND {_HAS_ANY}",
    "backup": _WRITES,
}
"""What a role must not be able to do, by table."""
_TOO_LITTLE = {
    "runtime": "c.relname !~ '^(audit_|django_migrations)' AND NOT has_table_privilege(c.oid, 'SELECT')",
    "sequencer": "c.relname IN ('audit_inbox', 'audit_event') AND NOT has_table_privilege(c.oid, 'SELECT')",
    "backup": "NOT has_table_privilege(c.oid, 'SELECT')",
}
_SWITCHED_OFF = """
NOT c.relrowsecurity
AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND 'razdar_runtime'::regrole = ANY (p.polroles))
"""
"""The roles that rows are cut for own no table, so that it need not be forced on owners to bind them."""
_ROLES_AGAIN = "razdar init --admin-url -"
_NO_ADDRESS = "This account is not given the address of this role. Run the doctor under the operator's account."
_TITLES = {
    "runtime": "Database, role of web and worker",
    "owner": "Database, role of the owner",
    "sequencer": "Database, role of the sequencer",
    "backup": "Database, role of the backup",
}


@contextmanager
def connected(site: Site, role: str) -> "Iterator[psycopg.Connection[Any]]":
    """A connection under one role.

    Raises:
        psycopg.OperationalError: it is not let in, or nobody answers. Misconfigured: the address is none.
    """
    url = site.urls[role]
    conninfo.parse(url)
    with psycopg.connect(url, connect_timeout=CONNECT_SECONDS, autocommit=True) as connection:
        yield connection


@check("database", "Database")
def _database(site: Site) -> Found:
    """Somebody answers there, and is new enough."""
    if "runtime" not in site.urls:
        return broken("There is no database yet.", "razdar init")
    try:
        with connected(site, "runtime") as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        if _refused(error):
            return works("The server answers.")
        mend = "systemctl restart postgresql" if site.as_units else "razdar up"
        return broken("The server does not answer, or its certificate is not the one that is expected.", mend)
    if version < roles.OLDEST_SERVER:
        return broken("PostgreSQL is too old: Razdar needs version 15 or newer.", "apt-get install postgresql-15")
    return works(f"PostgreSQL {version // 10000} answers.")


def _role(role: str, site: Site) -> Found:
    """One role is let in, and has its rights and no others."""
    if role not in site.urls:
        return skipped(_NO_ADDRESS)
    try:
        with connected(site, role) as connection:
            return _rights(role, connection)
    except psycopg.OperationalError:
        return broken("The server does not let this role in: the password in its address does not fit.", _ROLES_AGAIN)


def _rights(role: str, connection: "psycopg.Connection[Any]") -> Found:
    name = f"razdar_{role}"
    if connection.info.user != name:
        return broken(f"The address names another role than {name}.", _ROLES_AGAIN)
    row: tuple[bool, ...] = connection.execute(_POWERS).fetchone() or (True,) * 5
    powerful = any(row[:3]) or (role != "backup" and any(row))
    if powerful or (role == "runtime" and _is_tied(connection)):
        return broken("The role is too powerful: the walls in the database do not bind it.", _ROLES_AGAIN)
    if role == "backup" and not all(row[3:]):
        return look_at("The role may not read all rows or not copy the server, so backups would fail.", _ROLES_AGAIN)
    for wrong, said in ((_TOO_MUCH, "It has rights that it must not have"), (_TOO_LITTLE, "It lacks rights")):
        found = connection.execute(_TABLES.format(wrong[role])).fetchall() if role in wrong else []
        if found:
            return broken(f"{said} on {_listed([name for (name,) in found])}.", "razdar migrate")
    return works("It is let in and has exactly its rights.")


def _is_tied(connection: "psycopg.Connection[Any]") -> bool:
    try:
        roles.check_role(connection)
    except Misconfigured:
        return True
    return False


def _register(role: str) -> None:
    CHECKS.register(f"database-{role}")(Check(_TITLES[role], lambda site: _role(role, site), ("database",)))


for _name in _TITLES:
    _register(_name)


@check("migrations", "Version of the database", after=("database", "database-owner"))
def _migrations(site: Site) -> Found:
    """Every migration of this program is in the database, and no other."""
    if "owner" not in site.urls:
        return skipped(_NO_ADDRESS)
    with connected(site, "owner") as connection:
        applied = set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    if missing := known - applied:
        return broken(f"The database is older than this program: {len(missing)} steps are missing.", "razdar migrate")
    apps = {app for app, _ in known}
    if any(app in apps and (app, name) not in known for app, name in applied):
        return broken("The database is newer than this program. Install the newer program again.")
    return works("It is of this program's version.")


@check("walls", "Walls between clients", after=("database", "database-runtime"))
def _walls(site: Site) -> Found:
    """Row-level security is on, binds the role of web and worker, and no table lies outside that should not."""
    with connected(site, "runtime") as connection:
        open_ = sorted(set(tables.open_doors(connection)) - set(tables.INSTALLATION_WIDE))
        off = [name for (name,) in connection.execute(_TABLES.format(_SWITCHED_OFF)).fetchall()]
    if wrong := sorted({*open_, *off}):
        return broken(f"Row-level security does not hold on {_listed(wrong)}.", "razdar migrate")
    return works("Row-level security is on and binds web and worker on every table of clients.")


@check("clock", "Clocks", after=("database", "database-runtime"))
def _clock(site: Site) -> Found:
    """This host and the database's agree on the time."""
    with connected(site, "runtime") as connection:
        before = time.time()
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        between = (before + time.time()) / 2
    skew = abs(float(row[0]) - between) if row else 0.0
    if skew < SKEW_SECONDS:
        return works("This host and the database agree on the time.")
    said = f"This host and the database differ by {skew:.0f} seconds."
    return (broken if skew >= LARGE_SKEW_SECONDS else look_at)(said, "timedatectl set-ntp true")


def _refused(error: psycopg.OperationalError) -> bool:
    """Whether a server answered that it does not let this role in (SQLSTATE class 28); that is another check's."""
    return (error.sqlstate or "").startswith("28") or "authentication failed" in str(error)


def _listed(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
