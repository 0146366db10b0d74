"""Reading which customers are one person, as pages and other rooms need it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound
from razdar.customers.models import Candidate, Customer, CustomerLink
from razdar.runtime.registries import ERASERS
from razdar.vault import persons


@dataclass(frozen=True)
class Link:
    """A link that was not undone.

    Attributes:
        customer: who was linked.
        principal: to whom.
        provisional: nobody has written down who the linked one is.
        by: pseudonym of who said so.
    """

    id: UUID
    customer: UUID
    principal: UUID
    provisional: bool
    since: datetime
    by: UUID


def principals(viewer: Viewer, customers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each customer's principal: itself where it was linked to nobody. Opens nothing."""
    return persons.principals(viewer.client, customers)


def person(viewer: Viewer, customer: UUID) -> list[UUID]:
    """All records of the person whose record a customer is, the principal's first. Opens nothing."""
    return persons.person(viewer.client, customer)


def records(viewer: Viewer, principals: Iterable[UUID]) -> dict[UUID, UUID]:
    """All records of some persons, their principals' included, and whose each is. Opens nothing."""
    return persons.records(viewer.client, principals)


def links(viewer: Viewer, customer: UUID) -> list[Link]:
    """All links between the records of a customer's person, in the order in which they were made."""
    found = CustomerLink.objects.filter(
        client_id=viewer.client, customer_id__in=person(viewer, customer), undone_at=None
    )
    rows = list(found.order_by("since", "id"))
    unknown = Customer.objects.filter(
        client_id=viewer.client, id__in=[row.customer_id for row in rows], provisional=True
    )
    provisional = set(unknown.values_list("id", flat=True))
    return [
        Link(row.id, row.customer_id, row.principal_id, row.customer_id in provisional, row.since, row.by)
        for row in rows
    ]


def link(viewer: Viewer, customer: UUID, link_id: UUID) -> Link:
    """One of a customer's links.

    Raises:
        NotFound: no such link of this customer, or it was undone.
    """
    for each in links(viewer, customer):
        if each.id == link_id and each.customer == customer:
            return each
    raise NotFound("There is no such link.")


def is_provisional(viewer: Viewer, customer: UUID) -> bool:
    """Whether nobody has written down who a customer is. Opens nothing.

    Raises:
        NotFound: there is no such living customer.
    """
    row = Customer.objects.filter(client_id=viewer.client, id=customer, erased_at=None).first()
    if row is None:
        raise NotFound("There is no such customer.")
    return row.provisional


def contacts(viewer: Viewer, customer: UUID) -> int:
    """How many contacts there are with a customer, under this record and none that is linked to it."""
    counts = (pair for eraser in ERASERS.values() for pair in eraser.preview(viewer.client, customer).counts)
    return sum(number for kind, number in counts if kind == "interaction")


def candidates(viewer: Viewer, customer: UUID) -> list[UUID]:
    """The persons who have the number that a provisional customer called from, where several have it."""
    rows = Candidate.objects.filter(client_id=viewer.client, customer_id=customer).order_by("id")
    found = persons.principals(viewer.client, rows.values_list("candidate_id", flat=True)).values()
    living = Customer.objects.filter(client_id=viewer.client, id__in=set(found), erased_at=None)
    alive = set(living.values_list("id", flat=True))
    return [each for each in dict.fromkeys(found) if each in alive]


def children(client: UUID, customers: Sequence[UUID]) -> list[UUID]:
    """Who is linked to one of some customers itself, and not through others."""
    found = CustomerLink.objects.filter(client_id=client, principal_id__in=customers, undone_at=None)
    return list(found.values_list("customer_id", flat=True))
