"""The disclosure matrix: role x data class, for one client.

A missing cell means *none*: nothing is disclosed by forgetting. A matrix is a value; a change makes a new version
and is stored only after a second person agreed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from razdar.core.disclosure.classes import DataClass
from razdar.core.disclosure.levels import NOTHING, Cell, Level, Purpose, Role
from razdar.core.errors import BadInput

Cells = Mapping[tuple[Role, DataClass], Cell]


@dataclass(frozen=True)
class Change:
    """One cell that differs between two matrices."""

    role: Role
    data_class: DataClass
    before: Cell
    after: Cell

    @property
    def opens(self) -> bool:
        """Whether somebody would see more than before."""
        wider = self.after.level > self.before.level or bool(self.after.purposes - self.before.purposes)
        return wider or (self.before.second_person and not self.after.second_person)


@dataclass(frozen=True)
class Matrix:
    """All cells of one client at one version."""

    version: int
    cells: Cells = field(default_factory=dict)

    def cell(self, role: Role, data_class: DataClass) -> Cell:
        return self.cells.get((role, data_class), NOTHING)

    def row(self, role: Role) -> Mapping[DataClass, Cell]:
        """The compiled matrix of one role: every class that is not *none*."""
        return MappingProxyType({c: cell for (r, c), cell in self.cells.items() if r is role and cell.level})

    def changed(self, role: Role, data_class: DataClass, cell: Cell) -> "Matrix":
        """A new version with one cell replaced."""
        return Matrix(self.version + 1, {**self.cells, (role, data_class): cell})

    def diff(self, other: "Matrix") -> tuple[Change, ...]:
        """What changes when ``other`` replaces this matrix, in a stable order."""
        keys = sorted({*self.cells, *other.cells})
        changes = (Change(r, c, self.cell(r, c), other.cell(r, c)) for r, c in keys)
        return tuple(change for change in changes if change.before != change.after)

    def to_json(self) -> str:
        """Canonical text: sorted, one object a cell."""
        rows = [
            {
                "role": role,
                "class": data_class,
                "level": cell.level.name.lower(),
                "purposes": sorted(cell.purposes),
                "second_person": cell.second_person,
            }
            for (role, data_class), cell in sorted(self.cells.items())
            if cell.level
        ]
        return json.dumps({"version": self.version, "cells": rows}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Matrix":
        """Read a stored matrix.

        Raises:
            BadInput: anything unknown in it: a matrix that is not fully understood discloses nothing.
        """
        try:
            data = json.loads(text)
            cells = {(Role(c["role"]), DataClass(c["class"])): _cell(c) for c in data["cells"]}
            return cls(int(data["version"]), cells)
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput("The stored disclosure matrix cannot be read.") from error


def _cell(entry: Mapping[str, object]) -> Cell:
    purposes = entry["purposes"]
    if not isinstance(purposes, list) or not isinstance(entry["second_person"], bool):
        raise TypeError("cell")
    return Cell(Level[str(entry["level"]).upper()], frozenset(Purpose(p) for p in purposes), entry["second_person"])
