"""kill -9 in the middle of calls: at most a second a side is lost, the other recorder goes on, the gap is marked."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.telephony.models import Part
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.killing import Killable, killable
from tests.telephony.salvaged import check_side, salvaged, target
from tests.world import World

MORE = 2.0

pytestmark = pytest.mark.django_db(transaction=True)


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
@pytest.mark.timeout(1200)
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
    sys.stdout.write(f"killed 20 times: at most {max(lost) * 20} ms of a side lost, {sum(lost) // 2} ms on average\n")
