"""Which sealed fields a customer's record has, and how one is addressed.

A field's address is its column, or column and row for a handle: ``birth_date``, ``phone.0192...``. Addresses stand in
URLs; they hold nothing personal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.core.errors import NotFound
from razdar.customers.models import Customer, Handle
from razdar.vault.sealed import Sealed

FIELDS: tuple[DataClass, ...] = (
    DataClass.SURNAME,
    DataClass.GENDER,
    DataClass.GIVEN_NAME,
    DataClass.BIRTH_DATE,
    DataClass.NATIONAL_ID,
    DataClass.POSTAL_ADDRESS,
    DataClass.REFERENCE_NO,
)
HANDLES: tuple[DataClass, ...] = (DataClass.PHONE, DataClass.WHATSAPP_ID, DataClass.EMAIL)
GENDERS = ("female", "male", "other", "unknown")


@dataclass(frozen=True)
class Address:
    """Where a field stands."""

    data_class: DataClass
    handle: UUID | None = None

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address from a URL.

        Raises:
            NotFound: it is not one.
        """
        column, _, row = text.partition(".")
        try:
            data_class = DataClass(column)
            address = cls(data_class, UUID(row) if row else None)
        except ValueError as error:
            raise NotFound("There is no such field.") from error
        if data_class not in (HANDLES if row else FIELDS):
            raise NotFound("There is no such field.")
        return address

    def __str__(self) -> str:
        return f"{self.data_class}.{self.handle}" if self.handle else str(self.data_class)


def sealed_fields(customer: Customer, handles: Sequence[Handle]) -> Mapping[str, Sealed]:
    """Every sealed field of a record, by address; of a handle only the column that is filled."""
    fields = {str(Address(c)): getattr(customer, c) for c in FIELDS}
    for handle in handles:
        for data_class in HANDLES:
            sealed: Sealed = getattr(handle, data_class)
            if sealed.present:
                fields[str(Address(data_class, handle.id))] = sealed
    return fields


def locate(client: UUID, customer_id: UUID, address: Address) -> tuple[Customer | Handle, Sealed]:
    """The row and the sealed value of one field.

    Raises:
        NotFound: no such living customer or handle of this client.
    """
    customer = Customer.objects.filter(client_id=client, id=customer_id, erased_at=None).first()
    row: Customer | Handle | None = customer
    if customer and address.handle:
        row = Handle.objects.filter(client_id=client, customer_id=customer_id, id=address.handle).first()
    if row is None:
        raise NotFound("There is no such customer.")
    sealed: Sealed = getattr(row, address.data_class)
    return row, sealed
