"""The sequencer: one process that moves events from the inbox to their place in the log.

1. Only one works at a time (``turn``): a second process stands by and takes over when the first is
   gone. Every round takes a lock for its own transaction as well, so that two can never write the same index.
2. A round is one transaction: rows leave the inbox, entries, leaves, counters and findings are stored, or nothing is.
   A crash in the middle loses nothing and repeats nothing. What was committed is signed after it (``signing``).
3. Each row's stamp is checked. What its writer does not vouch for goes to quarantine, and so does what a writer in its
   role does not write (``authorship``); the log says so. A number
   that stays absent for 60 seconds is *missing*, and the log says so, once: somebody took the row away, or its
   transaction takes longer than a minute. If it comes after all, the log says that it was *found*.
4. A round that leaves the inbox empty says so, every ten seconds: from that, a page tells whether the log stands still.
5. What the log says about stamps stands in the installation's log: ``audit:stamp:forged``, ``unreadable``,
   ``foreign``, ``misdated``, ``astray``, ``leap``, ``replayed``, ``missing``, ``found``, ``revived``. What it says
   about its own time (``vigil``) and its witnesses (``submission``) stands in the log concerned.
6. Without keys, stamps cannot be checked and nothing can be signed: everything waits in the inbox.
"""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import Error, connections
from django.db.models import Q

from razdar.audit.models import NIL, Quarantine, Sequencing
from razdar.audit.sequencing import signing, vigil
from razdar.audit.sequencing.chores import Chores
from razdar.audit.sequencing.cosigning import changes
from razdar.audit.sequencing.counters import Counters, Missing, Number, Verdict, payloads_of, report_missing
from razdar.audit.sequencing.entries import Logs, Written, of_the_log
from razdar.audit.sequencing.inbox import SEQUENCER, Genuine, Reason, Row, check, of_founded, take, waiting
from razdar.audit.sequencing.turn import AnotherHolds, Turn, writing
from razdar.core.errors import RazdarError
from razdar.core.ledger import Outcome
from razdar.runtime import logs
from razdar.runtime.ids import uuid7

BATCH: Final = 1000
"""Rows in one round."""
PAUSE: Final = 0.1
"""Seconds between two rounds when the inbox is empty."""
RETRY: Final = 1.0
"""Seconds before another try when another sequencer works, or the database or the keys are away."""
REPEAT: Final = 60.0
"""Seconds after which a process that stands by says so again."""
SAY_EVERY: Final = timedelta(seconds=10)
"""How often the log says that it is up to date."""


def run(stop: threading.Event) -> None:
    """Sequence until told to stop. Survives a database that comes and goes."""
    turn, said, chores = Turn(), -REPEAT, Chores()
    while not stop.is_set():
        try:
            fence = turn.keep()
            caught_up = sequence_once(fence=fence) < BATCH
            pause = PAUSE if caught_up else 0.0
            chores.look(fence, caught_up=caught_up)
        except AnotherHolds as error:
            if time.monotonic() - said >= REPEAT:
                said = time.monotonic()
                logs.error("sequencer-stands-by", error)
            pause = _wait(turn, chores)
        except (Error, RazdarError) as error:
            logs.error("sequencer-waits", error)
            pause = _wait(turn, chores)
        stop.wait(pause)
    _wait(turn, chores)


def _wait(turn: Turn, chores: Chores) -> float:
    """Let go of everything; returns after how many seconds to try again."""
    chores.rest()
    turn.end()
    connections[SEQUENCER].close()
    return RETRY


def sequence_once(
    now: datetime | None = None,
    limit: int = BATCH,
    fence: int | None = None,
) -> int:
    """One round. Returns how many rows left the inbox, or ``limit`` if the next round should follow at once.

    Args:
        now: the time of the round; the present by default.
        limit: the most rows to take.
        fence: of the turn this round belongs to, if there is one.

    Raises:
        AnotherHolds: another sequencer is at work, or took the turn; nothing was changed.
        KeysLocked: the stamps cannot be checked; nothing was changed.
        Unavailable: the log cannot be signed; nothing more is taken in until it can.
        Rewritten: the log is not what was signed; nothing more is taken in.
    """
    now = now or datetime.now(UTC)
    signing.sign_due(now, busy=True, fence=fence)
    with writing(fence):
        kept = Logs(now)
        taken = limit if kept.catch_up() else _round(kept, now, limit)
        kept.save()
    if signing.sign_due(now, busy=taken == limit, fence=fence):
        return limit
    if taken < limit:
        _say_caught_up(now, fence)
    return taken


def _round(kept: Logs, now: datetime, limit: int) -> int:
    rows = waiting(limit)
    batch = _Batch(now)
    batch.say(vigil.set_back(kept, now))
    taken = batch.take(rows)
    if taken:
        take(taken)
    busy = len(rows) >= limit or len(taken) < len(rows)
    for run_ in report_missing(now):
        batch.report(run_)
    batch.witnesses()
    batch.store(kept)
    if not busy:  # entries that still wait are older than a heartbeat, and belong before it
        kept.append([of_the_log(log, vigil.HEARTBEAT, now) for log in vigil.silent(kept, now)])
    return limit if busy else len(taken)


def _say_caught_up(now: datetime, fence: int | None) -> None:
    """Write the time down, unless a recent one stands there. A time to come is an earlier clock's, and is corrected."""
    recent = Q(caught_up_at__gt=now - SAY_EVERY, caught_up_at__lte=now)
    stale = Sequencing.objects.using(SEQUENCER).filter(Q(caught_up_at=None) | ~recent)
    if stale.exists():
        with writing(fence):
            stale.update(caught_up_at=now)


class _Batch:
    """What one round found out and is about to store."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._written: list[Written] = []
        self._apart: list[Quarantine] = []

    def take(self, rows: list[Row]) -> list[Row]:
        """Judge rows; returns those that are dealt with. The others stay for another round."""
        if not rows:
            return []
        checked = of_founded([(row, item) for row in rows if (item := check(row, self._now)) is not None])
        counters = Counters([item for _, item in checked if isinstance(item, Genuine)], self._now)
        again: list[Genuine] = []
        taken: list[Row] = []
        for row, item in checked:
            if isinstance(item, Reason):
                self._quarantine(row, item)
            elif (verdict := counters.judge(item)) is Verdict.NEXT_ROUND:
                continue
            else:
                self._judge(item, verdict, again)
            taken.append(row)
        self._compare(again)
        self._tell_apart()
        counters.save()
        return taken

    def say(self, steps: Mapping[UUID, int]) -> None:
        """The clock went back by so many milliseconds."""
        for log, by in steps.items():
            detail = (("by_ms", by), ("of", "sequencer"))
            self._written.append(of_the_log(log, vigil.CLOCK_BACK, self._now, detail, Outcome.FAILED))

    def witnesses(self) -> None:
        """What witnesses have come to think of logs since the last round."""
        for log, what, detail in changes():
            failed = what == "refused"
            outcome = Outcome.FAILED if failed else Outcome.OK
            self._written.append(of_the_log(log, f"audit:witness:{what}", self._now, detail, outcome))

    def report(self, run_: Missing) -> None:
        self._note("missing", (("writer", str(run_.writer)), ("first", run_.first), ("last", run_.last)))

    def store(self, kept: Logs) -> None:
        Quarantine.objects.using(SEQUENCER).bulk_create(self._apart)
        kept.append(self._written)

    def _judge(self, item: Genuine, verdict: Verdict, again: list[Genuine]) -> None:
        if verdict in {Verdict.FOUND, Verdict.LATE_VOID}:
            self._note_row("found", item.row)
        elif verdict is Verdict.REVIVED:
            self._note_row("revived", item.row)
        elif verdict is Verdict.LEAP:
            self._quarantine(item.row, Reason.LEAP)
        elif verdict is Verdict.KNOWN:
            again.append(item)
        if verdict.appends and item.dated is not None:
            self._written.append(Written(item.dated, item.row.payload, item.row.writer, item.row.counter))

    def _compare(self, again: list[Genuine]) -> None:
        """An event whose number is in the log is dropped if it is the same, and set apart if it is another."""
        numbers: list[Number] = [(item.row.writer, item.row.counter) for item in again]
        known = payloads_of(numbers)
        known |= {(w.writer, w.counter): w.payload for w in self._written if w.writer and w.counter}
        for number, item in zip(numbers, again, strict=True):
            if known.get(number) != item.row.payload:
                self._quarantine(item.row, Reason.REPLAYED)

    def _quarantine(self, row: Row, reason: Reason) -> None:
        self._apart.append(
            Quarantine(
                id=uuid7(),
                reason=reason,
                found_at=self._now,
                row=row.id,
                kind=row.kind,
                role=row.role,
                writer=row.writer,
                counter=row.counter,
                mac=row.mac,
                payload=row.payload,
            )
        )

    def _tell_apart(self) -> None:
        """One entry for each writer and reason, with the first row and how many there are: a flood stays short."""
        alike: dict[tuple[str, UUID], list[Quarantine]] = {}
        for found in self._apart:
            alike.setdefault((found.reason, found.writer), []).append(found)
        for (reason, writer), (first, *others) in alike.items():
            about = (("counter", str(first.counter)), ("row", str(first.row)), ("rows", 1 + len(others)))
            self._note(reason, (("writer", str(writer)), *about))

    def _note_row(self, what: str, row: Row) -> None:
        # A forged counter may be any number the column holds; as text it fits an event in any case.
        self._note(what, (("writer", str(row.writer)), ("counter", str(row.counter)), ("row", str(row.id))))

    def _note(self, what: str, detail: tuple[tuple[str, str | int], ...]) -> None:
        self._written.append(of_the_log(NIL, f"audit:stamp:{what}", self._now, detail, Outcome.FAILED))
