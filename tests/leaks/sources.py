"""Where bytes of a running or stopped installation may lie."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
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


def files(folder: Path, leave_out: Iterable[Path] = (), known: dict[str, object] | None = None) -> Iterator[Source]:
    """Every ordinary file below a folder, also behind links; names of files and folders are bytes to search too.

    Args:
        known: where it is noted how each file was; one that was so already is left out.

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
                status = path.stat()
                if stat.S_ISREG(status.st_mode) and _is_new(path, status, known):
                    yield Source(str(path), path.read_bytes())
    yield Source(f"names in {folder}", "\n".join(names).encode("utf-8", "surrogateescape"))


def _is_new(path: Path, status: os.stat_result, known: dict[str, object] | None) -> bool:
    if known is None:
        return True
    now = (status.st_ino, status.st_size, status.st_mtime_ns)
    if known.get(str(path)) == now:
        return False
    known[str(path)] = now
    return True


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


def held(pids: Iterable[int]) -> Iterator[Source]:
    """What processes hold open or mapped and share without a name on a disk: removed files, and files in memory."""
    seen = set[tuple[object, ...]]()
    for pid in pids:
        with suppress(OSError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    status, name = link.stat(), str(link.readlink())
                    file = (status.st_dev, status.st_ino)
                    if stat.S_ISREG(status.st_mode) and _NAMELESS.search(name) and file not in seen:
                        seen.add(file)
                        yield Source(f"process {pid} holds {name}", link.read_bytes())
        for mapping in mappings(pid):
            if _SHARED.search(mapping.kind) and (mapping.kind,) not in seen:
                seen.add((mapping.kind,))
                yield from mapping.read()


_NAMELESS = re.compile(r" \(deleted\)$|^/memfd:|^/dev/shm/")
_SHARED = re.compile(r"^..[-x]s .*( \(deleted\)|/memfd:|/dev/shm/|/SYSV)")
_OWN = re.compile(r"^rw.p ")
_PIECE = 32 << 20


def memory(pid: int) -> Iterator[Source]:
    """What a process alone can write: its heap, its stacks, its variables."""
    for mapping in mappings(pid):
        if _OWN.search(mapping.kind):
            yield from mapping.read()


@dataclass(frozen=True)
class Mapping:
    """A part of a process's memory.

    Attributes:
        first, last: its addresses.
        kind: its line in proc(5)'s maps without them: rights, offset, device, inode, name.
    """

    pid: int
    first: int
    last: int
    kind: str

    def read(self) -> Iterator[Source]:
        """Its bytes, in pieces."""
        with suppress(OSError), Path(f"/proc/{self.pid}/mem").open("rb", buffering=0) as file:
            for start in range(self.first, self.last, _PIECE):
                with suppress(OSError, ValueError):  # gone meanwhile, or the kernel's own
                    file.seek(start)
                    data = file.read(min(_PIECE, self.last - start))
                    yield Source(f"memory of process {self.pid} at {start:x}: {self.kind}", data)


def mappings(pid: int) -> Iterator[Mapping]:
    """The parts of a process's memory; none where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            addresses, _, kind = line.partition(" ")
            first, last = (int(address, 16) for address in addresses.split("-"))
            yield Mapping(pid, first, last, kind)


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
