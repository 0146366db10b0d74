"""Putting events in their place: contiguous indexes from 0, one log a client, one for the installation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connections

from razdar.audit.models import NIL, AuditLog
from razdar.audit.sequencing import telling, trees, vigil
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.ledger import Dated, Event, Outcome, encode
from razdar.core.ledger.events import Detail

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Written:
    """An event to append: what it says, its exact bytes, and who stamped it (nobody, if the sequencer wrote it)."""

    dated: Dated
    payload: bytes
    writer: UUID | None = None
    counter: int | None = None


def log_of(event: Event) -> UUID:
    return event.client or NIL


def moment(at_ms: int) -> datetime:
    """Milliseconds since 1970 as a time, without going through floating point."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def millis(at: datetime) -> int:
    """A time as whole milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def of_the_log(log: UUID, action: str, now: datetime, detail: Detail = (), outcome: str = Outcome.OK) -> Written:
    """An entry that the log itself writes."""
    event, at_ms = vigil.own_event(log, action, detail, outcome), millis(now)
    return Written(Dated(event, at_ms), encode(event, at_ms))


class Logs:
    """The logs as one round finds them and leaves them. Needs the round's transaction and the sequencer's lock."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._changed: set[UUID] = set()
        self._of = {log.log: log for log in AuditLog.objects.using(SEQUENCER).order_by("log")}
        if NIL not in self._of:
            self._log(NIL).last_at = now  # its silence counts from here

    def __getitem__(self, name: UUID) -> AuditLog:
        return self._of[name]

    def __iter__(self) -> Iterator[AuditLog]:
        return iter(self._of.values())

    def append(self, written: Sequence[Written]) -> None:
        """Append in the order given, with a leaf for each entry."""
        of_log: dict[UUID, list[Written]] = {}
        for item in written:
            of_log.setdefault(log_of(item.dated.event), []).append(item)
        entries, subjects = [], []
        for name, items in of_log.items():
            log = self._log(name)
            told = list(self._in_time(log, items))
            for index, item in enumerate(told, log.next_index):
                entries.append(_entry(item, name, index))
                subjects += _subjects(item, index)
            trees.extend(log, [item.payload for item in told])
            log.next_index += len(told)
            log.last_at = self._now
        _insert("audit_event", _ENTRY, entries)
        _insert("audit_subject", _SUBJECT, subjects)
        telling.grown(of_log)

    def catch_up(self) -> bool:
        """Hash what an earlier version left without leaves; true if there was something, as much as fits a round."""
        behind = [log for log in self if log.hashed < log.next_index]
        for log in behind[:1]:
            self._changed.add(log.log)
            trees.catch_up(log)
            log.last_at = log.last_at or self._now
        return bool(behind)

    def save(self) -> None:
        changed = [self._of[name] for name in sorted(self._changed)]
        AuditLog.objects.using(SEQUENCER).bulk_update(changed, _CHANGING) if changed else None

    def _log(self, name: UUID) -> AuditLog:
        if name not in self._of:
            self._of[name] = AuditLog.objects.using(SEQUENCER).create(log=name)
        self._changed.add(name)
        return self._of[name]

    def _in_time(self, log: AuditLog, items: list[Written]) -> Iterator[Written]:
        """The entries of one log, each that is too late announced by one of the log's own."""
        for item in items:
            at = moment(item.dated.at_ms)
            behind = 0 if vigil.is_step(item.dated) else vigil.late(log, at)
            if behind:
                yield of_the_log(log.log, vigil.CLOCK_BACK, self._now, (("by_ms", behind), ("of", "writer")))
            if behind or vigil.is_step(item.dated) or log.newest_at is None:
                log.newest_at = at
            log.newest_at = max(log.newest_at, at)
            yield item


_CHANGING: Final = ("generation", "next_index", "minimum", "hashed", "last_at", "newest_at")
_ENTRY = {
    "log": "uuid",
    "index": "bigint",
    "client_id": "uuid",
    "at": "timestamptz",
    "actor": "uuid",
    "role": "text",
    "session": "text",
    "device": "text",
    "zone": "text",
    "action": "text",
    "mode": "text",
    "customer": "uuid",
    "purpose": "text",
    "case": "text",
    "outcome": "text",
    "trace": "uuid",
    "writer": "uuid",
    "counter": "bigint",
    "payload": "bytea",
}
_SUBJECT = {"client_id": "uuid", "subject": "uuid", "index": "bigint"}


def _entry(item: Written, log: UUID, index: int) -> tuple[object, ...]:
    event = item.dated.event
    return (
        log,
        index,
        event.client,
        moment(item.dated.at_ms),
        event.actor,
        event.role,
        event.session,
        event.device,
        event.zone,
        event.action,
        str(event.mode),
        event.customer,
        event.purpose,
        event.case,
        event.outcome,
        event.trace,
        item.writer,
        item.counter,
        item.payload,
    )


def _subjects(item: Written, index: int) -> list[tuple[object, ...]]:
    event = item.dated.event
    return [(event.client, subject, index) for subject in sorted(event.subjects)] if event.client else []


def _insert(table: str, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]) -> None:
    """One statement, one array a column: several times faster than a row of parameters for each entry.

    COPY would be faster still, and is refused for tables with row-level security.
    """
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    statement = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 (names of our own)
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
