"""What of a customer's record can be searched: the source the blind index is rebuilt from."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.db.models import QuerySet

from razdar.core.disclosure import DataClass
from razdar.customers.fields import FIELDS, HANDLES
from razdar.customers.models import Customer, Handle
from razdar.vault.index import SOURCES
from razdar.vault.modes import SEARCHABLE
from razdar.vault.sealed import Sealed

BATCH = 500


def _sealed(row: Customer | Handle, classes: Iterable[DataClass]) -> list[Sealed]:
    return [getattr(row, c) for c in classes if c in SEARCHABLE]


def _batches(rows: QuerySet[Customer] | QuerySet[Handle], classes: Iterable[DataClass]) -> Iterator[Sequence[Sealed]]:
    batch: list[Sealed] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch += _sealed(row, classes)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    yield batch


@SOURCES.register("customers")
def searchable(client: UUID) -> Iterator[Sequence[Sealed]]:
    """All searchable values of a client's living customers, in batches."""
    yield from _batches(Customer.objects.filter(client_id=client, erased_at=None), FIELDS)
    yield from _batches(Handle.objects.filter(client_id=client), HANDLES)
