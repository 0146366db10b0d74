"""Giving a contact to another agent, and giving it back.

From then on the contact is the other agent's: the customer opens for them, as long as it runs or for a quarter of an
hour, and it is theirs to say how it ended. For whoever had it the customer closes at once, unless they work for it for
another reason. Undoing opens it for them as long as it would have been open, and no longer.

The customer is locked first, then the call, then the contact: so a call is either closed after its new agent was
written down, and closing ends that too, or it was closed before and opens for a quarter of an hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers.living import hold
from razdar.identity import team
from razdar.interactions import services as interactions
from razdar.interactions.services import Known
from razdar.runtime.ids import uuid7
from razdar.telephony import jobs as calls
from razdar.telephony import living, selectors
from razdar.vault import assignments
from razdar.work.models import Disposition, HandOver

GIVE, RETURN = "work:contact:reassign", "work:contact:return"
UNDOABLE = timedelta(minutes=5)
GIVABLE = timedelta(days=7)
"""How long after it began a contact whose end was said can still be given to somebody."""


@dataclass(frozen=True)
class Given:
    """A hand-over as pages show it."""

    id: UUID
    interaction: UUID
    before: UUID | None
    after: UUID
    at: datetime
    undone_at: datetime | None
    undoable: bool


def give(viewer: Viewer, interaction_id: UUID, to: UUID) -> UUID:
    """Give a contact to another agent. Returns the hand-over's id.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such contact. BadInput: not another agent of this client,
        or the one who has it already. Refused: its end was said, and it is too long ago.
    """
    interaction = _held(viewer, interaction_id)
    if to == viewer.person:
        raise BadInput("You cannot give a contact to yourself.")
    if team.agent(viewer, to) is None:
        raise BadInput("Choose an agent of this client.")
    if interaction.agent == to:
        raise BadInput("This contact is that agent's already.")
    if not is_givable(viewer.client, interaction.id, interaction.started_at):
        raise Refused("This contact is closed and more than a week old. It stays with the agent who had it.")
    now = datetime.now(UTC)
    row = HandOver(
        id=uuid7(),
        client_id=viewer.client,
        customer_id=interaction.customer,
        interaction_id=interaction.id,
        before=interaction.agent,
        after=to,
        person=viewer.person,
        at=now,
        until_before=_taken_from(interaction, now),
    )
    row.save(force_insert=True)
    _open(interaction, to, _until(interaction, now))
    _record(viewer, GIVE, interaction, to)
    return row.id


def take_back(viewer: Viewer, interaction_id: UUID, given: UUID) -> None:
    """Undo one's own hand-over of a few minutes ago.

    Raises:
        NotYours, NotFound: as `give`; or somebody else has given it on since. Refused: it is too late.
    """
    interaction = _held(viewer, interaction_id)
    row = HandOver.objects.filter(client_id=viewer.client, interaction_id=interaction.id, id=given).first()
    if row is None or row.person != viewer.person or row.undone_at or interaction.agent != row.after:
        raise NotFound("There is nothing to take back.")
    now = datetime.now(UTC)
    if now - row.at > UNDOABLE:
        raise Refused("It is too late to take this back. Give the contact to an agent once more.")
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    _taken_from(interaction, now)
    until = _until(interaction, row.at) if row.until_before is None else row.until_before
    _open(interaction, row.before, until)
    _record(viewer, RETURN, interaction, row.before)


def is_givable(client: UUID, interaction: UUID, started_at: datetime) -> bool:
    """Whether a contact is of the last days, or runs, or nobody has said yet how it ended."""
    if started_at > datetime.now(UTC) - GIVABLE or selectors.running(client, [interaction]):
        return True
    return not Disposition.objects.filter(client_id=client, interaction_id=interaction, holds=True).exists()


def newest(viewer: Viewer, interaction_id: UUID) -> Given | None:
    """The last hand-over of a contact, if there was one."""
    rows = HandOver.objects.filter(client_id=viewer.client, interaction_id=interaction_id)
    row = rows.order_by("-at", "-id").first()
    if row is None:
        return None
    fresh = datetime.now(UTC) - row.at <= UNDOABLE and row.person == viewer.person and row.undone_at is None
    return Given(row.id, row.interaction_id, row.before, row.after, row.at, row.undone_at, fresh)


def _held(viewer: Viewer, interaction_id: UUID) -> Known:
    """The contact; its customer and its call are held before it, as everybody does."""
    if not viewer.may(Permission.WORK_CONTACT_REASSIGN):
        raise NotYours("Giving contacts to others is not among your duties.")
    hold(viewer.client, interactions.known(viewer.client, interaction_id).customer)
    living.hold_call(viewer.client, interaction_id)
    return interactions.known(viewer.client, interaction_id, locked=True)


def _taken_from(interaction: Known, now: datetime) -> datetime | None:
    """Who has a contact works for its customer no more because of it; until when they would have, None for no end."""
    if interaction.agent is None:
        return now
    why = (calls.why(interaction.id), interactions.why(interaction.id))
    ends = assignments.release(interaction.client, interaction.agent, why)
    return None if None in ends else max((end for end in ends if end), default=now)


def _until(interaction: Known, since: datetime) -> datetime | None:
    """Until when the customer is open beside a contact: None while it runs, else a quarter of an hour."""
    if selectors.running(interaction.client, [interaction.id]):
        return None
    closed = selectors.closed_at(interaction.client, interaction.id)
    return max(filter(None, (closed, since))) + assignments.AFTERWARDS


def _open(interaction: Known, to: UUID | None, until: datetime | None) -> None:
    """The contact is somebody's; they work for its customer, unless that would be over already."""
    client = interaction.client
    interactions.belongs_to(client, interaction.id, to)
    if to is not None and (until is None or until > datetime.now(UTC)):
        assignments.assign(client, interaction.customer, to, calls.why(interaction.id), until)


def _record(viewer: Viewer, action: str, interaction: Known, to: UUID | None) -> None:
    detail = [("interaction", str(interaction.id))]
    if to:
        detail.append(("person", str(to)))
    audit.record(
        Event.by(
            viewer,
            action,
            Mode.CHANGE,
            customer=interaction.customer,
            trace=interaction.trace,
            detail=tuple(detail),
        )
    )
