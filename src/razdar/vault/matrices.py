"""The disclosure matrix as stored: one active version a client, a second person for every change.

A version that was not written here discloses nothing and stands in no history. The reason of a change is sealed and
bound to its version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from razdar import audit
from razdar.core import cells
from razdar.core.disclosure import Cell, Change, Matrix, Role, Viewer, shipped
from razdar.core.errors import BadInput, NotFound, NotYours, Unopenable
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.vault import rights, staff
from razdar.vault.models import MatrixVersion

State = MatrixVersion.State
OVERTAKEN = gettext_noop("The matrix was changed by somebody else meanwhile. Propose the change again.")
_REASON = "matrix reason"


@dataclass(frozen=True)
class Stored:
    """One version as it is kept, also one that was proposed and never held.

    Attributes:
        proposed_by, decided_by: pseudonyms; the nil UUID for the founding of the client.
    """

    id: UUID
    version: int
    state: str
    proposed_by: UUID
    decided_by: UUID | None
    created_at: datetime
    decided_at: datetime | None
    matrix: Matrix = field(repr=False)
    reason: str = field(default="", repr=False)


def start(client: UUID, actor: UUID) -> None:
    """Store the shipped matrix as version 1 of a new client."""
    _insert(client, shipped(), State.ACTIVE, actor)


def current(client: UUID) -> Matrix:
    """The matrix that holds; the empty one, which discloses nothing, when there is none or it was not made by us."""
    with scope(client):
        row = MatrixVersion.objects.filter(client_id=client, state=State.ACTIVE).first()
    if row is not None and not _holds(row):
        audit.record_now(Event(client=client, action="vault:matrix:forge", mode=Mode.DENY, outcome=Outcome.DENIED))
        return Matrix(0)
    return Matrix.from_json(row.body) if row else Matrix(0)


def lines(matrix: Matrix, only: Role | None = None) -> Iterator[str]:
    """A matrix as text, a role a block; what is not listed is shown to nobody."""
    for role in Role if only is None else (only,):
        row = matrix.row(role)
        if row:
            yield f"\n{role.value}"
        for data_class, cell in row.items():
            second = ", second person" if cell.second_person else ""
            level = cell.level.name.lower().replace("_", " ")
            yield f"  {data_class.value:<18}{level}{second}  [{' '.join(sorted(cell.purposes))}]"


def versions(viewer: Viewer) -> list[Stored]:
    """Every version of the viewer's client, the newest first.

    Raises:
        NotYours: seeing the matrix is not among the viewer's duties.
    """
    _require_view(viewer)
    rows = MatrixVersion.objects.filter(client_id=viewer.client).order_by("-created_at", "-id")
    return [_stored(row) for row in rows if _holds(row)]


def version(viewer: Viewer, version_id: UUID) -> Stored:
    """One version.

    Raises:
        NotYours: as `versions`. NotFound: there is none at the viewer's client.
    """
    _require_view(viewer)
    row = MatrixVersion.objects.filter(client_id=viewer.client, id=version_id).first()
    if row is None or not _holds(row):
        raise NotFound("There is no such version of the matrix.")
    return _stored(row)


def held(viewer: Viewer, number: int) -> Matrix | None:
    """The matrix that held as this version; None where none did."""
    _require_view(viewer)
    rows = MatrixVersion.objects.filter(client_id=viewer.client, version=number)
    row = rows.filter(state__in=[State.ACTIVE, State.SUPERSEDED]).first()
    return Matrix.from_json(row.body) if row and _holds(row) else None


def propose(viewer: Viewer, wanted: Matrix, reason: str = "") -> UUID:
    """Put a changed matrix up for decision by a second person; nothing changes yet.

    Raises:
        NotYours: the viewer may not propose. BadInput: nothing differs, a changed cell breaks a rule, or it builds on
            an older version.
    """
    if not viewer.may(Permission.VAULT_MATRIX_PROPOSE):
        raise NotYours("Changing the disclosure matrix is not among your duties.")
    now = current(viewer.client)
    changes = now.diff(wanted)
    if wanted.version != now.version + 1 or not changes:
        raise BadInput("Nothing would change, or the matrix was changed by somebody else meanwhile.")
    for change in changes:
        cells.check(change.role, change.data_class, change.after)
    row = _insert(viewer.client, wanted, State.PROPOSED, viewer.person, reason)
    _record(viewer, "vault:matrix:propose", row, changes)
    return row.id


def pending(viewer: Viewer, proposal: UUID) -> tuple[Change, ...]:
    """What a proposal would change.

    Raises:
        NotFound: there is no such open proposal.
    """
    return current(viewer.client).diff(Matrix.from_json(_proposed(viewer, proposal).body))


def decide(viewer: Viewer, proposal: UUID, *, approve: bool) -> None:
    """Accept or refuse a proposal, as somebody else than who proposed it.

    Raises:
        NotYours: own proposal, or not among the viewer's duties. NotFound: no such open proposal.
        BadInput: the matrix changed since it was proposed.
    """
    row = _proposed(viewer, proposal)
    if row.proposed_by == viewer.person or not viewer.may(Permission.VAULT_MATRIX_APPROVE):
        raise NotYours("Somebody else must decide this.")
    changes = current(viewer.client).diff(Matrix.from_json(row.body))
    if approve:
        active = MatrixVersion.objects.filter(client_id=viewer.client, state=State.ACTIVE)
        replaced = active.filter(version=row.version - 1).first()
        if replaced is None or not _holds(replaced):
            raise BadInput(OVERTAKEN)
        _save(replaced, State.SUPERSEDED)
    row.decided_by = viewer.person
    row.decided_at = datetime.now(UTC)
    _save(row, State.ACTIVE if approve else State.REFUSED)
    _record(viewer, "vault:matrix:approve" if approve else "vault:matrix:refuse", row, changes)


def _require_view(viewer: Viewer) -> None:
    if not viewer.may(Permission.VAULT_MATRIX_VIEW):
        raise NotYours("The disclosure matrix is not among your duties.")


def _proposed(viewer: Viewer, proposal: UUID) -> MatrixVersion:
    rows = MatrixVersion.objects.select_for_update().filter(client_id=viewer.client, state=State.PROPOSED)
    row = rows.filter(id=proposal).first()
    if row is None or not _holds(row):
        raise NotFound("There is no such open proposal.")
    return row


def _insert(client: UUID, matrix: Matrix, state: str, actor: UUID, reason: str = "") -> MatrixVersion:
    key = uuid7()
    row = MatrixVersion(
        id=key,
        client_id=client,
        version=matrix.version,
        body=matrix.to_json(),
        state=state,
        proposed_by=actor,
        reason=staff.seal_staff(key, _REASON, reason) if reason else "",
        created_at=datetime.now(UTC),
    )
    row.mac = _mac(row)
    row.save(force_insert=True)
    return row


def _save(row: MatrixVersion, state: str) -> None:
    row.state = state
    row.mac = _mac(row)
    row.save(update_fields=["state", "decided_by", "decided_at", "mac"])


def _stored(row: MatrixVersion) -> Stored:
    return Stored(
        id=row.id,
        version=row.version,
        state=State(row.state).value,
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        created_at=row.created_at,
        decided_at=row.decided_at,
        matrix=Matrix.from_json(row.body),
        reason=_opened(row),
    )


def _opened(row: MatrixVersion) -> str:
    try:
        return staff.open_staff(row.id, _REASON, row.reason) if row.reason else ""
    except Unopenable:
        return ""


def _mac(row: MatrixVersion) -> bytes:
    return rights.authenticator("matrix", _rights(row))


def _holds(row: MatrixVersion) -> bool:
    # Versions were once set aside without a new authenticator; what was set aside gives nothing in either state.
    states = (State.SUPERSEDED, State.ACTIVE) if row.state == State.SUPERSEDED else (row.state,)
    return any(rights.holds("matrix", _rights(row, state), row.mac) for state in states)


def _rights(row: MatrixVersion, state: str = "") -> tuple[object, ...]:
    held = State(state or row.state).value
    said = (row.id, row.client_id, row.version, row.body, held, row.proposed_by, row.decided_by)
    return (*said, row.reason) if row.reason else said


def _record(viewer: Viewer, action: str, row: MatrixVersion, changes: tuple[Change, ...]) -> None:
    changed = ((f"{c.role}_{c.data_class}", f"{_code(c.before)}/{_code(c.after)}") for c in changes)
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=(("version", row.version), *changed)))


def _code(cell: Cell) -> str:
    """Level, second person and purposes as one code: ``on_request+second:legal.privacy_request``."""
    second = "+second" if cell.second_person else ""
    return f"{cell.level.name.lower()}{second}:{'.'.join(sorted(cell.purposes))}"
