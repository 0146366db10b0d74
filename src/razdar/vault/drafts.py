"""Drafts: cells of the disclosure matrix that somebody is about to change.

Rules
-----
* A draft is one person's own at one client; nobody else reads it, and it shows nothing to anybody.
* It replaces single cells of the version it was begun on. When another version came to hold meanwhile it cannot be
  proposed before it was put on that one, which shows what it replaces now.
* A cell that says what holds already is no change and is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.translation import gettext_noop

from razdar.core import cells
from razdar.core.disclosure import (
    Cell,
    Cells,
    Change,
    DataClass,
    Matrix,
    Role,
    Viewer,
    cells_from_json,
    cells_to_json,
)
from razdar.core.errors import BadInput, NotYours
from razdar.core.permissions import Permission
from razdar.runtime.scope import scope
from razdar.vault import matrices
from razdar.vault.models import MatrixDraft

STALE = gettext_noop("The matrix was changed by somebody else meanwhile. Put your draft on the version that holds now.")


@dataclass(frozen=True)
class Draft:
    """Somebody's draft beside the matrix that holds.

    Attributes:
        base: the version it was begun on.
        now: the matrix that holds.
        cells: what it would put in place.
        moved: the cells of it that were changed by somebody else since; what they were is in `Change.before`.
    """

    base: int
    now: Matrix
    cells: Cells
    updated_at: datetime | None = None
    moved: Mapping[tuple[Role, DataClass], Change] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        """Whether another version holds than the one it was begun on."""
        return bool(self.cells) and self.base != self.now.version

    @property
    def wanted(self) -> Matrix:
        """The matrix that it makes of the one that holds."""
        return self.now.replaced(self.cells)

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.now.diff(self.wanted)


def of(viewer: Viewer) -> Draft:
    """The viewer's own draft; one without cells where there is none.

    Raises:
        NotYours: changing the matrix is not among the viewer's duties.
    """
    now, row = _now(viewer), _row(viewer)
    if row is None:
        return Draft(now.version, now, {})
    changed = cells_from_json(row.body)
    return Draft(row.base, now, changed, row.updated_at, _moved(viewer, row.base, now, changed))


def put(viewer: Viewer, role: Role, data_class: DataClass, cell: Cell) -> None:
    """Put one cell into the viewer's draft, or take it out where it says what holds.

    Raises:
        NotYours: as `of`. BadInput: the cell breaks a rule, or the draft was begun on another version.
    """
    cells.check(role, data_class, cell)
    with scope(viewer.client):
        draft = of(viewer)
        if draft.is_stale:
            raise BadInput(STALE)
        _store(viewer, draft.now, {**draft.cells, (role, data_class): cells.tidied(cell)})


def undo(viewer: Viewer, role: Role, data_class: DataClass) -> None:
    """Take one cell out of the viewer's draft."""
    with scope(viewer.client):
        draft = of(viewer)
        left = {key: cell for key, cell in draft.cells.items() if key != (role, data_class)}
        _store(viewer, draft.now, left, draft.base)


def discard(viewer: Viewer) -> None:
    """Forget the viewer's draft."""
    with scope(viewer.client):
        _require(viewer)
        MatrixDraft.objects.filter(client_id=viewer.client, person=viewer.person).delete()


def rebase(viewer: Viewer) -> None:
    """Put the viewer's draft on the version that holds now."""
    with scope(viewer.client):
        draft = of(viewer)
        _store(viewer, draft.now, draft.cells)


def take_up(viewer: Viewer, changed: Cells) -> None:
    """Put these cells into the viewer's draft, beside what stands there.

    Raises:
        BadInput: the draft was begun on another version.
    """
    with scope(viewer.client):
        draft = of(viewer)
        if draft.is_stale:
            raise BadInput(STALE)
        _store(viewer, draft.now, {**draft.cells, **changed})


def _store(viewer: Viewer, now: Matrix, wanted: Cells, base: int | None = None) -> None:
    left = {key: cell for key, cell in wanted.items() if now.cell(*key) != cell}
    if not left:
        MatrixDraft.objects.filter(client_id=viewer.client, person=viewer.person).delete()
        return
    said = {"base": base or now.version, "body": cells_to_json(left), "updated_at": datetime.now(UTC)}
    MatrixDraft.objects.update_or_create(client_id=viewer.client, person=viewer.person, defaults=said)


def _moved(viewer: Viewer, base: int, now: Matrix, changed: Cells) -> dict[tuple[Role, DataClass], Change]:
    before = matrices.held(viewer, base) if base != now.version else None
    if before is None:
        return {}
    return {(c.role, c.data_class): c for c in before.diff(now) if (c.role, c.data_class) in changed}


def _now(viewer: Viewer) -> Matrix:
    _require(viewer)
    return matrices.current(viewer.client)


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.VAULT_MATRIX_PROPOSE):
        raise NotYours("Changing the disclosure matrix is not among your duties.")


def _row(viewer: Viewer) -> MatrixDraft | None:
    with scope(viewer.client):
        rows = MatrixDraft.objects.filter(client_id=viewer.client, person=viewer.person)
        return rows.first()
