"""Bringing stored values to the mode that holds and to the newest customer keys, in the background.

Rules
-----
* One run a client and class (`Resealing`), over every column of the class (`fields.columns_of`), in batches. A batch is
  one transaction: read, open, seal anew, replace each value *if it is still the one that was read*, move on. Nothing is
  locked while keys are asked for; a person who corrects a value meanwhile wins, because that value is in the new mode
  already.
* What was done is in the database with what changed by it. A worker that is killed leaves whole batches and goes on
  after the last one; doing a batch twice changes nothing.
* Readers and writers go on: until the run ends, both modes open (`modes.Choice.also`).
* The end of the run closes the modes that were replaced. Writers who read the old choice have ended before the run
  began (`modes.for_changing`), so nothing they wrote is missed.
* A value that does not open is left as it is and counted as failed. A value under dual control opens for nobody here:
  it is left, counted as waiting, and its mode stays open.
* Rows of the index are added in the batch that changed the value. Tokens that no row names any more are removed at the
  end: whoever corrects a value locks its row before its token, and a batch must not do it the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField
from django.db.models.functions import Substr

from razdar import audit
from razdar.core.crypto import frame
from razdar.core.crypto.modes import MODES
from razdar.core.disclosure import DataClass, info
from razdar.core.errors import NotFound, Unopenable
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.keys import agent
from razdar.runtime import live
from razdar.runtime.jobs import job
from razdar.runtime.rls import quote
from razdar.runtime.scope import scope
from razdar.vault import accounting, index, modes, ring, tokens
from razdar.vault.fields import Column, columns_of
from razdar.vault.index import Term
from razdar.vault.models import Resealing
from razdar.vault.modes import DUAL, Choice
from razdar.vault.sealed import Sealed

BATCH: Final = 200
ACTION: Final = "vault:mode:reseal"
TOPIC: Final = "storage"
live.TOPICS.register(TOPIC)(live.Topic(Permission.VAULT_MATRIX_VIEW))
_FIRST = UUID(int=0)
# Replaces exactly the values that are still what was read, and says which.
_REPLACE = """
UPDATE {table} SET {column} = fresh.made
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS fresh (id, known, made)
WHERE {table}.id = fresh.id AND {table}.client_id = %s AND {table}.{column} = fresh.known
RETURNING {table}.id
"""


@dataclass(frozen=True)
class Progress:
    """How far a class is.

    Attributes:
        total: values there were at the start. done: looked at. changed: sealed anew.
        failed: did not open, left as they are. waiting: under dual control, to be typed anew by persons.
        finished_at: None while it goes on.
    """

    data_class: DataClass
    total: int
    done: int
    changed: int
    failed: int
    waiting: int
    started_at: datetime
    finished_at: datetime | None


def begin(client: UUID, data_class: DataClass) -> None:
    """Start a run over a class from its beginning; one that goes on is replaced by it.

    Call it inside the scope in which the choice was stored: the run exists if and only if the choice does.
    """
    total = sum(_filled(column, client).count() for column in columns_of(data_class))
    fresh = {"column": "", "after": _FIRST, "total": total, "finished_at": None, "started_at": datetime.now(UTC)}
    counts = dict.fromkeys(("done", "changed", "failed", "waiting"), 0)
    Resealing.objects.update_or_create(client_id=client, data_class=data_class, defaults=fresh | counts)
    reseal.defer(client, info(data_class).number)
    live.changed(TOPIC)


def renew(client: UUID) -> list[DataClass]:
    """Start a run over every class that is stored, to bring all values under the newest customer keys."""
    found = [data_class for data_class in DataClass if columns_of(data_class)]
    with scope(client):
        modes.for_changing(client)
        for data_class in found:
            begin(client, data_class)
        audit.record(Event.by_operator(client, "vault:mode:renew", Mode.SYSTEM))
    return found


def progress(client: UUID) -> list[Progress]:
    """The last run of each class, as far as it is."""
    with scope(client):
        rows = list(Resealing.objects.filter(client_id=client).order_by("data_class"))
    return [
        Progress(DataClass(r.data_class), r.total, r.done, r.changed, r.failed, r.waiting, r.started_at, r.finished_at)
        for r in rows
    ]


def resume(client: UUID) -> None:
    """Defer the runs that are not finished; one that is being worked on is left alone by the job's own lock."""
    for name in Resealing.objects.filter(client_id=client, finished_at=None).values_list("data_class", flat=True):
        reseal.defer(client, info(DataClass(name)).number)


@job("vault.reseal", alone=("client", "field"), scoped=False)
def reseal(client: UUID, field: int) -> None:
    """Do what is left of a class's run; ``field`` is the stable number of the class."""
    run(client, next(data_class for data_class in DataClass if info(data_class).number == field))


def run(client: UUID, data_class: DataClass) -> None:
    """Do what is left of a class's run, batch by batch.

    Raises:
        Unavailable, KeysLocked: a part is missing; what was done stays done, and a later call goes on.
    """
    while _step(client, data_class):
        pass
    _finish(client, data_class)


# --- One batch --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Anew:
    """One value that was opened and sealed again."""

    before: Sealed
    blob: bytes
    text: str


def _step(client: UUID, data_class: DataClass) -> bool:
    """Do one batch; False when none is left."""
    with scope(client):
        choice = modes.for_writing(client).of(data_class)
        row = _run_of(client, data_class)
        if row is None:
            return False
        column, values = _next_batch(row, data_class)
        if column is None:
            return False
        row.column, row.after = column.label, values[-1].row
        row.done += len(values)
        row.waiting += sum(value.needs_second_key for value in values)
        _work(row, column, choice, [value for value in values if not value.needs_second_key])
        row.save()
        live.changed(TOPIC)
    return True


def _run_of(client: UUID, data_class: DataClass) -> Resealing | None:
    rows = Resealing.objects.select_for_update().filter(client_id=client, data_class=data_class, finished_at=None)
    return rows.first()


def _next_batch(row: Resealing, data_class: DataClass) -> tuple[Column | None, list[Sealed]]:
    """The next values after those that were looked at."""
    for column in columns_of(data_class):
        if column.label < row.column:
            continue
        after = row.after if column.label == row.column else _FIRST
        found = _filled(column, row.client_id).filter(pk__gt=after).order_by("pk")[:BATCH]
        values: list[Sealed] = [getattr(each, column.name) for each in found]
        if values:
            return column, values
    return None, []


def _filled(column: Column, client: UUID) -> Any:
    return column.model._default_manager.filter(client_id=client).exclude(**{column.name: b""})


def _work(row: Resealing, column: Column, choice: Choice, values: Sequence[Sealed]) -> None:
    newest = _newest(row.client_id, values)
    indexing = choice.indexed and not choice.index_is_whole
    wanted = [v for v in values if indexing or not _is_current(v, choice, newest)]
    living = [value for value in wanted if value.customer in newest]
    anew = _sealed_anew(row.client_id, living)
    row.failed += len(wanted) - len(anew)
    won = _replaced(column, row.client_id, anew)
    row.changed += len(won)
    if choice.indexed:
        index.add(row.client_id, [Term(e.before.customer, e.before.row, e.before.data_class, e.text) for e in won])


def _newest(client: UUID, values: Sequence[Sealed]) -> dict[UUID, int]:
    """Versions of the newest keys; customers whose keys were destroyed are left out."""
    customers = list(dict.fromkeys(value.customer for value in values))
    try:
        return {c: ref.version for c, ref in agent.current().newest(client, customers).items()}
    except (NotFound, Unopenable):
        if len(customers) == 1:
            return {}
        halves = (
            [v for v in values if v.customer in customers[::2]],
            [v for v in values if v.customer in customers[1::2]],
        )
        return _newest(client, halves[0]) | _newest(client, halves[1])


def _is_current(value: Sealed, choice: Choice, newest: dict[UUID, int]) -> bool:
    try:
        suite, version = frame.unpack(value.blob)
    except Unopenable:
        return False
    return suite in choice.writes.suites and version == newest.get(value.customer)


def _sealed_anew(client: UUID, values: Sequence[Sealed]) -> list[_Anew]:
    """Opened and sealed again; what does not open is left out."""
    if not values:
        return []
    customers = dict.fromkeys(value.customer for value in values)
    kinds = {customer: {values[0].data_class} for customer in customers}
    accounting.handed_out(client, customers, ACTION)
    fields = accounting.unseen(customers, values[0].data_class)
    audit.record(Event(client=client, action=ACTION, mode=Mode.SYSTEM, role="system", fields=fields))
    found: list[_Anew] = []
    with ring.writing(client, kinds, ACTION) as pen:
        for value, text in _texts(values):
            found.append(_Anew(value, pen.seal(value, text), text))
        tokens.store(client, pen.made)
    return found


def _texts(values: Sequence[Sealed]) -> list[tuple[Sealed, str]]:
    """Values with their texts. Asked for together; where one key is missing, the others are asked for apart."""
    try:
        with ring.opened(values, ACTION) as keys:
            return [(value, text) for value in values if (text := _text(keys, value)) is not None]
    except Unopenable:
        if len(values) == 1:
            return []
        half = len(values) // 2
        return _texts(values[:half]) + _texts(values[half:])


def _text(keys: ring.Ring, value: Sealed) -> str | None:
    try:
        return keys.open(value)
    except Unopenable:
        return None


def _replaced(column: Column, client: UUID, anew: Sequence[_Anew]) -> list[_Anew]:
    """Those whose value was still the one that was read, and now is the new one."""
    if not anew:
        return []
    table, name = quote(column.model._meta.db_table), quote(column.name)
    arguments = [each.before.row for each in anew], [each.before.blob for each in anew], [each.blob for each in anew]
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE.format(table=table, column=name), [*arguments, client])
        ids = {found for (found,) in cursor.fetchall()}
    return [each for each in anew if each.before.row in ids]


# --- The end of a run -------------------------------------------------------------------------------------------------


def _finish(client: UUID, data_class: DataClass) -> None:
    """Close the modes that were replaced, unless values are left that only persons can open."""
    with scope(client):
        tokens.sweep(client)
    with scope(client):
        choice = modes.for_changing(client).of(data_class)
        row = _run_of(client, data_class)
        if row is None or _next_batch(row, data_class)[0] is not None:
            return  # done already, or somebody chose again meanwhile: that run has a job of its own
        kept = (DUAL,) if choice.mode != DUAL and _are_left(client, data_class) else ()
        if choice.also != kept:
            modes.replace(client, data_class, _with(choice, kept))
        row.finished_at = datetime.now(UTC)
        row.save(update_fields=["finished_at"])
        live.changed(TOPIC)
        detail = (
            ("data_class", str(data_class)),
            ("after", choice.mode),
            ("changed", row.changed),
            ("failed", row.failed),
            ("waiting", row.waiting),
        )
        audit.record(Event(client=client, action="vault:mode:applied", mode=Mode.SYSTEM, role="system", detail=detail))


def _with(choice: Choice, also: tuple[str, ...]) -> Choice:
    return Choice(choice.mode, also, choice.recipients, choice.since, choice.by)


def _are_left(client: UUID, data_class: DataClass) -> bool:
    """Whether values under dual control are stored."""
    marks = [bytes((suite,)) for suite in MODES[DUAL].suites]
    return any(
        _filled(column, client)
        .annotate(suite=Substr(column.name, 1, 1, output_field=BinaryField()))
        .filter(suite__in=marks)
        .exists()
        for column in columns_of(data_class)
    )
