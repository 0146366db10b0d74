"""What is heard of a call, as it was spoken."""

import json
from uuid import UUID

import numpy as np

from razdar.core.disclosure import Viewer
from razdar.interactions import selectors
from razdar.interactions.models import Recording
from razdar.runtime.scope import scope
from razdar.telephony.services import OpenedCall
from tests.telephony.made import Side, composed
from tests.world import World

SAID = "my card is four one one one one one one one one one one one one one one one thanks"


def words(text: str = SAID, channel: int = 1, at: float = 1.0) -> bytes:
    """Half a second for each word."""
    said = [{"w": w, "s": at + n / 2, "e": at + n / 2 + 0.4, "c": channel} for n, w in enumerate(text.split())]
    return json.dumps({"version": 1, "language": "en", "words": said}).encode()


def spoken(world: World, call: OpenedCall, seconds: float = 14) -> Recording:
    for side in ("in", "out"):
        Side(world, call, side).say(seconds).end()
    return composed(world, call)


def played(viewer: Viewer, call: OpenedCall, recording: UUID) -> np.ndarray:
    """All of a rendition, as a browser asks for it."""
    data, start, total = b"", 0, 1
    with scope(viewer.client):
        while start < total:
            piece = selectors.sound_piece(viewer, call.interaction, recording, f"bytes={start}-")
            data, start, total = data + piece.data, piece.end, piece.total
    return np.frombuffer(data[44:], "<i2").reshape(-1, 2)
