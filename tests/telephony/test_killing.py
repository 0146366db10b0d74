"""kill -9 in the middle of calls: at most a second a side is lost, the other recorder goes on, the gap is marked."""

import asyncio
import random
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from razdar.keys.recording import Reason
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.telephony import jobs, mulaw, nodes, services
from razdar.telephony.models import Part, Stream
from razdar.telephony.selectors import RecordedCall
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.killing import Killable, killable
from tests.world import World

MORE = 2.0

pytestmark = pytest.mark.django_db(transaction=True)


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


async def cut_short(where: Target, call: OpenedCall, at: float, victim: Killable) -> None:
    """Stream a call and kill its recorder after some seconds; the other one takes over."""
    streaming = asyncio.create_task(calls.both(where, call.taps, at + MORE, speed=1))
    await asyncio.sleep(at)
    await asyncio.to_thread(victim.kill)
    assert {side: sent.connections for side, sent in (await streaming).items()} == {"in": 2, "out": 2}


@pytest.mark.parametrize("at", [0.9, 3.3, 11.2])
def test_killed_in_the_middle_of_a_call(world: World, tmp_path: Path, database: RoleUrls, at: float) -> None:
    with killable(tmp_path, database, "a", "b") as (one, other):
        call = calls.opened(world)
        asyncio.run(cut_short(target([one, other]), call, at, one))
        left = sorted((one.var / "spool").glob("*.part"))
        assert len(left) >= 2
        one.start()
        found = salvaged(world, call)
        assert list((one.var / "spool").glob("*.part")) == []
        lost = [check_side(found, side, round((at + MORE) * 50)) for side in found.sides]
        assert max(lost) <= 50, lost
        with scope(world.client):
            assert not Part.objects.filter(client_id=world.client).exists()
        assert any(segment.salvaged for segment in found.sides["in"][0].segments)
        manifests = [event for event in world.events() if event.action == "telephony:stream:manifest"]
        assert sorted(dict(event.detail)["state"] for event in manifests) == ["ended", "ended", "salvaged", "salvaged"]
        opened = [event for event in world.events() if event.action == "telephony:stream:salvage"]
        assert {event.subjects for event in opened} == {frozenset({call.customer})}


@pytest.mark.heavy
def test_killed_at_twenty_random_moments(world: World, tmp_path: Path, database: RoleUrls) -> None:
    """Twenty calls, each of which loses its recorder once; both recorders are killed in turn."""
    chance = random.Random(20)  # noqa: S311
    lost = []
    with killable(tmp_path, database, "a", "b") as (one, other):
        for number in range(20):
            first, second = (one, other) if number % 2 else (other, one)
            call, at = calls.opened(world), chance.uniform(0.6, 12.0)
            asyncio.run(cut_short(target([first, second]), call, at, first))
            first.start()
            found = salvaged(world, call)
            lost += [check_side(found, side, round((at + MORE) * 50)) for side in found.sides]
    assert max(lost) <= 50, lost
    assert len(lost) == 40
