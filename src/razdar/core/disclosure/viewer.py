"""The viewer: who looks, from where, with which rights, at this moment.

Frozen, compiled once a request, made only by ``identity`` from a real session, job or key. The door of the vault
believes nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from razdar.core.disclosure.classes import DataClass, info
from razdar.core.disclosure.levels import NOTHING, Cell, Level, Purpose
from razdar.core.permissions import Permission


@dataclass(frozen=True)
class Viewer:
    """A person or a job at one client.

    Attributes:
        person: pseudonym of the member of staff; the nil UUID for jobs.
        role: the role's name, or ``system`` for jobs.
        client: the client in whose data the viewer works.
        session: short pseudonymous id of the session or job.
        device: coarse description of the device, no fingerprint.
        zone: name of the network zone the request came from.
        cells: the row of the matrix for this viewer; classes that are missing are *none*.
        permissions: acts that are allowed.
        assured_at: Unix time in seconds of the last proof of a strong factor.
        needs_assignment: identity and contact open only beside a contact or case of the customer.
    """

    person: UUID
    role: str
    client: UUID
    session: str
    device: str = ""
    zone: str = ""
    cells: Mapping[DataClass, Cell] = field(default_factory=lambda: MappingProxyType({}))
    permissions: frozenset[Permission] = frozenset()
    assured_at: float = 0.0
    needs_assignment: bool = False

    def cell(self, data_class: DataClass) -> Cell:
        return self.cells.get(data_class, NOTHING)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def level(self, data_class: DataClass, purpose: Purpose) -> Level:
        """The level that holds for a purpose; a purpose that is not allowed leaves at most the mask."""
        cell = self.cell(data_class)
        return cell.level if purpose in cell.purposes else min(cell.level, Level.MASKED)


@dataclass(frozen=True)
class RevealRequest:
    """Why somebody wants to see a value: the purpose, the reason in their own words, a case if there is one."""

    purpose: Purpose
    reason: str = field(repr=False)
    case: str = ""


@dataclass(frozen=True)
class Shown:
    """One field as a page may show it: already masked, nothing more to decide.

    Attributes:
        data_class: what kind of value it is.
        key: the address of the field inside its record, for reveal, match and correct.
        level: the level it is shown at.
        text: the value, a partial mask or the mask; empty when there is no value.
        present: whether there is a value at all.
        revealable, matchable, second_person: which buttons make sense.
        second_key: whether it opens only with a key that another person keeps.
    """

    data_class: DataClass
    key: str
    level: Level
    text: str
    present: bool
    revealable: bool = False
    matchable: bool = False
    second_person: bool = False
    second_key: bool = False

    @property
    def label(self) -> str:
        return info(self.data_class).label
