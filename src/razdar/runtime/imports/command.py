"""``razdar import``: a table of customers or of recorded calls; ``razdar shred``: a file that must go.

Which kind a table is, its header says, or ``--kind``. The exit status is 0 when every row is in, 3 when rows were set
aside, 4 when something that was stored does not agree with its original, 1 when nothing could be done.
"""

import argparse
import os
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import add_client
from razdar.runtime.imports.targets import OPTIONS

if TYPE_CHECKING:
    from razdar.runtime.imports.asking import Terminal
    from razdar.runtime.imports.book import Run
    from razdar.runtime.imports.dialect import Probed
    from razdar.runtime.imports.mapping import Mapping
    from razdar.runtime.imports.reading import Row
    from razdar.runtime.imports.running import Work
    from razdar.runtime.imports.targets import Importer, Kind

SET_ASIDE, NOT_VERIFIED = 3, 4
MOST_WORKERS = 4
"""Each thread holds a connection for the log while it works, of which a process has five."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, help="a CSV file whose first line names the columns")
    add_client(parser)
    parser.add_argument("--kind", choices=tuple(OPTIONS), help="what the rows are, where the header is unclear")
    parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="which column is what")
    parser.add_argument("--yes", action="store_true", help="import without being asked")
    parser.add_argument("--encoding", default="", help="how the file is written, for example cp1252")
    parser.add_argument("--separator", default="", help="between columns, one character; tab for a tab")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="where rows that cannot be imported go")
    parser.add_argument("--workers", type=_workers, default=_usual_workers(), help="how many rows at a time")
    parser.add_argument("--shred", action="store_true", help="shred the originals of what was verified, without asking")
    for add in OPTIONS.values():
        add(parser)


def _workers(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS:
        return int(text)
    raise argparse.ArgumentTypeError(f"1 to {MOST_WORKERS}")


def _usual_workers() -> int:
    """Twice the cores: half of the time is spent waiting for disks."""
    return min(MOST_WORKERS, 2 * len(os.sched_getaffinity(0)))


def _run(arguments: argparse.Namespace) -> int:
    from razdar.runtime.imports import dialect
    from razdar.runtime.imports.asking import Terminal

    with closing(dialect.open_table(arguments.table)) as file:
        probed = dialect.probe(file, encoding=arguments.encoding, separator=_separator(arguments.separator))
        return _Command(arguments, file, probed, Terminal()).run()


def _separator(text: str) -> str:
    from razdar.core.errors import BadInput
    from razdar.runtime.imports.dialect import SEPARATORS

    separator = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if separator and separator not in SEPARATORS:
        raise BadInput("A table is separated by , or ; or | or tab.")
    return separator


@dataclass
class _Command:
    """One call of the command."""

    arguments: argparse.Namespace
    file: BinaryIO
    probed: "Probed"
    terminal: "Terminal"

    def run(self) -> int:
        from razdar.runtime.imports import book

        kind = self._kind()
        with kind.open(self.arguments) as importer, book.alone(importer.client):
            agreed = self._agreed(kind, importer)
            if agreed is None:
                self.terminal.say("Nothing was imported.")
                return 1
            return self._import(kind, importer, *agreed)

    def _kind(self) -> "Kind":
        from razdar.core.errors import BadInput
        from razdar.runtime.imports import mapping
        from razdar.runtime.imports.targets import KINDS

        if self.arguments.kind:
            return KINDS[self.arguments.kind]
        header, _ = self._beginning()
        found = [(mapping.fits(kind.target, header), kind) for kind in KINDS.values()]
        best, kind = max(found, key=lambda each: each[0])
        if not best[0] or sum(fit == best for fit, _ in found) > 1:
            kinds = " or ".join(f"--kind {name}" for name in KINDS)
            raise BadInput(f"The first line does not say what the rows are. Say {kinds}.")
        return kind

    def _beginning(self) -> tuple[tuple[str, ...], list["Row"]]:
        from razdar.runtime.imports.asking import SHOWN_ROWS
        from razdar.runtime.imports.reading import Table

        table = Table(self.file, self.probed.dialect)
        try:
            return table.header, list(islice((row for row in table if not row.fault), SHOWN_ROWS))
        finally:
            table.release()

    def _agreed(self, kind: "Kind", importer: "Importer") -> tuple["Run", "Mapping"] | None:
        """The run and the mapping, once somebody agreed to it; a run that goes on was agreed to before."""
        from razdar.runtime.imports import asking, book, mapping
        from razdar.runtime.imports.mapping import Mapping

        header, rows = self._beginning()
        name, target = importer.digest(b"file" + self.probed.digest), kind.target
        known = book.find(importer.client, target.kind, name)
        before = Mapping.parse(known.mapping, target, len(header)) if known else None
        if known and before and not self.arguments.map:
            self.terminal.say("This table was begun before; going on with it, with the columns agreed to then.")
            self.terminal.say("What is in stays as it is; for the rest, --map COLUMN=FIELD chooses other columns.")
            return known, before
        self.terminal.say(f"A table of {target.things}: {self.probed.dialect}, {len(header)} columns.")
        first = mapping.changed(target, header, before or mapping.automatic(target, header), self.arguments.map)
        if self.arguments.yes and not mapping.missing(target, first):
            for line in asking.preview(target, header, first, rows):
                self.terminal.say(line)
            chosen: Mapping | None = first
        else:
            chosen = asking.confirm(target, header, first, rows, self.terminal)
        if chosen is None:
            return None
        return book.begin(importer.client, target.kind, name, str(chosen)), chosen

    def _import(self, kind: "Kind", importer: "Importer", run: "Run", mapping: "Mapping") -> int:
        from razdar.runtime.imports import book, running
        from razdar.runtime.imports.progress import Progress
        from razdar.runtime.imports.running import Work

        work = Work(self.file, self.probed.dialect, mapping, importer, run, self.arguments.workers)
        importer.began(run.id)
        progress = Progress(self.probed.size, kind.target.things)
        try:
            rows = running.take_in(work, progress)
        finally:
            progress.end()
        unverified = running.verify(work)
        totals = book.totals(run)
        book.finish(run)
        warnings = importer.ended(run.id, totals)
        self._say_sums(kind, run, rows, totals)
        self._set_aside(kind, work, totals["bad"])
        for line in warnings:
            self.terminal.say(line)
        if unverified:
            self.terminal.say(f"{unverified:,} that were stored do not agree with their originals: keep the originals.")
        self._shred(work, totals, unverified)
        return NOT_VERIFIED if unverified else SET_ASIDE if totals["bad"] else 0

    def _say_sums(self, kind: "Kind", run: "Run", rows: int, totals: dict[str, int]) -> None:
        from razdar.core.errors import Unavailable
        from razdar.runtime.imports import book, summary

        if rows != sum(totals.values()) or totals["waiting"]:
            raise Unavailable("Not every row has its place yet. Import the same table again; what is done stays done.")
        for line in summary.sums(kind.target, rows, totals, run.resumed):
            self.terminal.say(line)
        for line in summary.reasons(book.reasons(run), _sentences(kind)):
            self.terminal.say(line)

    def _set_aside(self, kind: "Kind", work: "Work", bad: int) -> None:
        from razdar.runtime.imports import book, rejects, summary
        from razdar.runtime.imports.reading import Table

        place = self.arguments.rejects or rejects.default_place(self.arguments.table)
        if not bad:
            if place.exists():
                self.terminal.say(f"{place} of an earlier try holds personal data in clear: razdar shred {place}")
            return
        sentences = _sentences(kind)
        report = place.with_name(f"{place.stem}.report.csv")
        table = Table(self.file, self.probed.dialect)
        try:
            rejects.write(place, table, book.bad_lines(work.run), lambda code: sentences.get(code, code))
        finally:
            table.release()
        rejects.report(report, book.bad_lines(work.run), sentences)
        for line in summary.set_aside(place, report):
            self.terminal.say(line)

    def _shred(self, work: "Work", totals: dict[str, int], unverified: int) -> None:
        from razdar.runtime.imports import mapping, running, shredding

        if unverified:
            return
        what = "the originals of what was verified" if work.importer.verifies else "the table"
        if not work.importer.verifies and mapping.left_out(self._beginning()[0], work.mapping):
            self._shred_table(work, totals["bad"])
            return
        if not self.arguments.shred and not self.terminal.agrees(f"Shred {what} now?"):
            self.terminal.say(f"Still in clear: {what}. Shred with: razdar import ... --shred")
            return
        done = running.shred(work)
        if work.importer.verifies:
            self.terminal.say(f"{done.files:,} originals were overwritten and removed.")
            if totals["present"]:
                self.terminal.say(f"{totals['present']:,} were there already: their originals were left as they are.")
        for why, number in done.kept.items():
            self.terminal.say(f"{number:,} originals were kept: {why}.")
        self._shred_table(work, totals["bad"] + sum(done.kept.values()))
        self.terminal.say(shredding.HONESTLY)

    def _shred_table(self, work: "Work", left: int) -> None:
        from razdar.runtime.imports import mapping, shredding

        header, _ = self._beginning()
        if left:
            self.terminal.say("The table itself was kept: not all of its rows are done with.")
        elif without := mapping.left_out(header, work.mapping):
            self.terminal.say(f"The table itself was kept: not imported were its columns {', '.join(without)}.")
            self.terminal.say(f"When nobody needs them: razdar shred {self.arguments.table}")
        elif why := shredding.shred_file(self.arguments.table):
            self.terminal.say(f"The table itself was kept: {why}.")
        else:
            self.terminal.say("The table itself was overwritten and removed.")


def _sentences(kind: "Kind") -> dict[str, str]:
    from razdar.runtime.imports.book import TWICE
    from razdar.runtime.imports.reading import FAULTS

    own = {TWICE: "The same stands further up in this table; that row was taken."}
    return {**FAULTS, **own, **kind.target.reasons}


def _shred_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what to overwrite and remove")


def _run_shred(arguments: argparse.Namespace) -> int:
    from razdar.runtime.imports import shredding
    from razdar.runtime.imports.asking import Terminal

    terminal, failed = Terminal(), 0
    for path in arguments.files:
        why = shredding.shred_file(path)
        failed += bool(why)
        terminal.say(f"{path}: {why}" if why else f"{path}: overwritten and removed")
    terminal.say(shredding.HONESTLY)
    return 1 if failed else 0


COMMANDS.register("import")(Command("Take in a table of customers or recorded calls.", _arguments, _run, Needs.KEYS))
COMMANDS.register("shred")(
    Command("Overwrite and remove files.", _shred_arguments, _run_shred, Needs.NOTHING, logs=False)
)
