"""Who answers for which process at a client: versions, each agreed to by a second person, and what is wrong with them.

It gives nobody a right. What is wrong is worked out from who holds which role at this moment.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar import audit
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity import approvals, reasons, staffing
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload, Request
from razdar.identity.duties import FOR_PEOPLE
from razdar.identity.leaving import LEFT_BEHIND
from razdar.identity.models import ProcessDuties
from razdar.identity.processes import DUTY_LABELS, PROCESS_LABELS, SHIPPED, Bearer, Duties, Duty, Process
from razdar.identity.selectors import names_seen
from razdar.identity.staffing import Staffing, Warned
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.ui import formats
from razdar.ui.labels import ROLE_LABELS

KIND = "duties"
State = ProcessDuties.State


@dataclass(frozen=True)
class Named:
    """Somebody who has a duty, as a page names them.

    Attributes:
        vacant: nobody is there: the person works here no more, or nobody holds the role.
    """

    key: str
    name: str | Promise
    is_person: bool
    vacant: bool


@dataclass(frozen=True)
class Row:
    """One process with who answers for it.

    Attributes:
        duties: in the order of `Duty`, with the duty's name.
        version: 0 for what was shipped.
        warnings: what is wrong with it now.
        waiting: the id of a change that waits for a decision.
    """

    process: Process
    name: str | Promise
    about: str | Promise
    owner: Named
    duties: tuple[tuple[str | Promise, tuple[Named, ...]], ...]
    version: int
    warnings: tuple[Warned, ...]
    waiting: UUID | None


@dataclass(frozen=True)
class Difference:
    """One duty that a change gives to others."""

    what: str | Promise
    before: tuple[Named, ...]
    after: tuple[Named, ...]


@dataclass(frozen=True)
class Version:
    """A version of one process's duties, as pages show it.

    Attributes:
        state: ``active``, ``superseded``, ``proposed``, ``refused`` or ``lapsed``.
        changes: what it changes, or changed, of the version before it.
    """

    id: UUID
    process: Process
    name: str | Promise
    number: int
    state: str
    proposed_by: str
    decided_by: str
    proposed_at: datetime
    decided_at: datetime | None
    changes: tuple[Difference, ...]
    reason: str = field(repr=False)
    request: Request | None = None


def table(viewer: Viewer) -> tuple[list[Row], list[Warned]]:
    """Every process, and what is wrong with them together.

    Raises:
        NotYours: seeing it is not among the viewer's duties.
    """
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    with scope(viewer.client):
        held = _active(viewer.client)
        waiting = {row.process: row.pk for row in _open(viewer)}
    every = {process: held[process][1] if process in held else SHIPPED[process] for process in Process}
    here = staffing.of(viewer.client, every.values())
    rows = [
        _row(process, duties, here, held[process][0] if process in held else 0, waiting.get(process))
        for process, duties in every.items()
    ]
    return rows, list(staffing.both(every, here))


def current(viewer: Viewer, process: Process) -> Duties:
    """Who has which duty in one process now."""
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    with scope(viewer.client):
        held = _active(viewer.client).get(process)
    return held[1] if held else SHIPPED[process]


def bearers(viewer: Viewer) -> list[Named]:
    """Who can be given a duty: every role, and whoever holds another one than agent."""
    _require(viewer, Permission.VAULT_MATRIX_PROPOSE)
    here = staffing.of(viewer.client, ())
    people = [Bearer(person=person) for person, roles in here.roles.items() if roles - {Role.AGENT, Role.INTEGRATION}]
    named = sorted((_named(each, here) for each in people), key=lambda each: str(each.name).casefold())
    return [*(_named(Bearer(role), here) for role in FOR_PEOPLE), *named]


def history(viewer: Viewer, process: Process) -> list[Version]:
    """Every version of one process, the newest first.

    Raises:
        NotYours: as `table`.
    """
    return _read(viewer, process=process.value)


def version(viewer: Viewer, version_id: UUID) -> Version:
    """One version.

    Raises:
        NotYours: as `table`. NotFound: there is none at the viewer's client.
    """
    found = _read(viewer, pk=version_id)
    if not found:
        raise NotFound("There is no such version.")
    return found[0]


def propose(viewer: Viewer, process: Process, wanted: Duties, reason: str) -> UUID:
    """Propose who shall answer for a process, and ask for the decision. Returns the version's id.

    Raises:
        NotYours: not among the viewer's duties.
        BadInput: nothing would change, nobody would be accountable or responsible, somebody who is not here is named,
            or a reason is missing.
    """
    _require(viewer, Permission.VAULT_MATRIX_PROPOSE)
    reason = reasons.checked(reason)
    with scope(viewer.client):
        held = _active(viewer.client).get(process)
        number, now = held if held else (0, SHIPPED[process])
        if wanted.to_json() == now.to_json():
            raise BadInput("Nothing would change.")
        _check(viewer, wanted, now)
        key = uuid7()
        row = ProcessDuties(
            id=key,
            client_id=viewer.client,
            process=process.value,
            version=number + 1,
            body=wanted.to_json(),
            reason=reasons.seal(key, KIND, reason),
            state=State.PROPOSED,
            proposed_by_id=viewer.person,
        )
        row.save(force_insert=True)
        approvals.request(viewer, KIND, str(key), {"process": process.value})
        _record(viewer, "identity:duties:propose", row)
    return key


def _check(viewer: Viewer, wanted: Duties, now: Duties) -> None:
    allowed = {each.key for each in bearers(viewer)} | {each.key for each in now.everybody()}
    if not {each.key for each in wanted.everybody()} <= allowed:
        raise BadInput("Choose a role or a person of this client.")
    if not wanted.of(Duty.ACCOUNTABLE) or not wanted.of(Duty.RESPONSIBLE):
        raise BadInput("Somebody must be responsible, and somebody accountable.")


def _approved(viewer: Viewer, decided: Decided) -> None:
    row = _proposed(viewer, decided)
    active = ProcessDuties.objects.select_for_update().filter(
        client_id=viewer.client, process=row.process, state=State.ACTIVE
    )
    held = active.first()
    if (held.version if held else 0) != row.version - 1:
        raise BadInput("These duties were changed by somebody else meanwhile. Propose the change again.")
    active.update(state=State.SUPERSEDED)
    _decide(viewer, row, State.ACTIVE, "identity:duties:approve")


def _refused(viewer: Viewer, decided: Decided) -> None:
    _decide(viewer, _proposed(viewer, decided), State.REFUSED, "identity:duties:refuse")


def _decide(viewer: Viewer, row: ProcessDuties, state: str, action: str) -> None:
    row.state, row.decided_by_id, row.decided_at = state, viewer.person, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _record(viewer, action, row)


def _proposed(viewer: Viewer, decided: Decided) -> ProcessDuties:
    rows = ProcessDuties.objects.select_for_update().filter(client_id=viewer.client, state=State.PROPOSED)
    row = rows.filter(pk=UUID(decided.subject)).first()
    if row is None:
        raise NotFound("There is no such open proposal.")
    return row


def _active(client: UUID) -> dict[Process, tuple[int, Duties]]:
    rows = ProcessDuties.objects.filter(client_id=client, state=State.ACTIVE)
    known = set(Process)
    return {Process(r.process): (r.version, Duties.from_json(r.body)) for r in rows if r.process in known}


def _open(viewer: Viewer) -> Iterator[ProcessDuties]:
    waiting = approvals.subjects_waiting(viewer, KIND)
    rows = ProcessDuties.objects.filter(client_id=viewer.client, state=State.PROPOSED, pk__in=waiting)
    yield from rows.order_by("pk")


def _read(viewer: Viewer, **which: object) -> list[Version]:
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    with scope(viewer.client):
        rows = list(ProcessDuties.objects.filter(client_id=viewer.client, **which).order_by("-pk")[:100])
        names = {row.process for row in rows}
        every = list(ProcessDuties.objects.filter(client_id=viewer.client, process__in=names))
        asked = approvals.about(viewer, KIND, [row.pk for row in rows])
    held = {(r.process, r.version): r for r in every if r.state in {State.ACTIVE, State.SUPERSEDED}}
    people = names_seen(viewer, {p for row in rows for p in (row.proposed_by_id, row.decided_by_id) if p})
    here = staffing.of(viewer.client, (Duties.from_json(row.body) for row in every))
    return [_version(row, held.get((row.process, row.version - 1)), people, asked, here) for row in rows]


def _version(
    row: ProcessDuties,
    before: ProcessDuties | None,
    people: Mapping[UUID, str],
    asked: Mapping[str, Request],
    here: Staffing,
) -> Version:
    process, request = Process(row.process), asked.get(str(row.pk))
    was = Duties.from_json(before.body) if before else SHIPPED[process]
    lapsed = row.state == State.PROPOSED and (request is None or request.state == "expired")
    return Version(
        id=row.pk,
        process=process,
        name=PROCESS_LABELS[process][0],
        number=row.version,
        state="lapsed" if lapsed else str(row.state),
        proposed_by=people.get(row.proposed_by_id, ""),
        decided_by=people.get(row.decided_by_id, "") if row.decided_by_id else "",
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        changes=tuple(_differences(was, Duties.from_json(row.body), here)),
        reason=reasons.opened(row.pk, KIND, row.reason),
        request=request,
    )


def _differences(was: Duties, then: Duties, here: Staffing) -> Iterator[Difference]:
    if was.owner != then.owner:
        yield Difference(gettext_lazy("Owner"), _names([was.owner], here), _names([then.owner], here))
    for duty, what in DUTY_LABELS.items():
        before, after = was.of(duty), then.of(duty)
        if set(before) != set(after):
            yield Difference(what, _names(before, here), _names(after, here))


def _row(process: Process, duties: Duties, here: Staffing, number: int, waiting: UUID | None) -> Row:
    name, about = PROCESS_LABELS[process]
    return Row(
        process=process,
        name=name,
        about=about,
        owner=_named(duties.owner, here),
        duties=tuple((DUTY_LABELS[duty], _names(duties.of(duty), here)) for duty in Duty),
        version=number,
        warnings=tuple(staffing.wrong_with(duties, here)),
        waiting=waiting,
    )


def _names(found: Iterable[Bearer], here: Staffing) -> tuple[Named, ...]:
    return tuple(_named(bearer, here) for bearer in found)


def _named(bearer: Bearer, here: Staffing) -> Named:
    name = ROLE_LABELS[bearer.role] if bearer.role else here.name(bearer)
    return Named(bearer.key, name, bearer.role is None, here.is_vacant(bearer))


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("Who answers for which process is not among your duties.")


def _record(viewer: Viewer, action: str, row: ProcessDuties) -> None:
    detail = (("process", row.process), ("version", row.version))
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))


def _describe(payload: Payload) -> str | Promise:
    return PROCESS_LABELS[Process(str(payload["process"]))][0]


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    found = version(viewer, UUID(subject))
    text = _("%(duty)s: %(before)s becomes %(after)s")
    changes = (text % {"duty": c.what, "before": _listed(c.before), "after": _listed(c.after)} for c in found.changes)
    return (_("Why: %(reason)s") % {"reason": found.reason}, *changes)


@LEFT_BEHIND.register("processes")
def _named_in(client: UUID, person: UUID) -> tuple[str, ...]:
    """The processes in which somebody who leaves is called by name."""
    held = {process: found[1] for process, found in _active(client).items()}
    theirs = [process for process, duties in held.items() if Bearer(person=person) in duties.everybody()]
    text = _("This person has a duty in the process “%(process)s”. Propose somebody else on the page Responsibilities.")
    return tuple(text % {"process": PROCESS_LABELS[process][0]} for process in theirs)


def _listed(names: tuple[Named, ...]) -> str:
    return formats.listed(each.name for each in names) or "–"


APPROVALS.register(KIND)(
    ApprovalKind(
        label=gettext_lazy("Who answers for a process"),
        asks=Permission.VAULT_MATRIX_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_approved,
        on_refused=_refused,
        describe=_describe,
        explain=_explain,
    )
)
