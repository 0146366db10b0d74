"""How a contact ended. Whoever had it says so, or a supervisor; what was said before is kept.

A contact whose end nobody has named is open: it stands on its agent's desk until they do.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers.living import hold
from razdar.interactions import finding
from razdar.interactions.services import Known, known
from razdar.runtime.ids import uuid7
from razdar.work import codes
from razdar.work.models import Disposition

SET, UNDO = "work:disposition:set", "work:disposition:undo"
UNDOABLE = timedelta(minutes=5)


@dataclass(frozen=True)
class Ended:
    """What somebody said of how a contact ended.

    Attributes:
        undone_at: when it was taken back, or something else was said.
        undoable: by whoever asks, at this moment.
    """

    id: UUID
    interaction: UUID
    code: UUID
    name: str | Promise
    person: UUID
    at: datetime
    undone_at: datetime | None
    holds: bool
    undoable: bool


def of_interactions(viewer: Viewer, interactions: Collection[UUID]) -> dict[UUID, Ended]:
    """What holds of each of some contacts that may be shown; those whose end nobody has named are absent."""
    rows = Disposition.objects.filter(client_id=viewer.client, interaction_id__in=interactions, holds=True)
    names = codes.names(viewer.client)
    return {row.interaction_id: _ended(viewer, row, names) for row in rows}


def is_said(client: UUID) -> Exists:
    """The condition that somebody has said how a contact, ``OuterRef("id")``, ended."""
    return Exists(Disposition.objects.filter(client_id=client, interaction_id=OuterRef("id"), holds=True))


def history(viewer: Viewer, interaction: UUID) -> list[Ended]:
    """All that was said of how a contact ended, newest first; nothing where the contact may not be shown. Logged."""
    if finding.one(viewer, interaction) is None:
        return []
    rows = Disposition.objects.filter(client_id=viewer.client, interaction_id=interaction).order_by("-at", "-id")
    names = codes.names(viewer.client)
    return [_ended(viewer, row, names) for row in rows]


def say(viewer: Viewer, interaction_id: UUID, code: UUID) -> UUID:
    """Say how a contact ended; whatever was said before is kept as history. Returns the id of what was said.

    Raises:
        NotYours: not among the viewer's duties, or somebody else's contact. NotFound: no such contact.
        BadInput: contacts of this client do not end so.
    """
    interaction = _mine(viewer, interaction_id)
    if code not in {each.id for each in codes.active(viewer.client)}:
        raise BadInput("Choose how the contact ended.")
    now = datetime.now(UTC)
    before = Disposition.objects.filter(client_id=viewer.client, interaction_id=interaction.id, holds=True)
    same = before.filter(code=code).values_list("id", flat=True).first()
    if same:
        return same
    before.update(holds=False)
    said = Disposition(
        id=uuid7(),
        client_id=viewer.client,
        customer_id=interaction.customer,
        interaction_id=interaction.id,
        code=code,
        person=viewer.person,
        at=now,
        holds=True,
    )
    said.save(force_insert=True)
    _record(viewer, SET, interaction, code)
    return said.id


def take_back(viewer: Viewer, interaction_id: UUID, said: UUID) -> None:
    """Take back what one has said in the last few minutes; what was said before it holds again.

    Raises:
        NotYours, NotFound: as `say`; or it holds no more. Refused: it is too late.
    """
    interaction = _mine(viewer, interaction_id)
    mine = {"client_id": viewer.client, "interaction_id": interaction.id}
    row = Disposition.objects.filter(**mine, id=said, person=viewer.person, holds=True).first()
    if row is None:
        raise NotFound("There is nothing to take back.")
    now = datetime.now(UTC)
    if now - row.at > UNDOABLE:
        raise Refused("It is too late to take this back. Say how the contact ended once more.")
    row.holds, row.undone_at = False, now
    row.save(update_fields=["holds", "undone_at"])
    earlier = Disposition.objects.filter(**mine, undone_at=None, holds=False).order_by("-at", "-id").first()
    if earlier:
        Disposition.objects.filter(client_id=viewer.client, id=earlier.id).update(holds=True)
    _record(viewer, UNDO, interaction, row.code)


def _mine(viewer: Viewer, interaction_id: UUID) -> Known:
    """The contact, with its customer held; only whoever had it, or who oversees contacts, may say how it ended."""
    if not viewer.may(Permission.WORK_DISPOSITION_SET):
        raise NotYours("Saying how contacts ended is not among your duties.")
    row = known(viewer.client, interaction_id)
    if row.agent != viewer.person and not viewer.may(Permission.WORK_CONTACT_OVERSEE):
        raise NotYours("This contact is somebody else's.")
    hold(viewer.client, row.customer)
    return row


def _ended(viewer: Viewer, row: Disposition, names: dict[UUID, str | Promise]) -> Ended:
    fresh = datetime.now(UTC) - row.at <= UNDOABLE
    return Ended(
        id=row.id,
        interaction=row.interaction_id,
        code=row.code,
        name=names.get(row.code, codes.UNKNOWN),
        person=row.person,
        at=row.at,
        undone_at=row.undone_at,
        holds=row.holds,
        undoable=row.holds and fresh and row.person == viewer.person,
    )


def _record(viewer: Viewer, action: str, interaction: Known, code: UUID) -> None:
    audit.record(
        Event.by(
            viewer,
            action,
            Mode.CHANGE,
            customer=interaction.customer,
            trace=interaction.trace,
            detail=(("interaction", str(interaction.id)), ("code", str(code))),
        )
    )
