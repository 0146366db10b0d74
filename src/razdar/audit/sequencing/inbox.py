"""Taking rows out of the inbox and checking who vouches for them.

Rows are deleted and returned in one statement, never followed by a running number: a transaction that commits late
would be skipped.
"""

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connections

from razdar.audit.writer import writer_key
from razdar.core.errors import BadInput
from razdar.core.ledger import Dated, Kind, Stamp, decode, vouches
from razdar.keys import agent, wipe

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


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was found in the inbox; nothing in it is believed yet."""

    id: UUID
    kind: int
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
            "RETURNING id, kind, writer, counter, mac, payload",
            [limit],
        )
        found = [
            Row(row, kind, writer, counter, bytes(mac), bytes(payload))
            for row, kind, writer, counter, mac, payload in cursor.fetchall()
        ]
    return sorted(found, key=lambda row: row.id)


def check(row: Row) -> Genuine | Reason:
    """Whether the writer vouches for the row, and what it says.

    Raises:
        KeysLocked: the stamps cannot be checked in this process.
    """
    try:
        kind = Kind(row.kind)
        if not vouches(_KEYS.of(row.writer), Stamp(row.id, kind, row.writer, row.counter), row.payload, row.mac):
            return Reason.FORGED
    except ValueError:
        return Reason.FORGED
    if kind is not Kind.EVENT:
        return Genuine(row, kind) if not row.payload else Reason.UNREADABLE
    try:
        return Genuine(row, kind, decode(row.payload))
    except BadInput:
        return Reason.UNREADABLE


class _Keys:
    """The stamp keys of the writers met lately, for as long as the same agent is unlocked."""

    def __init__(self) -> None:
        self._agent: object = None
        self._of: OrderedDict[UUID, bytearray] = OrderedDict()

    def of(self, writer: UUID) -> bytearray:
        if (now := agent.current()) is not self._agent:
            self._agent, self._of = now, OrderedDict()
        if writer not in self._of:
            self._of[writer] = writer_key(writer)
            if len(self._of) > WRITERS_REMEMBERED:
                _, forgotten = self._of.popitem(last=False)
                wipe(forgotten)
        self._of.move_to_end(writer)
        return self._of[writer]


_KEYS = _Keys()
