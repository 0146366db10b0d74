"""Renditions of a recording: sealing sound and waveform into the object store and the row, and destroying them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.core.redaction import audio as waveforms
from razdar.core.redaction.audio import Drawn
from razdar.interactions.audio import Audio, to_flac
from razdar.interactions.models import Recording, RecordingSegment
from razdar.vault import content
from razdar.vault import services as vault

WAVEFORM_BUCKETS = 600


def store(row: Recording, sound: Audio, action: str) -> None:
    """Seal a rendition's sound and waveform into the object store and the row; does not save the row.

    Args:
        action: of the event that will be logged for it.
    """
    row.rate, row.channels, row.frames = sound.rate, sound.channels, len(sound.pcm)
    row.created_at = datetime.now(UTC)
    vault.seal(row, {"waveform": waveform_text(waveforms.peaks(sound.pcm, WAVEFORM_BUCKETS))}, action)
    sealed = vault.seal_file(row, DataClass.RECORDING, to_flac(sound.pcm, sound.rate), action)
    row.object_name, row.key_version = sealed.name, sealed.key_version
    row.sealed_size, row.sealed_digest = sealed.size, sealed.digest


def waveform_text(drawn: Drawn) -> str:
    """The waveform as text: per channel its peaks from 0 to 100, separated by commas; channels by semicolons."""
    return ";".join(",".join(str(value) for value in lane) for lane in drawn)


def objects_of(client: UUID, recordings: Iterable[Recording]) -> list[UUID]:
    """The names of all stored objects of some recordings."""
    rows = list(recordings)
    segments = RecordingSegment.objects.filter(client_id=client, recording_id__in=[row.id for row in rows])
    files = [row.object_name for row in rows if row.object_name is not None]
    return [*files, *segments.values_list("object_name", flat=True)]


def destroy(client: UUID, recordings: Iterable[Recording]) -> list[UUID]:
    """Remove renditions: their objects first, then their rows; which objects there were. Safe to repeat.

    Where nothing was kept of a live call (`Region`) stays known as long as the interaction is.

    Raises:
        Unavailable: the object store is away; what is left is found again by its rows.
    """
    rows = list(recordings)
    names = objects_of(client, rows)
    content.discard_all(names)
    mine = [row.id for row in rows]
    RecordingSegment.objects.filter(client_id=client, recording_id__in=mine).delete()
    Recording.objects.filter(client_id=client, id__in=mine).delete()
    return names
