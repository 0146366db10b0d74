"""Looking for planted values where nobody asks for permission: in files, and in tables read past every right."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.mission.house import House


class Needles:
    """Values in the forms in which they would lie about.

    Each is looked for as UTF-8 without regard to case, as UTF-16, as hexadecimal digits, and in base64 at any offset;
    numbers also as they are written with spaces.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._forms = {form: value for value in values for form in _forms(value)}

    def found(self, data: bytes) -> set[str]:
        """The values that occur in a buffer."""
        folded = data.lower()
        return {value for form, value in self._forms.items() if form in folded}


def _forms(value: str) -> Iterator[bytes]:
    for text in _written(value):
        yield text.lower().encode()
        for wide in ("utf-16-le", "utf-16-be"):
            yield text.lower().encode(wide)
        yield text.encode().hex().encode()
        for offset in range(3):
            coded = base64.b64encode(bytes(offset) + text.encode())
            # The letters at both ends also depend on what stands beside the value.
            yield coded[-(-offset * 8 // 6) : -4].lower()


def _written(value: str) -> set[str]:
    digits = value.removeprefix("+")
    if not digits.isdigit():
        return {value}
    fours = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    return {digits, fours, f"0{digits[2:]}"} if value.startswith("+") else {digits, fours}


def in_files(folder: Path, needles: Needles) -> dict[str, set[str]]:
    """The files under a folder that hold a value, with the values."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    found = {str(path.relative_to(folder)): needles.found(_bytes(path)) for path in files}
    return {name: values for name, values in found.items() if values}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a running database removes files of its own
        return b""


def in_tables(house: House, needles: Needles) -> dict[str, set[str]]:
    """The tables that hold a value, read row by row by the database's administrator."""
    with house.database_session() as session:
        names = session.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'").fetchall()
        found = {}
        for (name,) in names:
            rows = session.execute(f"SELECT t::text FROM {name} t".encode()).fetchall()
            found[name] = needles.found("\n".join(row for (row,) in rows).encode())
    return {name: values for name, values in found.items() if values}
