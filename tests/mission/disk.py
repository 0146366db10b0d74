"""Looking for planted values where nobody asks for permission: in files, and in tables read past every right."""

from collections.abc import Iterable
from pathlib import Path

from tests.leaks.needles import Literals
from tests.mission.house import House


def in_files(folder: Path, values: Iterable[str]) -> dict[str, set[str]]:
    """The files under a folder that hold a value, in whatever form it is written; with the values."""
    needles = Literals(values)
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    found = {str(path.relative_to(folder)): needles.found(read(path)) for path in files}
    return {name: held for name, held in found.items() if held}


def read(path: Path) -> bytes:
    """A file's bytes; none where a running database has just removed it."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def in_tables(house: House, values: Iterable[str]) -> dict[str, set[str]]:
    """The tables that hold a value, every row of every table as the database's administrator reads it."""
    needles = Literals(values)
    with house.database_session() as session:
        names = session.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'").fetchall()
        found = {name: needles.found(_rows(session.execute(f"SELECT t::text FROM {name} t"))) for (name,) in names}
    return {name: held for name, held in found.items() if held}


def _rows(rows: Iterable[tuple[str]]) -> bytes:
    return "\n".join(row for (row,) in rows).encode()
