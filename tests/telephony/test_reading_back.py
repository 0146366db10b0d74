"""A finished call becomes a recording: every frame comes back through the door, in its place, and nothing else does."""

import asyncio

import numpy as np
import pytest

from razdar.core.disclosure import Purpose
from razdar.core.ledger.events import Mode
from razdar.interactions import sound
from razdar.interactions.models import Recording
from razdar.runtime.scope import scope
from razdar.telephony import jobs
from razdar.telephony.simulation import Target
from razdar.vault.door import Look
from tests.telephony import calls
from tests.telephony.watching import finished
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_x(world: World, target: Target) -> None:
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 31.0))
    finished(world, call)
    jobs.compose(world.client, call.interaction)
    with scope(world.client):
        row = Recording.objects.get(client_id=world.client)
        audio = sound.whole(calls.job(world), row, Look("interactions:pipeline:redact", Mode.SYSTEM, Purpose.PROCESSING))
    for channel, side in enumerate(("out", "in")):
        mulaw = calls.mulaw.encoded(audio.pcm[:, channel])
        assert calls.numbers(mulaw, side) == list(range(1550))
