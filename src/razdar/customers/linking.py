"""That two records are one person's: said, and taken back.

* *Identifying*: a provisional customer turns out to be one who is stored. Whoever talks to the caller says so, after
  something that the caller said agreed with that customer's record: in a class that they cannot see, to them, just
  now, in the contact that this caller has now, and in nothing that they wrote or searched by themselves. Otherwise a
  link would open records to who merely claims to talk to somebody, or is taken for whoever called from the same number
  before.
* *Merging*: two customers turn out to be one person. That is a supervisor's duty.
* A link moves nothing: rows keep their ids and keys. So it can be undone, and then everything is as it was.
* Links are trees. A customer is linked to one other at most, and to nobody who is, over however many steps, linked to
  it. All changes of a client's links, and the beginning of an erasure, happen one after the other (`living.alone`):
  whoever comes second sees what the first has done, and is refused what no longer fits.
"""

from datetime import UTC, datetime, timedelta
from typing import NoReturn
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.core.ledger.events import Detail, Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.customers import knowing, living
from razdar.customers.fields import Address
from razdar.customers.links import children
from razdar.customers.models import Agreement, Customer, CustomerLink
from razdar.customers.selectors import purpose_of
from razdar.runtime.ids import uuid7
from razdar.runtime.registries import CONTACTS, LINKED, Contact
from razdar.vault import accounting, assignments, housekeeping, persons

IDENTIFY = "customers:caller:identify"
MERGE = "customers:record:merge"
UNDO = "customers:link:undo"
MOST_RECORDS = 1000
"""Of one person; what is said of an erasure names the keys of all."""
FRESH = timedelta(minutes=15)
"""For how long something that agreed may be relied on, and a contact that is over."""


def identify(viewer: Viewer, caller: UUID, customer: UUID) -> UUID:
    """Link a provisional customer to the customer whom the caller is; returns the link's id.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living customers.
        BadInput: the caller is known already, the customer is not, or the two are one person.
        Refused: no assignment to both, nothing that agreed, or linked already; logged.
    """
    _require(viewer, Permission.CUSTOMERS_CALLER_IDENTIFY)
    row, principal = _two(viewer, caller, customer)
    if not row.provisional:
        raise BadInput("It is known who this is. Merging two customers is a supervisor's duty.")
    if principal.provisional:
        raise BadInput("Nobody knows who that is either. Find the customer who has a name.")
    if {caller, customer} - assignments.assigned(viewer, {caller, customer}) and viewer.needs_assignment:
        _refuse(viewer, IDENTIFY, row, principal, "You do not work for both of them at this moment.")
    if not _agreed(viewer, row, customer):
        sentence = "First compare something that the caller says with the customer's record."
        _refuse(viewer, IDENTIFY, row, principal, sentence)
    return _link(viewer, IDENTIFY, row, principal)


def merge(viewer: Viewer, customer: UUID, principal: UUID) -> UUID:
    """Link one customer to another who is the same person; returns the link's id.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living customers.
        BadInput: one of them is provisional, or the two are one person. Refused: linked already.
    """
    _require(viewer, Permission.CUSTOMERS_RECORD_MERGE)
    row, into = _two(viewer, customer, principal)
    if row.provisional or into.provisional:
        raise BadInput("Nobody knows yet who one of them is. Identify the caller instead.")
    return _link(viewer, MERGE, row, into)


def undo(viewer: Viewer, customer: UUID, link_id: UUID) -> None:
    """Take a link of a customer back: what was linked is a person of its own again.

    Raises:
        NotFound: no such link, or it was undone. NotYours: not among the viewer's duties.
        Refused: no assignment; logged.
    """
    living.alone(viewer.client)
    links = CustomerLink.objects.filter(client_id=viewer.client, undone_at=None, id=link_id, customer_id=customer)
    link = links.first()
    if link is None:
        raise NotFound("There is no such link.")
    row, principal = _hold(viewer.client, link.customer_id, link.principal_id)
    _require(viewer, undoes(provisional=row.provisional))
    if viewer.needs_assignment and not assignments.assigned(viewer, {row.id}):
        _refuse(viewer, UNDO, row, principal, "You do not work for this customer at this moment.")
    links.update(undone_at=datetime.now(UTC), undone_by=viewer.person)
    _write(viewer.client, row.id)
    _record(viewer, UNDO, row.id, principal.id, link.id)


def undoes(*, provisional: bool) -> Permission:
    """What it takes to undo the link of such a customer: what it takes to make it."""
    return Permission.CUSTOMERS_CALLER_IDENTIFY if provisional else Permission.CUSTOMERS_RECORD_MERGE


def has_agreed(viewer: Viewer, caller: UUID, customer: UUID) -> bool:
    """Whether something the caller said agreed with a customer's record, so that they can be linked.

    Raises:
        NotFound: there is no such living caller.
    """
    row = Customer.objects.filter(client_id=viewer.client, id=caller, erased_at=None).first()
    if row is None:
        raise NotFound("There is no such customer.")
    return _agreed(viewer, row, customer)


def _agreed(viewer: Viewer, caller: Customer, customer: UUID) -> bool:
    """Whether something this caller said agreed to this very viewer, a short while ago and in the contact of now."""
    known, contact = _contact(viewer, caller.id)
    if known and contact is None:
        return False
    since = max(datetime.now(UTC) - FRESH, caller.created_at)
    of_two = Agreement.objects.filter(client_id=viewer.client, customer_id=customer, caller_id=caller.id)
    mine = of_two.filter(person=viewer.person, interaction=contact.id if contact else None)
    return mine.filter(at__gt=since).exists()


def remember(viewer: Viewer, caller: UUID, customer: UUID, address: Address) -> None:
    """What a caller says now to this viewer agreed with a customer's record.

    It does not count where the viewer knows that value otherwise, or anybody wrote it since the contact began.
    """
    row = Customer.objects.filter(client_id=viewer.client, id=caller, provisional=True, erased_at=None).first()
    known, contact = _contact(viewer, caller)
    if row is None or (known and contact is None):
        return  # nobody says anything now
    if knowing.is_known(viewer, customer, address, contact.begun if contact else row.created_at):
        return  # it may be the viewer who says it
    Agreement.objects.create(
        client_id=viewer.client,
        customer_id=customer,
        caller_id=caller,
        interaction=contact.id if contact else None,
        person=viewer.person,
        at=datetime.now(UTC),
    )


def _contact(viewer: Viewer, caller: UUID) -> tuple[bool, Contact | None]:
    """Whether there ever was a contact with a caller, and the one that runs or has just ended, if it is the viewer's.

    Who needs no assignment may go by anybody's.
    """
    contacts = [each for told in CONTACTS.values() for each in told(viewer.client, caller)]
    running = {each.id for each in contacts if each.ended is None}
    over = datetime.now(UTC) - FRESH
    now = [each for each in contacts if each.id in running or (each.ended and each.ended > over)]
    mine = [each for each in now if each.agent in (viewer.person, None) or not viewer.needs_assignment]
    # What runs goes before what has ended, and the newer before the older: ids sort by when they were made.
    return bool(contacts), max(mine, key=lambda each: (each.id in running, each.id), default=None)


def forget_old(client: UUID) -> None:
    """Remove what nobody may rely on any more."""
    Agreement.objects.filter(client_id=client, at__lt=datetime.now(UTC) - housekeeping.KEPT).delete()


def _two(viewer: Viewer, customer: UUID, principal: UUID) -> tuple[Customer, Customer]:
    living.alone(viewer.client)
    if customer == principal:
        raise BadInput("This is one and the same record.")
    return _hold(viewer.client, customer, principal)


def _hold(client: UUID, customer: UUID, principal: UUID) -> tuple[Customer, Customer]:
    held = {each: living.hold(client, each) for each in sorted((customer, principal))}
    return held[customer], held[principal]


def _link(viewer: Viewer, action: str, customer: Customer, principal: Customer) -> UUID:
    if CustomerLink.objects.filter(client_id=viewer.client, customer_id=customer.id, undone_at=None).exists():
        raise Refused("This record is linked already. Undo that link first.")
    if persons.principals(viewer.client, [principal.id])[principal.id] == customer.id:
        raise BadInput("These are one person's records already.")
    if len(below(viewer.client, customer.id)) + len(persons.person(viewer.client, principal.id)) > MOST_RECORDS:
        raise Refused("This person has too many records.")
    link = CustomerLink.objects.create(
        id=uuid7(),
        client_id=viewer.client,
        customer_id=customer.id,
        principal_id=principal.id,
        since=datetime.now(UTC),
        by=viewer.person,
    )
    _write(viewer.client, customer.id)
    tell(viewer.client, customer)
    _record(viewer, action, customer.id, principal.id, link.id)
    return link.id


def tell(client: UUID, customer: Customer) -> None:
    """More is known now of a caller who was linked or named, and of both who were merged."""
    records = below(client, customer.id) if customer.provisional else persons.person(client, customer.id)
    for told in LINKED.values():
        told(client, records)


def _write(client: UUID, customer: UUID) -> None:
    """Tell the vault whose record a customer is now, and all that are linked to it."""
    links = CustomerLink.objects.filter(client_id=client, customer_id=customer, undone_at=None)
    above = links.values_list("principal_id", flat=True).first()
    principal = customer if above is None else persons.principals(client, [above])[above]
    persons.write(client, principal, below(client, customer))


def below(client: UUID, customer: UUID) -> list[UUID]:
    """A customer and all who are linked to it, over however many steps."""
    found = [customer]
    level = found
    while level:
        level = [each for each in children(client, level) if each not in found]
        found = [*found, *level]
    return found


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("This is not among your duties.")


def _refuse(viewer: Viewer, action: str, customer: Customer, principal: Customer, sentence: str) -> NoReturn:
    both = accounting.unseen([customer.id, principal.id])
    audit.record_now(
        Event.by(viewer, action, Mode.DENY, fields=both, purpose=purpose_of(viewer), outcome=Outcome.DENIED)
    )
    raise Refused(sentence)


def _record(viewer: Viewer, action: str, customer: UUID, principal: UUID, link: UUID) -> None:
    detail: Detail = (("customer", str(customer)), ("link", str(link)), ("principal", str(principal)))
    both = accounting.unseen([customer, principal])
    audit.record(Event.by(viewer, action, Mode.CHANGE, fields=both, purpose=purpose_of(viewer), detail=detail))
