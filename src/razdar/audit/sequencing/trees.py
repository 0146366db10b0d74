"""The tree of each log, as tiles in the database (C2SP tlog-tiles).

The leaf of an entry is the hash of its stamped bytes. Tiles grow in the transaction that appends the entries, so that
there is never an entry without its leaf; those at the right edge are rewritten, full ones never are. Entry bundles are
not stored: an export makes them from the entries.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final
from uuid import UUID

from django.db import connections

from razdar.audit.models import AuditLog
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.ledger import merkle, tiles
from razdar.core.ledger.merkle import Read
from razdar.core.ledger.tiles import TILE_WIDTH, TileId

CATCH_UP: Final = 20 * TILE_WIDTH
"""Entries hashed in one go where a log has more entries than leaves."""

_READ: Final = (
    "SELECT level, index, hashes FROM audit_tile "
    "JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted(level, index) USING (level, index) WHERE client_id = %s"
)
_WRITE: Final = (
    "INSERT INTO audit_tile (client_id, level, index, hashes) "
    "SELECT %s, * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) "
    "ON CONFLICT (client_id, level, index) DO UPDATE SET hashes = excluded.hashes"
)
_PAYLOADS: Final = 'SELECT payload FROM audit_event WHERE log = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'

Held = Callable[[], AbstractContextManager[None]]
"""Opens what a read needs: a page's client scope; nothing in the sequencer."""


def reader(alias: str, log: UUID, held: Held = nullcontext) -> Read:
    """Reads a log's tiles through a connection, each time one statement."""

    def read(wanted: Sequence[TileId]) -> Mapping[TileId, bytes]:
        columns: list[list[int]] = [[tile.level for tile in wanted], [tile.index for tile in wanted]]
        with held(), connections[alias].cursor() as cursor:
            cursor.execute(_READ, [*columns, log])
            return {TileId(level, index): bytes(hashes) for level, index, hashes in cursor.fetchall()}

    return read


def extend(log: AuditLog, payloads: Sequence[bytes]) -> None:
    """Append the leaves of entries to a log's tiles. The log itself is saved by the caller.

    Raises:
        BadInput: the tiles at the edge are not those of a log of this size.
    """
    edge = reader(SEQUENCER, log.log)(list(tiles.partial_tiles(log.hashed)))
    changed = tiles.grow(log.hashed, [merkle.leaf_hash(payload) for payload in payloads], edge)
    write(log.log, changed)
    log.hashed += len(payloads)


def write(log: UUID, changed: Mapping[TileId, bytes]) -> None:
    columns: list[list[object]] = [
        [tile.level for tile in changed],
        [tile.index for tile in changed],
        list(changed.values()),
    ]
    with connections[SEQUENCER].cursor() as cursor:
        cursor.execute(_WRITE, [log, *columns])


def catch_up(log: AuditLog) -> None:
    """Hash entries that an earlier version appended without a tree, as many as fit a round."""
    extend(log, payloads(SEQUENCER, log.log, log.hashed, min(log.next_index, log.hashed + CATCH_UP)))


def payloads(alias: str, log: UUID, first: int, end: int) -> list[bytes]:
    """The bytes of entries, the last one excluded, in order."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_PAYLOADS, [log, first, end])
        return [bytes(payload) for (payload,) in cursor.fetchall()]
