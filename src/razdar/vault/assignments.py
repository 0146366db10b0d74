"""The assignment protocol: rooms that know why somebody works for a customer write it down here.

An agent's view opens beside a contact that is running or ended less than a quarter of an hour ago, a record just made,
or a search by exact value that found the customer. The door reads this table and asks nobody.

Several records may be one person's (`razdar.vault.persons`): whoever works for one of them works for all.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from razdar.core.disclosure import Viewer
from razdar.vault import persons
from razdar.vault.models import Assignment

AFTERWARDS = timedelta(minutes=15)


def assign(client: UUID, customer: UUID, person: UUID, why: str, until: datetime | None) -> None:
    """Write down that a person works for a customer; ``until`` None means until it is ended."""
    Assignment.objects.create(client_id=client, customer_id=customer, person=person, why=why, until=until)


def assign_for_a_while(client: UUID, customer: UUID, person: UUID, why: str) -> None:
    """An assignment that ends by itself after a quarter of an hour."""
    until = datetime.now(UTC) + AFTERWARDS
    known = Assignment.objects.filter(client_id=client, customer_id=customer, person=person, why=why)
    if not known.exclude(until=None).update(until=until):
        assign(client, customer, person, why, until)


def end(client: UUID, person: UUID, why: str) -> None:
    """What a person was assigned for is over; the assignment ends a quarter of an hour later."""
    until = datetime.now(UTC) + AFTERWARDS
    Assignment.objects.filter(client_id=client, person=person, why=why, until=None).update(until=until)


def assigned(viewer: Viewer, customers: set[UUID]) -> set[UUID]:
    """Those of the customers for whom the viewer works at this moment."""
    now = datetime.now(UTC)
    principals = persons.principals(viewer.client, customers)
    records = persons.records(viewer.client, set(principals.values()))
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gt=now), client_id=viewer.client, person=viewer.person)
    found = rows.filter(customer_id__in=records).values_list("customer_id", flat=True)
    theirs = {records[customer] for customer in found}
    return {customer for customer in customers if principals[customer] in theirs}


def current(viewer: Viewer) -> list[UUID]:
    """The customers the viewer works for at this moment, newest first."""
    now = datetime.now(UTC)
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gt=now), client_id=viewer.client, person=viewer.person)
    return list(dict.fromkeys(rows.order_by("-id").values_list("customer_id", flat=True)))
