"""Taking rows out of the inbox and checking who vouches for them, and whether that is who writes such entries.

Rows are deleted and returned in one statement, never followed by a running number: a transaction that commits late
would be skipped.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connections

from razdar.audit.authorship import may_write
from razdar.audit.sequencing import vigil
from razdar.core.errors import BadInput
from razdar.core.ledger import Dated, Kind, Stamp, decode, vouches
from razdar.keys import agent, wipe
from razdar.keys.callers import Role

SEQUENCER = "sequencer"
WRITERS_REMEMBERED = 1024


class Reason(StrEnum):
    """Why a row is kept apart."""

    FORGED = "forged"
    """The stamp is not the writer's."""
    UNREADABLE = "unreadable"
    """The stamp is right and the payload is no event."""
    LEAP = "leap"
    """The counter is too far ahead of the last one to be honest."""
    REPLAYED = "replayed"
    """Another event with this counter is in the log."""
    FOREIGN = "foreign"
    """Such entries are not written by a process in the writer's role."""
    MISDATED = "misdated"
    """The event is dated more than a day after it came."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was found in the inbox; nothing in it is believed yet."""

    id: UUID
    kind: int
    role: str
    writer: UUID
    counter: int
    mac: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Genuine:
    """A row its writer vouches for. ``dated`` is there for events only."""

    row: Row
    kind: Kind
    dated: Dated | None = None


def drain(limit: int) -> list[Row]:
    """Take the oldest rows out, in the order of their ids. Needs an open transaction on the sequencer's alias."""
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(
            "DELETE FROM audit_inbox WHERE id IN (SELECT id FROM audit_inbox ORDER BY id LIMIT %s) "
            "RETURNING id, kind, role, writer, counter, mac, payload",
            [limit],
        )
        found = [
            Row(row, kind, role, writer, counter, bytes(mac), bytes(payload))
            for row, kind, role, writer, counter, mac, payload in cursor.fetchall()
        ]
    return sorted(found, key=lambda row: row.id)


def check(row: Row, now: datetime) -> Genuine | Reason:
    """Whether the writer vouches for the row, and what it says.

    Args:
        row: whatever stood in the inbox.
        now: the time of the round.

    Raises:
        KeysLocked: the stamps cannot be checked in this process.
    """
    try:
        kind = Kind(row.kind)
        stamp = Stamp(row.id, kind, row.role, row.writer, row.counter)
        if not vouches(_KEYS.of(row.role, row.writer), stamp, row.payload, row.mac):
            return Reason.FORGED
    except ValueError:
        return Reason.FORGED
    if kind is not Kind.EVENT:
        return Genuine(row, kind) if not row.payload else Reason.UNREADABLE
    try:
        dated = decode(row.payload)
    except BadInput:
        return Reason.UNREADABLE
    if vigil.is_ahead(dated, now):
        return Reason.MISDATED
    return Genuine(row, kind, dated) if may_write(row.role, dated.event.action) else Reason.FOREIGN


class _Keys:
    """The stamp keys of the writers met lately, for as long as the same agent is unlocked."""

    def __init__(self) -> None:
        self._agent: object = None
        self._of: OrderedDict[tuple[str, UUID], bytearray] = OrderedDict()

    def of(self, role: str, writer: UUID) -> bytearray:
        """The key of a writer.

        Raises:
            ValueError: there is no such role.
        """
        if (now := agent.current()) is not self._agent:
            self._agent, self._of = now, OrderedDict()
        name = (Role(role).value, writer)
        if name not in self._of:
            self._of[name] = now.stamp_key(*name)
            if len(self._of) > WRITERS_REMEMBERED:
                _, forgotten = self._of.popitem(last=False)
                wipe(forgotten)
        self._of.move_to_end(name)
        return self._of[name]


_KEYS = _Keys()
