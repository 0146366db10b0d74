"""The assignment protocol: rooms that know why somebody works for a customer write it down here.

An agent's view opens beside a contact that is running or ended less than a quarter of an hour ago, a record just made,
or a search by exact value that found the customer. The door reads this table and asks nobody.

Several records may be one person's (`razdar.vault.persons`): whoever works for one of them works for all.

Open pages hear that what somebody works on changed, by the person's id: oneself, and whoever oversees contacts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from razdar.core.disclosure import Viewer
from razdar.core.permissions import Permission
from razdar.runtime import live
from razdar.vault import persons
from razdar.vault.models import Assignment

AFTERWARDS = timedelta(minutes=15)
TOPIC = "work"
live.TOPICS.register(TOPIC)(live.Topic(Permission.WORK_CONTACT_OVERSEE, Permission.WORK_DESK_USE, about_oneself=True))


@dataclass(frozen=True)
class Held:
    """That somebody works for a customer at this moment.

    Attributes:
        why: as the room that wrote it down named it.
        until: when it ends by itself; None until it is ended.
    """

    customer: UUID
    person: UUID
    why: str
    until: datetime | None


def assign(client: UUID, customer: UUID, person: UUID, why: str, until: datetime | None) -> None:
    """Write down that a person works for a customer; ``until`` None means until it is ended."""
    Assignment.objects.create(client_id=client, customer_id=customer, person=person, why=why, until=until)
    live.changed(TOPIC, person)


def assign_for_a_while(client: UUID, customer: UUID, person: UUID, why: str) -> None:
    """An assignment that ends by itself after a quarter of an hour."""
    until = datetime.now(UTC) + AFTERWARDS
    known = Assignment.objects.filter(client_id=client, customer_id=customer, person=person, why=why)
    if known.exclude(until=None).update(until=until):
        live.changed(TOPIC, person)
    else:
        assign(client, customer, person, why, until)


def end(client: UUID, customer: UUID, why: str, at: datetime | None = None) -> None:
    """What people were assigned for is over, whoever has it by now; it ends a quarter of an hour later.

    Args:
        at: when it was over; now, where that is not said.
    """
    until = (at or datetime.now(UTC)) + AFTERWARDS
    rows = Assignment.objects.filter(client_id=client, customer_id=customer, why=why, until=None)
    people = set(rows.values_list("person", flat=True))
    rows.update(until=until)
    for person in people:
        live.changed(TOPIC, person)


def endless(client: UUID, kind: str) -> list[Held]:
    """What has no end yet at a client, of one kind: what stands before the first hyphen."""
    rows = Assignment.objects.filter(client_id=client, until=None, why__startswith=f"{kind}-")
    return [Held(*row) for row in rows.order_by("id").values_list("customer_id", "person", "why", "until")]


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


def held(client: UUID, person: UUID | None = None) -> list[Held]:
    """Who works for whom at a client at this moment, newest first; of one person where one is named."""
    now = datetime.now(UTC)
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gt=now), client_id=client)
    if person is not None:
        rows = rows.filter(person=person)
    found = rows.order_by("-id").values_list("customer_id", "person", "why", "until")
    return [Held(*row) for row in found]


def release(client: UUID, person: UUID, why: Collection[str]) -> list[datetime | None]:
    """From now on this is nothing that a person works for; until when it was, None for what had no end.

    What they work for besides stays: another contact of the same customer, or access that was allowed.
    """
    now = datetime.now(UTC)
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gt=now), client_id=client, person=person, why__in=why)
    held = list(rows.select_for_update().order_by("id"))
    Assignment.objects.filter(client_id=client, id__in=[row.id for row in held]).update(until=now)
    live.changed(TOPIC, person)
    return [row.until for row in held]


def release_all(client: UUID, person: UUID) -> int:
    """From now on a person works for no customer of a client any more; for how many they did."""
    now = datetime.now(UTC)
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gt=now), client_id=client, person=person)
    customers = len(set(rows.values_list("customer_id", flat=True)))
    rows.update(until=now)
    live.changed(TOPIC, person)
    return customers
