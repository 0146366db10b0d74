"""Who knows a value of a record otherwise than from a caller: who wrote it, and who found the record by it.

That such a value agrees says nothing of who calls (`razdar.customers.linking`). What was written is remembered as long
as the record; what was searched by, for a day.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from razdar.core.disclosure import DataClass, Viewer
from razdar.customers.fields import Address
from razdar.customers.models import Customer, Known
from razdar.vault import housekeeping


def wrote(viewer: Viewer, customer: UUID, row: UUID, data_class: DataClass) -> None:
    """Somebody typed a value into a record; whoever wrote what stood there before does not know this one."""
    place = {"client_id": viewer.client, "customer_id": customer, "row": row, "data_class": data_class}
    Known.objects.filter(**place, written=True).delete()
    Known.objects.create(**place, person=viewer.person, written=True, at=datetime.now(UTC))


def made(viewer: Viewer, customer: UUID, classes: Iterable[DataClass]) -> None:
    """Somebody typed a new record with values of these classes."""
    _add(viewer, [customer], classes, written=True)


def found(viewer: Viewer, customers: Iterable[UUID], data_class: DataClass) -> None:
    """Somebody found these customers by a value of this class."""
    _add(viewer, customers, [data_class], written=False)


def is_known(viewer: Viewer, customer: UUID, address: Address, since: datetime) -> bool:
    """Whether a viewer knows a value otherwise than from a caller, or anybody wrote it since a contact began."""
    if Customer.objects.filter(client_id=viewer.client, id=customer, created_at__gte=since).exists():
        return True
    rows = Known.objects.filter(client_id=viewer.client, customer_id=customer, data_class=address.data_class)
    here = rows.filter(Q(row=None) | Q(row=address.handle or customer))
    return here.filter(Q(person=viewer.person) | Q(written=True, at__gte=since)).exists()


def forget_old(client: UUID) -> None:
    """Remove by what records were found a day ago."""
    before = datetime.now(UTC) - housekeeping.KEPT
    Known.objects.filter(client_id=client, written=False, at__lt=before).delete()


def _add(viewer: Viewer, customers: Iterable[UUID], classes: Iterable[DataClass], *, written: bool) -> None:
    who = {"client_id": viewer.client, "person": viewer.person, "written": written, "at": datetime.now(UTC)}
    classes = list(classes)
    Known.objects.bulk_create(Known(customer_id=each, data_class=c, **who) for each in customers for c in classes)
