"""What pages tell about one entry, and about the keys by which a client's log is verified.

An entry is shown with its stamped bytes, and its proofs are not only made but checked: who changed an entry, or a tile,
where it is stored reads here that it no longer is what was signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from razdar.audit.admission import require
from razdar.audit.models import Checkpoint, Cosigning, Entry, Witness
from razdar.audit.sequencing import signing, trees
from razdar.audit.services import record_now
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, Unverifiable
from razdar.core.ledger import Event, Mode, decode, merkle, notes
from razdar.core.ledger.notes import VerifierKey
from razdar.core.ledger.proofs import Proof, Verified
from razdar.runtime.scope import scope

VIEW: Final = "oversight:log:view"
_MOST: Final = 1 << 53
_NO_ENTRY: Final = "There is no such entry."


@dataclass(frozen=True)
class Covered:
    """A checkpoint that proves an entry; checked.

    Attributes:
        size: of the checkpoint.
        at: when it was signed; of a co-signed one, when the witness signed.
        by: the witnesses that did, by name.
    """

    size: int
    at: datetime
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldEntry:
    """One entry with all that is known about it.

    Attributes:
        index: its place.
        at: when it was written, UTC.
        event: what happened; ``None`` when the stored bytes are damaged.
        payload: the exact bytes.
        leaf: their hash in the log's tree.
        signed: the newest checkpoint, if it covers the entry.
        cosigned: the newest that a witness asked by this log co-signed, if it covers the entry.
        broken: what is stored is not what was signed.
    """

    index: int
    at: datetime
    event: Event | None
    payload: bytes
    leaf: bytes
    signed: Covered | None = None
    cosigned: Covered | None = None
    broken: bool = False


@dataclass(frozen=True)
class Vouching:
    """A witness of a log.

    Attributes:
        name: of its key.
        key: the key, as a verification takes it.
        fingerprint: of the key, in hexadecimal.
        state: ``new``, ``cosigned``, ``away`` or ``refused``.
        reason: of a refusal, as a code.
        since: when that state began, UTC; ``None`` before it was first asked.
        size: entries it is known to have co-signed.
    """

    name: str
    key: str
    fingerprint: str
    state: str = "new"
    reason: str = ""
    since: datetime | None = None
    size: int = 0


@dataclass(frozen=True)
class Keys:
    """By what a log is verified: the key that signs it, and its witnesses."""

    log_key: str
    fingerprint: str
    witnesses: tuple[Vouching, ...]


def entry_of(viewer: Viewer, index: int) -> HeldEntry:
    """One entry of the log of the viewer's client. Is logged before anything is returned.

    Raises:
        NotFound: no such entry is held.
        NotYours: the viewer may not read the log; the attempt is logged.
        Unavailable: it could not be logged, or the keys are away.
    """
    require(viewer, VIEW)
    rows = Entry.objects.filter(log=viewer.client, index=index) if 0 <= index < _MOST else Entry.objects.none()
    with scope(viewer.client):
        found = rows.values_list("at", "payload").first()
        if found is None:
            raise NotFound(_NO_ENTRY)
        entry = _held(viewer.client, index, found[0], bytes(found[1]))
    customer = entry.event.customer if entry.event is not None else None
    record_now(Event.by(viewer, VIEW, Mode.VIEW, customer=customer, detail=(("index", index),)))
    return entry


def of_trace(client: UUID, trace: UUID, action: str) -> list[HeldEntry]:
    """The entries of one action about one contact, in order, each checked against what was signed. Needs the scope.

    For a page that says what of a record is proven and shows no entry; so nothing is logged.

    Raises:
        Unavailable: the keys are away.
    """
    rows = Entry.objects.filter(log=client, trace=trace, action=action).order_by("index")
    return [
        _held(client, index, at, bytes(payload)) for index, at, payload in rows.values_list("index", "at", "payload")
    ]


def keys_of(viewer: Viewer) -> Keys:
    """By what the log of the viewer's client is verified. Leaves no event.

    Raises:
        NotYours: as ``entry_of``. Unavailable: the keys are away.
    """
    require(viewer, VIEW)
    with scope(viewer.client):
        key = signing.log_key()
        standing = {row.witness: row for row in Cosigning.objects.filter(log=viewer.client)}
        asked = [_vouching(witness, standing.get(witness.id)) for witness in _witnesses(viewer.client)]
    return Keys(key.format(), key.fingerprint, tuple(asked))


def _witnesses(client: UUID) -> list[Witness]:
    return list(Witness.objects.filter(Q(client=None) | Q(client=client)).order_by("added_at"))


def _vouching(witness: Witness, row: Cosigning | None) -> Vouching:
    key = VerifierKey.parse(witness.vkey)
    if row is None:
        return Vouching(key.name, witness.vkey, key.fingerprint)
    return Vouching(key.name, witness.vkey, key.fingerprint, row.state, row.reason, row.since, row.size)


def _held(log: UUID, index: int, at: datetime, payload: bytes) -> HeldEntry:
    try:
        event: Event | None = decode(payload).event
    except BadInput:
        event = None
    leaf = merkle.leaf_hash(payload)
    try:
        signed, cosigned = _covering(log, index, payload)
    except (BadInput, Unverifiable):
        return HeldEntry(index, at, event, payload, leaf, broken=True)
    return HeldEntry(index, at, event, payload, leaf, signed, cosigned)


def _covering(log: UUID, index: int, payload: bytes) -> tuple[Covered | None, Covered | None]:
    """The newest checkpoints that cover an entry: a signed one, a co-signed one.

    Raises:
        BadInput, Unverifiable: entry, tiles and checkpoints do not fit together.
    """
    covering = Checkpoint.objects.filter(log=log, size__gt=index).order_by("-size")
    newest, co_newest = covering.first(), covering.exclude(cosigned_at=None).first()
    witness_keys = [VerifierKey.parse(witness.vkey) for witness in _witnesses(log)]
    signed = cosigned = None
    if newest is not None:
        _verified(newest, index, payload, ())
        signed = Covered(newest.size, newest.at)
    if co_newest is not None:
        seen = _verified(co_newest, index, payload, witness_keys).cosigned
        latest = max((seconds for _, seconds in seen), default=0)
        names = tuple(name for name, _ in seen)
        cosigned = Covered(co_newest.size, datetime.fromtimestamp(latest, UTC), names) if seen else None
    return signed, cosigned


def _verified(checkpoint: Checkpoint, index: int, payload: bytes, witnesses: Sequence[VerifierKey]) -> Verified:
    read = trees.reader(DEFAULT_DB_ALIAS, checkpoint.log)
    hashes = merkle.inclusion_proof(index, checkpoint.size, read)
    proof = Proof(index, hashes, notes.parse(bytes(checkpoint.note)))
    return proof.verify(payload, signing.log_key(), witnesses)
