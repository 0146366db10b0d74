"""What retention destroys here: recordings and transcripts in both renditions, and transcripts that calls came with."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from razdar.core.disclosure import DataClass
from razdar.interactions import renditions
from razdar.interactions.models import Interaction, Recording, Transcript
from razdar.runtime.registries import DESTROYERS, Destroyer, Erased


def preview_recordings(client: UUID, calls: Collection[UUID]) -> Erased:
    """Counts of what would go; changes nothing."""
    rows = list(_recordings(client, calls))
    return Erased((("recordings", len(rows)),), tuple(renditions.objects_of(client, rows)))


def destroy_recordings(client: UUID, calls: Collection[UUID]) -> Erased:
    """Remove stored sound and waveforms, the files first."""
    rows = list(_recordings(client, calls))
    return Erased((("recordings", len(rows)),), tuple(renditions.destroy(client, rows)))


def preview_transcripts(client: UUID, calls: Collection[UUID]) -> Erased:
    """Counts of what would go; changes nothing."""
    kept = _transcripts(client, calls).count() + _supplied(client, calls).count()
    return Erased((("transcripts", kept),))


def destroy_transcripts(client: UUID, calls: Collection[UUID]) -> Erased:
    """Remove the words that were heard, and those that came with a call and were not yet used."""
    found = preview_transcripts(client, calls)
    _transcripts(client, calls).delete()
    _supplied(client, calls).update(supplied=b"")
    return found


def _recordings(client: UUID, calls: Collection[UUID]) -> QuerySet[Recording]:
    return Recording.objects.filter(client_id=client, interaction_id__in=calls)


def _transcripts(client: UUID, calls: Collection[UUID]) -> QuerySet[Transcript]:
    return Transcript.objects.filter(client_id=client, interaction_id__in=calls)


def _supplied(client: UUID, calls: Collection[UUID]) -> QuerySet[Interaction]:
    return Interaction.objects.filter(client_id=client, id__in=calls).exclude(supplied=b"")


DESTROYERS.register("interactions recording")(Destroyer(DataClass.RECORDING, preview_recordings, destroy_recordings))
DESTROYERS.register("interactions transcript")(
    Destroyer(DataClass.TRANSCRIPT, preview_transcripts, destroy_transcripts)
)
