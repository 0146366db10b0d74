"""Customers nobody knows yet: a record with a key of its own, for a caller with a withheld or new number.

A new number is kept as a handle, sealed like any other, so that who calls from it again is the same customer; a
withheld number leaves nothing. What is sealed for a provisional customer stays sealed under its key when it becomes
known: who is found to have a record already is linked to it (`razdar.customers.linking`), and who has none gets a name.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Viewer
from razdar.core.ledger.events import Event, Mode
from razdar.customers import linking, storing
from razdar.customers.models import Candidate, Customer
from razdar.customers.selectors import SAID
from razdar.customers.storing import Draft
from razdar.runtime.ids import uuid7

ACTION = "customers:provisional:create"
NAMES = frozenset(
    {
        DataClass.SURNAME,
        DataClass.GIVEN_NAME,
        DataClass.BIRTH_DATE,
        DataClass.NATIONAL_ID,
        DataClass.POSTAL_ADDRESS,
        DataClass.REFERENCE_NO,
    }
)
"""Whoever writes down one of these has said who the customer is."""


def create(viewer: Viewer, number: str = "", candidates: Sequence[UUID] = ()) -> UUID:
    """A new customer of whom nothing is known but a number, in the caller's transaction.

    Args:
        number: a telephone number that nobody has; empty where it is withheld or belongs to others.
        candidates: those others.

    Raises:
        Unavailable, KeysLocked: no key can be made now.
    """
    made = uuid7()
    handles = ((DataClass.PHONE, number),) if number else ()
    storing.store(viewer, [made], [Draft({}, handles, provisional=True)], ACTION)
    Candidate.objects.bulk_create(
        Candidate(client_id=viewer.client, customer_id=made, candidate_id=candidate) for candidate in candidates
    )
    audit.record(Event.by(viewer, ACTION, Mode.CHANGE, customer=made, detail=(("found", len(candidates)),)))
    return made


def named(client: UUID, customer: UUID, data_class: DataClass) -> None:
    """Somebody wrote a value of this class into a customer's record.

    Of who was a caller that nobody knew, more is known now: what was said is redacted again, this time and whenever a
    value is added or corrected later. Of everybody else it was known before the calls were redacted.
    """
    row = Customer.objects.get(client_id=client, id=customer)
    if row.provisional and data_class in NAMES:
        row.provisional, row.named_at = False, datetime.now(UTC)
        row.save(update_fields=["provisional", "named_at"])
    if data_class in SAID and (row.provisional or row.named_at):
        linking.tell(client, row)
