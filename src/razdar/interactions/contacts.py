"""Which contacts there were with a customer, for rooms below that must know whether there is one now."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from razdar.interactions.models import Interaction
from razdar.runtime.registries import CONTACTS, Contact

NEWEST = 50


@CONTACTS.register("interactions")
def ended(client: UUID, customer: UUID) -> Collection[Contact]:
    """The newest contacts under a record, by their length; what runs has none yet, and whoever records it knows."""
    rows = Interaction.objects.filter(client_id=client, customer_id=customer).order_by("-started_at")[:NEWEST]
    return [
        Contact(row.id, row.agent, row.started_at, row.started_at + timedelta(milliseconds=row.duration_ms))
        for row in rows
    ]
