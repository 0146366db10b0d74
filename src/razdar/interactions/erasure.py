"""What erasing a customer removes here: interactions with their stages, recordings, transcripts and stored objects."""

from uuid import UUID

from razdar.interactions import renditions
from razdar.interactions.models import Interaction, Recording, Region, Stage, Transcript
from razdar.interactions.telling import calls_changed
from razdar.runtime.registries import ERASERS, Erased, Eraser


def preview(client: UUID, customer: UUID) -> Erased:
    """Counts of what would go; changes nothing."""
    mine = {"client_id": client, "customer_id": customer}
    recordings = Recording.objects.filter(**mine)
    return Erased(
        (
            ("interaction", Interaction.objects.filter(**mine).count()),
            ("recording", recordings.count()),
            ("transcript", Transcript.objects.filter(**mine).count()),
        ),
        tuple(renditions.objects_of(client, recordings)),
    )


def erase(client: UUID, customer: UUID) -> Erased:
    """Remove all of it: objects first, so that a run that was cut short is found again by its rows."""
    found = preview(client, customer)
    mine = {"client_id": client, "customer_id": customer}
    renditions.destroy(client, Recording.objects.filter(**mine))
    interactions = list(Interaction.objects.filter(**mine).values_list("id", flat=True))
    Stage.objects.filter(client_id=client, interaction_id__in=interactions).delete()
    Transcript.objects.filter(**mine).delete()
    Region.objects.filter(client_id=client, interaction_id__in=interactions).delete()
    Interaction.objects.filter(**mine).delete()
    calls_changed()
    return found


ERASERS.register("interactions")(Eraser(preview, erase))
