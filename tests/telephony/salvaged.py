"""What is saved of a call whose recorder was killed."""

import ssl
from collections.abc import Sequence

import pytest

from razdar.keys.recording import Reason
from razdar.runtime.scope import scope
from razdar.telephony import jobs, mulaw, nodes, services
from razdar.telephony.models import Stream
from razdar.telephony.selectors import RecordedCall
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.killing import Killable
from tests.world import World


def target(recorders: Sequence[Killable]) -> Target:
    trust = ssl.create_default_context(cafile=recorders[0].var / "recorder" / "ca.pem")
    for one in recorders[1:]:
        trust.load_verify_locations(one.var / "recorder" / "ca.pem")
    name = "exchange-1"
    if name in nodes.names():
        nodes.remove(name)
    return Target([one.url for one in recorders], trust, nodes.add(name))


def salvaged(world: World, call: OpenedCall) -> RecordedCall:
    """The call, once the killed recorder was started again and its spool is emptied."""

    def ready() -> bool:
        with scope(world.client):
            states = Stream.objects.filter(client_id=world.client, call_id=call.interaction).values_list(
                "state", flat=True
            )
            return Stream.State.RUNNING not in states

    services.close_call(calls.job(world), call.interaction)
    calls.wait_until(ready, 60)
    jobs.finish(world.client, call.interaction)
    return calls.recorded(world, call)


def check_side(found: RecordedCall, side: str, frames: int, off: float = 0.5) -> int:
    """That a side is whole but for a moment, and in its time by so many seconds; how many frames are missing."""
    first, second = streams = found.sides[side]
    heard = [calls.heard(found, stream) for stream in streams]
    assert first.whole
    assert second.whole
    assert heard[0].markers[-1][1].reason is Reason.LOST
    assert heard[1].markers[-1][1].reason is Reason.HUNG_UP
    before, after = (calls.numbers(one.sound, side) for one in heard)
    assert before == list(range(len(before)))
    assert after == list(range(after[0], frames))
    assert second.starts_at - first.frames == pytest.approx((after[0] - len(before)) * 160, abs=off * mulaw.RATE)
    return after[0] - len(before)
