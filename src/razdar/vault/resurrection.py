"""The resurrection test: after a restore, nothing of an erased customer opens, and everybody else's values do.

It tries what an attacker with the running installation would try: every version of the customer's key that any row, any
file or the ledger speaks of, and then every sealed value. The same attempt on living customers must succeed, or the
test would prove nothing. Of a client that has stopped all reading nothing opens at all, and nothing is proved.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass
from razdar.core.errors import ClientFrozen, NotFound, Refused, Unopenable
from razdar.core.ledger.events import Event, Mode
from razdar.keys import agent
from razdar.keys.agent import KeyRef
from razdar.vault import ring
from razdar.vault.fields import Column, columns_of
from razdar.vault.sealed import Sealed

ACTION = "vault:restore:try"


@dataclass(frozen=True)
class Tried:
    """What an attempt met.

    Attributes:
        keys: versions of customer keys that were asked for.
        values: sealed values that were found and tried.
        opened: keys and values that opened.
    """

    keys: int
    values: int
    opened: int

    def __add__(self, other: "Tried") -> "Tried":
        return Tried(self.keys + other.keys, self.values + other.values, self.opened + other.opened)


NOTHING = Tried(0, 0, 0)


def attempt(client: UUID, customer: UUID, versions: Iterable[int] = ()) -> Tried:
    """Try to open everything there is of a customer, and log that it was tried. Needs the client's scope.

    Args:
        client, customer: whose.
        versions: of the customer's key that are known from elsewhere.
    """
    values = list(_values(client, customer))
    refs = {ring.key_of(value) for value in values} | {KeyRef(client, customer, number) for number in versions}
    keys = [_opens_key(ref) for ref in sorted(refs, key=lambda ref: ref.version)]
    texts = [_opens(value) for value in values]
    audit.record_now(Event.by_operator(client, ACTION, Mode.SYSTEM, customer=customer))
    return Tried(len(keys), len(values), sum(keys) + sum(texts))


def customers_with_values(client: UUID, most: int) -> list[UUID]:
    """Some customers that have sealed values. Needs the client's scope."""
    found: dict[UUID, None] = {}
    for column in _columns():
        owner = getattr(column.model, "sealed_owner", "id")
        rows = column.model._default_manager.filter(client_id=client).exclude(**{column.name: b""})
        found |= dict.fromkeys(rows.values_list(owner, flat=True)[:most])
    return list(found)[:most]


def _values(client: UUID, customer: UUID) -> Iterator[Sealed]:
    for column in _columns():
        owner = getattr(column.model, "sealed_owner", "id")
        for row in column.model._default_manager.filter(client_id=client, **{owner: customer}):
            value = getattr(row, column.name)
            if value.present:
                yield value


def _columns() -> Sequence[Column]:
    known = {column.label: column for data_class in DataClass for column in columns_of(data_class)}
    return list(known.values())


def _opens_key(ref: KeyRef) -> bool:
    try:
        for key in agent.current().unwrap([ref], ACTION):
            key[:] = bytes(len(key))
    except (ClientFrozen, Unopenable, NotFound):
        return False
    return True


def _opens(value: Sealed) -> bool:
    try:
        with ring.opened([value], ACTION) as keys:
            keys.open(value)
    except (ClientFrozen, Unopenable, NotFound, Refused):
        return False
    return True
