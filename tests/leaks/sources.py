"""Where bytes of a running or stopped installation may lie."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import errors, sql

from tests.leaks.scanner import Source

_RELATIONS = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'pg_toast' ORDER BY 1, 2
"""
# Statements of other connections, as the server remembers them, and what it keeps of prepared transactions.
_VIEWS = ("pg_stat_activity", "pg_prepared_xacts", "pg_seclabels", "pg_settings")


def files(folder: Path, leave_out: Iterable[Path] = ()) -> Iterator[Source]:
    """Every ordinary file below a folder, also behind links; names of files and folders are bytes to search too.

    Raises:
        OSError: something cannot be read. What vanishes meanwhile is passed over.
    """
    left_out, names = {str(path) for path in leave_out}, []
    for place, folders, found in os.walk(folder, followlinks=True, onerror=_report):
        for kind in (folders, found):
            kind[:] = [name for name in kind if f"{place}/{name}" not in left_out]
            names += kind
        for name in found:
            path = Path(place, name)
            with suppress(FileNotFoundError, ProcessLookupError):
                if stat.S_ISREG(path.stat().st_mode):
                    yield Source(str(path), path.read_bytes())
    yield Source(f"names in {folder}", "\n".join(names).encode("utf-8", "surrogateescape"))


def _report(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def tables(admin_url: str) -> Iterator[Source]:
    """Every table of every database as its superuser reads it: compressed and outlying values are whole here.

    Values come in PostgreSQL's binary form, in which texts and bytes stand as they are.
    """
    with psycopg.connect(admin_url, autocommit=True) as server:
        names = [name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datallowconn")]
    for database in names:
        with psycopg.connect(admin_url, dbname=database, autocommit=True) as connection:
            relations = [("pg_catalog", view) for view in _VIEWS]
            relations += connection.execute(_RELATIONS).fetchall()
            for schema, table in relations:
                yield Source(f"table {database}.{schema}.{table}", _content(connection, schema, table))


def _content(connection: "psycopg.Connection[tuple[str, str]]", schema: str, table: str) -> bytes:
    """All rows; as text where a column has no binary form."""
    for form in ("binary", "text"):
        statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT {})")
        query = statement.format(sql.Identifier(schema, table), sql.SQL(form))
        with suppress(errors.UndefinedFunction, errors.FeatureNotSupported), connection.cursor().copy(query) as copy:
            return b"".join(bytes(piece) for piece in copy)
    raise LookupError(f"{schema}.{table}")


def processes(root: int) -> Iterator[Source]:
    """Arguments and environment of a process and of everything it started."""
    for pid in family(root):
        with suppress(OSError):
            for kind in ("cmdline", "environ"):
                yield Source(f"process {pid} {kind}", Path(f"/proc/{pid}/{kind}").read_bytes())


def family(root: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(status[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found
