"""A terminal for tests of imports: somebody who says things, and what was said to them."""

from argparse import Namespace
from contextlib import closing
from pathlib import Path

import razdar.identity.commands  # noqa: F401 (it knows clients' names)
from razdar.runtime.imports import dialect
from razdar.runtime.imports.asking import Terminal
from razdar.runtime.imports.command import _Command

USUAL = {
    "client": "Quillmere Test",
    "kind": None,
    "map": [],
    "yes": True,
    "encoding": "",
    "rejects": None,
    "workers": 2,
    "shred": False,
    "folder": None,
    "zone": "UTC",
}


class Shell:
    """Somebody at a terminal who says these things."""

    def __init__(self, folder: Path, *answers: str) -> None:
        self.folder = folder
        self.answers = list(answers)
        self.said: list[str] = []

    def table(self, header: str, *rows: str, name: str = "table.csv") -> Path:
        path = self.folder / name
        path.write_text("\r\n".join((header, *rows)) + "\r\n", encoding="utf-8-sig", newline="")
        return path

    def run(self, table: Path, **options: object) -> int:
        arguments = Namespace(table=table, **{**USUAL, **options})
        terminal = Terminal(self.said.append, lambda _: self.answers.pop(0), answers=bool(self.answers))
        with closing(dialect.open_table(table)) as file:
            probed = dialect.probe(file, encoding=arguments.encoding)
            return _Command(arguments, file, probed, terminal).run()

    @property
    def text(self) -> str:
        return "\n".join(self.said)
