"""Exceptions: a cell of the disclosure matrix for one person in one role, for a time.

Rules
-----
* An administrator proposes it, with a reason; somebody else who may agree to changes of the matrix agrees.
* Nobody proposes one for themselves, agrees to one for themselves, or agrees to what they proposed.
* The cell keeps every rule that a cell of the matrix keeps; one cell of a person has one living exception.
* It ends by itself, at most four weeks after it was proposed, and with the role: a role that is granted again, or has
  to be approved again, comes without it. Ending it early is in `razdar.identity.exception_endings`.
* A row that was not written here gives nothing; see `razdar.identity.rights`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar import audit
from razdar.core import cells
from razdar.core.disclosure import LONGEST, Cell, Change, DataClass, Matrix, Role, Viewer, wider
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity import approvals, cell_words, reasons, rights
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload, Request
from razdar.identity.cell_words import Line
from razdar.identity.models import MatrixException, RoleGrant
from razdar.identity.personal import cell_of
from razdar.identity.selectors import display_names, names_seen
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.ui import formats
from razdar.vault import door, matrices

KIND, ENDING = "exception", "exception_end"
HOURS = (1, 8, 24, 72, 168, 336, 672)
"""For how long one can be proposed; the longest is four weeks."""
_SHOWN = 200
State = MatrixException.State


@dataclass(frozen=True)
class Wanted:
    """What is to be proposed.

    Attributes:
        grant: the grant of the person's role.
        hours: how long from now; one of `HOURS`.
    """

    grant: UUID
    data_class: DataClass
    cell: Cell
    hours: int


@dataclass(frozen=True)
class Candidate:
    """A role that somebody holds here and that an exception can be for."""

    grant: UUID
    person: UUID
    name: str
    role: Role


@dataclass(frozen=True)
class Exceptional:
    """An exception as pages show it.

    Attributes:
        state: ``waiting``, ``active``, ``over`` (its time has come), ``ended`` (early, or with the role),
            ``refused`` or ``lapsed``.
        line: what holds for the role now, what the exception puts in its place, and what that brings.
        can_end: whether the viewer who asked may end it, or ask for it.
        ending_opens: whether the person sees more without it, so that ending it takes two.
        ending: the request to end it that waits.
    """

    id: UUID
    person: UUID
    name: str
    state: str
    line: Line
    since: datetime
    until: datetime
    proposed_by: str
    decided_by: str
    ended_by: str
    can_end: bool
    ended_at: datetime | None = None
    reason: str = field(default="", repr=False)
    request: Request | None = None
    ending_opens: bool = False
    ending: Request | None = None


def candidates(viewer: Viewer) -> list[Candidate]:
    """For whom the viewer could propose one: colleagues in roles that open data, not the viewer.

    Raises:
        NotYours: proposing is not among the viewer's duties.
    """
    _require(viewer, Permission.VAULT_MATRIX_PROPOSE)
    rows = RoleGrant.objects.filter(client_id=viewer.client, state=RoleGrant.State.ACTIVE, role__in=cells.ROLES)
    found = [row for row in rows.exclude(user_id=viewer.person).order_by("role") if rights.genuine(row)]
    names = display_names(row.user_id for row in found)
    listed = [Candidate(row.pk, row.user_id, names.get(row.user_id, ""), Role(row.role)) for row in found]
    return sorted(listed, key=lambda each: (each.name.casefold(), each.role))


def listed(viewer: Viewer) -> list[Exceptional]:
    """Exceptions at the viewer's client: those that live, then the newest of the others.

    Raises:
        NotYours: seeing the matrix is not among the viewer's duties.
    """
    return _read(viewer, Q())


def one(viewer: Viewer, exception_id: UUID) -> Exceptional:
    """One of them.

    Raises:
        NotYours: as `listed`. NotFound: there is none at the viewer's client.
    """
    found = _read(viewer, Q(pk=exception_id))
    if not found:
        raise NotFound("There is no such exception.")
    return found[0]


def propose(viewer: Viewer, wanted: Wanted, reason: str) -> UUID:
    """Propose an exception and ask for the decision; nothing changes yet. Returns its id.

    Raises:
        NotYours: not among the viewer's duties, or for the viewer. StepUpNeeded: prove the factor again.
        NotFound: nobody holds that role here by this grant.
        BadInput: the cell breaks a rule or changes nothing, there is one for this cell already, or a reason is missing.
    """
    _require(viewer, Permission.VAULT_MATRIX_PROPOSE)
    door.require_assurance(viewer)
    reason = reasons.checked(reason)
    if wanted.hours not in HOURS:
        raise BadInput("Choose how long the exception shall hold.")
    now = timezone.now()
    with scope(viewer.client):
        grant = _grant(viewer.client, wanted.grant)
        if grant.user_id == viewer.person:
            raise NotYours("Nobody gets an exception for themselves. Ask another administrator.")
        _check(viewer, grant, wanted.data_class, wanted.cell, now)
        row = _new(viewer, grant, wanted, reason, now)
        rights.sealed_exception(row).save(force_insert=True)
        approvals.request(viewer, KIND, str(row.pk), {"role": row.role, "data_class": row.data_class})
        record(viewer, "identity:exception:propose", row)
    return row.pk


def _approved(viewer: Viewer, decided: Decided) -> None:
    row, now = locked(viewer.client, UUID(decided.subject), State.PROPOSED), timezone.now()
    if viewer.person in {row.user_id, row.proposed_by_id}:
        raise NotYours("Somebody else must decide this.")
    if row.until <= now:
        raise BadInput("The time of this exception is over. Propose it again.")
    grant = _grant(viewer.client, row.grant_id)
    _check(viewer, grant, DataClass(row.data_class), cell_of(row), now, but=row.pk)
    row.state, row.decided_by_id, row.decided_at, row.since = State.ACTIVE, viewer.person, now, now
    save(row, "state", "decided_by", "decided_at", "since")
    record(viewer, "identity:exception:approve", row)


def _refused(viewer: Viewer, decided: Decided) -> None:
    row = locked(viewer.client, UUID(decided.subject), State.PROPOSED)
    if viewer.person == row.user_id:
        raise NotYours("Somebody else must decide this.")
    row.state, row.decided_by_id, row.decided_at = State.REFUSED, viewer.person, timezone.now()
    save(row, "state", "decided_by", "decided_at")
    record(viewer, "identity:exception:refuse", row)


def _check(
    viewer: Viewer, grant: RoleGrant, data_class: DataClass, cell: Cell, now: datetime, but: UUID | None = None
) -> None:
    role = Role(grant.role)
    cells.check(role, data_class, cell)
    if role not in cells.ROLES:
        raise BadInput(cells.SENTENCES[cells.Problem.NO_ROLE])
    if matrices.current(viewer.client).cell(role, data_class) == cell:
        raise BadInput("This holds for the role already.")
    living = Q(state=State.ACTIVE, until__gt=now) | Q(state=State.PROPOSED, pk__in=_waiting(viewer))
    others = MatrixException.objects.filter(living, client_id=viewer.client, grant_id=grant.pk, data_class=data_class)
    if (others.exclude(pk=but) if but else others).exists():
        raise BadInput("There is an exception for this cell already, or one waits for a decision. End it first.")


def _waiting(viewer: Viewer) -> list[str]:
    return approvals.subjects_waiting(viewer, KIND)


def _grant(client: UUID, grant_id: UUID) -> RoleGrant:
    # Locked, so that two exceptions for one cell cannot be agreed to at the same moment.
    rows = RoleGrant.objects.select_for_update().filter(client_id=client, state=RoleGrant.State.ACTIVE)
    grant = rows.filter(pk=grant_id).first()
    if grant is None or not rights.genuine(grant):
        raise NotFound("Nobody holds this role here by that grant.")
    return grant


def locked(client: UUID, exception_id: UUID, *states: str) -> MatrixException:
    """One in these states, held for the rest of the transaction; inside the client's scope.

    Raises:
        NotFound: there is none at this client.
    """
    rows = MatrixException.objects.select_for_update().filter(client_id=client, state__in=states)
    row = rows.filter(pk=exception_id).first()
    if row is None or not rights.exception_is_genuine(row):
        raise NotFound("There is no such exception.")
    return row


def _new(viewer: Viewer, grant: RoleGrant, wanted: Wanted, reason: str, now: datetime) -> MatrixException:
    key, cell = uuid7(), cells.tidied(wanted.cell)
    return MatrixException(
        id=key,
        client_id=viewer.client,
        user_id=grant.user_id,
        role=grant.role,
        grant_id=grant.pk,
        data_class=wanted.data_class.value,
        level=cell.level.name.lower(),
        purposes=" ".join(sorted(cell.purposes)),
        second_person=cell.second_person,
        reason=reasons.seal(key, KIND, reason),
        state=State.PROPOSED,
        since=now,
        until=now + min(timedelta(hours=wanted.hours), LONGEST),
        proposed_by_id=viewer.person,
    )


def save(row: MatrixException, *fields: str) -> None:
    """Seal a changed exception and write these fields of it."""
    rights.sealed_exception(row).save(update_fields=[*fields, "mac"])


def _read(viewer: Viewer, which: Q) -> list[Exceptional]:
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    now = timezone.now()
    with scope(viewer.client):
        # What lives for at most four weeks is never crowded out by what is over.
        over = Case(When(state__in=[State.ACTIVE, State.PROPOSED], until__gt=now, then=0), default=1)
        rows = list(MatrixException.objects.filter(which, client_id=viewer.client).order_by(over, "-pk")[:_SHOWN])
        matrix = matrices.current(viewer.client)
        keys = [row.pk for row in rows]
        asked, endings = (approvals.about(viewer, kind, keys) for kind in (KIND, ENDING))
    held = {g.pk: g for g in RoleGrant.objects.filter(pk__in={row.grant_id for row in rows})}
    names = names_seen(viewer, _people(rows))
    found = []
    for row in (row for row in rows if rights.exception_is_genuine(row)):
        request, role, data_class = asked.get(str(row.pk)), Role(row.role), DataClass(row.data_class)
        state, ending = _state(row, held[row.grant_id], request, now), endings.get(str(row.pk))
        opens = state == "active" and ending_opens(row, matrix)
        found.append(
            Exceptional(
                id=row.pk,
                person=row.user_id,
                name=names.get(row.user_id, ""),
                state=state,
                line=cell_words.line(Change(role, data_class, matrix.cell(role, data_class), cell_of(row))),
                since=row.since,
                until=row.until,
                proposed_by=names.get(row.proposed_by_id, ""),
                decided_by=_name(names, row.decided_by_id),
                ended_by=_name(names, row.ended_by_id),
                can_end=state in {"waiting", "active"} and may_end(viewer, row, opens=opens),
                ended_at=row.ended_at,
                reason=reasons.opened(row.pk, KIND, row.reason),
                request=request,
                ending_opens=opens,
                ending=ending if state == "active" and ending and ending.state == "pending" else None,
            )
        )
    return found


def _people(rows: Iterable[MatrixException]) -> set[UUID]:
    return {p for row in rows for p in (row.user_id, row.proposed_by_id, row.decided_by_id, row.ended_by_id) if p}


def _name(names: Mapping[UUID, str], person: UUID | None) -> str:
    return names.get(person, "") if person else ""


def _state(row: MatrixException, grant: RoleGrant, request: Request | None, now: datetime) -> str:
    if row.state == State.PROPOSED:
        return "waiting" if request and request.state == "pending" else "lapsed"
    if row.state == State.ACTIVE:
        again = grant.decided_at is not None and grant.decided_at > row.since
        if grant.state != RoleGrant.State.ACTIVE or again:
            return "ended"
        return "active" if now < row.until else "over"
    return str(row.state)


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("Exceptions from the disclosure matrix are not among your duties.")


def ending_opens(row: MatrixException, matrix: Matrix) -> bool:
    """Whether the person sees more when an exception that holds is over.

    One of a higher level than the role's does not wait for a second person, though the role may have more purposes.
    """
    if row.state != State.ACTIVE or row.until <= timezone.now():
        return False
    cell, role = cell_of(row), matrix.cell(Role(row.role), DataClass(row.data_class))
    return cell.level <= role.level and wider(cell, role)


def may_end(viewer: Viewer, row: MatrixException, *, opens: bool) -> bool:
    """Whether the viewer may end it, or, where that opens more, ask for it; nobody does for themselves."""
    either = viewer.may(Permission.VAULT_MATRIX_PROPOSE) or (not opens and viewer.may(Permission.VAULT_MATRIX_APPROVE))
    return either and row.user_id != viewer.person


def record(viewer: Viewer, action: str, row: MatrixException) -> None:
    """Log an act on an exception, in the transaction that does it."""
    cell = cell_of(row)
    held = matrices.current(viewer.client).cell(Role(row.role), DataClass(row.data_class))
    detail = (
        ("exception", str(row.pk)),
        ("person", str(row.user_id)),
        ("role", row.role),
        ("data_class", row.data_class),
        ("level", row.level),
        ("purposes", ".".join(sorted(cell.purposes))),
        ("opens", int(wider(held, cell))),
        ("until_ms", int(row.until.timestamp() * 1000)),
    )
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))


def _describe(payload: Payload) -> str:
    return str(cell_words.titled(Role(str(payload["role"])), DataClass(str(payload["data_class"]))))


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    try:
        found = one(viewer, UUID(subject))
    except NotFound:
        return ()
    if found.state != "waiting":
        return (_("This proposal was taken back."),)
    until = timezone.localtime(found.until)
    when = {"name": found.name, "day": formats.day(until), "time": formats.time_of_day(until)}
    return (
        _("For %(name)s alone, until %(day)s, %(time)s.") % when,
        _("Why: %(reason)s") % {"reason": found.reason},
        cell_words.sentence(found.line),
    )


APPROVALS.register(KIND)(
    ApprovalKind(
        label=gettext_lazy("Exception for one person"),
        asks=Permission.VAULT_MATRIX_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_approved,
        on_refused=_refused,
        describe=_describe,
        explain=_explain,
    )
)
