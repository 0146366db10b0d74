"""A call through a real Asterisk reaches the recorders whole, and goes on reaching them whatever dies beside it."""

import asyncio
import json
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.live.ari import Failed
from tests.live.asterisk import Asterisk
from tests.live.calls import AGENT, CALLER, call, controller, conversation, new_number, new_taps, steady
from tests.live.rtp import Count, count
from tests.live.sink import Sink, Stream
from tests.live.sip import Phone

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 4.0
ENOUGH = 180  # of 200: what a busy machine leaves time for
DIGIT = 5


def ids(*taps: dict[str, list[str]]) -> list[str]:
    return [tap for each in taps for side in each.values() for tap in side]


def whole(stream: Stream, at_least: int) -> Count:
    """Every frame came as it was sent, none twice, none out of turn; silence only where there was none to send."""
    counted = count(stream.frames)
    assert (counted.missing, counted.damaged, counted.in_order) == ((), 0, True)
    assert len(counted.numbers) >= at_least
    assert {len(frame) for frame in stream.frames} == {160}
    return counted


def test_both_sides_of_a_call_arrive_whole(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps = new_taps()
        async with Sink(asterisk, "a", ids(taps)) as sink:
            talk = await call(asterisk, taps, SECONDS)
        assert talk.call.streaming == {"in": True, "out": True}
        assert set(sink.streams) == {taps["in"][0], taps["out"][0]}
        spoken, heard = sink.streams[taps["in"][0]], sink.streams[taps["out"][0]]
        for stream in (spoken, heard):
            assert stream.start.startswith("MEDIA_START ")
            assert stream.start.endswith(" format:ulaw optimal_frame_size:160 ptime:20")
            assert (stream.texts, stream.closed) == ([], 1000)
        caller, agent = whole(spoken, ENOUGH), whole(heard, ENOUGH)
        assert max(caller.numbers) < 0x8000 <= min(agent.numbers)
        # What one party heard of the other was recorded, as the taps were there first. At the end that is missing which
        # was on its way: a frame or two, and as many as silence was filled in for when they were late.
        for heard_by, recorded in ((talk.agent, caller), (talk.caller, agent)):
            heard_numbers = count(heard_by.media.heard).numbers
            assert set(heard_numbers[: -5 - recorded.silent]) <= set(recorded.numbers)

    steady(scenario)


def test_a_node_with_another_password_is_refused(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps = new_taps()
        async with Sink(asterisk, "a", ids(taps)) as sink:
            sink.password = "another"
            talk = await call(asterisk, taps, 0.1)
        assert talk.call.streaming == {"in": False, "out": False}
        assert sink.streams == {}
        assert set(sink.refused) == {401}

    steady(scenario)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_recorder_that_is_not_ours_is_not_even_asked(asterisk: Asterisk, trusted: bool, tmp_path: Path) -> None:
    """A certificate of our authority for another host, and one of another authority for this host."""

    async def scenario() -> None:
        taps = new_taps()
        issuer = asterisk.authority if trusted else type(asterisk.authority)(tmp_path)
        context = issuer.server("recorder.example") if trusted else issuer.server()
        async with Sink(asterisk, "a", ids(taps), context) as sink:
            talk = await call(asterisk, taps, 0.1)
        assert talk.call.streaming == {"in": False, "out": False}
        assert (sink.streams, sink.refused) == ({}, [])

    steady(scenario)


def test_an_id_works_once(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps = new_taps(1)
        async with Sink(asterisk, "a", ids(taps)) as sink:
            async with conversation(asterisk, taps) as talk:
                await asyncio.sleep(0.2)
                await talk.pause()
                await talk.resume(taps)
                assert talk.call.streaming == {"in": False, "out": False}
            assert set(sink.refused) == {409}
            assert len(sink.streams) == 2

    steady(scenario)


def test_the_second_recorder_goes_on_where_the_first_was_killed(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps = new_taps()
        one, other = Sink(asterisk, "a", ids(taps)), Sink(asterisk, "b", ids(taps))
        async with one as a, other as b, conversation(asterisk, taps):
            await asyncio.sleep(0.5)
            killed = time.monotonic()
            await a.die()
            await b.wait(2)
            await asyncio.sleep(0.5)
        for side in ("in", "out"):
            before, after = a.streams[taps[side][0]], b.streams[taps[side][1]]
            gap, lost = after.times[0] - killed, whole(after, 20).numbers[0] - whole(before, 20).numbers[-1] - 1
            assert (gap < 1, lost < 50) == (True, True), f"{side}: {gap * 1000:.0f} ms and {lost} frames lost"

    steady(scenario)


def test_recorders_that_are_away_are_found_when_they_come(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps = new_taps(2)
        async with conversation(asterisk, taps) as talk:
            assert talk.call.streaming == {"in": False, "out": False}
            async with Sink(asterisk, "b", ids(taps)) as sink:
                await sink.wait(2, 1)
                await asyncio.sleep(0.3)
                await talk.pause()
        for stream in sink.streams.values():
            whole(stream, 5)

    steady(scenario)


def test_a_pause_stops_both_streams_at_their_source(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps, more = new_taps(), new_taps()
        async with Sink(asterisk, "a", ids(taps, more)) as sink, conversation(asterisk, taps) as talk:
            await asyncio.sleep(0.3)
            await talk.pause()
            paused, counted = time.monotonic(), talk.caller.media.sent
            await asyncio.sleep(0.3)
            unheard, resumed = talk.caller.media.sent, time.monotonic()
            await talk.resume(more)
            await asyncio.sleep(0.3)
        for side in ("in", "out"):
            assert sink.streams[taps[side][0]].times[-1] < paused + 0.1
            assert sink.streams[more[side][0]].times[0] > resumed
        recorded = {*whole(sink.streams[taps["in"][0]], 5).numbers, *whole(sink.streams[more["in"][0]], 5).numbers}
        assert recorded.isdisjoint(range(counted + 2, unheard - 5))  # a frame or two were on their way

    steady(scenario)


def test_the_streams_outlive_the_controller_and_the_next_one_tidies_up(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps, number = new_taps(), new_number()
        async with (
            Sink(asterisk, "a", ids(taps)) as sink,
            Phone("caller", CALLER) as caller,
            Phone("agent", AGENT) as agent,
        ):
            program = await start_controller(asterisk, number, agent.uri, taps)
            await caller.dial(number, asterisk.sip)
            assert program.stdout
            assert json.loads(await program.stdout.readline())["streaming"] == {"in": True, "out": True}
            program.kill()
            await program.wait()
            await asyncio.sleep(1)
            caller.hang_up()
            await asyncio.sleep(0.2)
            assert not agent.ended.is_set()  # nobody is there to tell them
            for side in ("in", "out"):
                stream = sink.streams[taps[side][0]]
                whole(stream, 45)
                assert max(two - one for one, two in pairwise(stream.times)) < 0.5
            async with controller(asterisk) as tidy:
                async with asyncio.timeout(5):
                    await agent.ended.wait()
                await asyncio.sleep(0.1)
                assert [await tidy.request("GET", what) for what in ("bridges", "channels")] == [[], []]

    steady(scenario)


async def start_controller(
    asterisk: Asterisk, number: str, agent: str, taps: dict[str, list[str]]
) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    line = (sys.executable, "-m", "tests.live.controller")
    program = await asyncio.create_subprocess_exec(*line, cwd=ROOT, stdin=pipe, stdout=pipe)
    certificate, key = asterisk.authority.issue()
    told = {"port": asterisk.controller_port, "password": asterisk.ari_password, "certificate": str(certificate)}
    told |= {"key": str(key), "plans": {number: {"agent": agent, "taps": taps}}}
    assert program.stdin
    assert program.stdout
    program.stdin.write(json.dumps(told).encode() + b"\n")
    assert await program.stdout.readline() == b"ready\n"
    return program


def test_keys_reach_the_agent_and_no_stream(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        taps = new_taps()
        async with Sink(asterisk, "a", ids(taps)) as sink, conversation(asterisk, taps) as talk:
            talk.caller.media.press(DIGIT)
            await asyncio.sleep(0.3)
            talk.agent.hang_up()
            async with asyncio.timeout(2):
                await talk.caller.ended.wait()
        assert talk.agent.media.digits == [DIGIT]
        assert [stream.texts for stream in sink.streams.values()] == [[], []]
        assert str(DIGIT) not in asterisk.log().partition("DTMF")[2]

    steady(scenario)


def test_asterisk_writes_no_sound_and_listens_on_loopback(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        async with conversation(asterisk, new_taps()) as talk:
            assert asterisk.listening("tcp") == asterisk.listening("tcp6") == []
            # Two sockets on a port of the kernel's choice are pjproject's own, for name servers; it asks none.
            elsewhere = [each for each in asterisk.listening("udp") if not each.startswith("127.0.0.1:")]
            assert len(elsewhere) <= 1
            assert len(asterisk.listening("udp6")) <= 1
            with pytest.raises(Failed, match="unknown on this system"):
                await talk.controller.request("POST", f"channels/{talk.call.caller}/record", name="plain", format="wav")
            written = [path for path in asterisk.folder.rglob("*") if path.is_file()]
            assert not [path for path in written if path.suffix in {".wav", ".ulaw", ".sln", ".raw"}]

    steady(scenario)


@pytest.mark.parametrize(("stall", "attempts"), [(0.0, 1), (0.2, 3)])
def test_only_a_machine_that_stood_still_gives_a_second_chance(stall: float, attempts: int) -> None:
    made: list[None] = []

    async def scenario() -> None:
        made.append(None)
        await asyncio.sleep(0)
        time.sleep(stall)  # noqa: ASYNC251 - that is the stall
        await asyncio.sleep(0.02)
        raise AssertionError

    with pytest.raises(AssertionError):
        steady(scenario)
    assert len(made) == attempts
