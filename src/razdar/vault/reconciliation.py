"""The key agent's own book against the log: is there an entry for every key that was handed out?

1. A line of the book says whose keys were handed out in one minute and for which action. It agrees with the log when an
   entry of that action, not a refusal, names that customer within two minutes.
   The same holds for what was done with a customer's keys by a call that a room logs (``ACTS``): destroying, rotating,
   certifying. Other calls are in the book alone.
2. A line without such an entry is reported once: ``keys:book:differs``, in the log of the client. Keys were used around
   Razdar, or a process died between the keys and the log. Destructions that the key agent refused, because they were
   too many or not for who asked, are reported in the installation's log: ``keys:destroy:refused``.
3. The other way round, an entry that says that something was seen in part or in clear needs a line, as far back as the
   book goes.
4. Nothing is compared before the log can be complete: lines younger than three minutes wait, and all of them while the
   log stands still.
5. The operator's run compares the whole book, which keeps 90 days; the daily one the last two days, and what lies
   behind since the last run ended. Where that was is remembered by entries that a worker writes, so it makes a span
   longer, and never shorter.
6. An entry counts only for a caller in whose role such entries are written (``authorship``): a web process that takes
   keys for what workers do is not covered by what a worker logged.

Where it ends: keys that are used for an action that Razdar logs for the same customer within the same minutes are not
told apart from that action's own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from razdar.audit import lookup
from razdar.audit.authorship import may_write
from razdar.core.disclosure import DataClass, Level
from razdar.core.errors import Unavailable
from razdar.core.ledger import Dated, Outcome
from razdar.core.registry import Registry
from razdar.keys import agent
from razdar.keys.agent import BookLine
from razdar.keys.callers import Role
from razdar.keys.records import Outcome as Handing
from razdar.runtime.scope import scope
from razdar.vault import book_events

MARGIN = 2
"""Minutes that entry and line may be apart."""
LAG = timedelta(minutes=3)
SLICE = timedelta(minutes=10)
BOOK_KEPT = timedelta(days=90)
DAILY_SPAN = timedelta(days=2)
MINUTE = timedelta(minutes=1)
OPENED = frozenset(level.name.lower() for level in (Level.PARTIAL, Level.CLEAR))
UNSEALED = str(DataClass.CALL_META)
"""Time and course of contacts: logged like everything that is shown, but no key opens them (`door.tell_shown`)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Clients: TypeAlias = Callable[[], Iterable[UUID]]
CLIENTS: Registry[Clients] = Registry("clients to reconcile")
"""Who knows the installation's clients registers it here; rooms above may be asked, not imported."""

ACTS: Registry[str] = Registry("calls of the key agent that have an entry in the log")
"""Name of the call to the action of its entry; the room that logs it registers it."""
ACTS.register("rotate_customers")("keys:customer:rotate")
DESTROYING = "destroy_customer"

Deed: TypeAlias = tuple[str, UUID, int]
"""An action, a customer and a minute since 1970."""


@dataclass
class Account:
    """What the comparison found for one client.

    Attributes:
        lines: lines of the book that were compared.
        agreed: of these, how many have their entry.
        told: of these, how many have none, and an earlier run has said so.
        differs: those without an entry that nobody has told of yet.
        log_only: entries that say that something was opened of which the book knows nothing, with the first of them.
    """

    lines: int = 0
    agreed: int = 0
    told: int = 0
    differs: list[BookLine] = field(default_factory=list)
    log_only: int = 0


@dataclass(frozen=True)
class Reconciled:
    """What a run found.

    Attributes:
        since, until: the span that was compared; equal if there was nothing to compare.
        accounts: by client.
        waiting: why what is newer was not compared; empty if nothing but the last minutes is.
        turned_away: calls that the key agent refused in the span.
        first_line: where the book begins in the span; entries before it were not compared with it.
    """

    since: datetime
    until: datetime
    accounts: Mapping[UUID, Account]
    waiting: str = ""
    turned_away: int = 0
    first_line: datetime | None = None

    @property
    def agrees(self) -> bool:
        return not any(account.differs or account.told or account.log_only for account in self.accounts.values())


def reconcile(since: datetime | None = None, now: datetime | None = None) -> Reconciled:
    """Compare, and log what was found.

    Args:
        since: from when at the latest; a client's last run may have ended earlier, and no gap is left. Without it, from
            where the book can begin.
        now: the present.
    """
    now = now or datetime.now(UTC)
    until, waiting = _comparable(now)
    ends = {client: _ended(client, now) for known in CLIENTS.values() for client in known()}
    starts = {client: _start(end, since, now) for client, end in ends.items()}
    run = _Run(starts, until, max((end for end in ends.values() if end), default=_floor(now - BOOK_KEPT)))
    try:
        run.compare()
    except Unavailable:
        waiting = "The key agent or its book does not answer. What was not compared is compared by the next run."
    try:
        run.tell()
    except Unavailable:
        waiting = "What was found could not be logged. The next run compares the same again."
    return run.result(waiting)


def _comparable(now: datetime) -> tuple[datetime, str]:
    """Up to when the log is complete, and why not further."""
    caught_up = lookup.caught_up_at(now)
    if caught_up is None:
        return now - BOOK_KEPT, "The log stands still, so nothing can be compared with it; the next run goes on."
    return _floor(min(now, caught_up) - LAG), ""


def daily() -> None:
    """The run that nobody watches."""
    now = datetime.now(UTC)
    reconcile(now - DAILY_SPAN, now)


def _ended(client: UUID, now: datetime) -> datetime | None:
    """Where a client's last run says that it ended."""
    with scope(client):
        return book_events.compared_until(client, now)


def _start(ended: datetime | None, since: datetime | None, now: datetime) -> datetime:
    """Where it is asked for, or earlier where the last run ended before; not before the book can begin."""
    earliest = _floor(now - BOOK_KEPT)
    return max(earliest, min(since, ended or earliest)) if since else earliest


class _Run:
    """One run over all clients, slice by slice, so that a day of ten million looks needs little memory."""

    def __init__(self, starts: Mapping[UUID, datetime], until: datetime, told_until: datetime) -> None:
        self._starts = starts
        self._since = min(_floor(min(starts.values(), default=until)), until)
        self._until = until
        self._reached = self._since
        self._accounts: dict[UUID, Account] = {client: Account() for client in starts}
        self._told: dict[UUID, set[book_events.Told]] = {}
        self._turned_away = 0
        self._first_line: datetime | None = None
        self._alarms: list[BookLine] = []
        self._told_until = told_until  # an earlier run has told of what is before

    def compare(self) -> None:
        """Go as far as can be.

        Raises:
            Unavailable: the book does not answer; what was reached stands.
        """
        while self._reached < self._until:
            end = min(self._reached + SLICE, self._until)
            self._compare(self._reached, end)
            self._reached = end

    def _compare(self, start: datetime, end: datetime) -> None:
        book = agent.current().book(start - MARGIN * MINUTE, end + MARGIN * MINUTE)
        if book and self._first_line is None:
            self._first_line = book[0].minute
        if self._first_line is None:
            return
        for client, lines in self._sorted(book, start, end).items():
            begin = max(start, self._starts.get(client, start))
            if begin < end:
                self._of_client(client, lines, (begin, end))

    def _sorted(self, book: Iterable[BookLine], start: datetime, end: datetime) -> dict[UUID, list[BookLine]]:
        """The lines that need an entry, by client; those that were turned away are counted."""
        given: dict[UUID, list[BookLine]] = {client: [] for client in self._accounts}
        for line in book:
            if line.outcome is Handing.GIVEN:
                given.setdefault(line.client, []).append(line)
            elif line.outcome is Handing.DONE:
                if line.purpose in ACTS:
                    given.setdefault(line.client, []).append(replace(line, purpose=ACTS[line.purpose]))
            elif start <= line.minute < end:
                self._turned_away += line.count
                if line.purpose == DESTROYING and line.minute >= self._told_until:
                    self._alarms.append(line)
        return given

    def _of_client(self, client: UUID, lines: list[BookLine], span: tuple[datetime, datetime]) -> None:
        start, end = span
        account = self._accounts.setdefault(client, Account())
        with scope(client):
            entries = list(lookup.between(client, start - MARGIN * MINUTE, end + MARGIN * MINUTE))
            if client not in self._told:
                self._told[client] = book_events.told_before(client, start)
        due = [line for line in lines if start <= line.minute < end]
        missing = without_entry(due, entries)
        new = [line for line in missing if book_events.told(line) not in self._told[client]]
        account.lines += len(due)
        account.agreed += len(due) - len(missing)
        account.told += len(missing) - len(new)
        account.differs += new
        covered = max(start, self._first_line or start)
        account.log_only += without_line([e for e in entries if covered <= _moment(e) < end], lines)

    def tell(self) -> None:
        """Log what was found for each client, all or nothing; what concerns no client first."""
        for line in self._alarms:
            book_events.alarm(line)
        for client, account in self._accounts.items():
            if max(self._since, self._starts.get(client, self._since)) < self._reached:
                with scope(client):
                    book_events.tell(
                        client,
                        account.differs,
                        book_events.Sums(account.lines, account.agreed, account.told, account.log_only, self._reached),
                    )

    def result(self, waiting: str) -> Reconciled:
        return Reconciled(self._since, self._reached, self._accounts, waiting, self._turned_away, self._first_line)


# --- Comparing --------------------------------------------------------------------------------------------------------


def without_entry(lines: Iterable[BookLine], entries: Iterable[Dated]) -> list[BookLine]:
    """The lines for which no entry of their action, as their caller may write it, names their customer near them."""
    said = {deed for entry in entries for deed in _deeds(entry)}
    return [
        line
        for line in lines
        if not (may_log(line) and agrees((line.purpose, line.customer, _minute(line.minute)), said))
    ]


def may_log(line: BookLine) -> bool:
    """Whether an entry of a line's action can be its caller's own; who has no role holds the keys itself."""
    return line.caller not in set(Role) or may_write(line.caller, line.purpose)


def without_line(entries: Iterable[Dated], lines: Iterable[BookLine]) -> int:
    """How many entries say that something was opened for which nobody was handed a key near their minute."""
    handed = {(line.purpose, line.customer, _minute(line.minute)) for line in lines}
    return sum(not all(agrees(deed, handed) for deed in _opened(entry)) for entry in entries)


def agrees(deed: Deed, others: set[Deed] | frozenset[Deed]) -> bool:
    """Whether the same was done for the same customer within two minutes."""
    action, customer, minute = deed
    return any((action, customer, near) in others for near in range(minute - MARGIN, minute + MARGIN + 1))


def _deeds(entry: Dated) -> Iterator[Deed]:
    """What an entry can account for: whatever it speaks of, unless it is a refusal."""
    if entry.event.outcome != Outcome.DENIED:
        minute = entry.at_ms // 60_000
        yield from ((entry.event.action, subject, minute) for subject in entry.event.subjects)


def _opened(entry: Dated) -> Iterator[Deed]:
    """What must have been opened for what an entry says was seen."""
    if entry.event.outcome == Outcome.OK:
        minute = entry.at_ms // 60_000
        seen = {each.subject for each in entry.event.fields if each.level in OPENED and each.data_class != UNSEALED}
        yield from ((entry.event.action, subject, minute) for subject in seen)


def _minute(at: datetime) -> int:
    return (at - _EPOCH) // MINUTE


def _moment(entry: Dated) -> datetime:
    return _EPOCH + timedelta(milliseconds=entry.at_ms)


def _floor(at: datetime) -> datetime:
    return _EPOCH + _minute(at) * MINUTE
