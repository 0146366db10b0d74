"""Rows set aside: a file to correct, and a report that names lines and reasons without anything that stood in them.

The file to correct has ``line`` and ``reason`` before the table's columns; corrected, it is imported like any other.
A row that could not be cut into the table's columns keeps a wrong number of them until somebody corrects it, so that it
does not go in with its values in the wrong places.
It holds personal data in clear, so it can be read by its owner alone, and the summary says that it must go.
Both are written to a name of their own and put in place whole.
"""

import csv
import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from razdar.core.errors import Unavailable
from razdar.runtime.imports.reading import Row, Table
from razdar.runtime.imports.targets import LINE, REASON

_NUMBER = re.compile(r"^(?P<stem>.*)\.rejects(?:-(?P<number>\d+))?$")


def default_place(table: Path) -> Path:
    """Beside the table; a corrected file that is imported leaves one with the next number."""
    found = _NUMBER.match(table.stem)
    if found is None:
        return table.with_name(f"{table.stem}.rejects.csv")
    return table.with_name(f"{found['stem']}.rejects-{int(found['number'] or 1) + 1}.csv")


def write(place: Path, table: Table, bad: Iterable[tuple[int, str]], explain: Callable[[str], str]) -> None:
    """Write the file to correct.

    Args:
        table: at its beginning.
        bad: lines and codes of reasons, in the order of lines.
        explain: a code's sentence.

    Raises:
        Unavailable: it cannot be written there.
    """
    ours = {number for number, name in enumerate(table.header) if name.strip().lower() in {LINE, REASON}}
    with _whole(place) as file:
        # With a mark, because the spreadsheets that will open it take it for something else without one.
        file.write("\ufeff")
        out = csv.writer(file, delimiter=table.dialect.separator, lineterminator="\n")
        out.writerow([LINE, REASON, *_without(table.header, ours)])
        for row, reason in _joined(table, bad):
            values = _without(row.values, ours)
            wrong = row.fault and len(values) == len(table.header) - len(ours)
            out.writerow([row.line, explain(reason), *values, *("?" if wrong else "")])


def _without(values: Sequence[str], places: Container[int]) -> list[str]:
    return [value for number, value in enumerate(values) if number not in places]


def report(place: Path, bad: Iterable[tuple[int, str]], sentences: Mapping[str, str]) -> None:
    """Write lines, codes and sentences; nothing of the rows.

    Raises:
        Unavailable: it cannot be written there.
    """
    with _whole(place) as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([LINE, "code", REASON])
        out.writerows((line, code, sentences.get(code, code)) for line, code in bad)


def _joined(rows: Iterable[Row], bad: Iterable[tuple[int, str]]) -> Iterator[tuple[Row, str]]:
    """Rows whose line was set aside, with the reason; both come in the order of lines."""
    wanted = iter(bad)
    line, reason = next(wanted, (0, ""))
    for row in rows:
        if row.line == line:
            yield row, reason
            line, reason = next(wanted, (0, ""))


@contextmanager
def _whole(place: Path) -> Iterator[TextIO]:
    """A file for its owner alone that stands there whole or not at all."""
    part = place.with_name(f"{place.name}.part")
    try:
        part.unlink(missing_ok=True)
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with open(number, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a descriptor
                yield file
                file.flush()
                os.fsync(number)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
    except OSError:
        raise Unavailable(f"The file {place} cannot be written. Say another place with --rejects.") from None
