"""Customers nobody knows yet: a record without fields and a key of its own, for a withheld or new number.

What is sealed for it stays sealed under that key when the customer becomes known: a merge links records.
"""

from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.ledger.events import Event, Mode
from razdar.customers import storing
from razdar.customers.storing import Draft
from razdar.runtime.ids import uuid7

ACTION = "customers:provisional:create"


def create(viewer: Viewer) -> UUID:
    """A new customer of whom nothing is known, in the caller's transaction.

    Raises:
        Unavailable, KeysLocked: no key can be made now.
    """
    made = uuid7()
    storing.store(viewer, [made], [Draft({})], ACTION)
    audit.record(Event.by(viewer, ACTION, Mode.CHANGE, customer=made))
    return made
