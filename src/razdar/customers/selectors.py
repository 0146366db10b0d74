"""Reading customers: masked records, search by exact value. Models never leave this file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from razdar.core.disclosure import DataClass, Level, Purpose, Shown, Viewer
from razdar.core.errors import NotFound, Rebuilding, Refused, TooManyTries
from razdar.core.ledger.events import Mode
from razdar.core.permissions import Permission
from razdar.core.redaction import KnownCustomer
from razdar.customers import knowing
from razdar.customers.fields import FIELDS, HANDLES, Address, locate, sealed_fields
from razdar.customers.models import Customer, Handle
from razdar.vault import assignments, door, index, persons
from razdar.vault.door import Look, Record
from razdar.vault.modes import SEARCHABLE
from razdar.vault.sealed import Sealed

LISTED = (DataClass.SURNAME, DataClass.GENDER)
"""What a row of a list needs."""

NAMED = (DataClass.SURNAME,)
"""What it takes to name somebody."""

ONE_CUSTOMERS = (
    DataClass.REFERENCE_NO,
    DataClass.NATIONAL_ID,
    DataClass.PHONE,
    DataClass.WHATSAPP_ID,
    DataClass.EMAIL,
)
"""By what a new customer may turn out to be one who is stored already."""

SAID = frozenset({*FIELDS, *HANDLES} - {DataClass.GENDER, DataClass.BIRTH_DATE})
"""What is looked for in what was said."""


@dataclass(frozen=True)
class Card:
    """A customer's record as one viewer may see it.

    Attributes:
        fields: the record's fields, masked; classes at level *none* are absent.
        handles: ways to reach the customer, masked.
        erased_at: when the customer was erased; then there are no fields.
        provisional: nobody has written down who it is.
        by_linked: in what was found, only a record that is linked to this one has the value.
    """

    id: UUID
    language: str
    fields: tuple[Shown, ...]
    handles: tuple[Shown, ...]
    erased_at: datetime | None = None
    provisional: bool = False
    by_linked: bool = False

    def shown(self, data_class: DataClass) -> Shown | None:
        """The field of a class, when it may be seen at all."""
        return next((field for field in self.fields if field.data_class is data_class), None)

    @property
    def surname(self) -> Shown | None:
        return self.shown(DataClass.SURNAME)

    @property
    def gender(self) -> Shown | None:
        return self.shown(DataClass.GENDER)


def purpose_of(viewer: Viewer) -> Purpose:
    """The purpose a role works for unless it names another."""
    return {
        "quality_reviewer": Purpose.QUALITY,
        "privacy_officer": Purpose.PRIVACY_REQUEST,
        "system": Purpose.PROCESSING,
    }.get(viewer.role, Purpose.SERVICE)


def card(viewer: Viewer, customer_id: UUID) -> Card:
    """One customer's record.

    Raises:
        NotFound: no such customer of the viewer's client.
    """
    customer = Customer.objects.filter(client_id=viewer.client, id=customer_id).first()
    if customer is None:
        raise NotFound("There is no such customer.")
    if customer.erased_at:
        return Card(customer.id, "", (), (), customer.erased_at)
    handles = Handle.objects.filter(client_id=viewer.client, customer_id=customer.id).order_by("id")
    return _card(customer, _disclosed(viewer, customer.id, sealed_fields(customer, list(handles))))


def exists(viewer: Viewer, customer_id: UUID) -> bool:
    """Whether there is such a living customer; opens nothing."""
    return Customer.objects.filter(client_id=viewer.client, id=customer_id, erased_at=None).exists()


def is_erased(viewer: Viewer, customer_id: UUID) -> bool:
    """Whether a customer was erased; opens nothing.

    Raises:
        NotFound: there never was such a customer.
    """
    found = Customer.objects.filter(client_id=viewer.client, id=customer_id).values_list("erased_at", flat=True)
    if not found:
        raise NotFound("There is no such customer.")
    return found[0] is not None


def cards(viewer: Viewer, customer_ids: Sequence[UUID], classes: Sequence[DataClass] = LISTED) -> list[Card]:
    """Rows of a list in the order asked for, with one event; customers that are gone are left out.

    Args:
        classes: what the list shows; nothing else is opened, and the event names nothing else.
    """
    rows = {
        row.id: row for row in Customer.objects.filter(client_id=viewer.client, id__in=customer_ids, erased_at=None)
    }
    found = [rows[i] for i in customer_ids if i in rows]
    if not found:
        return []
    records = [Record(row.id, {str(c): getattr(row, c) for c in classes}) for row in found]
    pages = door.disclose(viewer, records, Look("customers:list:view", Mode.LIST_ROW, purpose_of(viewer)))
    return [_card(row, shown) for row, shown in zip(found, pages, strict=True)]


def mine(viewer: Viewer) -> list[UUID]:
    """The persons the viewer works for at this moment, newest first."""
    return list(dict.fromkeys(persons.principals(viewer.client, assignments.current(viewer)).values()))[:50]


def find(viewer: Viewer, data_class: DataClass, value: str) -> list[UUID]:
    """Ids of customers whose value agrees exactly.

    Raises:
        NotDisclosed: not by this class. Rebuilding: the index is being rebuilt. TooManyTries: too many searches.
    """
    look = Look("customers:record:search", Mode.SEARCH, purpose_of(viewer))
    found = index.search(viewer, data_class, value, lambda rows: _load(viewer.client, data_class, rows), look)
    if viewer.needs_assignment or viewer.may(Permission.CUSTOMERS_CALLER_IDENTIFY):
        knowing.found(viewer, found, data_class)
    return found


def found_cards(
    viewer: Viewer, found: Sequence[UUID], others: Sequence[UUID] = (), classes: Sequence[DataClass] = LISTED
) -> list[Card]:
    """Rows of a list of customers that were found: of each person the principal's, and whether it has the value.

    Args:
        others: who stands on the same page, found or not.
        classes: as of `cards`.
    """
    whose = persons.principals(viewer.client, found)
    listed = cards(viewer, list(dict.fromkeys([*whose.values(), *others])), classes)
    linked = set(whose.values()) - set(found)
    return [replace(card, by_linked=card.id in linked) for card in listed]


def stored_already(viewer: Viewer, typed: Mapping[DataClass, str]) -> tuple[DataClass, ...]:
    """Of the values that should belong to one customer, those that somebody has already; nobody is shown.

    Each is searched for as by hand: it is logged, counts as a search, and who is found may be worked for. What the
    viewer may not search by, or nobody can for now, is not looked for.

    Raises:
        TooManyTries: too many searches.
    """
    may = search_classes(viewer)
    wanted = [(c, typed[c]) for c in ONE_CUSTOMERS if typed.get(c) and c in may]
    return tuple(c for c, text in wanted if _is_stored(viewer, c, text))


def _is_stored(viewer: Viewer, data_class: DataClass, text: str) -> bool:
    try:
        return bool(find(viewer, data_class, text))
    except TooManyTries:
        raise
    except (Refused, Rebuilding):  # stored so that nobody can search by it, or not for now
        return False


def find_many(
    viewer: Viewer,
    data_class: DataClass,
    values: Sequence[str],
    action: str,
    skip: Callable[[set[UUID]], set[UUID]] = lambda _: set(),
) -> dict[str, list[UUID]]:
    """For a job: value to ids of the customers whose value agrees exactly; what nobody has is absent.

    Args:
        action: of the events that name whose values were opened for it.
        skip: of customers whose value may agree, those that need not be looked at.

    Raises:
        As `find`. Refused: the client stores this class so that nobody can search by it.
    """

    def load(rows: Sequence[UUID]) -> list[Sealed]:
        stored = _load(viewer.client, data_class, rows)
        skipped = skip({value.customer for value in stored})
        return [value for value in stored if value.customer not in skipped]

    look = Look(action, Mode.SYSTEM, Purpose.PROCESSING)
    return index.locate(viewer, data_class, values, load, look)


def search_classes(viewer: Viewer) -> tuple[DataClass, ...]:
    """By which values this viewer may search."""
    return tuple(c for c in SEARCHABLE if viewer.cell(c).level)


def field(viewer: Viewer, customer_id: UUID, field_key: str) -> Shown:
    """One field as the card shows it, for the moment a reveal is over.

    Raises:
        NotFound: no such field, or it is *none* for the viewer.
    """
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    if not viewer.cell(address.data_class).level or (address.handle and not sealed.present):
        raise NotFound("There is no such field.")
    return _disclosed(viewer, customer_id, {str(address): sealed})[str(address)]


def known_forms(viewer: Viewer, customer_id: UUID) -> KnownCustomer:
    """The forms in which a customer's own data may be said, for redaction; only a job's viewer may open them.

    That is what stands in any record of the person. What is under dual control no job can open: redaction then finds
    it by its shape alone.

    Raises:
        NotDisclosed: the viewer is not one that processes. NotFound: no such living customer.
    """
    mine = {"client_id": viewer.client, "id__in": persons.person(viewer.client, customer_id), "erased_at": None}
    rows = {row.id: row for row in Customer.objects.filter(**mine)}
    if customer_id not in rows:
        raise NotFound("There is no such customer.")
    handles = Handle.objects.filter(client_id=viewer.client, customer_id__in=rows)
    fields = [
        sealed
        for row in rows.values()
        for sealed in sealed_fields(row, [handle for handle in handles if handle.customer_id == row.id]).values()
    ]
    values = [s for s in fields if s.present and s.data_class in SAID and not s.needs_second_key]
    look = Look("customers:record:process", Mode.SYSTEM, Purpose.PROCESSING)
    texts = door.open_values(viewer, values, look) if values else []
    return KnownCustomer.of(zip((value.data_class for value in values), texts, strict=True))


def described(viewer: Viewer, customer_id: UUID, field_key: str) -> Shown:
    """What kind of field stands at an address, for a dialog about it. Opens nothing, so it leaves no event.

    Raises:
        NotFound: no such field, or it is *none* for the viewer.
    """
    address = Address.parse(field_key)
    _, sealed = locate(viewer.client, customer_id, address)
    cell = viewer.cell(address.data_class)
    if not cell.level:
        raise NotFound("There is no such field.")
    level = min(cell.level, Level.MASKED)
    return Shown(
        data_class=address.data_class,
        key=str(address),
        level=level,
        text="",
        present=sealed.present,
        second_person=cell.second_person,
        second_key=sealed.needs_second_key,
    )


def _disclosed(viewer: Viewer, customer_id: UUID, fields: Mapping[str, Sealed]) -> dict[str, Shown]:
    look = Look("customers:card:view", Mode.VIEW, purpose_of(viewer))
    return door.disclose(viewer, [Record(customer_id, fields)], look)[0]


def _load(client: UUID, data_class: DataClass, rows: Sequence[UUID]) -> list[Sealed]:
    model = Handle if data_class in HANDLES else Customer
    values: list[Sealed] = [getattr(row, data_class) for row in model.objects.filter(client_id=client, id__in=rows)]
    return [value for value in values if value.present]


def _card(customer: Customer, shown: dict[str, Shown]) -> Card:
    return Card(
        id=customer.id,
        language=customer.language,
        fields=tuple(s for s in shown.values() if s.data_class in FIELDS),
        handles=tuple(s for c in HANDLES for s in shown.values() if s.data_class is c),
        provisional=customer.provisional,
    )
