"""Requests that a second person decides, of any kind.

Rules
-----
* A kind of request is registered by the room that knows what approving means; this room knows who may decide.
* Nobody decides the own request, whatever their rights.
* A request ends by decision, by time, or because who asked takes it back; it is decided once. The handler runs in the
  transaction of the decision: if it fails, nothing was decided.
* Deciding needs a strong factor proven within five minutes.
* A request that was not written here is as if it were not there: nobody is asked in the name of somebody who did not
  ask, nor about anything but what was asked (`razdar.identity.rights`).
* The payload holds ids and codes, no personal data. Why somebody asks is kept, sealed, by the room that asked.
* What is sealed under a customer's key is opened for one request at a time, when whoever decides asks for it.

Registering, in the module a room imports in ``AppConfig.ready``::

    APPROVALS.register("reveal")(
        ApprovalKind(_("Reveal"), asks=Permission.X, decides=Permission.Y, on_approved=approved, on_refused=refused)
    )
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.identity import rights
from razdar.identity.models import Approval
from razdar.identity.selectors import display_names
from razdar.runtime import live
from razdar.runtime.scope import scope
from razdar.vault import door

Payload = Mapping[str, str | int]
_DAY = timedelta(hours=24)
TOPIC = "approvals"
MOST_NEWS = 200
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
            changes.
        opens: explaining opens what is sealed under a customer's key, which is an event.
        lifetime: how long a request waits.
    """

    label: str | Promise
    asks: Permission
    decides: Permission
    on_approved: Handler
    on_refused: Handler = _nothing
    describe: Callable[[Payload], str | Promise] = _silent
    explain: Callable[[Viewer, str, Payload], tuple[str, ...]] = _unexplained
    opens: bool = False
    lifetime: timedelta = _DAY


APPROVALS: Registry[ApprovalKind] = Registry("approval")
live.TOPICS.register(TOPIC)(live.Topic(Permission.IDENTITY_REVEAL_APPROVE))
PAGES: Registry[str] = Registry("page of a request")
"""By kind, the name of the URL that shows a request whole; it takes the subject. Registered by the room of the page."""


@dataclass(frozen=True)
class Request:
    """A request as pages and rooms see it.

    Attributes:
        state: ``pending``, ``approved``, ``refused``, or ``expired``.
        decidable: whether the viewer who asked this question may decide it.
        page: the name of the URL that shows it whole, if there is one; it takes the subject.
        closed: there is a sealed explanation that was not opened.
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
    page: str = ""
    closed: bool = False


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
        known = rights.genuine_requests(waiting.filter(expires_at__gt=now))
        if known:
            return known[0].pk
        row = Approval(
            client_id=viewer.client,
            kind=kind,
            subject=subject,
            payload=dict(payload),
            requested_by_id=viewer.person,
            expires_at=now + entry.lifetime,
        )
        rights.sealed_request(row).save(force_insert=True)
        _record(viewer, "identity:approval:request", row)
        live.changed(TOPIC)
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


def withdraw(viewer: Viewer, request_id: UUID) -> None:
    """Take the viewer's own request back: it lapses at once, and nobody can decide it any more.

    Raises:
        NotFound: no such request of the viewer's waits at this client. StepUpNeeded: prove the factor again.
    """
    now = timezone.now()
    with scope(viewer.client):
        rows = Approval.objects.select_for_update().filter(client_id=viewer.client, requested_by_id=viewer.person)
        found = rights.genuine_requests(rows.filter(pk=request_id, state=State.PENDING, expires_at__gt=now))
        if not found:
            raise NotFound("There is no such open request.")
        door.require_assurance(viewer)
        found[0].expires_at = now
        rights.sealed_request(found[0]).save(update_fields=["expires_at", "mac"])
        _record(viewer, "identity:approval:withdraw", found[0])
        live.changed(TOPIC)


def count_waiting(viewer: Viewer) -> int:
    """How many requests wait that the viewer may decide; reads no reason of any, so it is no event."""
    with scope(viewer.client):
        return len(rights.genuine_requests(_decidable(viewer)))


def _decidable(viewer: Viewer) -> QuerySet[Approval]:
    kinds = [name for name, entry in APPROVALS.items() if viewer.may(entry.decides)]
    rows = Approval.objects.filter(
        client_id=viewer.client, state=State.PENDING, kind__in=kinds, expires_at__gt=timezone.now()
    )
    return rows.exclude(requested_by_id=viewer.person)


def waiting_for(viewer: Viewer, why: UUID | None = None) -> list[Request]:
    """Requests at the viewer's client that the viewer may decide, oldest first, with what must be known to decide.

    Args:
        why: of which request a sealed reason is opened too; those of the others stay closed.
    """
    with scope(viewer.client):
        found = _requests(viewer, _decidable(viewer).order_by("pk"))
        return [_explained(viewer, one, why) for one in found]


def _explained(viewer: Viewer, one: Request, why: UUID | None) -> Request:
    entry = APPROVALS[one.kind]
    if entry.opens and one.id != why:
        return replace(one, closed=True)
    return replace(one, explanation=entry.explain(viewer, one.subject, one.payload))


@dataclass(frozen=True)
class News:
    """What became of the requests that a viewer may decide.

    Attributes:
        fresh: how many were made and still wait.
        settled: those that were there before and wait no longer, each with how it ended: ``approved``, ``refused``,
            ``expired``.
    """

    fresh: int
    settled: tuple[tuple[UUID, str], ...]


def news(viewer: Viewer, since: datetime) -> News:
    """What became of requests since a page was made. Reads no reason of any, so it is no event."""
    kinds = [name for name, entry in APPROVALS.items() if viewer.may(entry.decides)]
    now = timezone.now()
    with scope(viewer.client):
        rows = Approval.objects.filter(client_id=viewer.client, kind__in=kinds).exclude(requested_by_id=viewer.person)
        fresh = rights.genuine_requests(rows.filter(state=State.PENDING, requested_at__gte=since, expires_at__gt=now))
        lapsed = Q(state=State.PENDING, expires_at__gte=since, expires_at__lte=now)
        ended = rows.filter(Q(decided_at__gte=since) | lapsed, requested_at__lt=since).order_by("pk")
        settled = rights.genuine_requests(ended[:MOST_NEWS])
    return News(
        len(fresh), tuple((row.pk, "expired" if row.state == State.PENDING else str(row.state)) for row in settled)
    )


def one_waiting(viewer: Viewer, request_id: UUID) -> Request:
    """One of those that `waiting_for` lists, without what must be known to decide.

    Raises:
        NotFound: no such request waits for the viewer.
    """
    with scope(viewer.client):
        rows = Approval.objects.filter(client_id=viewer.client, state=State.PENDING, expires_at__gt=timezone.now())
        found = _requests(viewer, rows.filter(pk=request_id))
    if not found or not found[0].decidable:
        raise NotFound("There is no such open request.")
    return found[0]


def open_of(viewer: Viewer, kinds: Sequence[str]) -> list[Request]:
    """Requests of some kinds that wait at the viewer's client, the viewer's own too, oldest first.

    For kinds that the same people ask for and decide, who may all know of them.
    """
    may = [name for name in kinds if viewer.may(APPROVALS[name].asks) or viewer.may(APPROVALS[name].decides)]
    with scope(viewer.client):
        rows = Approval.objects.filter(
            client_id=viewer.client, state=State.PENDING, kind__in=may, expires_at__gt=timezone.now()
        )
        return _requests(viewer, rows.order_by("pk"))


def own(viewer: Viewer, kind: str | None = None, subject: str | None = None) -> list[Request]:
    """The viewer's own requests at this client, newest first."""
    with scope(viewer.client):
        rows = Approval.objects.filter(client_id=viewer.client, requested_by_id=viewer.person)
        if kind is not None:
            rows = rows.filter(kind=kind)
        if subject is not None:
            rows = rows.filter(subject=subject)
        return _requests(viewer, rows.order_by("-pk")[:100])


def about(viewer: Viewer, kind: str, subjects: Iterable[object]) -> dict[str, Request]:
    """The newest request of a kind for each of some subjects, whoever asked; for pages of who may see them."""
    wanted = {str(each) for each in subjects}
    with scope(viewer.client):
        rows = Approval.objects.filter(client_id=viewer.client, kind=kind, subject__in=wanted).order_by("pk")
        return {one.subject: one for one in _requests(viewer, rows)}


def subjects_waiting(viewer: Viewer, kind: str) -> list[str]:
    """The subjects of the requests of a kind that wait, whoever asked."""
    with scope(viewer.client):
        rows = Approval.objects.filter(client_id=viewer.client, kind=kind, state=State.PENDING)
        return [row.subject for row in rights.genuine_requests(rows.filter(expires_at__gt=timezone.now()))]


def _decide(viewer: Viewer, request_id: UUID, state: str) -> None:
    with scope(viewer.client):
        rows = Approval.objects.select_for_update().filter(client_id=viewer.client, state=State.PENDING)
        found = rights.genuine_requests(rows.filter(pk=request_id, expires_at__gt=timezone.now()))
        if not found:
            raise NotFound("There is no such open request.")
        row = found[0]
        entry = _kind(row.kind)
        if row.requested_by_id == viewer.person or not viewer.may(entry.decides):
            raise NotYours("Somebody else must decide this.")
        door.require_assurance(viewer)
        row.state, row.decided_by_id, row.decided_at = state, viewer.person, timezone.now()
        rights.sealed_request(row).save(update_fields=["state", "decided_by", "decided_at", "mac"])
        handler = entry.on_approved if state == State.APPROVED else entry.on_refused
        handler(viewer, Decided(row.pk, row.kind, row.subject, row.payload, row.requested_by_id))
        _record(viewer, "identity:approval:approve" if state == State.APPROVED else "identity:approval:refuse", row)
        live.changed(TOPIC)


def _kind(name: str) -> ApprovalKind:
    try:
        return APPROVALS[name]
    except KeyError:
        raise BadInput("There is no such kind of request.") from None


def _requests(viewer: Viewer, found: Iterable[Approval]) -> list[Request]:
    rows = rights.genuine_requests(found)
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
        page=PAGES.get(row.kind, ""),
    )


def _record(viewer: Viewer, action: str, row: Approval) -> None:
    detail = (("kind", row.kind), ("request", str(row.pk)), ("requested_by", str(row.requested_by_id)))
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))
