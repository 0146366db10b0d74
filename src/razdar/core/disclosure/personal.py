"""A cell for one person, for a time: an exception from the row of the matrix.

It stands in place of one cell of one role, for one person at one client, from the moment it is agreed to the moment it
ends. It widens nothing else, and nobody else meets it. It goes with the grant of the role: who loses the role and gets
it again, or has to be approved again, meets the exception no more. What is kept of it, and who agreed, is `identity`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from razdar.core.disclosure.classes import DataClass
from razdar.core.disclosure.levels import Cell, Role

LONGEST = timedelta(days=28)
"""Four weeks: long enough for an absence or a campaign. What lasts longer is a duty, and belongs in a role."""


@dataclass(frozen=True)
class PersonalCell:
    """One exception.

    Attributes:
        role: the role in which the person meets it; in another role it is nothing.
        grant: that grant of the role which it was agreed for.
        cell: what holds in place of the role's cell.
        since, until: from the first moment on, and not at the last one any more.
    """

    client: UUID
    person: UUID
    role: Role
    grant: UUID
    data_class: DataClass
    cell: Cell
    since: datetime
    until: datetime

    def holds(self, who: "Holder", at: datetime) -> bool:
        """Whether it is this person's here, in this role, at this moment."""
        theirs = (self.client, self.person, self.role) == (who.client, who.person, who.role)
        if not theirs or self.grant != who.grant or (who.granted_at and who.granted_at > self.since):
            return False
        return self.since <= at < self.until <= self.since + LONGEST


@dataclass(frozen=True)
class Holder:
    """Whose row is compiled: a person in a role at a client.

    Attributes:
        grant, granted_at: by which grant the role is held, and since when it was agreed to, if that is known.
    """

    client: UUID
    person: UUID
    role: Role
    grant: UUID
    granted_at: datetime | None = None


Row = Mapping[DataClass, Cell]


def with_personal(row: Row, cells: Iterable[PersonalCell], who: Holder, at: datetime) -> Row:
    """The row of a role with this person's exceptions of this moment in place; of two for one cell, the stricter."""
    found: dict[DataClass, Cell] = {}
    for each in cells:
        if each.holds(who, at):
            found[each.data_class] = _stricter(found.get(each.data_class, each.cell), each.cell)
    return MappingProxyType({c: cell for c, cell in {**row, **found}.items() if cell.level})


def _stricter(one: Cell, other: Cell) -> Cell:
    both = one.second_person or other.second_person
    return Cell(min(one.level, other.level), one.purposes & other.purposes, both)
