"""Which calls with a customer run, for rooms below that must know whether there is a contact now."""

from collections.abc import Collection
from uuid import UUID

from razdar.interactions.models import Interaction
from razdar.runtime.registries import CONTACTS, Contact
from razdar.telephony.models import Call


@CONTACTS.register("telephony")
def running(client: UUID, customer: UUID) -> Collection[Contact]:
    """The calls under a record that nobody has closed."""
    calls = Call.objects.filter(client_id=client, customer_id=customer, closed_at=None)
    rows = Interaction.objects.filter(client_id=client, id__in=calls.values("id"))
    return [Contact(row.id, row.agent, row.started_at, None) for row in rows]
