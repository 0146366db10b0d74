"""Calls through a real Asterisk into Razdar's recorders: sealed, whole, and going on when a recorder is killed."""

import asyncio
import random
import signal
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from razdar.keys.recording import Reason
from razdar.runtime.postgres.conninfo import RoleUrls
from tests.leaks import sources
from tests.leaks.tracing import Trace
from tests.leaks.voice import Voice
from tests.live.asterisk import Asterisk
from tests.live.calls import AGENT, CALLER, conversation, steady
from tests.live.recorders import frames_of, recorders
from tests.live.whole import check_whole
from tests.telephony import calls
from tests.telephony.killing import Killable
from tests.telephony.salvaged import salvaged
from tests.telephony.watching import finished
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

MORE = 2.0


def killed_at(world: World, asterisk: Asterisk, victim: Killable, at: float) -> list[int]:
    """A call whose recorder is killed after so many seconds; how many frames of each side are missing."""
    lost: list[int] = []

    async def scenario() -> None:
        call = await asyncio.to_thread(calls.opened, world)
        async with conversation(asterisk, call.taps):
            await asyncio.sleep(at)
            await asyncio.to_thread(victim.kill)
            await asyncio.sleep(MORE)
        await asyncio.to_thread(victim.start)
        found = await asyncio.to_thread(salvaged, world, call)
        for side in ("in", "out"):
            first, second = found.sides[side]
            marks = [calls.heard(found, stream).markers[-1][1].reason for stream in (first, second)]
            assert marks == [Reason.LOST, Reason.HUNG_UP]
            before, after = frames_of(found, side)
            check_whole(before)
            check_whole(after)
            assert len(after.numbers) > MORE * 50 / 2
            lost.append(after.numbers[0] - before.numbers[-1] - 1)
            assert abs((second.starts_at - first.frames) / 160 - lost[-1]) < 25
            assert lost[-1] <= 50

    steady(scenario)
    return lost[-2:]


def test_a_call_reaches_the_recorder_whole(
    world: World,
    asterisk: Asterisk,
    tmp_path: Path,
    database: RoleUrls,
) -> None:
    async def scenario() -> None:
        call = await asyncio.to_thread(calls.opened, world)
        async with conversation(asterisk, call.taps) as talk:
            assert talk.call.streaming == {"in": True, "out": True}
            await asyncio.sleep(11.0)
        found = await asyncio.to_thread(finished, world, call)
        assert found.bound
        for side in ("in", "out"):
            (counted,) = frames_of(found, side)
            check_whole(counted)
            assert len(counted.numbers) + counted.silent > 500

    with recorders(asterisk, tmp_path, database):
        steady(scenario)


def test_a_killed_recorder_costs_at_most_a_second(
    world: World,
    asterisk: Asterisk,
    tmp_path: Path,
    database: RoleUrls,
) -> None:
    with recorders(asterisk, tmp_path, database) as (one, _):
        killed_at(world, asterisk, one, 3.3)


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_killed_at_three_random_moments(
    world: World,
    asterisk: Asterisk,
    tmp_path: Path,
    database: RoleUrls,
) -> None:
    chance = random.Random(3)  # noqa: S311
    with recorders(asterisk, tmp_path, database) as (one, _):
        lost = [killed_at(world, asterisk, one, chance.uniform(0.6, 12.0)) for _ in range(3)]
    sys.stdout.write(
        f"killed 3 times with Asterisk: frames lost {lost}, at most {max(map(max, lost)) * 20} ms a side\n"
    )


def test_neither_asterisk_nor_a_recorder_leaves_sound_anywhere(
    world: World,
    asterisk: Asterisk,
    tmp_path: Path,
    database: RoleUrls,
) -> None:
    said = {"caller": CALLER, "agent": AGENT}
    voice = Voice({side: b"".join(signal_(number) for number in range(600)) for side, signal_ in said.items()})
    call = calls.opened(world)
    with recorders(asterisk, tmp_path, database) as running:
        pids = [asterisk.pid, *(one.running.pid for one in running if one.running)]
        trace = Trace(tmp_path / "trace")

        def look() -> dict[str, set[str]]:
            places = (asterisk.folder, tmp_path, Path("/dev/shm"))  # noqa: S108
            return voice.found(chain(*map(sources.files, places), sources.held(pids)))

        async def scenario() -> None:
            async with conversation(asterisk, call.taps) as talk:
                assert talk.call.streaming == {"in": True, "out": True}
                await asyncio.sleep(3.0)
                assert await asyncio.to_thread(lambda: voice.found(sources.memory(pids[1])))
                assert await asyncio.to_thread(look) == {}

        with subprocess.Popen(trace.joining(pids)) as tracer:
            try:
                asyncio.run(scenario())
            finally:
                tracer.send_signal(signal.SIGTERM)
        assert look() == {}
        opened = {one.path for one in trace.written()}
        places = (
            str(asterisk.folder),
            str(tmp_path),
            "/dev/null",
            "pipe:",
            "socket:",
            "anon_inode:",
            "/proc/",
        )
        assert {path for path in opened if not path.startswith(places)} == set()
        assert any(path.endswith(".part") for path in opened)
