"""The disclosure matrix as a grid: data classes by category, a column a role; what holds, and what a draft changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise

from razdar.core import cells
from razdar.core.disclosure import Cell, DataClass, Matrix, Role, info
from razdar.identity import cell_words
from razdar.identity.matrix_drafts import DraftView
from razdar.ui.labels import CATEGORY_LABELS, CLASS_LABELS


@dataclass(frozen=True)
class GridCell:
    """One cell as it stands in the grid.

    Attributes:
        cell: what the draft says, or what holds.
        changed, opens: whether the draft changes it, and whether that shows more than before.
    """

    role: Role
    data_class: DataClass
    cell: Cell
    before: Cell
    changed: bool
    opens: bool

    @property
    def name(self) -> Promise:
        return cell_words.titled(self.role, self.data_class)

    @property
    def short(self) -> str:
        return cell_words.in_short(self.cell)

    @property
    def purposes(self) -> str:
        return cell_words.purposes_of(self.cell.purposes)

    @property
    def before_text(self) -> str:
        return cell_words.in_words(self.before)


@dataclass(frozen=True)
class GridRow:
    label: str | Promise
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class GridGroup:
    """The classes of one category."""

    label: str | Promise
    rows: tuple[GridRow, ...]


def columns(*matrices: Matrix) -> tuple[Role, ...]:
    """Roles that get a column: those that open data, and any other that was once given a cell."""
    return tuple(role for role in Role if role in cells.ROLES or any(matrix.row(role) for matrix in matrices))


def groups(held: Matrix, draft: DraftView | None, roles: tuple[Role, ...]) -> tuple[GridGroup, ...]:
    """The whole grid."""
    by_category = groupby(sorted(cells.CLASSES, key=_order), key=lambda each: info(each).category)
    return tuple(
        GridGroup(CATEGORY_LABELS[category], tuple(_rows(held, draft, roles, tuple(classes))))
        for category, classes in by_category
    )


def of_role(
    held: Matrix, draft: DraftView | None, role: Role
) -> tuple[tuple[str | Promise, tuple[GridCell, ...]], ...]:
    """One role's cells by category, for the list."""
    return tuple((each.label, tuple(row.cells[0] for row in each.rows)) for each in groups(held, draft, (role,)))


def _order(data_class: DataClass) -> tuple[int, int]:
    categories = list(CATEGORY_LABELS)
    return categories.index(info(data_class).category), info(data_class).number


def _rows(
    held: Matrix, draft: DraftView | None, roles: tuple[Role, ...], classes: tuple[DataClass, ...]
) -> Iterator[GridRow]:
    lines = {(line.role, line.data_class): line for line in draft.lines} if draft else {}
    for data_class in classes:
        found = []
        for role in roles:
            now, line = held.cell(role, data_class), lines.get((role, data_class))
            after = line.after if line else now
            found.append(GridCell(role, data_class, after, now, line is not None, bool(line and line.opens)))
        yield GridRow(CLASS_LABELS[data_class], tuple(found))
