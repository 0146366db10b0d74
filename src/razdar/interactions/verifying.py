"""Whether what is stored of a call opens and is the sound that was handed in, frame by frame."""

from uuid import UUID

import numpy as np

from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, Unopenable
from razdar.core.ledger.events import Mode
from razdar.interactions import sound as sounds
from razdar.interactions.audio import Audio
from razdar.interactions.models import Recording
from razdar.runtime.scope import scope
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
