"""Holding a customer while something of theirs is written.

Whoever writes anything of a customer first locks the customer's row, as long as it is alive; erasing locks it too. So a
correction, an import or a pipeline stage either comes before an erasure and is erased with the rest, or finds nobody.
The customer's row is always locked before any other, so that two writers cannot wait for each other.
"""

from uuid import UUID

from django.db import connection

from razdar.core.errors import NotFound
from razdar.customers.models import Customer


def hold(client: UUID, customer: UUID) -> Customer:
    """Lock a living customer's row for the rest of the transaction.

    Raises:
        NotFound: there is no such customer, or it was erased.
    """
    row = Customer.objects.select_for_update().filter(client_id=client, id=customer, erased_at=None).first()
    if row is None:
        raise NotFound("There is no such customer.")
    return row


def alone(client: UUID) -> None:
    """Wait for whoever changes a client's links or begins an erasure, and keep others out until the transaction ends.

    Whoever needs this takes it before any customer's row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"razdar links {client}"])
