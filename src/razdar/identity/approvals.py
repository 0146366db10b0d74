"""Requests that a second person decides, of any kind.

Rules
-----
* A kind of request is registered by the room that knows what approving means; this room knows who may decide.
* Nobody decides the own request, whatever their rights.
* A request ends by decision or by time; it is decided once. The handler runs in the transaction of the decision: if it
  fails, nothing was decided.
* Deciding needs a strong factor proven within five minutes.
* The payload holds ids and codes, no personal data. Why somebody asks is kept, sealed, by the room that asked.

Registering, in the module a room imports in ``AppConfig.ready``::

    APPROVALS.register("reveal")(
        ApprovalKind(_("Reveal"), asks=Permission.X, decides=Permission.Y, on_approved=approved, on_refused=refused)
    )
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.identity.models import Approval
from razdar.identity.selectors import display_names
from razdar.runtime.scope import scope
from razdar.vault import door

Payload = Mapping[str, str | int]
_DAY = timedelta(hours=24)
State = Approval.State


@dataclass(frozen=True)
class Decided:
    """What a handler is told.

    Attributes:
        id: of the request.
        subject: what the asking room named it by.
        requested_by: who asked; never the viewer who decided.
    """

    id: UUID
    kind: str
    subject: str
    payload: Payload
    requested_by: UUID


Handler = Callable[[Viewer, Decided], None]


def _nothing(_viewer: Viewer, _decided: Decided) -> None:
    """Refusing changes nothing unless the kind says otherwise."""


def _silent(_payload: Payload) -> str:
    return ""


def _unexplained(_viewer: Viewer, _subject: str, _payload: Payload) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class ApprovalKind:
    """One kind of request.

    Attributes:
        label: what pages call it.
        asks, decides: permissions of who asks and who decides.
        on_approved, on_refused: called with the deciding viewer, in the transaction of the decision.
        describe: a sentence for pages from the payload; a lazy translation or a text without personal data.
        explain: what the deciding person must know, given the viewer, the subject and the payload: the reason, the
            changes. Reading it may be an event of its own.
        lifetime: how long a request waits.
    """

    label: str | Promise
    asks: Permission
    decides: Permission
    on_approved: Handler
    on_refused: Handler = _nothing
    describe: Callable[[Payload], str | Promise] = _silent
    explain: Callable[[Viewer, str, Payload], tuple[str, ...]] = _unexplained
    lifetime: timedelta = _DAY


APPROVALS: Registry[ApprovalKind] = Registry("approval")


@dataclass(frozen=True)
class Request:
    """A request as pages and rooms see it.

    Attributes:
        state: ``pending``, ``approved``, ``refused``, or ``expired``.
        decidable: whether the viewer who asked this question may decide it.
    """

    id: UUID
    kind: str
    label: str | Promise
    what: str | Promise
    subject: str
    requested_by: UUID
    requester: str
    requested_at: datetime
    expires_at: datetime
    state: str
    decidable: bool
    payload: Payload = field(default_factory=dict)
    explanation: tuple[str, ...] = field(default=(), repr=False)


def request(viewer: Viewer, kind: str, subject: str, payload: Payload) -> UUID:
    """Ask for a second person's decision; an equal request that still waits is returned instead of a new one.

    Raises:
        NotYours: not among the viewer's duties. BadInput: an unknown kind.
    """
    entry = _kind(kind)
    if not viewer.may(entry.asks):
        raise NotYours("Asking for this is not among your duties.")
    now = timezone.now()
    with scope(viewer.client):
        waiting = Approval.objects.filter(
            client_id=viewer.client, kind=kind, subject=subject, requested_by_id=viewer.person, state=State.PENDING
        )
        known = waiting.filter(expires_at__gt=now).values_list("pk", flat=True).first()
        if known:
            return known
        row = Approval.objects.create(
            client_id=viewer.client,
            kind=kind,
            subject=subject,
            payload=dict(payload),
            requested_by_id=viewer.person,
            expires_at=now + entry.lifetime,
        )
        _record(viewer, "identity:approval:request", row)
    return row.pk


def approve(viewer: Viewer, request_id: UUID) -> None:
    """Agree to somebody else's request.

    Raises:
        NotYours: the viewer's own request, or not among the viewer's duties. StepUpNeeded: prove the factor again.
        NotFound: no such request waits at this client. Whatever the kind's handler raises; nothing is decided then.
    """
    _decide(viewer, request_id, State.APPROVED)


def refuse(viewer: Viewer, request_id: UUID) -> None:
    """Refuse somebody else's request. Raises as `approve`."""
    _decide(viewer, request_id, State.REFUSED)


def waiting_for(viewer: Viewer) -> list[Request]:
    """Requests at the viewer's client that the viewer may decide, oldest first, with what must be known to decide."""
    kinds = [name for name, entry in APPROVALS.items() if viewer.may(entry.decides)]
    with scope(viewer.client):
        rows = Approval.objects.filter(
            client_id=viewer.client, state=State.PENDING, kind__in=kinds, expires_at__gt=timezone.now()
        )
        found = _requests(viewer, list(rows.exclude(requested_by_id=viewer.person).order_by("pk")))
        return [
            replace(one, explanation=APPROVALS[one.kind].explain(viewer, one.subject, one.payload)) for one in found
        ]


def _explained(viewer: Viewer, one: Request) -> tuple[str, ...]:
    return APPROVALS[one.kind].explain(viewer, one.subject, one.payload)


def own(viewer: Viewer, kind: str | None = None, subject: str | None = None) -> list[Request]:
    """The viewer's own requests at this client, newest first."""
    with scope(viewer.client):
        rows = Approval.objects.filter(client_id=viewer.client, requested_by_id=viewer.person)
        if kind is not None:
            rows = rows.filter(kind=kind)
        if subject is not None:
            rows = rows.filter(subject=subject)
        return _requests(viewer, list(rows.order_by("-pk")[:100]))


def _decide(viewer: Viewer, request_id: UUID, state: str) -> None:
    with scope(viewer.client):
        rows = Approval.objects.select_for_update().filter(client_id=viewer.client, state=State.PENDING)
        row = rows.filter(pk=request_id, expires_at__gt=timezone.now()).first()
        if row is None:
            raise NotFound("There is no such open request.")
        entry = _kind(row.kind)
        if row.requested_by_id == viewer.person or not viewer.may(entry.decides):
            raise NotYours("Somebody else must decide this.")
        door.require_assurance(viewer)
        row.state, row.decided_by_id, row.decided_at = state, viewer.person, timezone.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        handler = entry.on_approved if state == State.APPROVED else entry.on_refused
        handler(viewer, Decided(row.pk, row.kind, row.subject, row.payload, row.requested_by_id))
        _record(viewer, "identity:approval:approve" if state == State.APPROVED else "identity:approval:refuse", row)


def _kind(name: str) -> ApprovalKind:
    try:
        return APPROVALS[name]
    except KeyError:
        raise BadInput("There is no such kind of request.") from None


def _requests(viewer: Viewer, rows: list[Approval]) -> list[Request]:
    names = display_names(row.requested_by_id for row in rows)
    now = timezone.now()
    return [_request(viewer, row, names.get(row.requested_by_id, ""), now) for row in rows if row.kind in APPROVALS]


def _request(viewer: Viewer, row: Approval, requester: str, now: datetime) -> Request:
    entry = APPROVALS[row.kind]
    expired = row.state == State.PENDING and row.expires_at <= now
    return Request(
        id=row.pk,
        kind=row.kind,
        label=entry.label,
        what=entry.describe(row.payload),
        subject=row.subject,
        requested_by=row.requested_by_id,
        requester=requester,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        state="expired" if expired else str(row.state),
        decidable=row.state == State.PENDING and row.requested_by_id != viewer.person and viewer.may(entry.decides),
        payload=row.payload,
    )


def _record(viewer: Viewer, action: str, row: Approval) -> None:
    detail = (("kind", row.kind), ("request", str(row.pk)), ("requested_by", str(row.requested_by_id)))
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))
