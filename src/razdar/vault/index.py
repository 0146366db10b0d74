"""Search by exact value without keeping the value: truncated blind indexes in unlogged tables.

An entry is a truncated keyed hash of a normal form; several values share an entry on purpose, so a hit is only a
candidate until the stored value was opened and compared here, inside the vault. After a crash of the database the
tables are empty: search says that it is rebuilding, the job rebuilds, and search finds again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Viewer, info, normal
from razdar.core.errors import Rebuilding
from razdar.core.ledger.events import FieldSeen, Outcome
from razdar.core.registry import Registry
from razdar.keys import agent
from razdar.vault import door, limits, ring
from razdar.vault.assignments import assign_for_a_while
from razdar.vault.door import Look
from razdar.vault.models import IndexEntry, IndexState
from razdar.vault.ring import SEARCHABLE
from razdar.vault.sealed import Sealed

Source = Callable[[UUID], Iterable[Sequence[Sealed]]]
SOURCES: Registry[Source] = Registry("index source")
"""Every room with searchable fields registers a function: client to batches of sealed values."""


@dataclass(frozen=True)
class Term:
    """One value to be found later."""

    customer: UUID
    row: UUID
    data_class: DataClass
    value: str


def add(client: UUID, terms: Sequence[Term], region: str = "") -> None:
    """Index values of new or corrected rows; replaces what stood for the same row and class."""
    for row, field in {(term.row, info(term.data_class).number) for term in terms}:
        IndexEntry.objects.filter(client_id=client, row=row, field=field).delete()
    IndexEntry.objects.bulk_create(_entries(client, terms, region))


def _entries(client: UUID, terms: Sequence[Term], region: str) -> list[IndexEntry]:
    entries: list[IndexEntry] = []
    for data_class in dict.fromkeys(term.data_class for term in terms if term.data_class in SEARCHABLE):
        mine = [(term, normal(data_class, term.value, region)) for term in terms if term.data_class is data_class]
        mine = [(term, text) for term, text in mine if text]
        field = info(data_class).number
        tokens = agent.current().blind(client, field, [text.encode() for _, text in mine])
        entries += [
            IndexEntry(client_id=client, field=field, token=token, customer_id=term.customer, row=term.row)
            for (term, _), token in zip(mine, tokens, strict=True)
        ]
    return entries


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
        TooManyTries: too many searches; logged.
    """
    if data_class not in SEARCHABLE or not viewer.cell(data_class).level:
        door.refuse(viewer, look, [])
    door.count(viewer, look, limits.SEARCH, [])
    if not is_ready(viewer.client):
        raise Rebuilding("The search index is being rebuilt. Nothing is lost; try again in a minute.")
    wanted = normal(data_class, value)
    found = _verified(viewer, data_class, wanted, load, look) if wanted else []
    for customer in found:
        if viewer.needs_assignment:
            assign_for_a_while(viewer.client, customer, viewer.person, "search")
    return found


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
    candidates = _living(viewer.client, load(list(rows[:2000])))
    with ring.opened(candidates, look.action) as keys:
        found = [s.customer for s in candidates if normal(data_class, keys.open(s)) == wanted]
    customers = list(dict.fromkeys(found))[:50]
    level = min(viewer.level(data_class, look.purpose), Level.MASKED).name.lower()
    seen = tuple(FieldSeen(str(data_class), level, customer) for customer in customers)
    audit.record_now(door.event_of(viewer, replace(look, detail=(("found", len(customers)),)), seen, Outcome.OK))
    return customers


def _living(client: UUID, values: Sequence[Sealed]) -> list[Sealed]:
    """Without values of customers whose keys are being or have been destroyed."""
    gone = {c for c in {value.customer for value in values} if agent.current().is_destroyed(client, c)}
    return [value for value in values if value.customer not in gone]


def rebuild(client: UUID) -> int:
    """Build the client's index anew from the sealed values; returns the number of entries. Safe to repeat."""
    IndexEntry.objects.filter(client_id=client).delete()
    made = 0
    for source in SOURCES.values():
        for batch in source(client):
            made += _index_batch(client, [sealed for sealed in batch if sealed.present])
    IndexState.objects.update_or_create(client_id=client, defaults={"built_at": datetime.now(UTC)})
    return made


def _index_batch(client: UUID, batch: Sequence[Sealed]) -> int:
    living = _living(client, [sealed for sealed in batch if sealed.data_class in SEARCHABLE])
    with ring.opened(living, "rebuild index") as keys:
        terms = [Term(s.customer, s.row, s.data_class, keys.open(s)) for s in living]
    entries = _entries(client, terms, "")
    IndexEntry.objects.bulk_create(entries)
    return len(entries)
