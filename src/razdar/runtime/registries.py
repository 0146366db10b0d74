"""How each room's data is erased: written down here by the rooms, walked by ``privacy``.

A room that keeps a customer's data registers an eraser. It runs inside the client's scope.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from razdar.core.registry import Registry


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


# Keys are room names; arguments are client and customer.
ERASERS: Registry[Eraser] = Registry("eraser")
