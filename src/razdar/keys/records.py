"""What the agent hands out and what the key store keeps, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KeyRef:
    """Names one version of one customer's key; no secret."""

    client: UUID
    customer: UUID
    version: int


@dataclass(frozen=True, slots=True)
class StreamRef:
    """Names the key of one stream of a customer; no secret."""

    client: UUID
    customer: UUID
    stream: UUID


@dataclass(frozen=True, slots=True)
class WaitingStream:
    """The key of a stream that no customer has yet.

    Attributes:
        stream: whose.
        epoch: of the client, to whose public key it is sealed.
        sealed: as ``core.crypto.streams`` seals it.
    """

    stream: UUID
    epoch: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class WrappedStream:
    """The key of a stream, wrapped under a version of its customer's key."""

    ref: StreamRef
    version: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class BoundStreams:
    """What became of streams that were to be bound.

    Attributes:
        streams: those that are the customer's now; one that was never opened is left out, unless all are destroyed.
        ended: numbers of the client's epochs that waited for them and were destroyed.
        destroyed: the customer's keys were destroyed, and so are these.
    """

    streams: tuple[UUID, ...]
    ended: tuple[int, ...]
    destroyed: bool


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What values are sealed to for a customer, or keys of streams for a client.

    Attributes:
        version: of the customer key whose pair it belongs to, or number of the client's epoch.
        key: as ``core.crypto.hpke`` takes it.
    """

    version: int
    key: bytes


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
class ErasureSaid:
    """What the agent is told of an erasure that it certifies, for it cannot know it.

    Attributes:
        client, customer: whose keys were destroyed.
        ground: why, as a code.
        removed: what went with the keys, number by kind.
        generation: of the client's log that has the entry of the end of the erasure.
        index: the entry's place in it.
        linked: the same person's other records, erased with this one.
    """

    client: UUID
    customer: UUID
    ground: str
    removed: tuple[tuple[str, int], ...]
    generation: int
    index: int
    linked: tuple[UUID, ...] = ()


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


class Stored(NamedTuple):
    """A customer key as it is stored: number of the epoch it is wrapped under, and the wrapped key."""

    epoch: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Wrapped customer keys in the order they were asked for, and the epochs they need, read at one moment."""

    keys: list[Stored]
    epochs: list[WrappedEpoch]


@dataclass(frozen=True, slots=True)
class LogHead:
    """A log at the moment of a checkpoint.

    Attributes:
        log: its id; the nil id for the installation's own.
        generation: part of its name, from 1.
        size: number of entries.
        root: of its tree, 32 bytes.
    """

    log: UUID
    generation: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Extension:
    """A log that grew, and the proof that it begins with what was signed last."""

    head: LogHead
    proof: tuple[bytes, ...]


class Outcome(StrEnum):
    """How a call ended.

    ``GIVEN``: customer keys were handed out. ``DONE``: anything else was given or changed. ``DENIED``: not for this
    caller. ``LIMITED``: too much in too short a time.
    """

    GIVEN = "given"
    DONE = "done"
    DENIED = "denied"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class BookLine:
    """What one caller did in one minute, from the agent's own book.

    Attributes:
        minute: UTC, a whole minute.
        caller: role of the calling process ("here" for the process that holds the keys itself).
        purpose: what the caller said the keys are for; where no keys were handed out, the name of the call.
        client: whose; the nil UUID where it was nobody's or the call was turned away.
        customer: pseudonym; the nil UUID where the call concerns no single customer or was turned away.
        count: how many keys were handed out, things were given or changed, or calls were turned away.
        outcome: which of these.
    """

    minute: datetime
    caller: str
    purpose: str
    client: UUID
    customer: UUID
    count: int
    outcome: Outcome = Outcome.GIVEN


@dataclass(frozen=True, slots=True)
class BookPage:
    """A part of the book.

    Attributes:
        lines: in the order of their minutes.
        after: where the next part begins; empty at the end.
    """

    lines: tuple[BookLine, ...]
    after: bytes


@dataclass(frozen=True, slots=True)
class KeysStatus:
    """How the keys stand.

    Attributes:
        root_provider: name of the root in use.
        root_version: version of the root that wraps now.
        clients: clients with keys.
        customers: customers that have, or had, keys.
        tombstones: customers whose keys were destroyed.
        walls_missing: protections of the agent's process that the system did not grant, as sentences.
        turned_away: calls denied or limited since the agent started; the book names them.
        alarms: of these, how many would have destroyed a customer's keys.
        since: when the keys were unlocked there.
    """

    root_provider: str
    root_version: int
    clients: int
    customers: int
    tombstones: int
    walls_missing: tuple[str, ...] = ()
    turned_away: int = 0
    alarms: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class EpochState:
    """One epoch of a client.

    Attributes:
        client, number: which.
        root_version: version of the root that wraps its secret.
        made_at: when.
        destroyed_at: when its secret was overwritten; ``None`` while it is in use.
    """

    client: UUID
    number: int
    root_version: int
    made_at: datetime
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """How many customer keys that open are wrapped under one epoch of a client."""

    number: int
    keys: int


@dataclass(frozen=True, slots=True)
class RootVersion:
    """One version of the root.

    Attributes:
        version: from 1.
        provider: name of the root provider.
        since, until: when it was in use; ``None`` for now.
        final: it ended, and nothing it wrapped can ever be opened again, whoever kept copies.
    """

    version: int
    provider: str
    since: datetime
    until: datetime | None
    final: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rotation of a client's epoch is.

    Attributes:
        client: whose.
        epoch: number of the new epoch.
        done: customer keys that were re-wrapped.
        ended: numbers of the epochs whose secrets were overwritten, once it is finished.
        finished: nothing is left to do.
    """

    client: UUID
    epoch: int
    done: int
    ended: tuple[int, ...]
    finished: bool


@dataclass(frozen=True, slots=True)
class NamedRecipient:
    """Somebody key bundles are sealed to."""

    name: str
    text: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Bundle:
    """One key bundle.

    Attributes:
        number: used once.
        made_at, expires_at: when.
        erasures: rows of the erasure ledger in it.
        sha256: of its file, 64 hexadecimal digits; empty while it is not known whether there is one.
    """

    number: int
    made_at: datetime
    expires_at: datetime
    erasures: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """What somebody who keeps the keys wants to know.

    Attributes:
        installation: id of the installation, derived from its secret.
        roots: versions of the root.
        epochs: every epoch.
        moving: rotations under way.
        recipients: whom bundles are sealed to.
        bundles: finished bundles, in order; those that expired long ago are left out, but for the newest.
        keys: customer keys that can be opened.
        erasures: rows of the erasure ledger.
    """

    installation: UUID
    roots: tuple[RootVersion, ...]
    epochs: tuple[EpochState, ...]
    moving: tuple[Progress, ...]
    recipients: tuple[NamedRecipient, ...]
    bundles: tuple[Bundle, ...]
    keys: int
    erasures: int
