"""Reveals: one value, one customer, a purpose, a reason, a short time; where the matrix says so, a second person.

A grant is the record of a reveal. It is *requested* while a second person is needed, *approved* when it may be
opened, *opened* from the moment plaintext left, and closed by its time. A field is handed out once and shown for 60
seconds; an original recording or transcript stays open for ten minutes, because listening takes time.

A value under dual control opens only with a second key. Its grant stays approved until the key is there: the viewer
takes the small age file (`second_key_file`) to a person who keeps that key, and brings the key back.
"""

import base64
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.crypto.material import Octets
from razdar.core.crypto.modes import dual_control
from razdar.core.disclosure import DataClass, Level, Purpose, RevealRequest, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.core.ledger.events import Mode, Outcome
from razdar.core.permissions import Permission
from razdar.core.redaction import sensitive
from razdar.vault import door, limits, rights, services
from razdar.vault.door import Look
from razdar.vault.models import Grant
from razdar.vault.sealed import Placed, Sealed

ASK = "vault:reveal:ask"
FIELD_OPEN = timedelta(seconds=60)
ORIGINAL_OPEN = timedelta(minutes=10)
DECISION_TIME = timedelta(hours=24)
SHORTEST_REASON = 10
LONGEST_REASON = 500
State = Grant.State


@dataclass(frozen=True)
class Revealed:
    """A revealed value and when its time is over."""

    text: str
    until: datetime


@dataclass(frozen=True)
class GrantState:
    """A grant as pages show it; the reason stays sealed."""

    id: UUID
    customer: UUID
    person: UUID
    row: UUID
    data_class: DataClass
    purpose: Purpose
    case: str
    state: str
    created_at: datetime
    until: datetime


def ask(viewer: Viewer, value: Placed, request: RevealRequest, look: Look, *, by_two: bool = False) -> GrantState:
    """Ask to see a value. Where no second person is needed the grant is approved at once.

    Args:
        by_two: a second person is needed here, whatever the matrix says.

    Raises:
        NotDisclosed: the matrix does not allow it for this purpose, or there is no assignment; logged.
        StepUpNeeded: the strong factor is too old. TooManyTries: the hourly limit is passed.
        BadInput: no reason, or one of a few letters. NotFound: a value of another client.
    """
    if value.client != viewer.client:
        raise NotFound("There is no such record.")
    door.require_assignment(viewer, value.customer, look, [value])
    if not door.may_be_revealed(viewer.level(value.data_class, request.purpose), value):
        door.refuse(viewer, look, [value])
    if not SHORTEST_REASON <= len(request.reason.strip()) <= LONGEST_REASON:
        raise BadInput("Write why you need to see this, in ten letters or more.")
    if sensitive(request.case):
        raise BadInput("A case is a number of your own system. This looks like personal data.")
    door.require_assurance(viewer)
    door.count(viewer, look, limits.REVEAL, [value])
    return _stored(viewer, value, request, look, second=by_two or viewer.cell(value.data_class).second_person)


def _stored(viewer: Viewer, value: Placed, request: RevealRequest, look: Look, *, second: bool) -> GrantState:
    now = datetime.now(UTC)
    grant = Grant(
        client_id=value.client,
        customer_id=value.customer,
        person=viewer.person,
        table=int(value.table),
        row=value.row,
        data_class=value.data_class,
        purpose=request.purpose,
        case=request.case,
        state=State.REQUESTED if second else State.APPROVED,
        created_at=now,
        until=now + DECISION_TIME,
    )
    services.seal(grant, {"reason": request.reason.strip()}, ASK if second else look.action)
    grant.mac = _mac(grant)
    grant.save(force_insert=True)
    if second:
        asked = replace(look, action=ASK, mode=Mode.CHANGE, purpose=request.purpose, case=request.case)
        seen = door.seen_fields([value], Level.ON_REQUEST)
        audit.record(door.event_of(viewer, asked, seen, Outcome.OK, reason=_text(grant)))
    return _state(grant)


def reveal(viewer: Viewer, sealed: Sealed, request: RevealRequest, look: Look) -> Revealed | GrantState:
    """Ask, and open in the same step where no second person and no second key is needed.

    Returns:
        The value, or the state of the request: *requested* while it waits for somebody else's decision, *approved*
        while it waits for the second key.

    Raises:
        As `ask`.
    """
    state = ask(viewer, sealed, request, look)
    waits = state.state == State.REQUESTED or sealed.needs_second_key
    return state if waits else open_granted(viewer, state.id, sealed, look)


def open_granted(
    viewer: Viewer, grant_id: UUID, sealed: Sealed, look: Look, second_key: Octets | None = None
) -> Revealed:
    """Open a field whose grant is approved; each grant opens a field once.

    Args:
        second_key: for a value under dual control, the 32 bytes that the person gave who keeps it.

    Raises:
        NotFound: no such grant of this viewer. Refused: not approved, used, or too late.
        SecondKeyNeeded: none was given; the grant stays open. Unopenable: altered, or not the key of this value.
    """
    grant, look = _openable(viewer, grant_id, sealed, look)
    if second_key is None:
        door.require_one_key(viewer, look, [sealed])
    until = datetime.now(UTC) + FIELD_OPEN
    _use(grant, until)
    text = door.open_one(viewer, sealed, look, _text(grant), second_key)
    return Revealed(text, until)


def second_key(text: str | None) -> bytearray | None:
    """The second key from what its keeper read out or copied; None for none.

    Raises:
        BadInput: that is not a second key.
    """
    return dual_control.parse_second(text) if text and text.strip() else None


def second_key_file(viewer: Viewer, grant_id: UUID, sealed: Sealed, look: Look) -> bytes:
    """The age file that holds the second key of a value whose grant is approved, for whoever keeps that key; logged.

    Raises:
        NotFound: no such grant of this viewer. Refused: not approved, used, or too late.
        BadInput: the value opens without a second key.
    """
    grant, look = _openable(viewer, grant_id, sealed, look)
    if not sealed.needs_second_key:
        raise BadInput("This value opens without a second key.")
    file = dual_control.second_key_file(sealed.blob)
    asked = replace(look, action="vault:second_key:ask")
    seen = door.seen_fields([sealed], Level.ON_REQUEST)
    audit.record_now(door.event_of(viewer, asked, seen, Outcome.OK, reason=_text(grant)))
    return file


def open_original(viewer: Viewer, grant_id: UUID, value: Placed, look: Look) -> datetime:
    """Start the time in which an original recording or transcript may be opened; returns its end.

    Raises:
        NotFound: no such grant of this viewer. Refused: not approved, used, or too late.
    """
    grant, look = _openable(viewer, grant_id, value, look)
    until = datetime.now(UTC) + ORIGINAL_OPEN
    _use(grant, until)
    # Nothing has left yet: each look and each piece of sound that follows is an event of its own, in clear.
    seen = door.seen_fields([value], Level.ON_REQUEST)
    audit.record(door.event_of(viewer, look, seen, Outcome.OK, reason=_text(grant)))
    return until


def open_now(viewer: Viewer, value: Placed) -> GrantState | None:
    """The viewer's grant under which an original is open at this moment, if there is one."""
    rows = Grant.objects.filter(
        client_id=viewer.client,
        person=viewer.person,
        row=value.row,
        table=int(value.table),
        data_class=value.data_class,
        state=State.OPENED,
        until__gt=datetime.now(UTC),
    )
    grant = rows.order_by("-until").first()
    return _state(grant) if grant and _holds(grant) else None


def decide(viewer: Viewer, grant_id: UUID, *, approve: bool) -> None:
    """Agree to somebody else's request, or refuse it.

    Raises:
        NotYours: the viewer's own request, or not among the viewer's duties. NotFound: no such open request.
    """
    grant = (
        Grant.objects.select_for_update().filter(client_id=viewer.client, id=grant_id, state=State.REQUESTED).first()
    )
    if grant is None or grant.until < datetime.now(UTC) or not _holds(grant):
        raise NotFound("There is no such open request.")
    if grant.person == viewer.person or not viewer.may(Permission.IDENTITY_REVEAL_APPROVE):
        raise NotYours("Somebody else must decide this.")
    grant.state = State.APPROVED if approve else State.REFUSED
    grant.decided_by = viewer.person
    grant.mac = _mac(grant)
    grant.save(update_fields=["state", "decided_by", "mac"])


def reason_of(viewer: Viewer, grant_id: UUID) -> str:
    """The reason of a request, for who must decide it; logged.

    Raises:
        NotFound: no such request. NotYours: the viewer has no part in the decision.
    """
    grant = Grant.objects.filter(client_id=viewer.client, id=grant_id).first()
    if grant is None:
        raise NotFound("There is no such request.")
    if grant.person != viewer.person and not viewer.may(Permission.IDENTITY_REVEAL_APPROVE):
        raise NotYours("This request is not yours to decide.")
    look = Look("vault:reason:view", Mode.VIEW, Purpose(grant.purpose), grant.case)
    return door.open_one(viewer, grant.reason, look, "")


def grants_of(viewer: Viewer, customer: UUID) -> list[GrantState]:
    """The viewer's own grants at one customer that are waiting or may be opened, newest first."""
    rows = Grant.objects.filter(
        client_id=viewer.client, person=viewer.person, customer_id=customer, until__gt=datetime.now(UTC)
    )
    return [_state(row) for row in rows.exclude(state=State.REFUSED).order_by("-id")]


def _mine(viewer: Viewer, grant_id: UUID, value: Placed) -> Grant:
    grant = Grant.objects.filter(
        client_id=viewer.client,
        id=grant_id,
        person=viewer.person,
        table=int(value.table),
        row=value.row,
        data_class=value.data_class,
    ).first()
    if grant is None or not _holds(grant):
        raise NotFound("There is no such request.")
    return grant


def _openable(viewer: Viewer, grant_id: UUID, value: Placed, look: Look) -> tuple[Grant, Look]:
    """The approved grant, and the look with its purpose and case; what held when it was asked must hold still."""
    door.require_assurance(viewer)
    grant = _mine(viewer, grant_id, value)
    asked = replace(look, purpose=Purpose(grant.purpose), case=grant.case)
    door.require_assignment(viewer, value.customer, asked, [value])
    if not door.may_be_revealed(viewer.level(value.data_class, asked.purpose), value):
        door.refuse(viewer, asked, [value])
    if grant.state != State.APPROVED or grant.until < datetime.now(UTC):
        raise Refused("This request is not open. Ask again.")
    return grant, asked


def _use(grant: Grant, until: datetime) -> None:
    """Mark a grant as opened; of two requests at once only one gets here."""
    rows = Grant.objects.filter(client_id=grant.client_id, id=grant.id, state=State.APPROVED)
    grant.state, grant.until = State.OPENED, until
    if not rows.update(state=grant.state, until=until, mac=_mac(grant)):
        raise Refused("This request is not open. Ask again.")


def _mac(grant: Grant) -> bytes:
    return rights.authenticator("grant", _rights(grant))


def _holds(grant: Grant) -> bool:
    return rights.holds("grant", _rights(grant), grant.mac)


def _rights(grant: Grant) -> tuple[object, ...]:
    where = (grant.id, grant.client_id, grant.customer_id, grant.table, grant.row, grant.data_class)
    who = (grant.person, grant.decided_by, grant.purpose, grant.case)
    return (*where, *who, State(grant.state).value, round(grant.until.timestamp() * 1_000_000))


def _text(grant: Grant) -> str:
    return base64.b64encode(grant.reason.blob).decode()


def _state(grant: Grant) -> GrantState:
    return GrantState(
        id=grant.id,
        customer=grant.customer_id,
        person=grant.person,
        row=grant.row,
        data_class=DataClass(grant.data_class),
        purpose=Purpose(grant.purpose),
        case=grant.case,
        state=grant.state,
        created_at=grant.created_at,
        until=grant.until,
    )
