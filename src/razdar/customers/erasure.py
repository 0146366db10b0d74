"""What erasing a customer removes here: handles and every sealed column. The row stays, an empty tombstone.

Erasing a customer erases the person: all records that are linked to it, and that it is linked to, are erased together.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from razdar.customers.fields import FIELDS
from razdar.customers.living import alone, hold
from razdar.customers.models import Agreement, Candidate, Customer, CustomerLink, Handle, Known
from razdar.runtime import live
from razdar.runtime.registries import ERASERS, Erased, Eraser
from razdar.vault import persons
from razdar.vault.freezing import READING


def preview(client: UUID, customer: UUID) -> Erased:
    """How many fields and handles there are; changes nothing."""
    row = Customer.objects.filter(client_id=client, id=customer).first()
    fields = sum(getattr(row, c).present for c in FIELDS) if row else 0
    handles = Handle.objects.filter(client_id=client, customer_id=customer).count()
    return Erased((("field", fields), ("handle", handles)))


def begin(client: UUID, customer: UUID) -> list[UUID]:
    """From the end of this transaction the person is erased for every page, whatever is still to be removed.

    Pages that show one of the records hear of it.

    Returns:
        All records of the person, this one first. No link is made or undone meanwhile: it comes before, or finds
        nobody.

    Raises:
        NotFound: there is no such living customer.
    """
    alone(client)
    records = persons.person(client, customer)
    for each in sorted(records):
        hold(client, each)
    Customer.objects.filter(client_id=client, id__in=records).update(erased_at=datetime.now(UTC))
    for each in records:
        live.changed(READING, each)
    return sorted(records, key=lambda each: each != customer)


def erase(client: UUID, customer: UUID) -> Erased:
    """Empty the row and remove the handles. Safe to repeat."""
    found = preview(client, customer)
    Handle.objects.filter(client_id=client, customer_id=customer).delete()
    Agreement.objects.filter(Q(customer_id=customer) | Q(caller_id=customer), client_id=client).delete()
    Known.objects.filter(client_id=client, customer_id=customer).delete()
    Candidate.objects.filter(Q(customer_id=customer) | Q(candidate_id=customer), client_id=client).delete()
    CustomerLink.objects.filter(Q(customer_id=customer) | Q(principal_id=customer), client_id=client).delete()
    empty: dict[str, object] = {str(c): b"" for c in FIELDS}
    Customer.objects.filter(client_id=client, id=customer).update(**empty, language="")
    return found


ERASERS.register("customers")(Eraser(preview, erase))
