"""Which records of customers are one person's, as the room of customers wrote it down.

The links themselves, who made them and when, are kept there; here stands what follows from them: each record's
principal. Whoever changes a link writes it here in the same transaction (`write`).
"""

from collections.abc import Iterable
from uuid import UUID

from razdar.vault.models import SamePerson


def principals(client: UUID, customers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each customer's principal: itself where it was linked to nobody."""
    asked = list(dict.fromkeys(customers))
    rows = SamePerson.objects.filter(client_id=client, customer_id__in=asked)
    linked = dict(rows.values_list("customer_id", "principal_id"))
    return {customer: linked.get(customer, customer) for customer in asked}


def records(client: UUID, principals: Iterable[UUID]) -> dict[UUID, UUID]:
    """All records of some persons, the principal's own included, and whose each is."""
    asked = list(dict.fromkeys(principals))
    rows = SamePerson.objects.filter(client_id=client, principal_id__in=asked).order_by("customer_id")
    return {principal: principal for principal in asked} | dict(rows.values_list("customer_id", "principal_id"))


def person(client: UUID, customer: UUID) -> list[UUID]:
    """All records of the person whose record a customer is, the principal first."""
    return list(records(client, principals(client, [customer]).values()))


def write(client: UUID, principal: UUID, customers: Iterable[UUID]) -> None:
    """These customers, and what was said of them before is forgotten, are the principal's records."""
    theirs = list(customers)
    SamePerson.objects.filter(client_id=client, customer_id__in=theirs).delete()
    SamePerson.objects.bulk_create(
        SamePerson(client_id=client, customer_id=customer, principal_id=principal)
        for customer in theirs
        if customer != principal
    )


def forget(client: UUID, customer: UUID) -> None:
    """Remove what is said of a customer that is erased; all of the person's records are, each by itself."""
    SamePerson.objects.filter(client_id=client, customer_id=customer).delete()
    SamePerson.objects.filter(client_id=client, principal_id=customer).delete()
