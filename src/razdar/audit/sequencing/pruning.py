"""Letting go of entries that are older than the log is kept.

1. Months are set by RAZDAR_LOG_MONTHS: 24 by default, never below 12.
2. Whole bundles of 256 entries go, from the oldest on, and only while every entry in them is older. When it was written
   and that it is what was signed is read from its own bytes: a column that was altered prunes nothing.
3. Only what a checkpoint covers goes. First an entry ``audit:log:prune`` says which entry is the first still held and
   before which time the others were written; they go in the same transaction.
4. Tiles go once everything below them is gone. What remains can still be proven: the siblings of an entry that is held
   stand in tiles that cover that entry (:mod:`~razdar.core.ledger.merkle`).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections

from razdar.audit.models import AuditLog, Checkpoint
from razdar.audit.sequencing import signing, trees
from razdar.audit.sequencing.entries import Logs, millis, of_the_log
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.turn import writing
from razdar.core.errors import BadInput
from razdar.core.ledger import Event, decode, merkle
from razdar.core.ledger.tiles import TILE_WIDTH, TileId
from razdar.runtime import logs as log_files

PRUNE: Final = "audit:log:prune"
AT_ONCE: Final = 100 * TILE_WIDTH
"""Entries in one transaction."""

_EVENTS: Final = 'DELETE FROM audit_event WHERE log = %s AND "index" >= %s AND "index" < %s'
_SUBJECTS: Final = (
    "DELETE FROM audit_subject USING unnest(%s::uuid[], %s::bigint[]) AS gone(subject, index) "
    "WHERE client_id = %s AND audit_subject.subject = gone.subject AND audit_subject.index = gone.index"
)
_TILES: Final = 'DELETE FROM audit_tile WHERE client_id = %s AND "index" < %s::bigint >> least(63, 8 * (level + 1))'


class Damaged(Exception):
    """An entry is not what was signed."""


def prune(now: datetime, months: int, fence: int | None = None) -> dict[UUID, int]:
    """Let go of what is older, in all logs. Returns how many entries of which log.

    Args:
        now: the present.
        months: how long entries are kept.
        fence: of the turn it belongs to, if there is one.

    Raises:
        AnotherHolds: a sequencer is at work; what was pruned until then stays so. Try again.
        Unavailable: the log cannot be signed.
    """
    before = months_before(now, months)
    gone: dict[UUID, int] = {}
    for log in AuditLog.objects.using(SEQUENCER).values_list("log", flat=True).order_by("log"):
        while count := _prune_some(log, before, now, fence):
            gone[log] = gone.get(log, 0) + count
            signing.sign_due(now, fence=fence)
    signing.thin(now)
    return gone


def months_before(now: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the last day of a month that is too short."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


@dataclass
class _Old:
    """What may go, from the log's minimum on."""

    end: int
    subjects: list[tuple[UUID, int]] = field(default_factory=list)

    def add(self, events: list[Event]) -> None:
        self.subjects += [(who, self.end + at) for at, event in enumerate(events) for who in event.subjects]
        self.end += len(events)


def _prune_some(name: UUID, before: datetime, now: datetime, fence: int | None) -> int:
    with writing(fence):
        kept = Logs(now)
        log = kept[name]
        first, old = log.minimum, _old(log, before)
        if old.end == first:
            return 0
        detail = (("minimum", old.end), ("before_ms", millis(before)))
        kept.append([of_the_log(name, PRUNE, now, detail)])
        _delete(log, old)
        log.minimum = old.end
        kept.save()
    return old.end - first


def _old(log: AuditLog, before: datetime) -> _Old:
    old = _Old(log.minimum)
    try:
        for events in _bundles(log, millis(before)):
            old.add(events)
    except Damaged as error:
        log_files.error("prune-stops-at-damage", error, log=log.log, index=old.end)
    return old


def _bundles(log: AuditLog, before_ms: int) -> Iterator[list[Event]]:
    """The events of the oldest bundles, while all of one were written before that time."""
    last = min(log.signed_size - TILE_WIDTH, log.minimum + AT_ONCE - TILE_WIDTH)
    for first in range(log.minimum, last + 1, TILE_WIDTH):
        dated = [_vouched(payload) for payload in _signed(log.log, first)]
        if any(at_ms >= before_ms for _, at_ms in dated):
            return
        yield [event for event, _ in dated]


def _signed(log: UUID, first: int) -> list[bytes]:
    payloads = trees.payloads(SEQUENCER, log, first, first + TILE_WIDTH)
    tile = TileId(0, first // TILE_WIDTH)
    leaves = trees.reader(SEQUENCER, log)([tile]).get(tile)
    if leaves != b"".join(map(merkle.leaf_hash, payloads)):
        raise Damaged
    return payloads


def _vouched(payload: bytes) -> tuple[Event, int]:
    try:
        dated = decode(payload)
    except BadInput as error:
        raise Damaged from error
    return dated.event, dated.at_ms


def _delete(log: AuditLog, old: _Old) -> None:
    whose, where = zip(*old.subjects, strict=True) if old.subjects else ((), ())
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(_EVENTS, [log.log, log.minimum, old.end])
        if cursor.rowcount != old.end - log.minimum:
            raise BadInput("Some entries of the log are dated otherwise than they say, so nothing was pruned.")
        cursor.execute(_SUBJECTS, [list(whose), list(where), log.log])
        cursor.execute(_TILES, [log.log, old.end])
    Checkpoint.objects.using(SEQUENCER).filter(log=log.log, size__lt=old.end).delete()
