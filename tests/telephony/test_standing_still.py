"""A recorder that stands still ends, so that its exchanges go to the other one: they would not notice for long."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidMessage

from razdar.keys.recording import LiveStream, Reason
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.telephony.recording import connection, server
from razdar.telephony.recording.spool import Spool
from razdar.telephony.simulation import Target
from tests import weakening
from tests.telephony import calls
from tests.telephony.conftest import Starter
from tests.telephony.killing import Killable, killable
from tests.telephony.refusing import refusal
from tests.telephony.salvaged import check_side, salvaged, target
from tests.telephony.watching import finished, running
from tests.world import World

GUARDED = """
import os, sys, threading, time
from razdar.telephony.recording import guard
guard.STILL_SECONDS = 0.8
with guard.guarded() as guarding:
    print(guarding._process.pid, flush=True)
    for _ in range(10_000):
        guarding.beat()
        time.sleep(0.1)
        if guarding._process.poll() is not None:
            print("gone", flush=True)
"""


# --- The guard --------------------------------------------------------------------------------------------------------


@contextmanager
def guarded() -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A process that shows that it lives, and its guard's number."""
    with subprocess.Popen([sys.executable, "-c", GUARDED], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        guard = int(process.stdout.readline())
        try:
            time.sleep(0.3)
            yield process, guard
        finally:
            process.kill()


def is_there(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def tell(number: int, *, to: signal.Signals) -> None:
    subprocess.run(["kill", f"-{to.name.removeprefix('SIG')}", str(number)], check=True)


def test_who_stands_still_is_killed_and_who_moves_is_not() -> None:
    with guarded() as (process, guard):
        time.sleep(1.5)
        assert process.poll() is None
        tell(process.pid, to=signal.SIGSTOP)
        assert process.wait(10) == -signal.SIGKILL
        calls.wait_until(lambda: not is_there(guard))


def test_a_machine_that_stood_still_costs_nothing() -> None:
    """The guard did not run either; afterwards both go on."""
    with guarded() as (process, guard):
        for number in (process.pid, guard):
            tell(number, to=signal.SIGSTOP)
        time.sleep(1.6)
        for number in (guard, process.pid):
            tell(number, to=signal.SIGCONT)
        time.sleep(0.5)
        assert process.poll() is None


def test_the_guard_ends_with_whom_it_guards_and_is_replaced_when_it_dies() -> None:
    with guarded() as (process, guard):
        tell(guard, to=signal.SIGKILL)
        time.sleep(0.5)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        (second,) = [int(child) for child in children if is_there(int(child))]
        assert second != guard
        process.kill()
        process.wait()
        calls.wait_until(lambda: not is_there(second))


# --- The recorder -----------------------------------------------------------------------------------------------------


def died(one: Killable) -> bool:
    return one.running is not None and one.running.poll() == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_a_recorder_that_is_stopped_in_its_tracks_hands_its_calls_over(
    world: World, tmp_path: Path, database: RoleUrls
) -> None:
    with killable(tmp_path, database, "a", "b") as (one, other):
        call, where = calls.opened(world), target([one, other])

        async def stopped() -> None:
            streaming = asyncio.create_task(calls.both(where, call.taps, 8.0, speed=1))
            await asyncio.sleep(1.5)
            assert one.running
            tell(one.running.pid, to=signal.SIGSTOP)
            begun = time.monotonic()
            await asyncio.to_thread(calls.wait_until, lambda: died(one))
            assert time.monotonic() - begun < 6
            assert {side: sent.connections for side, sent in (await streaming).items()} == {"in": 2, "out": 2}

        asyncio.run(stopped())
        one.start()
        found = salvaged(world, call)
        assert max(check_side(found, side, 400, 1.5) for side in found.sides) < 6 * 50


@pytest.mark.django_db(transaction=True)
def test_a_recorder_whose_loop_is_blocked_ends(world: World, tmp_path: Path, database: RoleUrls) -> None:
    call = calls.opened(world)
    with killable(tmp_path, database, "a") as (one,):
        one.stop()
        one.environ = weakening.environment(
            patch="razdar.telephony.recording.server:Recorder._require_room",
            with_="tests.telephony.weakenings:stands_still",
            base=one.environ,
        )
        one.start()
        with pytest.raises((OSError, EOFError, InvalidMessage)):
            asyncio.run(refusal(target([one]), call.taps["in"][0]))
        calls.wait_until(lambda: died(one))
        assert "recorder-stood-still" in (one.var / "said").read_text()


# --- One stream -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_does_not_answer_hands_the_stream_over_and_loses_nothing_written(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BEAT_SECONDS", 0.2)
    one, other, call, late = start(), start("b"), calls.opened(world), calls.opened(world)
    append, hangs, hung = Spool.append, threading.Event(), threading.Event()
    held = one.recorder._means.spool

    def stuck(spool: Spool, *arguments: Any) -> None:
        if spool is held and hangs.is_set():
            hung.wait(30)
        append(spool, *arguments)

    monkeypatch.setattr(Spool, "append", stuck)
    where = Target((one.url, other.url), one.trust, node)

    async def cut() -> None:
        streaming = asyncio.create_task(calls.both(where, call.taps, 6.0, speed=1))
        await asyncio.sleep(1.5)
        hangs.set()
        await asyncio.sleep(3.0)
        assert await refusal(Target((one.url,), one.trust, node), late.taps["in"][0]) == 503
        assert {side: sent.connections for side, sent in (await streaming).items()} == {"in": 2, "out": 2}
        hung.set()

    try:
        asyncio.run(cut())
    finally:
        hung.set()
    found = finished(world, call)
    for side, (first, second) in found.sides.items():
        heard = [calls.heard(found, stream) for stream in (first, second)]
        assert heard[0].markers[-1][1].reason is Reason.STALLED
        kept = [calls.numbers(one.sound, side) for one in heard]
        assert kept[0] == list(range(len(kept[0])))
        assert kept[1] == list(range(kept[1][0], 300))
        assert 0 <= kept[1][0] - len(kept[0]) < 50


@pytest.mark.django_db(transaction=True)
def test_a_key_agent_that_does_not_answer_hands_the_stream_over(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "KEY_BEATS", 2)
    one, other, call = start(), start("b"), calls.opened(world)
    begin, hung, asked = LiveStream.begin, threading.Event(), []

    def slow(client: Any, place: Any) -> LiveStream:
        asked.append(place)
        if len(asked) <= 2:
            hung.wait(20)
        return begin(client, place)

    monkeypatch.setattr(LiveStream, "begin", slow)
    try:
        sent = asyncio.run(calls.both(Target((one.url, other.url), one.trust, node), call.taps, 4.0, speed=1))
    finally:
        hung.set()
    assert {side: each.connections for side, each in sent.items()} == {"in": 2, "out": 2}
    calls.wait_until(lambda: not running(world, call))
    found = calls.finish(world, call)
    for side, streams in found.sides.items():
        assert calls.numbers(calls.heard(found, streams[-1]).sound, side)[-1] == 199
