"""Opening, pausing and closing calls.

``open_call`` makes the interaction, its one-time ids and the event in one transaction; whoever steers the call hands
the ids to the exchange, one list for each side. ``close_call`` ends it: what is still streaming is ended by its
recorder, and a job gives the streams to the customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, Refused
from razdar.core.ledger.events import Detail, Event, Mode, Outcome
from razdar.customers import callers
from razdar.customers.callers import Caller
from razdar.customers.living import hold
from razdar.interactions.models import Interaction
from razdar.interactions.telling import call_changed
from razdar.keys.recording import Reason
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import jobs, tokens
from razdar.telephony.models import Call, Side, Tap
from razdar.vault import assignments

OPEN = "telephony:call:open"
TAPS_EACH = 8
"""Ids of each side at first: a stream uses one, and each fail-over and each pause another."""
MOST_TAPS = 200
PAUSES = frozenset({Reason.ASKED, Reason.CARD, Reason.HOLD, Reason.CONSENT})


@dataclass(frozen=True)
class NewCall:
    """A call that begins.

    Attributes:
        customer: whose it is, where that is known; else the number tells (`razdar.customers.callers`).
        number: that the call comes from, or goes to; ``None`` where it is withheld.
        agent: pseudonym of the agent, if known; who works for the customer from now on.
    """

    customer: UUID | None = None
    number: str | None = field(default=None, repr=False)
    direction: str = Interaction.Direction.INBOUND
    agent: UUID | None = None
    language: str = ""


@dataclass(frozen=True)
class OpenedCall:
    """A call that may be recorded.

    Attributes:
        interaction: its id.
        customer: known or provisional.
        candidates: the persons who share the number, where several do; the agent is told of them masked.
        trace: goes with it through pipeline and log.
        taps: the one-time ids of each side, in the order of their use.
    """

    interaction: UUID
    customer: UUID
    trace: UUID
    taps: Mapping[str, tuple[str, ...]]
    candidates: tuple[UUID, ...] = ()


def open_call(viewer: Viewer, call: NewCall) -> OpenedCall:
    """Open an interaction that will be recorded.

    Raises:
        BadInput: unknown direction. NotFound: no such living customer.
        Unavailable: keys or database are away; nothing is left behind.
    """
    if call.direction not in Interaction.Direction.values:
        raise BadInput("A call is inbound or outbound.")
    now = datetime.now(UTC)
    with scope(viewer.client):
        caller = Caller(call.customer) if call.customer else callers.who_calls(viewer, call.number)
        customer = hold(viewer.client, caller.customer).id
        interaction = Interaction(
            id=uuid7(),
            client_id=viewer.client,
            customer_id=customer,
            trace=uuid7(),
            direction=call.direction,
            agent=call.agent,
            started_at=now,
            duration_ms=0,
            language=call.language[:12],
            created_at=now,
        )
        interaction.save(force_insert=True)
        Call.objects.create(id=interaction.id, client_id=viewer.client, customer_id=customer, opened_at=now)
        taps = {str(side): _tell(viewer.client, interaction.id, side, TAPS_EACH, now) for side in Side}
        if call.agent:
            assignments.assign(viewer.client, customer, call.agent, jobs.why(interaction.id), None)
        _record(viewer, OPEN, interaction)
        call_changed(interaction.id)
    return OpenedCall(interaction.id, customer, interaction.trace, taps, caller.candidates)


def tell_taps(viewer: Viewer, interaction_id: UUID, count: int = 1) -> Mapping[str, tuple[str, ...]]:
    """Further one-time ids for both sides of a running call.

    Raises:
        NotFound: no such running call. Refused: it has had too many.
    """
    with scope(viewer.client):
        call = _running(viewer, interaction_id)
        if Tap.objects.filter(client_id=viewer.client, call_id=call.id).count() + 2 * count > MOST_TAPS:
            raise Refused("This call was taken up too often; nothing more of it is recorded.")
        return {str(side): _tell(viewer.client, call.id, side, count, datetime.now(UTC)) for side in Side}


def pause_call(viewer: Viewer, interaction_id: UUID, reason: Reason) -> None:
    """Stop recording both sides until ``resume_call``; silence of the same length is kept.

    Raises:
        NotFound: no such running call. BadInput: no reason for a pause.
    """
    if reason not in PAUSES:
        raise BadInput("A recording is paused on request, for a card, while on hold, or without consent.")
    _pause(viewer, interaction_id, reason, "telephony:call:pause")


def resume_call(viewer: Viewer, interaction_id: UUID) -> None:
    """Record both sides again.

    Raises:
        NotFound: no such running call.
    """
    _pause(viewer, interaction_id, Reason.NONE, "telephony:call:resume")


def close_call(viewer: Viewer, interaction_id: UUID) -> None:
    """The call is over. Repeating it changes nothing.

    Raises:
        NotFound: no such call.
    """
    with scope(viewer.client):
        call = Call.objects.select_for_update().filter(client_id=viewer.client, id=interaction_id).first()
        if call is None:
            raise NotFound("There is no such call.")
        if call.closed_at is not None:
            return
        jobs.close(viewer, call, datetime.now(UTC), Mode.CHANGE, Outcome.OK)


def _pause(viewer: Viewer, interaction_id: UUID, reason: Reason, action: str) -> None:
    with scope(viewer.client):
        call = _running(viewer, interaction_id)
        Call.objects.filter(client_id=viewer.client, id=call.id).update(paused=int(reason))
        interaction = Interaction.objects.get(client_id=viewer.client, id=call.id)
        _record(viewer, action, interaction, (("reason", reason.name.lower()),))


def _running(viewer: Viewer, interaction_id: UUID) -> Call:
    rows = Call.objects.select_for_update().filter(client_id=viewer.client, id=interaction_id, closed_at=None)
    call = rows.first()
    if call is None:
        raise NotFound("There is no such running call.")
    return call


def _tell(client: UUID, call: UUID, side: str, count: int, now: datetime) -> tuple[str, ...]:
    made = [Tap(client_id=client, call_id=call, side=side, told_at=now) for _ in range(count)]
    Tap.objects.bulk_create(made)
    return tuple(tokens.pack(client, tap.id) for tap in made)


def _record(viewer: Viewer, action: str, interaction: Interaction, detail: Detail = ()) -> None:
    audit.record(
        Event.by(
            viewer,
            action,
            Mode.CHANGE,
            customer=interaction.customer_id,
            trace=interaction.trace,
            detail=(("interaction", str(interaction.id)), *detail),
        )
    )
