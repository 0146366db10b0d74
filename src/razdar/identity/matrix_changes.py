"""A change of the disclosure matrix is a request that a second person decides; and the history of all versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar.core.disclosure import Change, Matrix, Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.identity import approvals, cell_words
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload, Request
from razdar.identity.cell_words import Line
from razdar.identity.selectors import names_seen
from razdar.runtime.scope import scope
from razdar.ui import formats
from razdar.vault import matrices
from razdar.vault.matrices import Stored

KIND = "matrix"


@dataclass(frozen=True)
class Version:
    """A version of the matrix as pages show it.

    Attributes:
        state: ``active``, ``superseded``, ``proposed``, ``refused``, or ``lapsed`` for what nobody decided in time.
        proposed_by, decided_by: names; empty where the client was founded with it or nobody has decided.
        request: the request for it, where one was made.
    """

    id: UUID
    number: int
    state: str
    proposed_by: str
    decided_by: str
    created_at: datetime
    decided_at: datetime | None
    matrix: Matrix = field(repr=False)
    reason: str = field(default="", repr=False)
    request: Request | None = None


def current(viewer: Viewer) -> Matrix:
    """The matrix that holds at the viewer's client.

    Raises:
        NotYours: seeing it is not among the viewer's duties.
    """
    if not viewer.may(Permission.VAULT_MATRIX_VIEW):
        raise NotYours("The disclosure matrix is not among your duties.")
    return matrices.current(viewer.client)


def propose(viewer: Viewer, wanted: Matrix, reason: str = "") -> UUID:
    """Propose a changed matrix and ask for the decision; nothing changes yet. Returns the request's id.

    Raises:
        NotYours, BadInput: as `razdar.vault.matrices.propose`.
    """
    with scope(viewer.client):
        proposal = matrices.propose(viewer, wanted, reason)
        return approvals.request(viewer, KIND, str(proposal), {"version": wanted.version})


def versions(viewer: Viewer) -> list[Version]:
    """Every version at the viewer's client, the newest first.

    Raises:
        NotYours: as `current`.
    """
    with scope(viewer.client):
        found = matrices.versions(viewer)
        asked = approvals.about(viewer, KIND, [each.id for each in found])
    names = names_seen(viewer, {p for each in found for p in (each.proposed_by, each.decided_by) if p})
    return [_version(each, names, asked.get(str(each.id))) for each in found]


def version(viewer: Viewer, version_id: UUID) -> Version:
    """One version.

    Raises:
        NotYours: as `current`. NotFound: there is none at the viewer's client.
    """
    with scope(viewer.client):
        found = matrices.version(viewer, version_id)
        asked = approvals.about(viewer, KIND, [version_id]).get(str(version_id))
    names = names_seen(viewer, {p for p in (found.proposed_by, found.decided_by) if p})
    return _version(found, names, asked)


def changes_of(viewer: Viewer, version_id: UUID) -> tuple[Change, ...]:
    """What a version changes, or changed, of the one that it was built on; of the first, everything.

    Raises:
        NotFound: there is no such version.
    """
    with scope(viewer.client):
        found = matrices.version(viewer, version_id)
        before = matrices.held(viewer, found.version - 1) or Matrix(0)
    return before.diff(found.matrix)


def lines(changes: tuple[Change, ...]) -> tuple[Line, ...]:
    """Changes as pages show them."""
    return tuple(cell_words.line(change) for change in changes)


def _version(found: Stored, names: Mapping[UUID, str], asked: Request | None) -> Version:
    lapsed = found.state == "proposed" and (asked is None or asked.state == "expired")
    return Version(
        id=found.id,
        number=found.version,
        state="lapsed" if lapsed else found.state,
        proposed_by=names.get(found.proposed_by, ""),
        decided_by=names.get(found.decided_by, "") if found.decided_by else "",
        created_at=found.created_at,
        decided_at=found.decided_at,
        matrix=found.matrix,
        reason=found.reason,
        request=asked,
    )


def _approved(viewer: Viewer, decided: Decided) -> None:
    matrices.decide(viewer, UUID(decided.subject), approve=True)


def _refused(viewer: Viewer, decided: Decided) -> None:
    matrices.decide(viewer, UUID(decided.subject), approve=False)


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    reason = matrices.version(viewer, UUID(subject)).reason
    why = (_("Why: %(reason)s") % {"reason": reason},) if reason else ()
    changes = matrices.pending(viewer, UUID(subject))
    return (*why, *(cell_words.sentence(line) for line in lines(changes)))


def _describe(payload: Payload) -> str:
    version = payload.get("version", "")
    return _("Version %(version)s of the disclosure matrix") % {"version": formats.digits(str(version))}


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
