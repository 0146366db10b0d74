"""Who calls: from the number that a call comes from to the customer it is opened on.

Numbers can be withheld, shared, new, nonsense, or forged: a number is a hint and no proof, and what an agent may see
does not depend on it. One person is known by it: the call is theirs. Several are: nobody is chosen, the call gets a
provisional customer, and whoever takes it is told who it may be, masked. Nobody is: it gets a provisional customer,
who is known by it from then on. A call is never turned away for its number.

Where nobody can be looked for at this moment, the call gets a provisional customer who is *not* known by the number:
it may well be somebody's, and would be shared from then on. Until it can be looked for again it is like one that is
withheld; where the client stores numbers so that nobody can ever search by them, it is kept. While the client is frozen
nothing can be looked for nor sealed, and every caller is like one that withholds the number.

The number goes from here into a sealed field, or nowhere: it is in no event, message or log.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.disclosure.normal import fold
from razdar.core.errors import ClientFrozen, Rebuilding, Refused
from razdar.customers import provisional, selectors, storing
from razdar.customers.models import Customer
from razdar.vault import index, modes, persons

_NUMBER = re.compile(r"(\+|00)?([0-9][0-9 -]{2,30})")


@dataclass(frozen=True)
class Caller:
    """Whom a call is opened on.

    Attributes:
        customer: known or provisional.
        candidates: the persons who share the number, if several do; the customer is provisional then.
    """

    customer: UUID
    candidates: tuple[UUID, ...] = ()


def who_calls(viewer: Viewer, number: str | None) -> Caller:
    """The customer of a call, in the caller's transaction; a provisional one is made where it takes one.

    Args:
        number: as the exchange gave it; None where it is withheld.

    Raises:
        Unavailable, KeysLocked: keys cannot be had now.
    """
    written = _written(number)
    if not written:
        return Caller(provisional.create(viewer))
    try:
        index.alone_with(viewer.client, DataClass.PHONE, written)  # two calls at once make one new customer
        known = _known(viewer, written)
    except ClientFrozen:  # the call is recorded all the same, sealed to the client's public key
        return Caller(provisional.create(viewer))
    if known is None:
        by_it = modes.for_writing(viewer.client).of(DataClass.PHONE).indexed
        return Caller(provisional.create(viewer, "" if by_it else written))
    found = _living(viewer.client, known)
    if len(found) == 1:
        return Caller(found[0])
    return Caller(provisional.create(viewer, "" if found else written, found), tuple(found))


def _known(viewer: Viewer, number: str) -> Sequence[UUID] | None:
    """The persons one of whose records has this number; None where nobody can be looked for."""
    try:
        found = selectors.find(viewer, DataClass.PHONE, number)
    except (Refused, Rebuilding):  # stored so that nobody can search by it, or not for now
        return None
    return list(dict.fromkeys(persons.principals(viewer.client, found).values()))


def _living(client: UUID, persons: Sequence[UUID]) -> list[UUID]:
    """Those who are not being erased; they cannot be until the call is opened."""
    held = Customer.objects.select_for_update().filter(client_id=client, id__in=persons, erased_at=None).order_by("id")
    living = set(held.values_list("id", flat=True))
    return [each for each in persons if each in living]


def _written(number: str | None) -> str:
    """The number in a form in which it can be kept; empty for what is none: withheld, a word, an address."""
    read = _NUMBER.fullmatch(fold(number or ""))
    if read is None:
        return ""
    return storing.value(DataClass.PHONE, f"+{read[2]}" if read[1] else read[2])
