"""The four roles, made the same way in the embedded server and in one you maintain (PostgreSQL 15 or newer).

==================  =================================================================================================
razdar_owner        owns the database's tables; used by ``razdar migrate`` only
razdar_runtime      web and workers; owns nothing, is member of nothing, reads and writes rows under row-level security
razdar_sequencer    reads and deletes the audit inbox, writes the readable event table
razdar_backup       reads everything; BYPASSRLS and REPLICATION (for base backups) where the administrator may give them
==================  =================================================================================================

The names are fixed because policies name them. Passwords are generated here and sent as SCRAM verifiers (RFC 5803), so
that none appears in a statement. Running it again changes nothing but the passwords, unless the known ones are given.
"""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors, sql

from razdar.core.errors import Misconfigured
from razdar.runtime.postgres.conninfo import RoleUrls, parse, with_user

OWNER = "razdar_owner"
RUNTIME = "razdar_runtime"
SEQUENCER = "razdar_sequencer"
BACKUP = "razdar_backup"
DATABASE = "razdar"
OLDEST_SERVER = 150000
_LOCK = int.from_bytes(b"razdar")

Connection = psycopg.Connection[Any]

# Temporary tables are the exception: bulk loading owns them for the length of a transaction.
_TIES = """
SELECT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user)
    OR EXISTS (SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
               WHERE r.rolname = current_user AND c.relpersistence <> 't')
    OR EXISTS (SELECT FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE r.rolname = current_user)
    OR EXISTS (SELECT FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = current_user)
    OR EXISTS (SELECT FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE r.rolname = current_user)
"""


@dataclass(frozen=True)
class Passwords:
    """One generated password per role; no text form."""

    owner: str
    runtime: str
    sequencer: str
    backup: str

    @classmethod
    def generate(cls) -> "Passwords":
        return cls(*(secrets.token_urlsafe(32) for _ in range(4)))

    def __repr__(self) -> str:
        return "Passwords(...)"

    def by_role(self) -> Mapping[str, str]:
        return {OWNER: self.owner, RUNTIME: self.runtime, SEQUENCER: self.sequencer, BACKUP: self.backup}


def provision(admin_url: str, passwords: Passwords | None = None, database: str = DATABASE) -> RoleUrls:
    """Make the database and the four roles, or bring them to the state described above.

    Args:
        admin_url: a role that may create roles and databases; its own database is left alone.
        passwords: what the roles shall have; None draws new ones.
        database: the name of Razdar's database.

    Raises:
        Misconfigured: a server older than 15, a URL without verified TLS, or an administrator with too few rights.
    """
    parse(admin_url)
    passwords = passwords or Passwords.generate()
    urls = role_urls(admin_url, passwords, database)
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            _check_version(connection)
            # Roles belong to the whole server: two of us at once would trip over each other's changes.
            connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            _make_roles(connection, passwords)
            with _owning(connection):
                _make_database(connection, database)
                lock_down_database(connection, database)
            with psycopg.connect(urls.owner, autocommit=True) as owner:
                _lock_down_schema(owner)
    except errors.InsufficientPrivilege:
        raise Misconfigured("The administrator's role may not create roles and databases on this server.") from None
    except psycopg.OperationalError:
        raise Misconfigured("The database server cannot be reached with the administrator's URL.") from None
    return urls


def role_urls(server_url: str, passwords: Passwords, database: str = DATABASE) -> RoleUrls:
    """The four URLs on the server that ``server_url`` names."""
    return RoleUrls(
        *(with_user(server_url, role, password, database) for role, password in passwords.by_role().items())
    )


def with_database(url: str, database: str) -> str:
    parts = parse(url)
    return with_user(url, parts["user"], parts.get("password", ""), database)


def check_role(connection: Connection) -> None:
    """Refuse to run under a role that row-level security would not bind.

    Raises:
        Misconfigured: superuser, BYPASSRLS, other powers, member of a role, or owner of something.
    """
    powers = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    ties = connection.execute(_TIES).fetchone()
    if not powers or not ties or powers[0] or ties[0]:
        raise Misconfigured(
            "The database role in RAZDAR_DATABASE_URL is too powerful: it must be no superuser, own nothing and be "
            "member of nothing. `razdar init --admin-url` makes a fitting one."
        )


def lock_down_database(connection: Connection, database: str) -> None:
    """Who may connect to a database; a copy made from a template needs it again."""
    name = sql.Identifier(database)
    _all(
        connection,
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
        # TEMP: bulk loading copies into a temporary table, because COPY cannot write under row-level security.
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO razdar_runtime").format(name),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO razdar_sequencer, razdar_backup").format(name),
    )


def _check_version(connection: Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise Misconfigured("Razdar needs PostgreSQL 15 or newer.")


def _make_roles(connection: Connection, passwords: Passwords) -> None:
    for role, password in passwords.by_role().items():
        verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        name = sql.Identifier(role)
        with suppress(errors.DuplicateObject):
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        # The schema's rights come to the owner through its ownership of the database, by inheritance.
        plain = sql.SQL(
            "LOGIN NOCREATEDB NOCREATEROLE INHERIT" if role == OWNER else "LOGIN NOCREATEDB NOCREATEROLE NOINHERIT"
        )
        connection.execute(sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(name, plain, sql.Literal(verifier)))
    for power in ("BYPASSRLS", "REPLICATION"):
        _try(connection, sql.SQL("ALTER ROLE razdar_backup {}").format(sql.SQL(power)))
    for role in (RUNTIME, SEQUENCER, BACKUP):
        # Error texts quote values; keep them out of the server's log where the administrator may decide that.
        for setting in (
            "log_min_messages = 'log'",
            "log_min_error_statement = 'panic'",
            "log_parameter_max_length = 0",
        ):
            _try(connection, sql.SQL("ALTER ROLE {} SET {}").format(sql.Identifier(role), sql.SQL(setting)))


class _owning:  # noqa: N801 - reads as a phrase at its one use
    """An administrator who is no superuser has to be member of the owner role for a while."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        self._needed = row is None or not row[0]

    def __enter__(self) -> None:
        if self._needed:
            self._connection.execute("GRANT razdar_owner TO CURRENT_USER")

    def __exit__(self, *_: object) -> None:
        if self._needed:
            self._connection.execute("REVOKE razdar_owner FROM CURRENT_USER")


def _make_database(connection: Connection, database: str) -> None:
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None:
        return
    # Byte order everywhere: names are sorted by the application, and no index depends on the host's C library.
    newer = connection.info.server_version >= 170000
    locale = (
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'" if newer else "LOCALE_PROVIDER libc LOCALE 'C'"
    )
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER razdar_owner TEMPLATE template0 ENCODING 'UTF8' {}").format(
            sql.Identifier(database), sql.SQL(locale)
        )
    )


def _lock_down_schema(connection: Connection) -> None:
    default = sql.SQL("ALTER DEFAULT PRIVILEGES ")
    statements = (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO razdar_runtime",
        "GRANT USAGE, SELECT ON SEQUENCES TO razdar_runtime",
        "GRANT SELECT ON TABLES TO razdar_backup",
        "GRANT SELECT ON SEQUENCES TO razdar_backup",
        "GRANT EXECUTE ON FUNCTIONS TO razdar_runtime",
    )
    _all(
        connection,
        sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT USAGE ON SCHEMA public TO razdar_runtime, razdar_sequencer, razdar_backup"),
        default + sql.SQL("REVOKE ALL ON FUNCTIONS FROM PUBLIC"),
        *(default + sql.SQL("IN SCHEMA public ") + sql.SQL(statement) for statement in statements),
    )


def _all(connection: Connection, *statements: sql.Composable) -> None:
    with connection.transaction():
        _run(connection, statements)


def _run(connection: Connection, statements: Iterable[sql.Composable]) -> None:
    for statement in statements:
        connection.execute(sql.Composed([statement]))


def _try(connection: Connection, statement: sql.Composable) -> None:
    with suppress(errors.InsufficientPrivilege):
        connection.execute(sql.Composed([statement]))
