"""Signed checkpoints: what a log says about itself, signed by the key agent (C2SP tlog-checkpoint).

1. A log is called ``razdar/<installation>/<log>/<generation>``; its key is called ``razdar/<installation>``. The agent
   writes the text (:mod:`~razdar.keys.log_heads`).
2. A log that grew is signed after the round that emptied the inbox; while the inbox is never empty, once a second.
3. What is signed is committed before: a signature cannot be taken back, a round can. Each round begins with what the
   one before left unsigned, and takes nothing in while that cannot be signed. So an entry stands for about a second
   without a checkpoint that covers it, and while the key agent is away, one round of entries does.
4. The key agent remembers what it signed last, and signs nothing that does not extend it. Where somebody rewrote the
   tables, the log stands still until somebody has looked; where an older state was restored, until the restore is
   finished.
5. The newest checkpoint is kept, and those that a witness co-signed: all of the last day, one an hour of the last
   month, one a day before that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db import connections
from django.db.models import F, Q, QuerySet

from razdar.audit.models import AuditLog, Checkpoint
from razdar.audit.sequencing import telling
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.trees import reader
from razdar.audit.sequencing.turn import writing
from razdar.core.ledger import merkle, origins
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from razdar.keys import agent
from razdar.keys.agent import SigningPurpose
from razdar.keys.log_heads import MOST_LOGS, Rewritten
from razdar.keys.records import Extension, LogHead

AT_MOST_EVERY: Final = timedelta(seconds=1)

_THIN: Final = """
DELETE FROM audit_checkpoint USING (
    SELECT client_id, size, row_number() OVER (
        PARTITION BY client_id, date_trunc(CASE WHEN at < %(month)s THEN 'day' ELSE 'hour' END, at) ORDER BY size DESC
    ) AS place FROM audit_checkpoint WHERE at < %(day)s AND cosigned_at IS NOT NULL
) AS old
WHERE old.place > 1 AND audit_checkpoint.client_id = old.client_id AND audit_checkpoint.size = old.size
"""


def log_key() -> VerifierKey:
    """The key that verifies the logs of this installation.

    Raises:
        KeysLocked: the keys are not unlocked in this process.
    """
    return _PUBLIC.key()


class _Public:
    """The log's key, asked for once of each agent: it is the same for the life of the installation."""

    def __init__(self) -> None:
        self._of: tuple[object, VerifierKey] | None = None

    def key(self) -> VerifierKey:
        now = agent.current()
        if self._of is None or self._of[0] is not now:
            name = SignerName(origins.key_name(now.installation_id()))
            self._of = now, VerifierKey(name, Algorithm.ED25519, now.verifying_key(SigningPurpose.LOG))
        return self._of[1]


_PUBLIC = _Public()


def sign_due(now: datetime, *, busy: bool = False, fence: int | None = None) -> bool:
    """Sign logs that grew, those first that have waited longest, as many as fit one question.

    Args:
        now: the time of the round.
        busy: more is waiting in the inbox, so a log that was signed within a second waits.
        fence: of the turn it belongs to, if there is one.

    Returns:
        Whether more are due.

    Raises:
        AnotherHolds: another sequencer is at work, or took the turn.
        Rewritten: a log does not extend what was signed last.
        Unavailable: the key agent cannot sign.
    """
    if not _due(now, busy=busy).exists():
        return False
    with writing(fence):
        due = list(_due(now, busy=busy)[: MOST_LOGS + 1])
        logs = due[:MOST_LOGS]
        last = {head.log: head for head in agent.current().log_heads([log.log for log in logs])}
        grown = [_extension(log, last.get(log.log)) for log in logs]
        store(logs, [step.head for step in grown], agent.current().sign_checkpoints(grown), now)
    return len(due) > MOST_LOGS


def _due(now: datetime, *, busy: bool) -> QuerySet[AuditLog]:
    due = AuditLog.objects.using(SEQUENCER).exclude(hashed=F("signed_size"))
    if busy:
        due = due.exclude(signed_at__gt=now - AT_MOST_EVERY, signed_at__lte=now)
    return due.order_by(F("signed_at").asc(nulls_first=True), "log")


def _extension(log: AuditLog, last: LogHead | None) -> Extension:
    """The log as it stands, with the proof that it extends what was signed last."""
    size, read = (last.size if last is not None else 0), reader(SEQUENCER, log.log)
    if size > log.hashed:
        raise Rewritten
    return Extension(head_of(log), merkle.consistency_proof(size, log.hashed, read))


def head_of(log: AuditLog) -> LogHead:
    """The log as it stands in the tables."""
    return LogHead(log.log, log.generation, log.hashed, merkle.root(log.hashed, reader(SEQUENCER, log.log)))


def store(logs: Sequence[AuditLog], heads: Sequence[LogHead], signed: Sequence[bytes], now: datetime) -> None:
    """Keep new checkpoints, in the open transaction; each takes the place of what the log says of it otherwise."""
    known = Checkpoint.objects.using(SEQUENCER)
    others = (Q(log=head.log) & (Q(size__lt=head.size, cosigned_at=None) | Q(size__gte=head.size)) for head in heads)
    known.filter(reduce(or_, others)).delete()
    known.bulk_create(
        Checkpoint(log=head.log, size=head.size, root=head.root, at=now, note=note)
        for head, note in zip(heads, signed, strict=True)
    )
    for log, head in zip(logs, heads, strict=True):
        log.signed_size, log.signed_at = head.size, now
    AuditLog.objects.using(SEQUENCER).bulk_update(logs, ("signed_size", "signed_at"))
    telling.proven(log.log for log in logs)


def thin(now: datetime) -> None:
    """Let go of co-signed checkpoints that are too close together for their age."""
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(_THIN, {"day": now - timedelta(days=1), "month": now - timedelta(days=30)})
