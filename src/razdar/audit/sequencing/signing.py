"""Signed checkpoints: what a log says about itself, signed through the key agent (C2SP tlog-checkpoint).

1. A log is called ``razdar/<installation>/<log>/<generation>``; its key is called ``razdar/<installation>``.
2. A log that grew is signed at the end of the round that emptied the inbox; while the inbox is never empty, once a
   second.
3. The signature is made inside the round's transaction. Where the key agent cannot sign, the round is undone: an entry
   never stands without a checkpoint that covers it for longer than a second.
4. Nothing is signed that does not extend what was signed last: somebody who can write to the tables, and cannot sign,
   must not get the log to sign what they wrote. What was signed last is remembered by the process, or else read from
   the newest checkpoint, whose signature is verified. The log then stands still until somebody has looked.
5. The newest checkpoint is kept, and those that a witness co-signed: all of the last day, one an hour of the last
   month, one a day before that.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connections

from razdar.audit.models import AuditLog, Checkpoint, Sequencing
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.trees import reader
from razdar.core.errors import RazdarError
from razdar.core.ledger import checkpoints as formats
from razdar.core.ledger import merkle, notes
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from razdar.keys import agent
from razdar.keys.agent import SigningPurpose

AT_MOST_EVERY: Final = timedelta(seconds=1)

_THIN: Final = """
DELETE FROM audit_checkpoint USING (
    SELECT client_id, size, row_number() OVER (
        PARTITION BY client_id, date_trunc(CASE WHEN at < %(month)s THEN 'day' ELSE 'hour' END, at) ORDER BY size DESC
    ) AS place FROM audit_checkpoint WHERE at < %(day)s AND cosigned_at IS NOT NULL
) AS old
WHERE old.place > 1 AND audit_checkpoint.client_id = old.client_id AND audit_checkpoint.size = old.size
"""


def key_name(installation: UUID) -> str:
    """What the installation's key is called in notes."""
    return f"razdar/{installation}"


def log_key(alias: str) -> VerifierKey:
    """The key that verifies the logs of this installation.

    Raises:
        KeysLocked: the keys are not unlocked in this process.
    """
    installation = Sequencing.objects.using(alias).values_list("installation", flat=True).get()
    return VerifierKey(SignerName(key_name(installation)), Algorithm.ED25519, _PUBLIC.key())


class _Public:
    """The public key, asked for once of each agent: it is the same for the life of the installation."""

    def __init__(self) -> None:
        self._agent: object = None
        self._key = b""

    def key(self) -> bytes:
        if (now := agent.current()) is not self._agent:
            self._key = now.verifying_key(SigningPurpose.LOG)
            self._agent = now
        return self._key


_PUBLIC = _Public()


class Rewritten(RazdarError):
    """The tree is not an extension of what was signed."""

    code = "log-was-rewritten"


Remembered = dict[str, tuple[int, bytes]]
"""Size and root of what a process signed last, by the log's name."""


def sign_due(
    logs: Iterable[AuditLog], now: datetime, *, busy: bool, remembered: Remembered | None = None
) -> Remembered:
    """Sign the logs that grew. Needs the round's transaction; the logs are saved by the caller.

    Args:
        logs: of which to sign those that grew.
        now: the time of the round.
        busy: more is waiting.
        remembered: what this process signed last, as far as it was committed.

    Returns:
        What was signed, to be remembered once it is committed.

    Raises:
        Rewritten: a log is not what it was.
        Unavailable: the key agent cannot sign.
    """
    due = [log for log in logs if log.hashed > log.signed_size and not (busy and _recent(log, now))]
    if not due:
        return {}
    key = log_key(SEQUENCER)
    signed = {}
    for log in due:
        name = f"{key.name}/{log.log}/{log.generation}"
        checkpoint = formats.Checkpoint(name, log.hashed, _extended(log, key, name, remembered or {}))
        _store(log, checkpoint, key, now)
        signed[name] = (checkpoint.size, checkpoint.root)
    return signed


def _recent(log: AuditLog, now: datetime) -> bool:
    return log.signed_at is not None and log.signed_at <= now < log.signed_at + AT_MOST_EVERY


def _extended(log: AuditLog, key: VerifierKey, name: str, remembered: Remembered) -> bytes:
    """The root of the log, after a look at whether it extends what was signed last."""
    read = reader(SEQUENCER, log.log)
    last = remembered.get(name) or _stored(log, key, name)
    if last is not None and (last[0] > log.hashed or merkle.root(last[0], read) != last[1]):
        raise Rewritten("The log was altered after it was signed. Nothing is signed until that is looked into.")
    return merkle.root(log.hashed, read)


def _stored(log: AuditLog, key: VerifierKey, name: str) -> tuple[int, bytes] | None:
    newest = Checkpoint.objects.using(SEQUENCER).filter(log=log.log).order_by("-size").first()
    if newest is None:
        return None
    checkpoint = formats.read(notes.parse(bytes(newest.note)), key)
    return (checkpoint.size, checkpoint.root) if checkpoint.origin == name else None


def _store(log: AuditLog, checkpoint: formats.Checkpoint, key: VerifierKey, now: datetime) -> None:
    note = checkpoint.signed(key.name, key.public_key, partial(agent.current().sign, SigningPurpose.LOG))
    known = Checkpoint.objects.using(SEQUENCER)
    known.create(log=log.log, size=log.hashed, root=checkpoint.root, at=now, note=note.encode())
    known.filter(log=log.log, size__lt=log.hashed, cosigned_at=None).delete()
    log.signed_size, log.signed_at = log.hashed, now


def thin(now: datetime) -> None:
    """Let go of co-signed checkpoints that are too close together for their age."""
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(_THIN, {"day": now - timedelta(days=1), "month": now - timedelta(days=30)})
