"""Whether what is stored of a call opens and is what was handed in: the sound frame by frame, the words by the word."""

from uuid import UUID

import numpy as np

from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, Unopenable
from razdar.core.ledger.events import Mode
from razdar.core.redaction import load_transcript
from razdar.interactions import sound as sounds
from razdar.interactions.audio import Audio
from razdar.interactions.models import Interaction, Recording, Transcript
from razdar.interactions.transcribing import SUPPLIED
from razdar.runtime.scope import scope
from razdar.vault import content
from razdar.vault.door import Look

VERIFY = "interactions:call:verify"


def agrees(viewer: Viewer, interaction: UUID, sound: Audio) -> bool:
    """Open the stored original and compare it; logged like any look.

    Raises:
        Unavailable: keys or object store are away.
    """
    with scope(viewer.client):
        row = Recording.objects.filter(client_id=viewer.client, interaction_id=interaction, redacted=False).first()
        if row is None:
            return False
        try:
            stored = sounds.whole(viewer, row, Look(VERIFY, Mode.SYSTEM, Purpose.PROCESSING))
        except (Unopenable, BadInput):
            return False
    return stored.rate == sound.rate and np.array_equal(stored.pcm, sound.pcm)


def agrees_in_words(viewer: Viewer, interaction: UUID, transcript: bytes) -> bool:
    """Open the stored words and compare them: as they came, or as the pipeline keeps what came; logged like any look.

    Raises:
        Unavailable: keys are away.
    """
    look = Look(VERIFY, Mode.SYSTEM, Purpose.PROCESSING)
    with scope(viewer.client):
        row = Interaction.objects.filter(client_id=viewer.client, id=interaction).first()
        mine = {"client_id": viewer.client, "interaction_id": interaction, "redacted": False}
        sound, words = Recording.objects.filter(**mine).first(), Transcript.objects.filter(**mine).first()
        try:
            if row is not None and row.supplied.present:
                return content.open_text(viewer, row.supplied, look).encode() == transcript
            if sound is None or words is None or words.engine != SUPPLIED:
                return False
            duration = sound.frames * 1000 // sound.rate
            came = load_transcript(transcript, duration_ms=duration, channels=sound.channels)
            return content.open_text(viewer, words.body, look) == came.to_json()
        except (Unopenable, BadInput):
            return False
