"""What erasing a customer removes here: interactions with their stages, recordings, transcripts and stored objects."""

from uuid import UUID

from razdar.interactions.models import Interaction, Recording, Stage, Transcript
from razdar.runtime.registries import ERASERS, Erased, Eraser
from razdar.vault import content


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
        tuple(recordings.values_list("object_name", flat=True)),
    )


def erase(client: UUID, customer: UUID) -> Erased:
    """Remove all of it: objects first, so that a run that was cut short is found again by its rows."""
    found = preview(client, customer)
    mine = {"client_id": client, "customer_id": customer}
    for name in found.objects:
        content.discard(name)
    interactions = list(Interaction.objects.filter(**mine).values_list("id", flat=True))
    Stage.objects.filter(client_id=client, interaction_id__in=interactions).delete()
    Transcript.objects.filter(**mine).delete()
    Recording.objects.filter(**mine).delete()
    Interaction.objects.filter(**mine).delete()
    return found


ERASERS.register("interactions")(Eraser(preview, erase))
