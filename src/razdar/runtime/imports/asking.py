"""Showing what would be imported, and asking somebody at a terminal. Values are masked: a screen has onlookers too."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from razdar.core.disclosure import MASK
from razdar.core.errors import BadInput
from razdar.runtime.imports import mapping as columns
from razdar.runtime.imports.mapping import Mapping
from razdar.runtime.imports.reading import Row
from razdar.runtime.imports.targets import Target

SHOWN_ROWS = 3
_USABLE = "Import it so? y, n, or a change like column=field:"
_WANTING = "What is missing, like column=field; nothing to stop:"


def _type(question: str) -> str:
    print(question, end=" ", flush=True)  # noqa: T201
    return sys.stdin.readline()


@dataclass(frozen=True)
class Terminal:
    """Where a run speaks to somebody.

    Attributes:
        say: one line of what it has to say.
        ask: puts a question and waits for a line.
        answers: whether somebody is there to answer.
    """

    say: Callable[[str], None] = lambda line: print(line, flush=True)  # noqa: T201
    ask: Callable[[str], str] = _type
    answers: bool = field(default_factory=lambda: sys.stdin.isatty() and sys.stdout.isatty())

    def agrees(self, question: str) -> bool:
        """Whether somebody is there and says yes; nothing typed means no."""
        return self.answers and self.ask(f"{question} [y/N]").strip().lower() in {"y", "yes"}


def preview(target: Target, header: Sequence[str], mapping: Mapping, rows: Iterable[Row]) -> list[str]:
    """Columns, the fields they go into, and the first rows as lines to print."""
    first = list(rows)
    table = [("column", "goes into", "first rows")]
    for number, name in enumerate(mapping.fields):
        shown = "  ".join(_masked(target, name, row.values[number]) for row in first if not row.fault)
        table.append((columns.column_name(header, number), name or "(left out)", shown))
    widths = [max(len(row[place]) for row in table) for place in (0, 1)]
    return [f"  {one:<{widths[0]}}  {two:<{widths[1]}}  {three}".rstrip() for one, two, three in table]


def _masked(target: Target, name: str, value: str) -> str:
    if not value.strip():
        return "(empty)"
    known = target.field(name)
    return value if known is not None and value.strip().casefold() in known.codes else MASK


def confirm(
    target: Target, header: Sequence[str], mapping: Mapping, rows: Sequence[Row], terminal: Terminal
) -> Mapping | None:
    """Show the mapping, take corrections like ``column=field``, until somebody agrees; None when they do not.

    Raises:
        BadInput: nobody is there to ask, and ``--yes`` was not said.
    """
    while True:
        for line in preview(target, header, mapping, rows):
            terminal.say(line)
        wanting = columns.missing(target, mapping)
        if wanting:
            terminal.say(wanting)
        if not terminal.answers:
            raise BadInput(wanting or "Nobody is there to say whether this is right. Look at it, and add --yes.")
        answer = terminal.ask(_WANTING if wanting else _USABLE).strip()
        if not wanting and answer.lower() in {"y", "yes"}:
            return mapping
        if answer.lower() in {"", "n", "no"}:
            return None
        try:
            mapping = columns.changed(target, header, mapping, [answer])
        except BadInput as error:
            terminal.say(str(error))
