"""What the rooms write down here for others to walk: how their data is erased, which stored objects are theirs, and
how what they keep of a call is destroyed when it was kept long enough.

A room that keeps a customer's data registers an eraser, which ``privacy`` walks; one that names stored objects in its
rows registers a holder, which the daily sweep asks; one that keeps sound or words of calls registers a destroyer, which
retention walks. All run inside the client's scope.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from razdar.core.disclosure import DataClass
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


@dataclass(frozen=True)
class Destroyer:
    """A room's way to destroy what it keeps of calls, and to keep the calls themselves. Arguments are client and calls.

    Attributes:
        data_class: what it destroys.
        preview: counts what :attr:`destroy` would remove; changes nothing.
        destroy: removes rows and stored files. Safe to repeat: a second run finds nothing.
    """

    data_class: DataClass
    preview: Callable[[UUID, Collection[UUID]], Erased]
    destroy: Callable[[UUID, Collection[UUID]], Erased]


Holder: TypeAlias = Callable[[UUID, set[UUID]], set[UUID]]
"""Client and names of stored objects to those of them that a row of the room names."""

# Keys are room names. What no room holds is a left-over, and is removed from the object store a day later.
HOLDERS: Registry[Holder] = Registry("holder of objects")

# Keys are room names; arguments are client and customer.
ERASERS: Registry[Eraser] = Registry("eraser")

# Keys are a room's name and the data class.
DESTROYERS: Registry[Destroyer] = Registry("destroyer")

Linked: TypeAlias = Callable[[UUID, Collection[UUID]], None]
"""Client, and customers of whom more is known than before: they were linked to others, or somebody wrote who it is."""

# Keys are room names; called in the transaction that makes the link or writes the value.
LINKED: Registry[Linked] = Registry("who is told of links")


@dataclass(frozen=True)
class Contact:
    """A contact with a customer, as far as it matters who the customer is.

    Attributes:
        id: the interaction's.
        agent: pseudonym of the agent who has it, if known.
        begun: when it began.
        ended: when it was over; None while it runs.
    """

    id: UUID
    agent: UUID | None
    begun: datetime
    ended: datetime | None


Contacts: TypeAlias = Callable[[UUID, UUID], Collection[Contact]]
"""Client and customer to the newest contacts under this very record."""

# Keys are room names. A contact that two rooms know is running as long as one of them says so.
CONTACTS: Registry[Contacts] = Registry("who knows of contacts")
