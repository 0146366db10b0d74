"""Renditions of a recording: sealing sound and waveform into the object store and the row, and destroying them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.core.ledger.events import Detail
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
    drawn = waveforms.peaks(sound.pcm, WAVEFORM_BUCKETS)
    vault.seal(row, {"waveform": waveform_text(drawn)}, action)
    stored = vault.seal_file(row, DataClass.RECORDING, to_flac(sound.pcm, sound.rate), action)
    sealed = stored.sealed
    row.object_name, row.key_version, row.sealed_size = sealed.name, sealed.key_version, sealed.size
    row.sha256 = stored.sha256


def waveform_text(drawn: Drawn) -> str:
    """The waveform as text: per channel its peaks from 0 to 100, separated by commas; channels by semicolons."""
    return ";".join(",".join(str(value) for value in lane) for lane in drawn)


def told(row: Recording) -> Detail:
    """What the log is told of a stored file, so that anybody can see later whether it is still the same."""
    return (
        ("recording", str(row.id)),
        ("recording_sha256", bytes(row.sha256 or b"").hex()),
        ("recording_size", row.sealed_size or 0),
    )


def objects_of(client: UUID, recordings: Iterable[Recording]) -> list[UUID]:
    """The names of all stored objects of some recordings."""
    rows = list(recordings)
    streams = [row.id for row in rows if row.kind == Recording.Kind.STREAM]
    segments = RecordingSegment.objects.filter(client_id=client, recording_id__in=streams)
    files = [row.object_name for row in rows if row.object_name is not None]
    return [*files, *segments.values_list("object_name", flat=True)]


def destroy(row: Recording) -> int:
    """Remove one rendition: its objects first, then its rows; how many objects there were. Safe to repeat.

    Where nothing was kept of a live call (`Region`) stays known as long as the interaction is.

    Raises:
        Unavailable: the object store is away; what is left is found again by its rows.
    """
    names = objects_of(row.client_id, [row])
    for name in names:
        content.discard(name)
    RecordingSegment.objects.filter(client_id=row.client_id, recording_id=row.id).delete()
    Recording.objects.filter(client_id=row.client_id, id=row.id).delete()
    return len(names)
