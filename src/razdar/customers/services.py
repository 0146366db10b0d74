"""Writing customers: new records, corrections by typing, reveal and match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Purpose, RevealRequest, Shown, Viewer
from razdar.core.disclosure.normal import fold
from razdar.core.errors import BadInput, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers import approvals
from razdar.customers.fields import FIELDS, GENDERS, HANDLES, Address, locate
from razdar.customers.living import hold
from razdar.customers.models import Customer, Handle
from razdar.customers.selectors import purpose_of
from razdar.runtime.ids import uuid7
from razdar.vault import assignments, door, grants, index
from razdar.vault import services as vault
from razdar.vault.door import Look
from razdar.vault.grants import GrantState, Revealed, State
from razdar.vault.sealed import Sealed

LONGEST = 400


@dataclass(frozen=True, repr=False)
class Draft:
    """A new customer as typed or imported; printed nowhere, because it is still plain.

    Attributes:
        fields: values of the record by class (`razdar.customers.fields.FIELDS`).
        handles: ways to reach the customer, each a class of `HANDLES` and a value.
    """

    fields: Mapping[DataClass, str]
    handles: Sequence[tuple[DataClass, str]] = field(default_factory=tuple)
    language: str = ""


def create(viewer: Viewer, drafts: Sequence[Draft]) -> list[UUID]:
    """Store new customers, each under a key of its own, with one event for all.

    Raises:
        NotYours: the viewer may not create records. BadInput: a value that cannot be used; nothing is stored.
    """
    _require(viewer, Permission.CUSTOMERS_RECORD_CREATE)
    checked = [_checked(draft) for draft in drafts]
    now = datetime.now(UTC)
    rows = [Customer(id=uuid7(), client_id=viewer.client, language=d.language, created_at=now) for d in checked]
    for row in rows:
        vault.open_customer(viewer.client, row.id)
    vault.seal(rows, [{str(c): text for c, text in draft.fields.items()} for draft in checked])
    pairs = [(row, pair) for row, draft in zip(rows, checked, strict=True) for pair in draft.handles]
    handles = [Handle(id=uuid7(), client_id=viewer.client, customer_id=row.id) for row, _ in pairs]
    if handles:
        vault.seal(handles, [{str(data_class): text} for _, (data_class, text) in pairs])
    Customer.objects.bulk_create(rows)
    Handle.objects.bulk_create(handles)
    terms = [
        index.Term(r.id, r.id, c, text) for r, d in zip(rows, checked, strict=True) for c, text in d.fields.items()
    ]
    terms += [index.Term(row.id, h.id, c, text) for h, (row, (c, text)) in zip(handles, pairs, strict=True)]
    index.add(viewer.client, [term for term in terms if term.value])
    for row in rows:
        _record(viewer, "customers:record:create", row.id, ())
        if viewer.needs_assignment:
            assignments.assign_for_a_while(viewer.client, row.id, viewer.person, "created")
    return [row.id for row in rows]


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
    text = _value(address.data_class, value)
    if address.handle and not text:
        row.delete()
    else:
        vault.seal(row, {str(address.data_class): text})
        row.save(update_fields=[str(address.data_class)])
    index.add(viewer.client, [index.Term(customer_id, address.handle or customer_id, address.data_class, text)])
    _record(viewer, look.action, customer_id, (address.data_class,))


def add_handle(viewer: Viewer, customer_id: UUID, data_class: DataClass, value: str) -> None:
    """Add a way to reach a customer.

    Raises:
        As `correct`.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_CORRECT)
    text = _value(data_class, value)
    if data_class not in HANDLES or not text:
        raise BadInput("Write a telephone number, a WhatsApp number or an e-mail address.")
    handle = Handle(id=uuid7(), client_id=viewer.client, customer_id=hold(viewer.client, customer_id).id)
    look = Look("customers:handle:add", Mode.CHANGE, purpose_of(viewer))
    _require_writable(viewer, getattr(handle, data_class), look)
    vault.seal(handle, {str(data_class): text})
    handle.save(force_insert=True)
    index.add(viewer.client, [index.Term(customer_id, handle.id, data_class, text)])
    _record(viewer, look.action, customer_id, (data_class,))


@dataclass(frozen=True, repr=False)
class Revelation:
    """A revealed value, as the card shows it until its time is over."""

    shown: Shown
    until: datetime


def reveal(viewer: Viewer, customer_id: UUID, field_key: str, request: RevealRequest) -> Revelation | None:
    """Show one masked field for a minute.

    Returns:
        The value; None when a second person must agree first: the request was stored and waits for them.

    Raises:
        NotYours, NotDisclosed, StepUpNeeded, TooManyTries, BadInput, NotFound.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_REVEAL)
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    done = grants.reveal(viewer, sealed, request, _reveal_look(request.purpose, request.case))
    if isinstance(done, GrantState):
        approvals.request_reveal(viewer, done)
        return None
    return _revelation(address, done)


def open_granted(viewer: Viewer, customer_id: UUID, field_key: str, grant_id: UUID) -> Revelation:
    """Show a field for which a second person has agreed.

    Raises:
        NotYours, StepUpNeeded, Refused, NotFound.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_REVEAL)
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    return _revelation(address, grants.open_granted(viewer, grant_id, sealed, _reveal_look(purpose_of(viewer), "")))


@dataclass(frozen=True)
class Waiting:
    """A request of the viewer that waits for a second person, or that may now be opened."""

    grant: UUID
    data_class: DataClass
    field_key: str
    approved: bool
    until: datetime


def waiting(viewer: Viewer, customer_id: UUID) -> list[Waiting]:
    """The viewer's own requests for fields of a customer that are not used up."""
    states = grants.grants_of(viewer, customer_id)
    return [
        Waiting(s.id, s.data_class, _key(customer_id, s), s.state == State.APPROVED, s.until)
        for s in states
        if s.data_class in {*FIELDS, *HANDLES} and s.state in {State.REQUESTED, State.APPROVED}
    ]


def _key(customer_id: UUID, state: GrantState) -> str:
    return str(Address(state.data_class, None if state.row == customer_id else state.row))


def match(viewer: Viewer, customer_id: UUID, field_key: str, claim: str) -> bool:
    """Whether what the caller says agrees with the record. Three tries, each logged.

    Raises:
        NotYours, NotDisclosed, TooManyTries, NotFound.
    """
    _require(viewer, Permission.CUSTOMERS_FIELD_MATCH)
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    if address.data_class is DataClass.BIRTH_DATE:
        _check_date(fold(claim))  # what cannot be a date costs no try
    look = Look("customers:field:match", Mode.MATCH, Purpose.IDENTIFICATION)
    return door.compare(viewer, sealed, claim[:LONGEST], look)


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


def _checked(draft: Draft) -> Draft:
    fields = {c: _value(c, text) for c, text in draft.fields.items() if c in FIELDS}
    handles = tuple((c, _value(c, text)) for c, text in draft.handles if c in HANDLES and text.strip())
    if len(fields) != len(draft.fields):
        raise BadInput("A customer's record has no such field.")
    if not any(fields.values()) and not handles:
        raise BadInput("Write at least a name, a reference or one way to reach the customer.")
    return Draft(fields, handles, draft.language[:12])


def _value(data_class: DataClass, value: str) -> str:
    text = " ".join(value.split())
    if len(text) > LONGEST or any(not c.isprintable() and c != "\u200c" for c in text):
        raise BadInput("That value is too long or holds signs that cannot be stored.")
    if text and data_class is DataClass.GENDER and text not in GENDERS:
        raise BadInput("Choose female, male, other or unknown.")
    if text and data_class is DataClass.BIRTH_DATE:
        _check_date(text)
    if text and data_class is DataClass.EMAIL and ("@" not in text[1:-1] or " " in text):
        raise BadInput("That is not an e-mail address.")
    if text and data_class in {DataClass.PHONE, DataClass.WHATSAPP_ID} and sum(c.isdigit() for c in text) < 3:
        raise BadInput("That is not a telephone number.")
    return text


def _check_date(text: str) -> None:
    try:
        born = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("Write the date of birth as year-month-day, for example 1984-03-31.") from error
    if not date(1850, 1, 1) <= born <= datetime.now(UTC).date():
        raise BadInput("That date of birth cannot be right.")


def _record(viewer: Viewer, action: str, customer: UUID, classes: Sequence[DataClass]) -> None:
    changed = tuple((str(c), "changed") for c in classes)
    audit.record(Event.by(viewer, action, Mode.CHANGE, customer=customer, purpose=purpose_of(viewer), detail=changed))
