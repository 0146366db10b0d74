"""What the rooms write down here for others to walk: how their data is erased, and which stored objects are theirs.

A room that keeps a customer's data registers an eraser, which ``privacy`` walks; one that names stored objects in its
rows registers a holder, which the daily sweep asks. Both run inside the client's scope.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
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


Holder: TypeAlias = Callable[[UUID, set[UUID]], set[UUID]]
"""Client and names of stored objects to those of them that a row of the room names."""

# Keys are room names. What no room holds is a left-over, and is removed from the object store a day later.
HOLDERS: Registry[Holder] = Registry("holder of objects")

# Keys are room names; arguments are client and customer.
ERASERS: Registry[Eraser] = Registry("eraser")
