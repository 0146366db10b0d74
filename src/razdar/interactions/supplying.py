"""A transcript supplied to a call that is here already: a live one, or one that waits locked for its words.

It is checked against the sound, sealed at once, and the pipeline goes on with it. For a live call that has no recording
yet it waits, and is checked when there is one.
"""

from uuid import UUID

from django.db.models import QuerySet

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger.events import Event, Mode
from razdar.core.redaction import load_transcript
from razdar.customers.living import hold
from razdar.interactions import stages
from razdar.interactions.audio import MOST_CHANNELS, MOST_SECONDS
from razdar.interactions.jobs import queue_next
from razdar.interactions.models import Interaction, Recording
from razdar.runtime.scope import scope
from razdar.vault import services as vault

SUPPLY = "interactions:transcript:supply"


def supply(viewer: Viewer, interaction_id: UUID, transcript: bytes) -> None:
    """Give a call its words; words that were supplied before and could not be used are replaced.

    Args:
        transcript: as `razdar.core.redaction.transcript` describes it.

    Raises:
        NotFound: no such call, or its customer was erased. BadInput: it is no transcript of this call, the call has
        its words, there is no recording of it, or its sound or words were kept long enough. Unavailable: keys or
        database are away; nothing has changed.
    """
    with scope(viewer.client):
        mine = Interaction.objects.filter(client_id=viewer.client, id=interaction_id)
        customer = mine.values_list("customer_id", flat=True).first()
        if customer is None:
            raise NotFound("There is no such call.")
        hold(viewer.client, customer)
        interaction = _held(mine)
        _check(interaction, transcript)
        vault.seal(interaction, {"supplied": transcript.decode()}, SUPPLY)
        interaction.save(update_fields=["supplied"])
        stages.again(viewer.client, interaction.id, "transcribe")
        audit.record(
            Event.by(
                viewer,
                SUPPLY,
                Mode.CHANGE,
                customer=interaction.customer_id,
                trace=interaction.trace,
                detail=(("interaction", str(interaction.id)),),
            )
        )
        queue_next(viewer.client, interaction.id)


def _held(mine: QuerySet[Interaction]) -> Interaction:
    """The call, held with its stages, which come first as for whoever destroys what was kept long enough.

    Raises:
        BadInput: its sound or its words were.
    """
    found = mine.get()
    stages.hold(found.client_id, [found.id])
    interaction = mine.select_for_update().get()
    if interaction.recording_gone_at or interaction.transcript_gone_at:
        raise BadInput("The sound or the words of this call were kept long enough and are destroyed.")
    return interaction


def _check(interaction: Interaction, transcript: bytes) -> None:
    client = interaction.client_id
    begun = bool(stages.in_order(client, interaction.id))
    if begun and not stages.take(client, interaction.id, "transcribe"):
        raise BadInput("This call has its transcript already.")
    row = Recording.objects.filter(client_id=client, interaction_id=interaction.id, redacted=False).first()
    if begun and row is None:
        raise BadInput("There is no recording of this call.")
    duration, channels = (row.frames * 1000 // row.rate, row.channels) if row else (MOST_SECONDS * 1000, MOST_CHANNELS)
    load_transcript(transcript, duration_ms=duration, channels=channels)
