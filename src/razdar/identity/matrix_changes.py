"""A change of the disclosure matrix is a request that a second person decides."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar.core.disclosure import Cell, Matrix, Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.identity import approvals
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.runtime.scope import scope
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS
from razdar.vault import matrices

KIND = "matrix"


def current(viewer: Viewer) -> Matrix:
    """The matrix that holds at the viewer's client.

    Raises:
        NotYours: seeing it is not among the viewer's duties.
    """
    if not viewer.may(Permission.VAULT_MATRIX_VIEW):
        raise NotYours("The disclosure matrix is not among your duties.")
    return matrices.current(viewer.client)


def propose(viewer: Viewer, wanted: Matrix) -> UUID:
    """Propose a changed matrix and ask for the decision; nothing changes yet. Returns the request's id.

    Raises:
        NotYours, BadInput: as `razdar.vault.matrices.propose`.
    """
    with scope(viewer.client):
        proposal = matrices.propose(viewer, wanted)
        return approvals.request(viewer, KIND, str(proposal), {"version": wanted.version})


def _approved(viewer: Viewer, decided: Decided) -> None:
    matrices.decide(viewer, UUID(decided.subject), approve=True)


def _refused(viewer: Viewer, decided: Decided) -> None:
    matrices.decide(viewer, UUID(decided.subject), approve=False)


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    return tuple(
        _("%(role)s, %(value)s: %(before)s becomes %(after)s")
        % {
            "role": ROLE_LABELS[change.role],
            "value": CLASS_LABELS[change.data_class],
            "before": _cell(change.before),
            "after": _cell(change.after),
        }
        for change in matrices.pending(viewer, UUID(subject))
    )


def _cell(cell: Cell) -> str:
    purposes = ", ".join(str(PURPOSE_LABELS[purpose]) for purpose in sorted(cell.purposes))
    level = str(LEVEL_LABELS[cell.level])
    second = _("with a second person") if cell.second_person else ""
    return " · ".join(part for part in (level, second, purposes) if part)


def _describe(payload: Payload) -> str:
    return _("Version %(version)s of the disclosure matrix") % {"version": payload.get("version", "")}


APPROVALS.register(KIND)(
    ApprovalKind(
        label=gettext_lazy("Disclosure matrix"),
        asks=Permission.VAULT_MATRIX_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_approved,
        on_refused=_refused,
        describe=_describe,
        explain=_explain,
    )
)
