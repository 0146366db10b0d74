"""What waits in the inbox: whose turn it is, and checking who vouches for a row, and whether that is who writes such.

1. Rows are read and deleted by their ids, never followed by a running number: a transaction that commits late would be
   skipped.
2. The order is that of their arrival, which the database numbers; nothing that the inserter chooses counts. What names
   a writer that the log knows comes first: rows under made-up names keep no known writer waiting.
3. A round asks for the keys of so many new writers and no more. The rows of the others stay for the next one, and so
   they do when the key agent throttles: what was checked is not lost for what cannot be.
4. A log begins with its client's first entry, and a client is one whose keys the key agent made, at the operator's
   word: rows of the database found nobody.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connections

from razdar.audit.authorship import may_write
from razdar.audit.sequencing import vigil
from razdar.core.errors import BadInput, Throttled
from razdar.core.ledger import Dated, Kind, Stamp, decode, vouches
from razdar.keys import agent, wipe
from razdar.keys.callers import Role

SEQUENCER = "sequencer"
WRITERS_REMEMBERED = 1024
NEW_WRITERS = 200
"""Keys asked for in one round."""
ROOM_FOR_NEW = 10
"""One in so many places of a round is for writers that the log does not know, whatever the others put in."""


class Reason(StrEnum):
    """Why a row is kept apart."""

    FORGED = "forged"
    """The stamp is not the writer's."""
    UNREADABLE = "unreadable"
    """The stamp is right and the payload is no event."""
    LEAP = "leap"
    """More of the writer's numbers would be absent than an honest one leaves out."""
    REPLAYED = "replayed"
    """Another event with this counter is in the log."""
    FOREIGN = "foreign"
    """Such entries are not written by a process in the writer's role."""
    MISDATED = "misdated"
    """The event is dated more than two minutes after it came."""
    ASTRAY = "astray"
    """The event is of a client that was never founded."""


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


_WAITING = (
    "SELECT id, kind, role, writer, counter, mac, payload FROM audit_inbox "
    "WHERE {} (SELECT 1 FROM audit_writer WHERE audit_writer.writer = audit_inbox.writer) ORDER BY arrival LIMIT %s"
)


def waiting(limit: int) -> list[Row]:
    """The rows whose turn it is, known writers' first, each in the order of arrival; they stay until ``take``.

    Needs an open transaction on the sequencer's alias.
    """
    _KEYS.new_round()
    known = _read("EXISTS", limit)
    return known + _read("NOT EXISTS", max(limit - len(known), -(-limit // ROOM_FOR_NEW)))


def take(rows: Iterable[Row]) -> None:
    """Delete rows. Needs the transaction that found them."""
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute("DELETE FROM audit_inbox WHERE id = ANY(%s)", [[row.id for row in rows]])


def _read(known: str, limit: int) -> list[Row]:
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(_WAITING.format(known), [limit])
        return [
            Row(row, kind, role, writer, counter, bytes(mac), bytes(payload))
            for row, kind, role, writer, counter, mac, payload in cursor.fetchall()
        ]


def check(row: Row, now: datetime) -> Genuine | Reason | None:
    """Whether the writer vouches for the row, and what it says; ``None`` if this round does not get to know.

    Args:
        row: whatever stood in the inbox.
        now: the time of the round.

    Raises:
        KeysLocked: the stamps cannot be checked in this process.
    """
    try:
        kind = Kind(row.kind)
        stamp = Stamp(row.id, kind, row.role, row.writer, row.counter)
        key = _KEYS.of(row.role, row.writer)
        if key is None:
            return None
        genuine = vouches(key, stamp, row.payload, row.mac)
    except ValueError:
        genuine = False
    if not genuine:
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


def of_founded(checked: Sequence[tuple[Row, Genuine | Reason]]) -> list[tuple[Row, Genuine | Reason]]:
    """The same, with what is of a client that was never founded kept apart."""
    asked = {client for _, item in checked if (client := _client_of(item))}
    unknown = _CLIENTS.unknown(asked) if asked else asked
    return [(row, Reason.ASTRAY if _client_of(item) in unknown else item) for row, item in checked]


def _client_of(item: Genuine | Reason) -> UUID | None:
    return item.dated.event.client if isinstance(item, Genuine) and item.dated else None


class _Clients:
    """The clients met so far that the agent knows, for as long as the same agent is unlocked."""

    def __init__(self) -> None:
        self._agent: object = None
        self._known: set[UUID] = set()

    def unknown(self, clients: set[UUID]) -> set[UUID]:
        """Those of some clients that have no keys."""
        if (now := agent.current()) is not self._agent:
            self._agent, self._known = now, set()
        if new := sorted(clients - self._known):
            self._known.update(now.known_clients(new))
        return clients - self._known


_CLIENTS = _Clients()


class _Keys:
    """The stamp keys of the writers met lately, for as long as the same agent is unlocked."""

    def __init__(self) -> None:
        self._agent: object = None
        self._of: OrderedDict[tuple[str, UUID], bytearray] = OrderedDict()
        self._room = NEW_WRITERS

    def new_round(self) -> None:
        """From here on, so many keys may be asked for."""
        self._room = NEW_WRITERS

    def of(self, role: str, writer: UUID) -> bytearray | None:
        """The key of a writer; ``None`` if it is not known and no more are asked for in this round.

        Raises:
            ValueError: there is no such role.
        """
        if (now := agent.current()) is not self._agent:
            self._agent, self._of = now, OrderedDict()
        name = (Role(role).value, writer)
        if name not in self._of and not self._ask(now, name):
            return None
        self._of.move_to_end(name)
        return self._of[name]

    def _ask(self, now: agent.Agent, name: tuple[str, UUID]) -> bool:
        if not self._room:
            return False
        try:
            self._of[name] = now.stamp_key(*name)
        except Throttled:
            self._room = 0
            return False
        self._room -= 1
        if len(self._of) > WRITERS_REMEMBERED:
            _, forgotten = self._of.popitem(last=False)
            wipe(forgotten)
        return True


_KEYS = _Keys()
