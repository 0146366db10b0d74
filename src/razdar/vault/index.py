"""Search by exact value without keeping the value: truncated blind indexes in unlogged tables.

An entry is a truncated keyed hash of a normal form; several values share an entry on purpose, so a hit is only a
candidate until the stored value was opened and compared here, inside the vault. After a crash of the database the
tables are empty: search says that it is rebuilding, the job rebuilds, and search finds again.

Only classes in *searchable* mode have an index (`razdar.vault.modes`). Where a client chose another mode, searching by
the class is refused; where it chose *searchable*, search waits until every older value was added.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Viewer, info, normal
from razdar.core.errors import Rebuilding, Refused
from razdar.core.ledger.events import FieldSeen, Outcome
from razdar.core.registry import Registry
from razdar.keys import agent
from razdar.vault import accounting, door, limits, modes, ring
from razdar.vault.assignments import assign_for_a_while
from razdar.vault.door import Look
from razdar.vault.models import IndexEntry, IndexState
from razdar.vault.modes import SEARCHABLE
from razdar.vault.sealed import Sealed

Source = Callable[[UUID], Iterable[Sequence[Sealed]]]
SOURCES: Registry[Source] = Registry("index source")
"""Every room with searchable fields registers a function: client to batches of sealed values."""


MOST_FOUND = 50


@dataclass(frozen=True)
class Term:
    """One value to be found later."""

    customer: UUID
    row: UUID
    data_class: DataClass
    value: str


def add(client: UUID, terms: Sequence[Term], region: str = "") -> None:
    """Index values of corrected rows; replaces what stood for the same row and class."""
    for row, field in {(term.row, info(term.data_class).number) for term in terms}:
        IndexEntry.objects.filter(client_id=client, row=row, field=field).delete()
    add_new(client, terms, region)


def add_new(client: UUID, terms: Sequence[Term], region: str = "") -> None:
    """Index values of rows that stand in no index yet."""
    IndexEntry.objects.bulk_create(_entries(client, terms, region))


def _entries(client: UUID, terms: Sequence[Term], region: str) -> list[IndexEntry]:
    entries: list[IndexEntry] = []
    policy = modes.current(client)
    for data_class in dict.fromkeys(term.data_class for term in terms if policy.of(term.data_class).indexed):
        mine = [(term, normal(data_class, term.value, region)) for term in terms if term.data_class is data_class]
        mine = [(term, text) for term, text in mine if text]
        field = info(data_class).number
        tokens = agent.current().blind(client, field, [text.encode() for _, text in mine])
        entries += [
            IndexEntry(client_id=client, field=field, token=token, customer_id=term.customer, row=term.row)
            for (term, _), token in zip(mine, tokens, strict=True)
        ]
    return entries


def drop(client: UUID, data_class: DataClass) -> int:
    """Remove a class from the index; returns how many entries went."""
    gone, _ = IndexEntry.objects.filter(client_id=client, field=info(data_class).number).delete()
    return gone


def is_ready(client: UUID) -> bool:
    """Whether the client's index is whole."""
    return IndexState.objects.filter(client_id=client).exists()


def start(client: UUID) -> None:
    """Say that the index of a client without data is whole."""
    IndexState.objects.get_or_create(client_id=client, defaults={"built_at": datetime.now(UTC)})


def search(
    viewer: Viewer,
    data_class: DataClass,
    value: str,
    load: Callable[[Sequence[UUID]], Sequence[Sealed]],
    look: Look,
) -> list[UUID]:
    """Customers whose stored value agrees exactly, at most 50.

    Who finds a customer like this works for it for the next quarter of an hour.

    Args:
        load: row ids to the sealed values of those rows.

    Raises:
        NotDisclosed: the class is *none* for the viewer; logged. Rebuilding: the index is not whole.
        Refused: the client stores this class without an index. TooManyTries: too many searches; logged.
    """
    _require_index(viewer, data_class, look)
    wanted = normal(data_class, value)
    found = _verified(viewer, data_class, wanted, load, look) if wanted else []
    for customer in found:
        if viewer.needs_assignment:
            assign_for_a_while(viewer.client, customer, viewer.person, "search")
    return found


def alone_with(client: UUID, data_class: DataClass, value: str) -> None:
    """Wait for everybody who works on this very value, and keep others out until this transaction ends.

    What is locked is the value's entry in the index, not the value: the database may write down what it was asked.
    """
    (token,) = agent.current().blind(client, info(data_class).number, [normal(data_class, value).encode()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"razdar {client} {token.hex()}"])


def _require_index(viewer: Viewer, data_class: DataClass, look: Look) -> None:
    if data_class not in SEARCHABLE or not viewer.cell(data_class).level:
        door.refuse(viewer, look, [])
    door.count(viewer, look, limits.SEARCH, [])
    choice = modes.current(viewer.client).of(data_class)
    if not choice.indexed:
        raise Refused("This kind of value is stored so that nobody can search by it. Search by another one.")
    if not (is_ready(viewer.client) and choice.index_is_whole):
        raise Rebuilding("The search index is being rebuilt. Nothing is lost; try again in a minute.")


def _verified(
    viewer: Viewer,
    data_class: DataClass,
    wanted: str,
    load: Callable[[Sequence[UUID]], Sequence[Sealed]],
    look: Look,
) -> list[UUID]:
    field = info(data_class).number
    (token,) = agent.current().blind(viewer.client, field, [wanted.encode()])
    rows = IndexEntry.objects.filter(client_id=viewer.client, field=field, token=token).values_list("row", flat=True)
    candidates = [s for s in _living(viewer.client, load(list(rows[:2000]))) if not s.needs_second_key]
    customers: list[UUID] = []
    outcome = Outcome.FAILED
    try:
        with ring.opened(candidates, look.action) as keys:
            found = [s.customer for s in candidates if normal(data_class, keys.open(s)) == wanted]
        customers, outcome = list(dict.fromkeys(found))[:MOST_FOUND], Outcome.OK
    finally:
        _log(
            viewer,
            replace(look, detail=(("found", len(customers)),)),
            _met(viewer, look, candidates, customers),
            outcome,
        )
    return customers


def locate(
    viewer: Viewer,
    data_class: DataClass,
    values: Sequence[str],
    load: Callable[[Sequence[UUID]], Sequence[Sealed]],
    look: Look,
) -> dict[str, list[UUID]]:
    """Customers by each of many exact values, for a job: value to the customers who have it.

    Args:
        load: entries' row ids to the sealed values of those rows; what it leaves out is not opened.

    Raises:
        As `search`.
    """
    _require_index(viewer, data_class, look)
    forms = {value: normal(data_class, value) for value in dict.fromkeys(values)}
    wanted = sorted({form for form in forms.values() if form})
    field = info(data_class).number
    tokens = set(agent.current().blind(viewer.client, field, [form.encode() for form in wanted])) if wanted else set()
    rows = IndexEntry.objects.filter(client_id=viewer.client, field=field, token__in=tokens).values_list(
        "row", flat=True
    )
    stored = [s for s in load(list(dict.fromkeys(rows))) if s.present and not s.needs_second_key]
    candidates = _living(viewer.client, stored)
    found: dict[str, list[UUID]] = {form: [] for form in wanted}
    with accounting.processing(viewer, candidates, look.action), ring.opened(candidates, look.action) as keys:
        for sealed in candidates:
            customers = found.get(normal(data_class, keys.open(sealed)))
            if customers is not None and sealed.customer not in customers:
                customers.append(sealed.customer)
    return {value: found[form] for value, form in forms.items() if form and found[form]}


def _met(viewer: Viewer, look: Look, candidates: Sequence[Sealed], found: Sequence[UUID]) -> list[FieldSeen]:
    """Who was found; and, as not seen, whose value was opened to find out that it is another one."""
    if not candidates:
        return []
    data_class = candidates[0].data_class
    level = min(viewer.level(data_class, look.purpose), Level.MASKED).name.lower()
    others = [s.customer for s in candidates if s.customer not in set(found)]
    return [*(FieldSeen(str(data_class), level, c) for c in found), *accounting.unseen(others, data_class)]


def _log(viewer: Viewer, look: Look, seen: Sequence[FieldSeen], outcome: Outcome) -> None:
    """One event, or as many as it takes to name everybody; how many were found is said once."""
    audit.record_now(door.event_of(viewer, look, tuple(seen[: accounting.AT_ONCE]), outcome))
    if rest := seen[accounting.AT_ONCE :]:
        _log(viewer, replace(look, detail=()), rest, outcome)


def _living(client: UUID, values: Sequence[Sealed]) -> list[Sealed]:
    """Without values of customers whose keys are being or have been destroyed."""
    gone = {c for c in {value.customer for value in values} if agent.current().is_destroyed(client, c)}
    return [value for value in values if value.customer not in gone]


def rebuild(viewer: Viewer, action: str) -> int:
    """Build the index of the viewer's client anew from the sealed values; returns how many entries. Safe to repeat.

    Args:
        action: of the events that name whose values were opened for it.
    """
    client = viewer.client
    IndexEntry.objects.filter(client_id=client).delete()
    made = 0
    for source in SOURCES.values():
        for batch in source(client):
            made += _index_batch(viewer, [sealed for sealed in batch if sealed.present], action)
    IndexState.objects.update_or_create(client_id=client, defaults={"built_at": datetime.now(UTC)})
    return made


def _index_batch(viewer: Viewer, batch: Sequence[Sealed], action: str) -> int:
    client = viewer.client
    policy = modes.current(client)
    mine = [s for s in batch if policy.of(s.data_class).indexed and not s.needs_second_key]
    living = _living(client, mine)
    with accounting.processing(viewer, living, action), ring.opened(living, action) as keys:
        terms = [Term(s.customer, s.row, s.data_class, keys.open(s)) for s in living]
    entries = _entries(client, terms, "")
    IndexEntry.objects.bulk_create(entries)
    return len(entries)
