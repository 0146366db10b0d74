"""Taking calls in, and handing their stages on.

What comes in is checked whole before anything is stored: sound that does not decode, or a transcript that does not
fit it, is refused with a sentence and leaves nothing behind. Then the sound is sealed as FLAC, the object is written,
and one transaction stores the rows, the event and the first job. If that fails the object is removed again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger.events import Event, Mode
from razdar.core.redaction import load_transcript
from razdar.customers.living import hold
from razdar.interactions import integrity, renditions, stages
from razdar.interactions.audio import Audio, read_audio
from razdar.interactions.jobs import queue_next
from razdar.interactions.models import Interaction, Recording
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.vault import accounting, assignments, content
from razdar.vault import services as vault

IMPORT = "interactions:call:import"


@dataclass(frozen=True, repr=False)
class IncomingCall:
    """A recorded call as it is handed in; plain, so printed nowhere.

    Attributes:
        customer: whose call it is.
        sound: a file that `razdar.interactions.audio` reads.
        transcript: a transcript with word times (`razdar.core.redaction.transcript`); empty when there is none.
        agent: the pseudonym of the agent, if known.
        id: of the interaction, where it was chosen before.
    """

    customer: UUID
    sound: bytes
    transcript: bytes
    started_at: datetime
    direction: str = Interaction.Direction.INBOUND
    agent: UUID | None = None
    language: str = ""
    id: UUID | None = None


def import_call(viewer: Viewer, call: IncomingCall) -> UUID:
    """Seal a recorded call and start its pipeline; returns the interaction's id.

    Raises:
        BadInput: the sound or the transcript cannot be used. NotFound, Unopenable: no such living customer.
        Unavailable: keys, object store or database are away; nothing is left behind, the caller may try again.
    """
    return store(viewer, call, checked(call))


@dataclass(frozen=True)
class Known:
    """What another room needs of a contact to write something about it; nothing of it is for a page.

    Attributes:
        agent: pseudonym of whoever has it.
    """

    id: UUID
    client: UUID
    customer: UUID
    agent: UUID | None
    trace: UUID
    started_at: datetime


def known(client: UUID, contact: UUID, *, locked: bool = False) -> Known:
    """A contact of a client, its row locked where that is asked; its customer, and its call, are locked before it.

    Raises:
        NotFound: there is none.
    """
    rows = Interaction.objects.filter(client_id=client, id=contact)
    row = (rows.select_for_update() if locked else rows).first()
    if row is None:
        raise NotFound("There is no such contact.")
    return Known(row.id, client, row.customer_id, row.agent, row.trace, row.started_at)


def belongs_to(client: UUID, contact: UUID, person: UUID | None) -> None:
    """From now on somebody else has a contact, or nobody; it is locked."""
    Interaction.objects.filter(client_id=client, id=contact).update(agent=person)


def why(interaction: UUID) -> str:
    """For what an agent works for the customer of a contact that was taken in when it was over."""
    return f"contact-{interaction.hex}"


def checked(call: IncomingCall) -> Audio:
    """The sound of a call that may be stored.

    Raises:
        BadSound: the sound cannot be used. BadInput: the transcript or the direction cannot.
    """
    sound = read_audio(call.sound)
    if call.transcript:
        load_transcript(call.transcript, duration_ms=sound.duration_ms, channels=sound.channels)
    if call.direction not in Interaction.Direction.values:
        raise BadInput("A call is inbound or outbound.")
    return sound


def store(viewer: Viewer, call: IncomingCall, sound: Audio, also: Callable[[], None] = lambda: None) -> UUID:
    """Seal a checked call and start its pipeline; returns the interaction's id.

    Args:
        also: done in the transaction that stores the call.

    Raises:
        NotFound, Unopenable, Unavailable: as `import_call`.
    """
    row = Recording(id=uuid7(), client_id=viewer.client, customer_id=call.customer, redacted=False)
    with accounting.told(viewer.client, [call.customer], IMPORT):
        renditions.store(row, sound, IMPORT)
        try:
            with scope(viewer.client):
                interaction = _store(viewer, call, sound, row)
                also()
                return interaction
        except BaseException:
            if row.object_name:
                content.discard(row.object_name)
            raise


def _store(viewer: Viewer, call: IncomingCall, sound: Audio, row: Recording) -> UUID:
    hold(viewer.client, call.customer)
    interaction = Interaction(
        id=call.id or uuid7(),
        client_id=viewer.client,
        customer_id=call.customer,
        trace=uuid7(),
        direction=call.direction,
        agent=call.agent,
        started_at=call.started_at,
        duration_ms=sound.duration_ms,
        language=call.language[:12],
        created_at=datetime.now(UTC),
    )
    if call.transcript:
        vault.seal(interaction, {"supplied": call.transcript.decode()}, IMPORT)
    interaction.save(force_insert=True)
    row.interaction_id = interaction.id
    row.save(force_insert=True)
    stages.begin(viewer.client, interaction.id)
    ended = call.started_at + timedelta(milliseconds=sound.duration_ms)
    until = ended + assignments.AFTERWARDS
    if call.agent and until > datetime.now(UTC):
        assignments.assign(viewer.client, call.customer, call.agent, why(interaction.id), until)
    audit.record(
        Event.by(
            viewer,
            IMPORT,
            Mode.CHANGE,
            customer=call.customer,
            trace=interaction.trace,
            detail=(
                ("duration_ms", sound.duration_ms),
                ("interaction", str(interaction.id)),
                (integrity.DIGEST, bytes(row.sealed_digest).hex()),
            ),
        )
    )
    queue_next(viewer.client, interaction.id)
    return interaction.id
