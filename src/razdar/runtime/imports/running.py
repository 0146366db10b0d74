"""One run: the table is read once in its order, lines are claimed by this thread and taken in by others.

A run may end at any moment. Whoever imports the same file for the same client again goes on: what is done stays done,
what waits is taken in under the id it was given, what was set aside is tried again.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from razdar.core.errors import Unavailable
from razdar.runtime.imports import book, shredding
from razdar.runtime.imports.book import Run, Settling, State
from razdar.runtime.imports.dialect import Dialect
from razdar.runtime.imports.mapping import Mapping
from razdar.runtime.imports.progress import Progress
from razdar.runtime.imports.reading import Row, Table
from razdar.runtime.imports.targets import Bad, Claimed, Importer, Original, Record
from razdar.runtime.imports.workers import Crew
from razdar.runtime.scope import scope

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Before a batch is tried again for which a part was away, or that was asked to wait."""


@dataclass(frozen=True, repr=False)
class Work:
    """A file that is imported.

    Attributes:
        file: open for reading.
        run: its place in the book.
        workers: how many threads take in.
    """

    file: BinaryIO
    dialect: Dialect
    mapping: Mapping
    importer: Importer
    run: Run
    workers: int

    def rows(self) -> Iterator[Sequence[Row]]:
        """The rows of the table from its beginning, in batches."""
        table = Table(self.file, self.dialect)
        try:
            rows = iter(table)
            while batch := list(islice(rows, self.importer.batch)):
                yield batch
        finally:
            table.release()

    def records(self) -> Iterator[list[tuple[Record, str, UUID | None]]]:
        """Every row that could be read, with how far it is and what it became; in batches."""
        for batch in self.rows():
            good = [row for row in batch if not row.fault]
            with scope(self.run.client):
                states = book.states(self.run, [row.line for row in good])
            yield [(self.mapping.record(row), *states[row.line]) for row in good if row.line in states]


def take_in(work: Work, progress: Progress) -> int:
    """Read the table once and take in what is open; how many rows it has.

    Raises:
        Unavailable: a part is away for longer; what was not settled waits.
    """

    def serve(batch: Sequence[Claimed], stop: threading.Event) -> None:
        _take_in(work, batch, stop)
        progress.settled(len(batch))

    read = 0
    with Crew(work.workers, serve) as crew:
        for rows in work.rows():
            claimed = _claim(work, rows)
            read += len(rows)
            progress.settled(len(rows) - len(claimed))
            progress.at(work.file.tell())
            if claimed:
                crew.give(claimed)
    return read


def _claim(work: Work, rows: Sequence[Row]) -> list[Claimed]:
    """Judge rows and claim those that are good; again after a pause where a part is away."""
    for pause in (*PAUSES_S, None):
        try:
            return _claim_once(work, rows)
        except Unavailable:
            if pause is None:
                raise
        time.sleep(pause)
    return []


def _claim_once(work: Work, rows: Sequence[Row]) -> list[Claimed]:
    run, importer = work.run, work.importer
    with scope(run.client):
        still = book.open_lines(run, [row.line for row in rows])
        if not still:
            return []
        faults = [Bad(row.line, row.fault) for row in rows if row.fault and row.line in still]
        records = [work.mapping.record(row) for row in rows if not row.fault and row.line in still]
        judged = [*faults, *(importer.prepare(records) if records else ())]
        return book.claim(run, sorted(judged, key=lambda each: each.line), importer.digest)


def _take_in(work: Work, batch: Sequence[Claimed], stop: threading.Event) -> None:
    """A batch, again after a pause where a part is away; each time what still waits of it."""
    for pause in (*PAUSES_S, None):
        try:
            return work.importer.take_in(work.run.id, batch, Settling(work.run))
        except Unavailable:
            if pause is None or stop.wait(pause):
                raise
        with scope(work.run.client):
            left = book.waiting(work.run, [each.line for each in batch])
        batch = [each for each in batch if each.line in left]
        if not batch:
            return None
    return None


def verify(work: Work) -> int:
    """Verify what was taken in and not verified yet; how many lines could not be."""
    failed = 0
    for batch in work.records() if work.importer.verifies else ():
        agree = []
        for record, state, made in batch:
            if state != State.IMPORTED or made is None:  # None: its customer was erased
                continue
            if work.importer.verify(record, made):
                agree.append(record.line)
            else:
                failed += 1
        if agree:
            with scope(work.run.client):
                Settling(work.run).verified(agree)
    return failed


@dataclass
class Shredded:
    """What became of the originals.

    Attributes:
        files: how many are gone.
        kept: how many had to stay, by the sentence that says why.
    """

    files: int
    kept: dict[str, int]


NOT_IN = "named by a row that was not imported and verified by this table"


def shred(work: Work) -> Shredded:
    """Shred the originals of what was verified; none that a row names of which that is not so."""
    needed = {original.place for original, verified in _originals(work) if not verified}
    result = Shredded(0, {})
    for original, verified in _originals(work):
        if not verified:
            continue
        why = NOT_IN if original.place in needed else original.shred()
        if not why:
            result.files += 1
        elif why != shredding.GONE:
            result.kept[why] = result.kept.get(why, 0) + 1
    return result


def _originals(work: Work) -> Iterator[tuple[Original, bool]]:
    for batch in work.records():
        for record, state, made in batch:
            for original in work.importer.originals(record, made):
                yield original, state == State.VERIFIED
