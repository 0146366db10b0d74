"""The disclosure matrix as stored: one active version a client, a second person for every change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Cell, Change, Matrix, Role, Viewer, shipped
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.runtime.scope import scope
from razdar.vault import rights
from razdar.vault.models import MatrixVersion

State = MatrixVersion.State


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


def propose(viewer: Viewer, wanted: Matrix) -> UUID:
    """Put a changed matrix up for decision by a second person; nothing changes yet.

    Raises:
        NotYours: the viewer may not propose. BadInput: nothing differs, or it builds on an older version.
    """
    if not viewer.may(Permission.VAULT_MATRIX_PROPOSE):
        raise NotYours("Changing the disclosure matrix is not among your duties.")
    now = current(viewer.client)
    if wanted.version != now.version + 1 or not now.diff(wanted):
        raise BadInput("Nothing would change, or the matrix was changed by somebody else meanwhile.")
    row = _insert(viewer.client, wanted, State.PROPOSED, viewer.person)
    _record(viewer, "vault:matrix:propose", row, now.diff(wanted))
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
        replaced = active.filter(version=row.version - 1).update(state=State.SUPERSEDED)
        if not replaced:
            raise BadInput("The matrix was changed by somebody else meanwhile. Propose the change again.")
    row.state = State.ACTIVE if approve else State.REFUSED
    row.decided_by = viewer.person
    row.mac = _mac(row)
    row.save(update_fields=["state", "decided_by", "mac"])
    _record(viewer, "vault:matrix:approve" if approve else "vault:matrix:refuse", row, changes)


def _proposed(viewer: Viewer, proposal: UUID) -> MatrixVersion:
    rows = MatrixVersion.objects.select_for_update().filter(client_id=viewer.client, state=State.PROPOSED)
    row = rows.filter(id=proposal).first()
    if row is None or not _holds(row):
        raise NotFound("There is no such open proposal.")
    return row


def _insert(client: UUID, matrix: Matrix, state: str, actor: UUID) -> MatrixVersion:
    row = MatrixVersion(
        client_id=client,
        version=matrix.version,
        body=matrix.to_json(),
        state=state,
        proposed_by=actor,
        created_at=datetime.now(UTC),
    )
    row.mac = _mac(row)
    row.save(force_insert=True)
    return row


def _mac(row: MatrixVersion) -> bytes:
    return rights.authenticator("matrix", _rights(row))


def _holds(row: MatrixVersion) -> bool:
    return rights.holds("matrix", _rights(row), row.mac)


def _rights(row: MatrixVersion) -> tuple[object, ...]:
    return row.id, row.client_id, row.version, row.body, State(row.state).value, row.proposed_by, row.decided_by


def _record(viewer: Viewer, action: str, row: MatrixVersion, changes: tuple[Change, ...]) -> None:
    cells = ((f"{c.role}_{c.data_class}", f"{_code(c.before)}/{_code(c.after)}") for c in changes)
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=(("version", row.version), *cells)))


def _code(cell: Cell) -> str:
    """Level, second person and purposes as one code: ``on_request+second:legal.privacy_request``."""
    second = "+second" if cell.second_person else ""
    return f"{cell.level.name.lower()}{second}:{'.'.join(sorted(cell.purposes))}"
