"""Originals on request: an unredacted recording or transcript for ten minutes, with purpose, reason and, where the
matrix says so, a second person.

Of a call that stays locked because there are no words of it, nothing is redacted: its original recording is all there
is. It opens in the same way, and always with a second person.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.disclosure import DataClass, Level, Purpose, RevealRequest, Viewer
from razdar.core.errors import NotFound, NotYours
from razdar.core.ledger.events import Mode
from razdar.core.permissions import Permission
from razdar.customers import approvals
from razdar.customers import selectors as customers
from razdar.customers.selectors import purpose_of
from razdar.interactions import stages
from razdar.interactions.models import Interaction, Recording, Transcript
from razdar.vault import door, grants
from razdar.vault.door import Look
from razdar.vault.grants import GrantState, State
from razdar.vault.sealed import Placed

KINDS = {"recording": DataClass.RECORDING, "transcript": DataClass.TRANSCRIPT}


@dataclass(frozen=True)
class Original:
    """An original that may be asked for.

    Attributes:
        state: ``closed``, ``requested``, ``approved`` or ``open``.
        grant: the viewer's request, if there is one; `until` its end.
    """

    kind: str
    data_class: DataClass
    state: str
    grant: UUID | None
    until: datetime | None


def kind_of(kind: str) -> DataClass:
    """The data class of a kind in an address.

    Raises:
        NotFound: it is neither a recording nor a transcript.
    """
    if kind not in KINDS:
        raise NotFound("There is no such original.")
    return KINDS[kind]


def described(viewer: Viewer, interaction_id: UUID, kind: str) -> tuple[DataClass, bool]:
    """The data class of an original that is there, and whether a second person is needed, for a dialog about it.

    Opens nothing, so it leaves an event only where it is refused.

    Raises:
        NotFound: no such interaction of the viewer's client, it is still locked, or it is no kind of original.
        NotDisclosed: the matrix does not let the viewer ask; logged.
    """
    data_class = kind_of(kind)
    interaction, value = _original(viewer, interaction_id, data_class)
    if viewer.cell(data_class).level is not Level.ON_REQUEST:
        door.refuse(viewer, _look(interaction, purpose_of(viewer), ""), [value])
    return data_class, viewer.cell(data_class).second_person or _is_locked(interaction)


def askable(viewer: Viewer, interaction_id: UUID) -> list[Original]:
    """The originals of an interaction this viewer may ask for, each with the state of the own request."""
    if not viewer.may(Permission.INTERACTIONS_ORIGINAL_PLAY):
        return []
    found = []
    for kind, data_class in KINDS.items():
        if viewer.cell(data_class).level is Level.ON_REQUEST:
            try:
                interaction, value = _original(viewer, interaction_id, data_class)
            except NotFound:
                continue
            own = [g for g in grants.grants_of(viewer, interaction.customer_id) if g.row == value.row]
            found.append(_state(kind, data_class, own[0] if own else None))
    return found


def ask(viewer: Viewer, interaction_id: UUID, data_class: DataClass, request: RevealRequest) -> None:
    """Ask for an original; where no second person is needed it opens at once.

    Raises:
        NotYours, NotFound, NotDisclosed, StepUpNeeded, TooManyTries, BadInput: see `razdar.vault.grants.ask`.
    """
    _require(viewer)
    interaction, value = _original(viewer, interaction_id, data_class)
    look = _look(interaction, request.purpose, request.case)
    state = grants.ask(viewer, value, request, look, by_two=_is_locked(interaction))
    if state.state == State.REQUESTED:
        approvals.request_reveal(viewer, state)
    else:
        grants.open_original(viewer, state.id, value, look)


def open_original(viewer: Viewer, interaction_id: UUID, data_class: DataClass, grant: UUID) -> datetime:
    """Start the time in which an approved original may be opened; returns its end.

    Raises:
        NotYours, NotFound, StepUpNeeded, Refused: see `razdar.vault.grants.open_original`.
    """
    _require(viewer)
    interaction, value = _original(viewer, interaction_id, data_class)
    return grants.open_original(viewer, grant, value, _look(interaction, purpose_of(viewer), ""))


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.INTERACTIONS_ORIGINAL_PLAY):
        raise NotYours("Opening originals is not among your duties.")


def _look(interaction: Interaction, purpose: Purpose, case: str) -> Look:
    return Look("interactions:original:open", Mode.REVEAL, purpose, case, interaction.trace)


def _original(viewer: Viewer, interaction_id: UUID, data_class: DataClass) -> tuple[Interaction, Placed]:
    interaction = Interaction.objects.filter(client_id=viewer.client, id=interaction_id).first()
    if interaction is None or not _may_be_asked_for(interaction, data_class):
        raise NotFound("There is no such interaction, or it is still locked.")
    if not customers.exists(viewer, interaction.customer_id):
        raise NotFound("The customer was erased.")
    mine = {"client_id": viewer.client, "interaction_id": interaction.id, "redacted": False}
    model = Recording if data_class is DataClass.RECORDING else Transcript
    row = model.objects.filter(**mine).first()
    if row is None:
        raise NotFound("There is no original of this any more.")
    return interaction, row.sealed if isinstance(row, Recording) else row.body


def _is_locked(interaction: Interaction) -> bool:
    return not stages.has_passed(interaction.client_id, interaction.id, "redact")


def _may_be_asked_for(interaction: Interaction, data_class: DataClass) -> bool:
    if not _is_locked(interaction):
        return True
    return data_class is DataClass.RECORDING and stages.is_stuck(interaction.client_id, interaction.id)


def _state(kind: str, data_class: DataClass, grant: GrantState | None) -> Original:
    if grant is None:
        return Original(kind, data_class, "closed", None, None)
    state = "open" if grant.state == State.OPENED else grant.state
    return Original(kind, data_class, state, grant.id, grant.until)
