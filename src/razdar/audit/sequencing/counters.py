"""Which numbers of which writers have been seen.

For each writer: the highest number seen, and every lower one that has no entry, with why: *waiting* (its transaction
may still be open), *missing* (reported, after 60 seconds), *void* (rolled back). Any other number is in the log.

========  ================  =============================================================
arrives   number            what follows
========  ================  =============================================================
event     new, waiting      appended
event     missing           appended; "found" is logged beside the earlier "missing"
event     void              appended; "revived" is logged: it had been called rolled back
event     in the log        same bytes: dropped; other bytes: quarantine, "replayed"
void      new, waiting      void
void      missing           void; "found" is logged
void      void, in the log  dropped: an event that was committed stands
report    new               the numbers up to it are waiting
========  ================  =============================================================
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q

from razdar.audit.models import Entry, Gap, GapState, WriterState
from razdar.audit.sequencing.inbox import SEQUENCER, Genuine
from razdar.core.ledger import Kind

PATIENCE = timedelta(seconds=60)
"""How long a number may be absent before it is reported."""
MAX_ABSENT = 10_000
"""Numbers of one writer that may be absent. More is no loss but an attack on the log's size.

A round takes in no more new ones either, of all writers together: what would bring more waits for the next.
"""
REPORTED_AT_ONCE = 10_000

Number = tuple[UUID, int]


class Verdict(Enum):
    APPEND = auto()
    FOUND = auto()
    REVIVED = auto()
    SETTLED = auto()
    """A void or a report that closes what was waiting."""
    LATE_VOID = auto()
    """A void for a number already reported as missing."""
    KNOWN = auto()
    """The number is in the log: compare."""
    DROP = auto()
    LEAP = auto()
    NEXT_ROUND = auto()
    """There is no room for the numbers before it in this round: the row stays in the inbox."""

    @property
    def appends(self) -> bool:
        return self in {Verdict.APPEND, Verdict.FOUND, Verdict.REVIVED}


@dataclass
class _Line:
    last: int
    absent: int = 0
    gaps: dict[int, GapState] = field(default_factory=dict)


class Counters:
    """The writers of one batch. Load, judge each row in order, then save."""

    def __init__(self, rows: Sequence[Genuine], now: datetime) -> None:
        self._now = now
        absent = _absent(rows)
        self._lines = {state.writer: _Line(state.last, absent.get(state.writer, 0)) for state in _states(rows)}
        self._room = MAX_ABSENT
        self._stored: dict[Number, GapState] = {}
        for gap in _gaps(rows):
            self._stored[gap.writer, gap.counter] = GapState(gap.state)
            self._lines[gap.writer].gaps[gap.counter] = GapState(gap.state)

    def judge(self, row: Genuine) -> Verdict:
        """What to do with a row, in the order of their arrival; remembers its number."""
        writer, counter = row.row.writer, row.row.counter
        line = self._lines.get(writer) or _Line(0)
        # An event fills its own number; what a void or a report names was absent until then.
        more = max(counter - line.last - (row.kind is Kind.EVENT), 0)
        if line.absent + more > MAX_ABSENT:
            return Verdict.LEAP
        if more > self._room:
            return Verdict.NEXT_ROUND
        self._lines[writer] = line
        self._room -= more
        line.absent += more
        for absent in range(line.last + 1, counter + 1):
            line.gaps[absent] = GapState.WAITING
        line.last = max(line.last, counter)
        return _arrive(line, row.kind, counter)

    def save(self) -> None:
        """Store what changed."""
        gaps = {(w, c): state for w, line in self._lines.items() for c, state in line.gaps.items()}
        gone = [number for number in self._stored if number not in gaps]
        if gone:
            Gap.objects.using(SEQUENCER).filter(_numbers(gone)).delete()
        changed = [number for number, state in gaps.items() if self._stored.get(number) != state]
        Gap.objects.using(SEQUENCER).bulk_create(
            (Gap(writer=w, counter=c, state=gaps[w, c], since=self._now) for w, c in changed),
            batch_size=5000,
            update_conflicts=True,
            unique_fields=["writer", "counter"],
            update_fields=["state", "since"],
        )
        WriterState.objects.using(SEQUENCER).bulk_create(
            [WriterState(writer=w, last=line.last, first_seen=self._now) for w, line in self._lines.items()],
            update_conflicts=True,
            unique_fields=["writer"],
            update_fields=["last"],
        )


def _arrive(line: _Line, kind: Kind, counter: int) -> Verdict:
    if kind is Kind.REPORT:
        return Verdict.SETTLED
    state = line.gaps.get(counter)
    if kind is Kind.EVENT:
        line.gaps.pop(counter, None)
        return _EVENT[state]
    if state in {GapState.WAITING, GapState.MISSING}:
        line.gaps[counter] = GapState.VOID
    return _VOID[state]


_EVENT = {
    GapState.WAITING: Verdict.APPEND,
    GapState.MISSING: Verdict.FOUND,
    GapState.VOID: Verdict.REVIVED,
    None: Verdict.KNOWN,
}
_VOID = {
    GapState.WAITING: Verdict.SETTLED,
    GapState.MISSING: Verdict.LATE_VOID,
    GapState.VOID: Verdict.DROP,
    None: Verdict.DROP,
}


def payloads_of(numbers: Iterable[Number]) -> dict[Number, bytes]:
    """The bytes in the log for numbers that came a second time."""
    wanted = list(numbers)
    if not wanted:
        return {}
    entries = Entry.objects.using(SEQUENCER).filter(_numbers(wanted)).values_list("writer", "counter", "payload")
    return {(writer, counter): bytes(payload) for writer, counter, payload in entries if writer and counter}


@dataclass(frozen=True)
class Missing:
    """An unbroken run of numbers of one writer that never arrived."""

    writer: UUID
    first: int
    last: int


def report_missing(now: datetime) -> list[Missing]:
    """The numbers that have been absent for too long, each told once."""
    late = Gap.objects.using(SEQUENCER).filter(state=GapState.WAITING, since__lte=now - PATIENCE)
    numbers = sorted(late.values_list("writer", "counter")[:REPORTED_AT_ONCE])
    runs: list[Missing] = []
    for writer, counter in numbers:
        if runs and (runs[-1].writer, runs[-1].last + 1) == (writer, counter):
            runs[-1] = replace(runs[-1], last=counter)
        else:
            runs.append(Missing(writer, counter, counter))
    if numbers:
        Gap.objects.using(SEQUENCER).filter(_numbers(numbers)).update(state=GapState.MISSING)
    return runs


def _states(rows: Sequence[Genuine]) -> Iterable[WriterState]:
    return WriterState.objects.using(SEQUENCER).filter(writer__in={row.row.writer for row in rows})


def _absent(rows: Sequence[Genuine]) -> dict[UUID, int]:
    """How many numbers of each writer are neither in the log nor void."""
    gaps = Gap.objects.using(SEQUENCER).filter(writer__in={row.row.writer for row in rows})
    absent = gaps.exclude(state=GapState.VOID).values_list("writer").annotate(Count("counter"))
    return dict(absent.order_by("writer"))


def _gaps(rows: Sequence[Genuine]) -> Iterable[Gap]:
    numbers = {(row.row.writer, row.row.counter) for row in rows}
    return Gap.objects.using(SEQUENCER).filter(_numbers(numbers)) if numbers else ()


def _numbers(numbers: Iterable[Number]) -> Q:
    """The rows with these numbers, of which there must be at least one; one condition a writer."""
    of_writer: dict[UUID, list[int]] = {}
    for writer, counter in numbers:
        of_writer.setdefault(writer, []).append(counter)
    return reduce(or_, (Q(writer=writer, counter__in=counters) for writer, counters in of_writer.items()))
