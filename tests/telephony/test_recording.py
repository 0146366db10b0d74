"""A call streamed into a recorder comes back frame by frame, sealed under its customer's key."""

import asyncio

import pytest

from razdar.telephony import mulaw
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seconds", [1.0, 31.0])
def test_every_frame_of_both_sides_comes_back(world: World, target: Target, seconds: float) -> None:
    call = calls.opened(world)
    sent = asyncio.run(calls.both(target, call.taps, seconds))
    assert {side: one.connections for side, one in sent.items()} == {"in": 1, "out": 1}
    calls.wait_until(lambda: all(len(s) == 1 and s[0].whole for s in calls.recorded(world, call).sides.values()))
    found = calls.finish(world, call)
    assert found.bound
    for side, (stream,) in found.sides.items():
        heard = calls.heard(found, stream)
        assert calls.numbers(heard.sound, side) == list(range(round(seconds * 50)))
        assert len(heard.sound) == stream.frames == round(seconds * mulaw.RATE)
        assert [(at, one.kind.name, one.reason.name) for at, one in heard.markers] == [
            (stream.frames, "END", "HUNG_UP")
        ]
