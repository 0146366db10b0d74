"""Writing into the vault: new customers' keys, sealing of fields and files, destruction.

Sealing needs no right of its own: whoever may create or correct a record has been checked by the room that does it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from razdar import audit
from razdar.core.crypto import files
from razdar.core.crypto.material import wipe
from razdar.core.disclosure import DataClass, group_of, info
from razdar.core.errors import BadInput, Throttled
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.keys import agent
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.vault import accounting, modes, persons, ring, tokens
from razdar.vault.models import Assignment, Grant, IndexEntry, Token
from razdar.vault.sealed import SealedFile

TOO_MANY = "keys:destroy:refused"


def open_client(client: UUID) -> None:
    """Make the keys of a new client, and write down that its data is stored as shipped."""
    agent.current().create_client(client)
    modes.start(client)


def open_customers(client: UUID, customers: Sequence[UUID]) -> None:
    """Make the keys of new customers, in the key store alone; no copy of them is kept here."""
    agent.current().create_customers(client, customers)


def seal(instances: Any, values: Mapping[str, str] | Sequence[Mapping[str, str]], action: str) -> None:
    """Seal plain values into the sealed fields of one or several model instances of one client; does not save.

    Args:
        instances: a model instance, or a sequence of them.
        values: attribute name to plain text; an empty text empties the field. One mapping an instance.
        action: of the event that will be logged for each of the customers, with the change.

    Raises:
        BadInput: a value of a class that must never be stored.
        KeysLocked, NotFound, Unopenable: see `razdar.vault.ring`.
    """
    rows = [instances] if isinstance(values, Mapping) else list(instances)
    each = [values] if isinstance(values, Mapping) else list(values)
    places = [
        (row, name, getattr(row, name), text)
        for row, plain in zip(rows, each, strict=True)
        for name, text in plain.items()
    ]
    wanted: dict[UUID, set[DataClass]] = defaultdict(set)
    for _, _, before, text in places:
        if text:
            wanted[before.customer].add(_storable(before.data_class))
    client = rows[0].client_id
    with ring.writing(client, wanted, action) as keys:
        accounting.handed_out(client, wanted, action)
        for row, name, before, text in places:
            setattr(row, name, keys.seal(before, text) if text else b"")
    tokens.remove(client, [before for _, _, before, _ in places])
    tokens.store(client, keys.made)


def _storable(data_class: DataClass) -> DataClass:
    if not info(data_class).storable:
        raise BadInput("This kind of value must never be stored.")
    return data_class


def seal_file(instance: Any, data_class: DataClass, data: bytes, action: str) -> SealedFile:
    """Seal a finished file and put it into the object store under a new name.

    Args:
        instance: the model instance it belongs to.
        action: as for `seal`.

    Raises:
        Unavailable: the object store did not take it; nothing is left behind.
    """
    name = uuid7()
    client, customer = instance.client_id, getattr(instance, instance.sealed_owner)
    with ring.newest(client, [customer], action) as (keys, refs):
        accounting.handed_out(client, [customer], action)
        version = refs[customer].version
        draft = SealedFile(client, customer, instance.sealed_table, instance.id, data_class, name, version, 0)
        subkey = keys.subkey(refs[customer], group_of(data_class))
        try:
            sealed = b"".join(files.seal_file(subkey, version, draft.place, data))
        finally:
            wipe(subkey)
    objects.put(name, sealed)
    return replace(draft, size=len(sealed), digest=hashlib.sha256(sealed).digest())


@dataclass(frozen=True)
class Shredded:
    """What a destruction removed from the vault.

    Attributes:
        key_ids, versions: of the destroyed keys.
        destroyed_at: when the key agent confirmed it.
        index_entries, grants: rows that went with them.
    """

    key_ids: tuple[str, ...]
    versions: tuple[int, ...]
    destroyed_at: datetime
    index_entries: int
    grants: int


def shred(client: UUID, customer: UUID) -> Shredded:
    """Destroy a customer's keys and everything in the vault that points to the customer. Safe to repeat.

    The keys go first: from then on nothing opens, whatever happens to the rest.

    Raises:
        Throttled: too many destructions in too short a time; logged.
    """
    try:
        destroyed = agent.current().destroy_customer(client, customer)
    except Throttled:
        audit.record_now(Event(client=client, action=TOO_MANY, mode=Mode.SYSTEM, role="system", outcome=Outcome.DENIED))
        raise
    index_entries, grants = forget(client, customer)
    return Shredded(destroyed.key_ids, destroyed.versions, destroyed.destroyed_at, index_entries, grants)


def forget(client: UUID, customer: UUID) -> tuple[int, int]:
    """Remove everything in the vault that points to a customer; index entries and grants that went. Safe to repeat."""
    mine = {"client_id": client, "customer_id": customer}
    index_entries, _ = IndexEntry.objects.filter(**mine).delete()
    grants, _ = Grant.objects.filter(**mine).delete()
    Token.objects.filter(**mine).delete()
    Assignment.objects.filter(**mine).delete()
    persons.forget(client, customer)
    return index_entries, grants
