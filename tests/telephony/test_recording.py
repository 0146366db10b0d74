"""A call streamed into a recorder comes back frame by frame, sealed under its customer's key."""

import asyncio
import stat
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from razdar.core.crypto import segments
from razdar.core.errors import NotFound, Unopenable
from razdar.interactions import sweeping
from razdar.keys import agent
from razdar.keys.recording import LiveStream, Place, Reason
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import erasure, jobs, mulaw, services
from razdar.telephony.models import Segment, Stream
from razdar.telephony.recording import server
from razdar.telephony.simulation import Target
from tests.live.calls import steady
from tests.telephony import calls
from tests.telephony.conftest import Running, Starter
from tests.telephony.watching import after, events, finished, meanwhile, parts, running, whole
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seconds", [1.0, 31.0])
def test_every_frame_of_both_sides_comes_back(world: World, target: Target, seconds: float) -> None:
    call = calls.opened(world)
    sent = asyncio.run(calls.both(target, call.taps, seconds))
    assert {side: one.connections for side, one in sent.items()} == {"in": 1, "out": 1}
    found = finished(world, call)
    assert found.bound
    assert found.frames >= seconds * mulaw.RATE
    for side, (stream,) in found.sides.items():
        heard = calls.heard(found, stream)
        assert calls.numbers(heard.sound, side) == list(range(round(seconds * 50)))
        assert len(heard.sound) == stream.frames == round(seconds * mulaw.RATE)
        assert [(at, one.kind.name, one.reason.name) for at, one in heard.markers] == [
            (stream.frames, "END", "HUNG_UP")
        ]


def test_four_calls_at_once_lose_nothing(world: World, target: Target) -> None:
    opened = [calls.opened(world) for _ in range(4)]

    async def all_of_them() -> None:
        await asyncio.gather(*(calls.both(target, call.taps, 3.0, speed=1) for call in opened))

    asyncio.run(all_of_them())
    for call in opened:
        found = finished(world, call)
        for side, (stream,) in found.sides.items():
            assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(150))


def test_a_call_of_nobody_gets_a_customer_of_its_own(world: World, target: Target) -> None:
    call = services.open_call(calls.job(world), services.NewCall(None))
    asyncio.run(calls.both(target, call.taps, 0.5))
    found = finished(world, call)
    assert found.customer == call.customer
    assert calls.numbers(calls.heard(found, found.sides["in"][0]).sound) == list(range(25))
    (made,) = events(world, "customers:provisional:create")
    assert made.customer == call.customer


def test_segments_are_stored_while_the_call_runs_and_the_spool_holds_the_rest(
    world: World, start: Starter, node: Any
) -> None:
    one, call = start(), calls.opened(world)
    seen: list[int] = []

    def look() -> None:
        with scope(world.client):
            calls.wait_until(lambda: Segment.objects.filter(client_id=world.client).count() >= 2, 5)
        for path in parts(one):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        seen.extend(path.stat().st_size for path in parts(one))

    asyncio.run(meanwhile(Target((one.url,), one.trust, node), call, 12.5, after(10.5, look)))
    assert len(seen) == 2  # one part a side: what is a segment by now is gone
    assert max(seen) < 4 * 8000
    found = finished(world, call)
    calls.wait_until(lambda: not parts(one))
    for side, (stream,) in found.sides.items():
        assert stream.segments[0].place.frames > 70_000
        assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(625))


def test_nothing_plain_is_on_the_disk_while_the_call_runs(
    world: World, start: Starter, node: Any, tmp_path: Path
) -> None:
    one, call = start(), calls.opened(world)
    plain = calls.numbered(5.0)[1000:1100]
    found: list[bool] = []

    def look() -> None:
        found.extend(plain in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    asyncio.run(meanwhile(Target((one.url,), one.trust, node), call, 2.0, after(1.5, look), after(1.9, look)))
    finished(world, call)
    look()
    assert len(found) > 10
    assert not any(found)


def test_the_manifest_names_every_segment(world: World, target: Target) -> None:
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 21.0))
    found = finished(world, call)
    manifests = {dict(event.detail)["stream"]: event for event in events(world, "telephony:stream:manifest")}
    for side, (stream,) in found.sides.items():
        event = manifests[str(stream.id)]
        detail = dict(event.detail)
        assert (event.client, event.customer, event.trace) == (world.client, call.customer, call.trace)
        assert (detail["side"], detail["segments"], detail["frames"]) == (side, 3, stream.frames)
        named = [detail[f"segment_{number}"] for number in range(3)]
        assert named == [f"{segment.size}:{segment.sha256.hex()}" for segment in stream.segments]
    (bound,) = events(world, "telephony:call:bind")
    assert bound.trace == call.trace


def test_a_pause_is_silence_of_its_length_and_nothing_of_it_is_kept(world: World, start: Starter, node: Any) -> None:
    """By what the recorder had heard when it was asked: within a second nothing more is kept, and then all again."""
    one, job = start(), calls.job(world)
    target = Target((one.url,), one.trust, node)

    async def scenario() -> None:
        call = await asyncio.to_thread(calls.opened, world)
        streaming = asyncio.create_task(calls.both(target, call.taps, 5.5, speed=1))
        await asyncio.to_thread(calls.wait_until, lambda: heard_by(one, call) >= 50)
        await asyncio.to_thread(services.pause_call, job, call.interaction, Reason.CARD)
        paused = heard_by(one, call)
        await asyncio.sleep(2.0)
        resumed = heard_by(one, call)
        await asyncio.to_thread(services.resume_call, job, call.interaction)
        await streaming
        await asyncio.to_thread(check_pause, world, call, paused, resumed)

    steady(scenario)
    assert {event.outcome for event in events(world, "telephony:call:pause")} == {"ok"}


def heard_by(one: Running, call: services.OpenedCall) -> int:
    """How many frames a recorder has taken of the side of which it has taken fewer."""
    sides = [c.side.heard // calls.FRAME for c in one.recorder._running.values() if c.taken.call == call.interaction]
    return min(sides) if len(sides) == 2 else 0


def check_pause(world: World, call: services.OpenedCall, paused: int, resumed: int) -> None:
    found = finished(world, call)
    for side, (stream,) in found.sides.items():
        heard = calls.heard(found, stream)
        kept = calls.numbers(heard.sound, side)
        assert len(heard.sound) == 5.5 * mulaw.RATE
        (at, pause), (_, resume) = heard.markers[:2]
        assert [(one.kind.name, one.reason.name) for one in (pause, resume)] == [("PAUSE", "CARD"), ("RESUME", "CARD")]
        assert heard.sound[at : at + resume.frames] == bytes((mulaw.SILENCE,)) * resume.frames
        assert not set(kept) & set(range(paused + 50, resumed))
        assert set(kept) >= {*range(paused), *range(resumed + 100, 275)}


def test_a_stream_that_begins_while_its_call_is_paused_keeps_nothing(
    world: World, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its recorder never looks again how the call stands: it knows from the beginning."""
    monkeypatch.setattr(server, "HEED_SECONDS", 3600.0)
    call = calls.opened(world)
    services.pause_call(calls.job(world), call.interaction, Reason.CARD)
    asyncio.run(calls.both(target, call.taps, 12.0))
    found = finished(world, call)
    for side, (stream,) in found.sides.items():
        heard = calls.heard(found, stream)
        assert calls.numbers(heard.sound, side) == []
        assert stream.frames == len(heard.sound) == 12 * mulaw.RATE
        assert [one.kind.name for _, one in heard.markers] == ["PAUSE", "RESUME", "END"]


def test_a_pause_while_the_key_is_still_made_keeps_what_came_before_it(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, paused = LiveStream.begin, threading.Event()

    def late(client: UUID, place: Place) -> LiveStream:
        paused.wait(10)
        return begin(client, place)

    monkeypatch.setattr(LiveStream, "begin", late)
    one, job = start(), calls.job(world)
    call = calls.opened(world)
    seen: list[int] = []

    async def scenario() -> None:
        target = Target((one.url,), one.trust, node)
        streaming = asyncio.create_task(calls.both(target, call.taps, 3.0, speed=1))
        await asyncio.to_thread(calls.wait_until, lambda: heard_by(one, call) >= 25)
        await asyncio.to_thread(services.pause_call, job, call.interaction, Reason.CARD)
        heeded = lambda: all(c.side.paused for c in one.recorder._running.values())  # noqa: E731
        await asyncio.to_thread(calls.wait_until, heeded)
        seen.extend(c.side.waits // calls.FRAME for c in one.recorder._running.values())
        await asyncio.sleep(1.0)
        paused.set()
        await streaming

    asyncio.run(scenario())
    found = finished(world, call)
    lengths = []
    for side, (stream,) in found.sides.items():
        kept = calls.numbers(calls.heard(found, stream).sound, side)
        assert kept == list(range(len(kept)))
        lengths.append(len(kept))
    assert sorted(lengths) == sorted(seen)
    assert 25 <= min(lengths) <= max(lengths) < 100


def test_when_the_call_is_closed_its_streams_are_ended(world: World, target: Target) -> None:
    call, job = calls.opened(world), calls.job(world)

    async def run() -> None:
        streaming = asyncio.create_task(calls.both(target, call.taps, 20.0, speed=1))
        await asyncio.sleep(1.0)
        await asyncio.to_thread(services.close_call, job, call.interaction)
        begun = time.monotonic()
        await asyncio.to_thread(calls.wait_until, lambda: not running(world, call))
        assert time.monotonic() - begun < 5
        streaming.cancel()

    asyncio.run(run())
    jobs.finish(world.client, call.interaction)
    found = calls.recorded(world, call)
    assert found.bound
    assert all(0 < stream.frames < 3 * mulaw.RATE for (stream, *_) in found.sides.values())
    with pytest.raises(NotFound):
        services.tell_taps(job, call.interaction)
    with pytest.raises(NotFound):
        services.pause_call(job, call.interaction, Reason.HOLD)


def test_a_call_that_still_runs_is_not_finished(world: World, target: Target) -> None:
    call, job = calls.opened(world), calls.job(world)

    def early() -> None:
        with scope(world.client):
            services.Call.objects.filter(client_id=world.client, id=call.interaction).update(closed_at=None)
        jobs.finish(world.client, call.interaction)

    asyncio.run(meanwhile(target, call, 1.0, after(0.5, early)))
    assert not calls.recorded(world, call).bound
    services.close_call(job, call.interaction)
    services.close_call(job, call.interaction)
    calls.wait_until(lambda: whole(world, call))
    jobs.finish(world.client, call.interaction)
    jobs.finish(world.client, call.interaction)
    assert len(events(world, "telephony:call:bind")) == 1


def test_erasing_the_customer_while_the_call_runs_ends_it_and_leaves_nothing(
    world: World, start: Starter, node: Any, tmp_path: Path
) -> None:
    one, call = start(), calls.opened(world)
    ids: list[UUID] = []

    def erase() -> None:
        with scope(world.client):
            ids.extend(Stream.objects.filter(client_id=world.client).values_list("id", flat=True))
            agent.current().destroy_customer(world.client, call.customer)
            erasure.erase(world.client, call.customer)
            services.Interaction.objects.filter(client_id=world.client, id=call.interaction).delete()
        for stream in ids:
            jobs.forget(world.client, call.customer, stream)

    async def run() -> None:
        streaming = asyncio.create_task(calls.both(Target((one.url,), one.trust, node), call.taps, 20.0, speed=1))
        await asyncio.sleep(11.0)
        await asyncio.to_thread(erase)
        await asyncio.to_thread(calls.wait_until, lambda: one.streams == 0 and not parts(one))
        streaming.cancel()

    asyncio.run(run())
    assert len(ids) == 2
    assert list(objects.names()) == []
    for stream in ids:
        with pytest.raises(Unopenable):
            calls.agent.current().unwrap_streams([calls.StreamRef(world.client, call.customer, stream)], "test")


def test_erasing_afterwards_destroys_keys_rows_and_objects(world: World, target: Target) -> None:
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 0.5))
    found = finished(world, call)
    stored = [segment for streams in found.sides.values() for segment in streams[0].segments]
    assert set(objects.names()) == {segment.object_name for segment in stored}
    kept = objects.get(stored[0].object_name)
    with scope(world.client):
        preview = erasure.preview(world.client, call.customer)
        agent.current().destroy_customer(world.client, call.customer)
        assert erasure.erase(world.client, call.customer) == preview
        assert dict(erasure.erase(world.client, call.customer).counts) == {"recorded call": 0, "recorded segment": 0}
    assert dict(preview.counts) == {"recorded call": 1, "recorded segment": 2}
    assert list(objects.names()) == []
    with pytest.raises(Unopenable):
        calls.heard(found, found.sides["in"][0])
    with pytest.raises(Unopenable):
        segments.open_segment(bytes(32), stored[0].place, kept)


def test_segments_are_not_swept_away_as_left_overs(world: World, target: Target) -> None:
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 0.5))
    finished(world, call)
    left = uuid7()
    objects.put(left, b"nobody's")
    before = set(objects.names())
    assert sweeping.sweep(datetime.now(UTC) + timedelta(days=2)) == 1
    assert set(objects.names()) == before - {left}


@pytest.mark.parametrize("change", ["exchanged", "cut", "of another stream"])
def test_stored_segments_do_not_open_elsewhere(world: World, target: Target, change: str) -> None:
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 25.0))
    found = finished(world, call)
    (stream,), (other,) = found.sides["in"], found.sides["out"]
    first, second, *rest = stream.segments
    changed = {
        "exchanged": (replace(first, object_name=second.object_name), second, *rest),
        "cut": (first, *rest),
        "of another stream": (replace(first, object_name=other.segments[0].object_name), second, *rest),
    }[change]
    with pytest.raises(Unopenable):
        calls.heard(found, replace(stream, segments=changed))
