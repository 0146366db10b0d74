"""What the database remembers of imports: runs and their lines. See the rules of the package and `runtime.models`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from razdar.core.errors import Refused
from razdar.runtime import alone as turns
from razdar.runtime.ids import uuid7
from razdar.runtime.imports.targets import Bad, Claimed, Prepared
from razdar.runtime.models import ImportLine, ImportRun
from razdar.runtime.scope import scope

State = ImportLine.State
IN = (State.IMPORTED, State.VERIFIED)
DONE = (*IN, State.PRESENT)
TWICE = "twice"
"""The reason of a row whose like stands further up in the same file."""

_CHANGED = ["key", "state", "reason", "made", "customer_id"]


@dataclass(frozen=True)
class Run:
    """One file's run for one client.

    Attributes:
        mapping: as the run remembers it; empty for a new one.
        resumed: it was begun before.
    """

    client: UUID
    kind: str
    id: UUID
    mapping: str = ""
    resumed: bool = False


@contextmanager
def alone(client: UUID) -> Iterator[None]:
    """Hold off other imports for the same client, so that no two claim the same thing.

    Raises:
        Refused: one is running.
    """
    with turns.alone(f"razdar import {client}", wait=False) as held:
        if not held:
            raise Refused("Another import for this client is running. Wait until it is done.")
        yield


def find(client: UUID, kind: str, file: bytes) -> Run | None:
    """The run of a file, by its keyed digest."""
    with scope(client):
        row = ImportRun.objects.filter(client_id=client, kind=kind, file=file).first()
    return Run(client, kind, row.id, row.mapping, resumed=True) if row else None


def begin(client: UUID, kind: str, file: bytes, mapping: str) -> Run:
    """Write down a new run, or another mapping for one that was begun; what was set aside is then judged anew."""
    with scope(client):
        row, made = ImportRun.objects.update_or_create(
            client_id=client,
            kind=kind,
            file=file,
            defaults={"mapping": mapping, "finished_at": None},
            create_defaults={"mapping": mapping, "started_at": datetime.now(UTC)},
        )
        ImportLine.objects.filter(client_id=client, run_id=row.id, state=State.BAD).delete()
    return Run(client, kind, row.id, mapping, resumed=not made)


def finish(run: Run) -> None:
    """Every line of the file was settled."""
    with scope(run.client):
        ImportRun.objects.filter(client_id=run.client, id=run.id).update(finished_at=datetime.now(UTC))


def forget(client: UUID, customer: UUID, kind: str = "") -> int:
    """Empty the digests of the lines of a customer, of one kind or all; how many. That the lines are done stays."""
    rows = ImportLine.objects.filter(client_id=client, customer_id=customer)
    return (rows.filter(kind=kind) if kind else rows).update(key=None, made=None, customer_id=None)


def from_lines(client: UUID, kind: str, customers: Iterable[UUID]) -> set[UUID]:
    """Which of these customers lines of this kind brought in, by a digest that still tells them."""
    rows = ImportLine.objects.filter(client_id=client, kind=kind, customer_id__in=list(customers), state__in=IN)
    return {each for each in rows.exclude(key=None).values_list("customer_id", flat=True) if each}


# --- Lines ------------------------------------------------------------------------------------------------------------


def open_lines(run: Run, lines: Sequence[int]) -> set[int]:
    """Which lines are still to be done; what was set aside is tried again."""
    done = _lines(run, lines).filter(state__in=DONE)
    return set(lines) - set(done.values_list("line", flat=True))


def waiting(run: Run, lines: Sequence[int]) -> set[int]:
    """Which lines are claimed and not settled."""
    return set(_lines(run, lines).filter(state=State.WAITING).values_list("line", flat=True))


def states(run: Run, lines: Sequence[int]) -> dict[int, tuple[str, UUID | None]]:
    """State, and id of what it became, of each line."""
    found = _lines(run, lines).values_list("line", "state", "made")
    return {line: (state, made) for line, state, made in found}


def claim(run: Run, judged: Iterable[Prepared | Bad], digest: Callable[[bytes], bytes]) -> list[Claimed]:
    """Write down what becomes of lines that are open, in their order; those to be taken in are returned.

    Args:
        digest: of what makes a thing the same as another, 16 bytes.
    """
    each = list(judged)
    claiming = _Claiming(run, {item.line: digest(item.identity) for item in each if isinstance(item, Prepared)})
    rows = [claiming.row(item) for item in each]
    claiming.take_over()
    ImportLine.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["run", "line"], update_fields=_CHANGED, batch_size=1000
    )
    ids = {row.line: row.made for row in rows if row.state == State.WAITING and row.made}
    return [Claimed(e.line, ids[e.line], e.body) for e in each if isinstance(e, Prepared) and e.line in ids]


@dataclass
class _Claiming:
    """One batch of lines against what is known already."""

    run: Run
    keys: dict[int, bytes]
    _known: dict[bytes, ImportLine] = field(init=False)
    _ids: dict[int, UUID | None] = field(init=False)
    _abandoned: list[UUID] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        rows = ImportLine.objects.filter(
            client_id=self.run.client, kind=self.run.kind, key__in=list(self.keys.values())
        )
        self._known = {bytes(row.key): row for row in rows if row.key}
        mine = _lines(self.run, list(self.keys)).filter(state=State.WAITING)
        self._ids = dict(mine.values_list("line", "made"))

    def row(self, item: Prepared | Bad) -> ImportLine:
        """The line as it will stand."""
        if isinstance(item, Bad):
            return self._settled(item.line, State.BAD, item.reason)
        like = self._known.get(self.keys[item.line])
        if like and like.run_id == self.run.id and like.line != item.line:
            return self._settled(item.line, State.BAD, TWICE)
        if item.present or (like and like.run_id != self.run.id and like.state in IN):
            return self._settled(item.line, State.PRESENT)
        return self._waiting(item, like)

    def take_over(self) -> None:
        """Lines that another run left waiting, or set aside, are this run's now; that run will find them present."""
        if self._abandoned:
            ImportLine.objects.filter(client_id=self.run.client, id__in=self._abandoned).update(key=None, made=None)

    def _waiting(self, item: Prepared, like: ImportLine | None) -> ImportLine:
        made = self._ids.get(item.line)
        if like and like.run_id != self.run.id:
            self._abandoned.append(like.id)
            made = like.made
        row = self._settled(item.line, State.WAITING)
        row.key, row.made = self.keys[item.line], made or uuid7()
        row.customer_id = item.customer or row.made
        self._known[row.key] = row
        return row

    def _settled(self, line: int, state: State, reason: str = "") -> ImportLine:
        return ImportLine(
            client_id=self.run.client, run_id=self.run.id, kind=self.run.kind, line=line, state=state, reason=reason
        )


@dataclass(frozen=True)
class Settling:
    """See `razdar.runtime.imports.targets.Settling`."""

    run: Run

    def done(self, lines: Sequence[int]) -> None:
        _lines(self.run, lines).filter(state=State.WAITING).update(state=State.IMPORTED)

    def bad(self, found: Sequence[Bad]) -> None:
        reasons: dict[str, list[int]] = defaultdict(list)
        for each in found:
            reasons[each.reason].append(each.line)
        for reason, lines in reasons.items():
            # They keep their keys: what stands in the table a second time does not depend on who was faster.
            _lines(self.run, lines).filter(state=State.WAITING).update(state=State.BAD, reason=reason)

    def verified(self, lines: Sequence[int]) -> None:
        _lines(self.run, lines).filter(state=State.IMPORTED).update(state=State.VERIFIED)


# --- Sums -------------------------------------------------------------------------------------------------------------


def totals(run: Run) -> dict[str, int]:
    """How many lines are in each state."""
    with scope(run.client):
        rows = ImportLine.objects.filter(client_id=run.client, run_id=run.id)
        found = dict(rows.values_list("state").annotate(number=Count("id")))
    return {state.value: found.get(state.value, 0) for state in State}


def reasons(run: Run) -> dict[str, int]:
    """How many lines were set aside for each reason, the most frequent first."""
    with scope(run.client):
        rows = ImportLine.objects.filter(client_id=run.client, run_id=run.id, state=State.BAD)
        return dict(rows.values_list("reason").annotate(number=Count("id")).order_by("-number", "reason"))


def bad_lines(run: Run) -> Iterator[tuple[int, str]]:
    """Line and reason of everything set aside, in the order of lines, some at a time."""
    after = 0
    while True:
        with scope(run.client):
            rows = ImportLine.objects.filter(client_id=run.client, run_id=run.id, state=State.BAD, line__gt=after)
            some = list(rows.order_by("line").values_list("line", "reason")[:5000])
        if not some:
            return
        yield from some
        after = some[-1][0]


def _lines(run: Run, lines: Sequence[int]) -> QuerySet[ImportLine]:
    return ImportLine.objects.filter(client_id=run.client, run_id=run.id, line__in=list(lines))
