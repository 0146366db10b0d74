"""Objects without a row: what a process that died between writing an object and its row has left in the store.

They are ciphertext that nothing names. One that is older than a day belongs to no transaction that could still commit;
its name says when it was made (UUIDv7).
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from razdar.identity import selectors as people
from razdar.interactions.models import Recording, RecordingSegment
from razdar.runtime import objects
from razdar.runtime.registries import HOLDERS
from razdar.runtime.scope import scope
from razdar.vault import content

LEFT_OVER = timedelta(days=1)
BATCH = 1000


def sweep(now: datetime | None = None) -> int:
    """Remove left-over objects; how many there were. Safe to repeat."""
    before = (now or datetime.now(UTC)) - LEFT_OVER
    names = iter(objects.names())
    removed = 0
    while batch := set(islice(names, BATCH)):
        for name in _unnamed({name for name in batch if _made_at(name) < before}):
            content.discard(name)
            removed += 1
    return removed


def _unnamed(names: set[UUID]) -> Iterable[UUID]:
    left = set(names)
    for _ in range(2):  # again, because a room may have handed one over to a room that was asked before it
        for client in people.clients():
            with scope(client.id):
                for held in HOLDERS.values():
                    left -= held(client.id, left)
    return left


def _held(client: UUID, names: set[UUID]) -> set[UUID]:
    mine = {"client_id": client, "object_name__in": names}
    files = Recording.objects.filter(**mine).values_list("object_name", flat=True)
    segments = RecordingSegment.objects.filter(**mine).values_list("object_name", flat=True)
    return {name for name in (*files, *segments) if name is not None}


HOLDERS.register("interactions")(_held)


def _made_at(name: UUID) -> datetime:
    return datetime.fromtimestamp((name.int >> 80) / 1000, UTC)
