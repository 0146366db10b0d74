"""How each room's data is exported and erased: written down here by the rooms, walked by ``privacy``.

A room that keeps a customer's data registers one exporter and one eraser; a room that forgets is found by the test that
holds these names against the tables. Both run inside the client's scope.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from razdar.core.registry import Registry


@dataclass(frozen=True)
class Exported:
    """One item of an answer to an access request.

    Attributes:
        kind: what it is, in the room's words ("recording").
        id: the row it comes from.
        values: name and sealed or plain value; opening sealed ones is the caller's business.
    """

    kind: str
    id: UUID
    values: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Erased:
    """What an eraser removed, or would remove.

    Attributes:
        counts: number of items by kind ("recording": 3).
        objects: names of stored files that went with them.
    """

    counts: tuple[tuple[str, int], ...]
    objects: tuple[UUID, ...] = field(default=())


@dataclass(frozen=True)
class Eraser:
    """A room's way to erase one customer.

    Attributes:
        preview: counts what :attr:`erase` would remove; changes nothing.
        erase: removes it. Safe to repeat: a second run finds nothing.
    """

    preview: Callable[[UUID, UUID], Erased]
    erase: Callable[[UUID, UUID], Erased]


Exporter = Callable[[UUID, UUID], Iterator[Exported]]

# Keys are room names; arguments are client and customer.
EXPORTERS: Registry[Exporter] = Registry("exporter")
ERASERS: Registry[Eraser] = Registry("eraser")
