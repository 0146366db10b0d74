"""The own draft of the disclosure matrix, for pages: what it changes, and proposing it as one change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.disclosure import Cell, Change, DataClass, Matrix, Role, Viewer
from razdar.core.errors import BadInput
from razdar.identity import cell_words, matrix_changes, reasons
from razdar.identity.cell_words import Line
from razdar.runtime.scope import scope
from razdar.vault import drafts, matrices

discard = drafts.discard
put = drafts.put
rebase = drafts.rebase
undo = drafts.undo


@dataclass(frozen=True)
class DraftView:
    """A draft as its owner sees it.

    Attributes:
        base, version: the version it was begun on, and the one that holds.
        is_stale: whether these differ, so that it must be put on the new one first.
        lines: what it changes.
        moved: what somebody else changed meanwhile in the same cells.
        wanted: the matrix that it makes.
    """

    base: int
    version: int
    is_stale: bool
    lines: tuple[Line, ...]
    moved: tuple[Line, ...]
    wanted: Matrix
    updated_at: datetime | None = None

    @property
    def opening(self) -> int:
        """How many of the changed cells show more than before."""
        return sum(line.opens for line in self.lines)

    def changes(self, role: Role, data_class: DataClass) -> bool:
        return any((line.role, line.data_class) == (role, data_class) for line in self.lines)


def of(viewer: Viewer) -> DraftView:
    """The viewer's own draft.

    Raises:
        NotYours: changing the matrix is not among the viewer's duties.
    """
    with scope(viewer.client):
        draft = drafts.of(viewer)
    return DraftView(
        base=draft.base,
        version=draft.now.version,
        is_stale=draft.is_stale,
        lines=_lines(draft.changes),
        moved=_lines(draft.moved.values()),
        wanted=draft.wanted,
        updated_at=draft.updated_at,
    )


def propose(viewer: Viewer, reason: str) -> UUID:
    """Propose the whole draft as one change; the draft is gone then. Returns the version's id.

    Raises:
        BadInput: it changes nothing, was begun on another version, or the reason is too short or too long.
    """
    reason = reasons.checked(reason)
    with scope(viewer.client):
        draft = drafts.of(viewer)
        if draft.is_stale:
            raise BadInput(drafts.STALE)
        matrix_changes.propose(viewer, draft.wanted, reason)
        drafts.discard(viewer)
        newest = next(v for v in matrices.versions(viewer) if v.proposed_by == viewer.person)
    return newest.id


def take_up(viewer: Viewer, version_id: UUID) -> None:
    """Make a draft of what a version would change that holds no more or never held, on the version that holds now.

    Raises:
        NotFound: there is no such version. BadInput: it changes nothing of what holds.
    """
    with scope(viewer.client):
        changes = matrix_changes.changes_of(viewer, version_id)
        now = matrices.current(viewer.client)
        wanted = {(c.role, c.data_class): c.after for c in changes if now.cell(c.role, c.data_class) != c.after}
        if not wanted:
            raise BadInput("What this version would change holds already.")
        drafts.take_up(viewer, wanted)


def cell_of(viewer: Viewer, role: Role, data_class: DataClass) -> tuple[Cell, Cell]:
    """One cell as it holds, and as the viewer's draft has it."""
    with scope(viewer.client):
        draft = drafts.of(viewer)
    return draft.now.cell(role, data_class), draft.wanted.cell(role, data_class)


def _lines(changes: Iterable[Change]) -> tuple[Line, ...]:
    return tuple(cell_words.line(change) for change in changes)
