"""What the agent hands out and what the key store keeps, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KeyRef:
    """Names one version of one customer's key; no secret."""

    client: UUID
    customer: UUID
    version: int


@dataclass(frozen=True, slots=True)
class DestroyedKeys:
    """What was destroyed, for the record of an erasure.

    Attributes:
        client: whose customer it was.
        customer: whose keys they were.
        versions: versions of the customer key, ascending.
        key_ids: their random ids, 32 hexadecimal digits each, in the same order.
        destroyed_at: when, UTC, to the millisecond.
    """

    client: UUID
    customer: UUID
    versions: tuple[int, ...]
    key_ids: tuple[str, ...]
    destroyed_at: datetime


@dataclass(frozen=True, slots=True)
class WrappedEpoch:
    """A client's epoch secret as the root wrapped it.

    Attributes:
        client: whose it is.
        number: 1 for the first.
        root_version: version of the root that wrapped it.
        wrapped: opaque to everybody but the root.
    """

    client: UUID
    number: int
    root_version: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A customer key, 61 bytes, wrapped under the key-encryption key of its client's epoch.

    Attributes:
        ref: which key it is.
        key_id: 16 random bytes that name it for ever, in records of its destruction too.
        epoch: number of the epoch it is wrapped under.
        wrapped: the wrapped key; all zeros once it is destroyed.
    """

    ref: KeyRef
    key_id: bytes
    epoch: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class WrappedIndexKey:
    """A blind-index key, 61 bytes, wrapped under the key-encryption key of its client's epoch."""

    client: UUID
    field: int
    epoch: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Wrapped customer keys in the order they were asked for, and the epochs they need, read at one moment."""

    keys: tuple[WrappedKey, ...]
    epochs: dict[tuple[UUID, int], WrappedEpoch]
