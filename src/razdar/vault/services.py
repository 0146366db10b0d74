"""Writing into the vault: new customers' keys, sealing of fields and files, destruction.

Sealing needs no right of its own: whoever may create or correct a record has been checked by the room that does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from razdar.core.crypto import files
from razdar.core.crypto.material import wipe
from razdar.core.disclosure import DataClass, group_of, info
from razdar.core.errors import BadInput
from razdar.keys import agent
from razdar.keys.agent import KeyRef
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.vault import ring
from razdar.vault.models import Assignment, Grant, IndexEntry
from razdar.vault.sealed import Sealed, SealedFile


def open_client(client: UUID) -> None:
    """Make the keys of a new client."""
    agent.current().create_client(client)


def open_customer(client: UUID, customer: UUID) -> None:
    """Make the key of a new customer, in the key store alone; no copy of it is kept here."""
    agent.current().create_customer(client, customer)


def seal(instances: Any, values: Mapping[str, str] | Sequence[Mapping[str, str]]) -> None:
    """Seal plain values into the sealed fields of one or several model instances of one client; does not save.

    Args:
        instances: a model instance, or a sequence of them.
        values: attribute name to plain text; an empty text empties the field. One mapping an instance.

    Raises:
        BadInput: a value of a class that must never be stored.
        KeysLocked, NotFound, Unopenable: see `razdar.vault.ring`.
    """
    rows = [instances] if isinstance(values, Mapping) else list(instances)
    each = [values] if isinstance(values, Mapping) else list(values)
    owners = [getattr(row, row.sealed_owner) for row in rows]
    with ring.newest(rows[0].client_id, list(dict.fromkeys(owners)), "seal") as (keys, refs):
        for row, owner, plain in zip(rows, owners, each, strict=True):
            for name, text in plain.items():
                setattr(row, name, _sealed(getattr(row, name), text, keys, refs[owner]) if text else b"")


def _sealed(empty: Sealed, text: str, keys: ring.Ring, ref: KeyRef) -> bytes:
    if not info(empty.data_class).storable:
        raise BadInput("This kind of value must never be stored.")
    return keys.seal(ref, empty, text)


def seal_file(client: UUID, customer: UUID, table: int, row: UUID, data_class: DataClass, data: bytes) -> SealedFile:
    """Seal a finished file and put it into the object store under a new name.

    Raises:
        Unavailable: the object store did not take it; nothing is left behind.
    """
    name = uuid7()
    with ring.newest(client, [customer], "seal file") as (keys, refs):
        version = refs[customer].version
        draft = SealedFile(client, customer, table, row, data_class, name, version, 0)
        subkey = keys.subkey(refs[customer], group_of(data_class))
        try:
            sealed = b"".join(files.seal_file(subkey, version, draft.place, data))
        finally:
            wipe(subkey)
    objects.put(name, sealed)
    return SealedFile(client, customer, table, row, data_class, name, version, len(sealed))


@dataclass(frozen=True)
class Shredded:
    """What a destruction removed from the vault.

    Attributes:
        key_ids: ids of the destroyed keys.
        destroyed_at: when the key agent confirmed it.
        index_entries, grants: rows that went with them.
    """

    key_ids: tuple[str, ...]
    destroyed_at: datetime
    index_entries: int
    grants: int


def shred(client: UUID, customer: UUID) -> Shredded:
    """Destroy a customer's keys and everything in the vault that points to the customer. Safe to repeat.

    The keys go first: from then on nothing opens, whatever happens to the rest.
    """
    destroyed = agent.current().destroy_customer(client, customer)
    mine = {"client_id": client, "customer_id": customer}
    index_entries, _ = IndexEntry.objects.filter(**mine).delete()
    grants, _ = Grant.objects.filter(**mine).delete()
    Assignment.objects.filter(**mine).delete()
    return Shredded(tuple(destroyed.key_ids), destroyed.destroyed_at, index_entries, grants)
