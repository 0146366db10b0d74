"""Rows of a table with their line numbers, in a stream.

Rules:

1. Memory is bounded by one row, whatever the file holds: a line has at most a million characters, a field 131,072, and
   a row that runs over several lines a million. What is longer is set aside, not read.
2. Quotes are those of RFC 4180, strictly. A quote that is never closed would swallow the rows after it: only the line
   with the quote is set aside, and reading goes on with the next.
3. Empty lines are not rows. A row that is shorter than the header, or longer by more than empty fields, is set aside:
   its values would stand in the wrong columns.
4. What is set aside is a row too: it is counted, and has a line number and a reason.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from razdar.core.errors import BadInput
from razdar.runtime.imports.dialect import Dialect

MOST_CHARACTERS = 1 << 20
"""Of a line, and of a row."""
MOST_FIELD = 131_072
"""The bound of Python's own reader."""
MOST_COLUMNS = 500
_SKIPPED_AT_ONCE = 64 * 1024

QUOTES, TOO_LONG, COLUMNS = "quotes", "too-long", "columns"
FAULTS = {
    QUOTES: "A quotation mark in this line is not closed, or stands in the wrong place.",
    TOO_LONG: "This line holds a field or a row that is too long; it was not copied here.",
    COLUMNS: "This line has not as many columns as the first line.",
}
"""What can be wrong with a row before anybody looks at its values."""


@dataclass(frozen=True, repr=False, slots=True)
class Row:
    """One row.

    Attributes:
        line: number of its first line in the file, counted from 1.
        values: one for each column; for a row with a fault, what could be read of it.
        fault: a code of `FAULTS`; empty when there is none.
    """

    line: int
    values: tuple[str, ...]
    fault: str = ""


@dataclass(repr=False)
class Table:
    """A table in a file: its header, then its rows, read once.

    Args:
        file: open for reading; is read from its beginning.
        dialect: how it is written.

    Raises:
        BadInput: there is no header that can be read.
    """

    file: BinaryIO
    dialect: Dialect
    header: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        self.file.seek(0)
        # Detached at the end, so that the caller's file stays open.
        self._text = io.TextIOWrapper(self.file, self.dialect.encoding, "strict", newline="")
        self._lines = _Lines(self._text, self.dialect.skip)
        self._reader = csv.reader(self._lines, delimiter=self.dialect.separator, strict=True)
        first = next(self._rows(), None)
        if first is None or first.fault:
            raise BadInput("The first line must hold the names of the columns; it is missing or cannot be read.")
        if len(first.values) > MOST_COLUMNS:
            raise BadInput(f"A table has at most {MOST_COLUMNS} columns.")
        self.header = tuple(name.strip() for name in first.values)

    def __iter__(self) -> Iterator[Row]:
        """The rows after the header.

        Raises:
            BadInput: the file was changed while it was read.
        """
        try:
            yield from map(self._of_width, self._rows())
        except UnicodeError:
            raise BadInput("The file was changed while it was read. Import it again.") from None

    def release(self) -> None:
        """Let go of the file without closing it."""
        self._text.detach()

    def _rows(self) -> Iterator[Row]:
        while True:
            self._lines.begin()
            try:
                values = next(self._reader)
            except StopIteration:
                return
            except _TooLong:
                yield self._lines.set_aside(TOO_LONG)
                continue
            except csv.Error as error:
                yield self._lines.set_aside(TOO_LONG if "field limit" in str(error) else QUOTES)
                continue
            if any(values):
                yield Row(self._lines.first, tuple(values))

    def _of_width(self, row: Row) -> Row:
        width = len(self.header)
        if row.fault or len(row.values) == width:
            return row
        if len(row.values) > width and not any(row.values[width:]):
            return Row(row.line, row.values[:width])
        return Row(row.line, row.values, COLUMNS)


class _TooLong(Exception):
    """A line or row beyond the bound."""


class _Lines:
    """Lines with their numbers, each bounded; those of a row that cannot be read are given back but for its first.

    A line that is too long stands as None: its text is skipped, never held.
    """

    def __init__(self, text: io.TextIOWrapper, skip: int) -> None:
        self._text = text
        self._back: deque[tuple[int, str | None]] = deque()
        self._taken: list[tuple[int, str | None]] = []
        self._size = 0
        self._number = 0
        for _ in range(skip):
            self._read()

    @property
    def first(self) -> int:
        """Number of the first line of the row that was read last."""
        return self._taken[0][0]

    def begin(self) -> None:
        """What is taken from now on belongs to another row."""
        self._taken, self._size = [], 0

    def set_aside(self, fault: str) -> Row:
        """The first line taken since `begin` as a row with a fault; the others are given back."""
        (number, text), *others = self._taken
        self._back.extendleft(reversed(others))
        if others and fault == TOO_LONG:
            fault = QUOTES  # a row over several lines: its first line has the quote that was never closed
        if text is None or fault == TOO_LONG:
            return Row(number, (), TOO_LONG)
        return Row(number, (text.rstrip("\r\n")[:MOST_FIELD],), fault)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, text = self._back.popleft() if self._back else self._read()
        if text == "":
            raise StopIteration
        self._taken.append((number, text))
        self._size += MOST_CHARACTERS + 1 if text is None else len(text)
        if text is None or self._size > MOST_CHARACTERS:
            raise _TooLong
        return text

    def _read(self) -> tuple[int, str | None]:
        text = self._text.readline(MOST_CHARACTERS + 1)
        self._number += bool(text)
        if len(text) <= MOST_CHARACTERS or text.endswith(("\n", "\r")):
            return self._number, text
        while text and not text.endswith(("\n", "\r")):
            text = self._text.readline(_SKIPPED_AT_ONCE)
        return self._number, None
