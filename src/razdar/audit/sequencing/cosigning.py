"""How witnesses stand to the logs: what the thread that asks them found out, and what the log says about it.

The thread stores what came of each attempt; the next round of the sequencer writes an entry for each change that
matters: ``audit:witness:refused`` when a witness refuses or knows more than this log holds, ``audit:witness:agreed``
when it signs again. A witness that does not answer changes nothing of what it said last.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from razdar.audit.models import Checkpoint, Cosigning, CosigningState
from razdar.audit.sequencing import telling
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.ledger import checkpoints, notes
from razdar.core.ledger.events import Detail
from razdar.core.ledger.notes import Note, Signature

_TOLD_AS: Final = {CosigningState.REFUSED: "refused", CosigningState.COSIGNED: "agreed"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one attempt.

    Attributes:
        state: how the witness stands now.
        reason: of a refusal, as a code.
        size: the size the witness is known to have co-signed; ``None`` if it did not say.
    """

    state: CosigningState
    reason: str = ""
    size: int | None = None


def standing(log: UUID, witness: UUID) -> Cosigning | None:
    """How the witness stands to the log; ``None`` if it was never asked."""
    return Cosigning.objects.using(SEQUENCER).filter(log=log, witness=witness).first()


def remember(log: UUID, witness: UUID, finding: Finding, now: datetime) -> None:
    """Store what came of an attempt."""
    with transaction.atomic(using=SEQUENCER):
        known = Cosigning.objects.using(SEQUENCER).select_for_update().filter(log=log, witness=witness).first()
        if known is None:
            told = finding.state is not CosigningState.REFUSED
            known = Cosigning(log=log, witness=witness, state=finding.state, since=now, told=told)
        elif _matters(known, finding):
            refused = CosigningState.REFUSED in {known.state, finding.state}
            known.told, known.state, known.since = not refused, finding.state, now
        known.reason = finding.reason or known.reason
        known.size = known.size if finding.size is None else finding.size
        known.save(using=SEQUENCER)
        telling.proven([log])


def _matters(known: Cosigning, finding: Finding) -> bool:
    if finding.state is CosigningState.AWAY:
        return known.state == CosigningState.COSIGNED
    return known.state != finding.state or (bool(finding.reason) and known.reason != finding.reason)


def attach(log: UUID, size: int, note: Note, signatures: tuple[Signature, ...], now: datetime) -> None:
    """Add cosignatures to a stored checkpoint, which is stored again if a newer one has taken its place."""
    root = checkpoints.parse_text(note.text).root
    with transaction.atomic(using=SEQUENCER):
        known = Checkpoint.objects.using(SEQUENCER)
        known.bulk_create(
            [Checkpoint(log=log, size=size, root=root, at=now, note=note.encode())], ignore_conflicts=True
        )
        stored = known.select_for_update().get(log=log, size=size)
        both = notes.parse(bytes(stored.note)).with_signatures(*signatures)
        known.filter(log=log, size=size).update(note=both.encode(), cosigned_at=now)
        telling.proven([log])


def changes() -> list[tuple[UUID, str, Detail]]:
    """What is to be said in which log; needs the round's transaction, and is not told again after it."""
    untold = Cosigning.objects.using(SEQUENCER).filter(told=False)
    found = list(untold.select_for_update().order_by("log", "witness"))
    if found:
        untold.filter(pk__in=[row.pk for row in found]).update(told=True)
    return [(row.log, _TOLD_AS[CosigningState(row.state)], _detail(row)) for row in found]


def _detail(row: Cosigning) -> Detail:
    detail: Detail = (("witness", str(row.witness)), ("size", row.size))
    return (*detail, ("reason", row.reason)) if row.state == CosigningState.REFUSED else detail
