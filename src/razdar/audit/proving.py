"""What pages tell and hand out about the proof of a client's log: its state, a proof of one entry, an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from razdar.audit.admission import require
from razdar.audit.exports import exporting
from razdar.audit.exports.exporting import EXPORT, Source
from razdar.audit.models import Checkpoint, Cosigning, CosigningState, Entry, Witness
from razdar.audit.sequencing import signing, trees
from razdar.audit.services import record_now
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound
from razdar.core.ledger import Event, Mode, covering, merkle, notes
from razdar.core.ledger.notes import Note, VerifierKey
from razdar.core.ledger.proofs import Proof
from razdar.runtime.scope import scope
from razdar.runtime.streams import short_scope

_MOST: Final = 1 << 53
_NO_ENTRY: Final = "There is no such entry, or it is not signed yet."
VIEW: Final = "oversight:log:view"


@dataclass(frozen=True)
class ProofState:
    """How well a log is proven.

    Attributes:
        size: entries in the newest checkpoint; 0 before the first.
        signed_at: when that was signed, UTC; ``None`` before the first.
        cosigned_at: when a witness co-signed for the last time, UTC; ``None`` if none ever did.
        witness: name of the witness that did, or of the one that is to; ``None`` if the log has none.
        alarm: a witness refused, or none has co-signed for a quarter of an hour.
        key_fingerprint: of the key that signs, in hexadecimal, as a verification shows it.
        refused: a witness refuses, or knows more than this log holds.
    """

    size: int
    signed_at: datetime | None
    cosigned_at: datetime | None
    witness: str | None
    alarm: bool
    key_fingerprint: str
    refused: bool = False


def proof_state(viewer: Viewer, now: datetime | None = None) -> ProofState:
    """How well the log of the viewer's client is proven. Leaves no event.

    Raises:
        NotYours: the viewer may not read the log; the attempt is logged.
        Unavailable: the keys are away.
    """
    require(viewer, VIEW)
    with scope(viewer.client):
        known = Checkpoint.objects.filter(log=viewer.client)
        newest = known.order_by("-size").first()
        cosigned = known.exclude(cosigned_at=None).order_by("-size").first()
        keys = _witness_keys(viewer.client)
        refused = Cosigning.objects.filter(log=viewer.client, state=CosigningState.REFUSED).exists()
        log_key = signing.log_key()
    at = cosigned.cosigned_at if cosigned is not None else None
    late = bool(keys) and newest is not None and (at is None or (now or datetime.now(UTC)) - at > covering.ALARM)
    return ProofState(
        size=newest.size if newest is not None else 0,
        signed_at=newest.at if newest is not None else None,
        cosigned_at=at,
        witness=_signer(notes.parse(bytes(cosigned.note)), keys) if cosigned is not None else _first(keys),
        alarm=refused or late,
        key_fingerprint=log_key.fingerprint,
        refused=refused,
    )


def proof_of(viewer: Viewer, index: int) -> bytes:
    """The proof that an entry is in the log, as a ``.tlog-proof`` file; co-signed if it can be. Is logged first.

    Raises:
        NotFound: no such entry is held, or it is not yet signed.
        NotYours: as ``proof_state``. Unavailable: it could not be logged.
    """
    require(viewer, EXPORT)
    if not 0 <= index < _MOST:
        raise NotFound(_NO_ENTRY)
    with scope(viewer.client):
        covering = Checkpoint.objects.filter(log=viewer.client, size__gt=index).order_by("-size")
        checkpoint = covering.exclude(cosigned_at=None).first() or covering.first()
        held = Entry.objects.filter(log=viewer.client, index=index).exists()
        if checkpoint is None or not held:
            raise NotFound(_NO_ENTRY)
        read = trees.reader(DEFAULT_DB_ALIAS, viewer.client)
        hashes = merkle.inclusion_proof(index, checkpoint.size, read)
    record_now(Event.by(viewer, EXPORT, Mode.EXPORT, detail=(("index", index),)))
    return Proof(index, hashes, notes.parse(bytes(checkpoint.note))).encode()


def export_zip(viewer: Viewer, now: datetime | None = None, purpose: str = "") -> Iterator[bytes]:
    """The log of the viewer's client as a .zip file, in pieces. Is logged before the first one.

    To be called outside a scope, or read inside one of the viewer's own client.

    Args:
        viewer: who wants it.
        now: the present.
        purpose: what for, as a code.

    Raises:
        NotYours, Unavailable: as ``proof_of``. NotFound: nothing is signed yet.
    """
    require(viewer, EXPORT)
    record_now(Event.by(viewer, EXPORT, Mode.EXPORT, purpose=purpose))
    source = Source(DEFAULT_DB_ALIAS, partial(short_scope, viewer.client))
    with short_scope(viewer.client):
        log_key = signing.log_key()
    return exporting.zipped(source.files([viewer.client], log_key, now or datetime.now(UTC)))


def _witness_keys(client: UUID) -> list[VerifierKey]:
    mine = Witness.objects.filter(Q(client=None) | Q(client=client)).order_by("added_at")
    return [VerifierKey.parse(witness.vkey) for witness in mine]


def _signer(note: Note, keys: list[VerifierKey]) -> str | None:
    return next((str(key.name) for key in keys if key.has_signed(note)), None)


def _first(keys: list[VerifierKey]) -> str | None:
    return str(keys[0].name) if keys else None
