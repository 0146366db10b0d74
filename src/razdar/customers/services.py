"""Writing customers: new records, corrections by typing, reveal and match."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Purpose, RevealRequest, Shown, Viewer
from razdar.core.disclosure.normal import fold
from razdar.core.errors import BadInput, NotFound, NotYours, Unopenable
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers import approvals, knowing, linking, provisional, storing
from razdar.customers.columns import TARGET
from razdar.customers.fields import FIELDS, HANDLES, Address, locate
from razdar.customers.living import hold
from razdar.customers.models import Handle
from razdar.customers.selectors import purpose_of
from razdar.customers.storing import Draft
from razdar.identity.viewers import SYSTEM
from razdar.runtime.ids import uuid7
from razdar.runtime.imports import book as imports
from razdar.runtime.scope import scope
from razdar.vault import assignments, door, grants, index
from razdar.vault import services as vault
from razdar.vault.door import Look
from razdar.vault.grants import GrantState, Revealed, State
from razdar.vault.sealed import Sealed

CREATE = "customers:record:create"


def create(viewer: Viewer, drafts: Sequence[Draft]) -> list[UUID]:
    """Store new customers, each under a key of its own and with an event of its own.

    Raises:
        NotYours: the viewer may not create records. BadInput: a value that cannot be used; nothing is stored.
    """
    _require(viewer, Permission.CUSTOMERS_RECORD_CREATE)
    checked = [storing.checked(draft) for draft in drafts]
    made = [uuid7() for _ in checked]
    storing.store(viewer, made, checked, CREATE)
    for customer, draft in zip(made, checked, strict=True):
        if viewer.role != SYSTEM:
            classes = {c for c, text in (*draft.fields.items(), *draft.handles) if text}
            knowing.made(viewer, customer, classes)
        _record(viewer, CREATE, customer, ())
        if viewer.needs_assignment:
            assignments.assign_for_a_while(viewer.client, customer, viewer.person, "created")
    return made


def correct(viewer: Viewer, customer_id: UUID, field_key: str, value: str) -> None:
    """Replace a field by typing its new value; the old one is never shown. An empty value empties the field.

    Raises:
        NotYours, NotDisclosed: not among the viewer's duties, or *none* for them. BadInput: cannot be used.
        NotFound: no such field.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_CORRECT)
    address = Address.parse(field_key)
    hold(viewer.client, customer_id)
    row, sealed = locate(viewer.client, customer_id, address)
    look = Look("customers:field:correct", Mode.CHANGE, purpose_of(viewer))
    _require_writable(viewer, sealed, look)
    text = storing.value(address.data_class, value)
    if address.handle and not text:
        row.delete()
    else:
        vault.seal(row, {str(address.data_class): text}, look.action)
        row.save(update_fields=[str(address.data_class)])
    index.add(viewer.client, [index.Term(customer_id, address.handle or customer_id, address.data_class, text)])
    knowing.wrote(viewer, customer_id, address.handle or customer_id, address.data_class)
    if text:
        provisional.named(viewer.client, customer_id, address.data_class)
    if address.data_class is DataClass.REFERENCE_NO:
        # The line that it came from names another reference now.
        imports.forget(viewer.client, customer_id, TARGET.kind)
    _record(viewer, look.action, customer_id, (address.data_class,))


def add_handle(viewer: Viewer, customer_id: UUID, data_class: DataClass, value: str) -> None:
    """Add a way to reach a customer.

    Raises:
        As `correct`.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_CORRECT)
    text = storing.value(data_class, value)
    if data_class not in HANDLES or not text:
        raise BadInput("Write a telephone number, a WhatsApp number or an e-mail address.")
    handle = Handle(id=uuid7(), client_id=viewer.client, customer_id=hold(viewer.client, customer_id).id)
    look = Look("customers:handle:add", Mode.CHANGE, purpose_of(viewer))
    _require_writable(viewer, getattr(handle, data_class), look)
    vault.seal(handle, {str(data_class): text}, look.action)
    handle.save(force_insert=True)
    index.add(viewer.client, [index.Term(customer_id, handle.id, data_class, text)])
    knowing.wrote(viewer, customer_id, handle.id, data_class)
    provisional.named(viewer.client, customer_id, data_class)
    _record(viewer, look.action, customer_id, (data_class,))


@dataclass(frozen=True, repr=False)
class Revelation:
    """A revealed value, as the card shows it until its time is over."""

    shown: Shown
    until: datetime


def reveal(viewer: Viewer, customer_id: UUID, field_key: str, request: RevealRequest) -> Revelation | None:
    """Show one masked field for a minute.

    Returns:
        The value; None when a second person must agree first or give a second key: the request was stored and waits.

    Raises:
        NotYours, NotDisclosed, StepUpNeeded, TooManyTries, BadInput, NotFound.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_REVEAL)
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    done = grants.reveal(viewer, sealed, request, _reveal_look(request.purpose, request.case))
    if isinstance(done, GrantState):
        if done.state == State.REQUESTED:
            approvals.request_reveal(viewer, done)
        return None
    return _revelation(address, done)


def open_granted(
    viewer: Viewer, customer_id: UUID, field_key: str, grant_id: UUID, second_key: str | None = None
) -> Revelation:
    """Show a field for which a second person has agreed, or given a second key.

    Args:
        second_key: the text that person read in the age file (`second_key_file`), or its last line.

    Raises:
        NotYours, StepUpNeeded, Refused, NotFound. SecondKeyNeeded: the field is under dual control and none was given.
        BadInput: that is not a second key. Unopenable: it is not the key of this field.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_REVEAL)
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    look = _reveal_look(purpose_of(viewer), "")
    return _revelation(address, grants.open_granted(viewer, grant_id, sealed, look, grants.second_key(second_key)))


def open_with_key(viewer: Viewer, customer_id: UUID, field_key: str, grant_id: UUID, second_key: str) -> Revelation:
    """`open_granted` for who types or pastes the second key: after a wrong one the request is still open.

    Raises:
        As `open_granted`, but BadInput where the key does not open the field.
    """
    try:
        with scope(viewer.client):  # the grant was marked as used before the key was tried
            return open_granted(viewer, customer_id, field_key, grant_id, second_key)
    except Unopenable:
        raise BadInput(
            "This key does not open this value. Copy the whole line that belongs to the file of this request."
        ) from None


def second_key_file(viewer: Viewer, customer_id: UUID, field_key: str, grant_id: UUID) -> bytes:
    """The age file for the person who keeps the second key of a field that the viewer may open.

    Raises:
        NotYours, StepUpNeeded, Refused, NotFound. BadInput: the field opens without a second key.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_REVEAL)
    _, sealed = locate(viewer.client, customer_id, Address.parse(field_key))
    return grants.second_key_file(viewer, grant_id, sealed, _reveal_look(purpose_of(viewer), ""))


@dataclass(frozen=True)
class Waiting:
    """A request of the viewer that waits for a second person, or that may now be opened.

    Attributes:
        needs_key: opens only with a key that another person keeps.
    """

    grant: UUID
    data_class: DataClass
    field_key: str
    approved: bool
    until: datetime
    needs_key: bool


def waiting(viewer: Viewer, customer_id: UUID) -> list[Waiting]:
    """The viewer's own requests for fields of a customer that are not used up."""
    states = grants.grants_of(viewer, customer_id)
    return [
        _waiting(viewer, customer_id, s)
        for s in states
        if s.data_class in {*FIELDS, *HANDLES} and s.state in {State.REQUESTED, State.APPROVED}
    ]


def waiting_for_key(viewer: Viewer, customer_id: UUID, field_key: str) -> Waiting | None:
    """The viewer's newest request for a field, if only the second key is missing."""
    requests = (each for each in waiting(viewer, customer_id) if each.field_key == field_key)
    newest = next(requests, None)
    return newest if newest and newest.approved and newest.needs_key else None


def _waiting(viewer: Viewer, customer_id: UUID, state: GrantState) -> Waiting:
    key, approved = _key(customer_id, state), state.state == State.APPROVED
    needs_key = approved and _needs_key(viewer, customer_id, key)
    return Waiting(state.id, state.data_class, key, approved, state.until, needs_key)


def _needs_key(viewer: Viewer, customer_id: UUID, field_key: str) -> bool:
    try:
        _, sealed = locate(viewer.client, customer_id, Address.parse(field_key))
    except NotFound:  # the field is gone; opening says so
        return False
    return sealed.needs_second_key


def _key(customer_id: UUID, state: GrantState) -> str:
    return str(Address(state.data_class, None if state.row == customer_id else state.row))


def match(viewer: Viewer, customer_id: UUID, field_key: str, claim: str, caller: UUID | None = None) -> bool:
    """Whether what the caller says agrees with the record. Three tries, each logged.

    Args:
        caller: the provisional customer who says it, where that is to be linked. Where the viewer cannot see the value,
            that it agrees is then remembered for a while, unless they know it otherwise (`razdar.customers.linking`).

    Raises:
        NotYours, NotDisclosed, TooManyTries, NotFound.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_MATCH)
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    if address.data_class is DataClass.BIRTH_DATE:
        storing.require_date(fold(claim))  # what cannot be a date costs no try
    look = Look("customers:field:match", Mode.MATCH, Purpose.IDENTIFICATION)
    agrees = door.compare(viewer, sealed, claim[: storing.LONGEST], look)
    if agrees and caller and viewer.cell(address.data_class).level < Level.CLEAR:
        linking.remember(viewer, caller, customer_id, address)
    return agrees


def _revelation(address: Address, revealed: Revealed) -> Revelation:
    shown = Shown(address.data_class, str(address), Level.CLEAR, revealed.text, present=bool(revealed.text))
    return Revelation(shown, revealed.until)


def _reveal_look(purpose: Purpose, case: str) -> Look:
    return Look("customers:field:reveal", Mode.REVEAL, purpose, case)


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("This is not among your duties.")


def _require_writable(viewer: Viewer, sealed: Sealed, look: Look) -> None:
    if viewer.cell(sealed.data_class).level is Level.NONE:
        door.refuse(viewer, look, [sealed])
    door.require_assignment(viewer, sealed.customer, look, [sealed])


def _record(viewer: Viewer, action: str, customer: UUID, classes: Sequence[DataClass]) -> None:
    changed = tuple((str(c), "changed") for c in classes)
    audit.record(Event.by(viewer, action, Mode.CHANGE, customer=customer, purpose=purpose_of(viewer), detail=changed))
