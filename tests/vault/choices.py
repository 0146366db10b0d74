"""What tests of modes have in common: choosing at the console, and looking at what is stored."""

from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.customers.models import Customer
from razdar.runtime.scope import scope
from razdar.vault import choosing, ring
from tests.core.crypto.holding import PERSON
from tests.world import World

KEEPER = PERSON.recipient.text
"""Who keeps the second keys."""


def choose(world: World, data_class: DataClass, mode: str, *recipients: str) -> choosing.Consequence:
    return choosing.choose(None, world.client, data_class, mode, recipients)


def blob_of(customer: UUID, client: UUID, data_class: DataClass) -> bytes:
    with scope(client):
        row = Customer.objects.get(id=customer)
    blob: bytes = getattr(row, data_class).blob
    return blob


def opened(world: World, customer: UUID, data_class: DataClass) -> str:
    with scope(world.client):
        sealed = getattr(Customer.objects.get(id=customer), data_class)
        with ring.opened([sealed], "test") as keys:
            return keys.open(sealed)
