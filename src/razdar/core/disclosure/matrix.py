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
        return wider(self.before, self.after)

    @property
    def closes(self) -> bool:
        """Whether somebody would see less than before; one change can do both."""
        return wider(self.after, self.before)


def wider(cell: Cell, other: Cell) -> bool:
    """Whether the other cell shows anything that the first does not."""
    if not other.level:
        return False
    more = other.level > cell.level or bool(other.purposes - cell.purposes)
    return more or (cell.second_person and not other.second_person)


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

    def replaced(self, cells: Cells) -> "Matrix":
        """A new version with several cells replaced."""
        return Matrix(self.version + 1, {**self.cells, **cells})

    def diff(self, other: "Matrix") -> tuple[Change, ...]:
        """What changes when ``other`` replaces this matrix, in a stable order."""
        keys = sorted({*self.cells, *other.cells})
        changes = (Change(r, c, self.cell(r, c), other.cell(r, c)) for r, c in keys)
        return tuple(change for change in changes if change.before != change.after)

    def to_json(self) -> str:
        """Canonical text: sorted, one object a cell."""
        rows = _rows({key: cell for key, cell in self.cells.items() if cell.level})
        return json.dumps({"version": self.version, "cells": rows}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Matrix":
        """Read a stored matrix.

        Raises:
            BadInput: anything unknown in it: a matrix that is not fully understood discloses nothing.
        """
        try:
            data = json.loads(text)
            return cls(int(data["version"]), _cells(data["cells"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput("The stored disclosure matrix cannot be read.") from error


def cells_to_json(cells: Cells) -> str:
    """Single cells as text, those that show nothing too: what a draft replaces."""
    return json.dumps(_rows(cells), sort_keys=True, separators=(",", ":"))


def cells_from_json(text: str) -> Cells:
    """Read what `cells_to_json` wrote.

    Raises:
        BadInput: anything unknown in it.
    """
    try:
        return MappingProxyType(_cells(json.loads(text)))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("The stored draft cannot be read.") from error


def _rows(cells: Cells) -> list[dict[str, object]]:
    return [
        {
            "role": role,
            "class": data_class,
            "level": cell.level.name.lower(),
            "purposes": sorted(cell.purposes),
            "second_person": cell.second_person,
        }
        for (role, data_class), cell in sorted(cells.items())
    ]


def _cells(entries: list[dict[str, str]]) -> dict[tuple[Role, DataClass], Cell]:
    return {(Role(entry["role"]), DataClass(entry["class"])): _cell(entry) for entry in entries}


def _cell(entry: Mapping[str, object]) -> Cell:
    purposes = entry["purposes"]
    if not isinstance(purposes, list) or not isinstance(entry["second_person"], bool):
        raise TypeError("cell")
    return Cell(Level[str(entry["level"]).upper()], frozenset(Purpose(p) for p in purposes), entry["second_person"])
