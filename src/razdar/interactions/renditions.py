"""Renditions of a recording: sealing sound and waveform into the object store and the row."""

from datetime import UTC, datetime

from razdar.core.disclosure import DataClass
from razdar.core.redaction import audio as waveforms
from razdar.interactions.audio import Audio, to_flac
from razdar.interactions.models import Recording
from razdar.vault import services as vault

WAVEFORM_BUCKETS = 600


def store(row: Recording, sound: Audio, action: str) -> None:
    """Seal a rendition's sound and waveform into the object store and the row; does not save the row.

    Args:
        action: of the event that will be logged for it.
    """
    row.rate, row.channels, row.frames = sound.rate, sound.channels, len(sound.pcm)
    row.created_at = datetime.now(UTC)
    vault.seal(row, {"waveform": waveform_text(sound)}, action)
    sealed = vault.seal_file(row, DataClass.RECORDING, to_flac(sound.pcm, sound.rate), action)
    row.object_name, row.key_version = sealed.name, sealed.key_version
    row.sealed_size, row.sealed_digest = sealed.size, sealed.digest


def waveform_text(sound: Audio) -> str:
    """The waveform as text: per channel its peaks from 0 to 100, separated by commas; channels by semicolons."""
    lanes = waveforms.peaks(sound.pcm, WAVEFORM_BUCKETS)
    return ";".join(",".join(str(value) for value in lane) for lane in lanes)
