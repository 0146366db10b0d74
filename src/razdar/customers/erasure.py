"""What erasing a customer removes here: handles and every sealed column. The row stays, an empty tombstone."""

from datetime import UTC, datetime
from uuid import UUID

from razdar.customers.fields import FIELDS
from razdar.customers.living import hold
from razdar.customers.models import Customer, Handle
from razdar.runtime.registries import ERASERS, Erased, Eraser


def preview(client: UUID, customer: UUID) -> Erased:
    """How many fields and handles there are; changes nothing."""
    row = Customer.objects.filter(client_id=client, id=customer).first()
    fields = sum(getattr(row, c).present for c in FIELDS) if row else 0
    handles = Handle.objects.filter(client_id=client, customer_id=customer).count()
    return Erased((("field", fields), ("handle", handles)))


def begin(client: UUID, customer: UUID) -> None:
    """From the end of this transaction the customer is erased for every page, whatever is still to be removed.

    Raises:
        NotFound: there is no such living customer.
    """
    hold(client, customer)
    Customer.objects.filter(client_id=client, id=customer).update(erased_at=datetime.now(UTC))


def erase(client: UUID, customer: UUID) -> Erased:
    """Empty the row and remove the handles. Safe to repeat."""
    found = preview(client, customer)
    Handle.objects.filter(client_id=client, customer_id=customer).delete()
    empty: dict[str, object] = {str(c): b"" for c in FIELDS}
    Customer.objects.filter(client_id=client, id=customer).update(**empty, language="")
    return found


ERASERS.register("customers")(Eraser(preview, erase))
