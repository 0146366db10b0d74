"""Looking for planted values where nobody asks for permission: in files, and in tables read past every right."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.leaks.needles import Literals
from tests.mission.house import House

FLAC = b"fLaC"  # how a recording begins, unsealed


def in_files(folder: Path, values: Iterable[str], sound: bytes) -> dict[str, set[str]]:
    """The files under a folder that hold a value, in whatever form it is written, or sound; with what they hold.

    Args:
        sound: planted samples; a stored file that is a recording in the clear is found as well.
    """
    needles = Literals(values)
    said = [sound[at : at + 64] for at in range(0, len(sound), len(sound) // 8)]
    found = {}
    for name, data in files(folder):
        held = needles.found(data)
        if any(piece in data for piece in said) or ("objects/" in name and FLAC in data):
            held.add("sound")
        if held:
            found[name] = held
    return found


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file under a folder; one that a running database has just removed is passed over."""
    for path in folder.rglob("*"):
        try:
            data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        except FileNotFoundError:
            continue
        if data:
            yield str(path.relative_to(folder)), data


def in_tables(house: House, values: Iterable[str]) -> dict[str, set[str]]:
    """The tables that hold a value, every row of every table as the database's administrator reads it."""
    needles = Literals(values)
    with house.database_session() as session:
        names = session.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'").fetchall()
        found = {name: needles.found(_rows(session.execute(f"SELECT t::text FROM {name} t"))) for (name,) in names}
    return {name: held for name, held in found.items() if held}


def _rows(rows: Iterable[tuple[str]]) -> bytes:
    return "\n".join(row for (row,) in rows).encode()
