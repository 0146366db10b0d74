"""While the object store, the keys, the database or a recorder is away, nothing that was said is lost unseen."""

import asyncio
import time
from typing import Any
from uuid import UUID

import pytest

from razdar.core.errors import Unavailable
from razdar.keys.recording import LiveStream, Reason
from razdar.runtime import objects
from razdar.telephony import mulaw
from razdar.telephony.recording import keeper, register, server
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.conftest import Starter
from tests.telephony.watching import after, events, finished, meanwhile, parts, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_an_object_store_the_spool_holds_and_is_emptied_afterwards(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LONGEST_PAUSE", 0.5)
    one, call = start(), calls.opened(world)

    def away(*_: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as gone:
        gone.setattr(objects, "put", away)
        asyncio.run(calls.both(Target((one.url,), one.trust, node), call.taps, 25.0))
        time.sleep(1.0)
        assert len(parts(one)) == 6
        assert running(world, call)
    found = finished(world, call)
    calls.wait_until(lambda: not parts(one))
    for side, (stream,) in found.sides.items():
        assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(1250))


def test_what_cannot_wait_in_memory_is_salvaged_from_the_spool(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, call = start(), calls.opened(world)
    one.recorder._means.waiting.most = 20_000
    put = objects.put

    def slow(name: UUID, data: bytes) -> None:
        time.sleep(0.5)
        put(name, data)

    with monkeypatch.context() as gone:
        gone.setattr(objects, "put", slow)
        asyncio.run(calls.both(Target((one.url,), one.trust, node), call.taps, 60.0))
        calls.wait_until(lambda: one.streams == 0)
    calls.wait_until(lambda: not parts(one) and not running(world, call))  # what is left is copied, then told
    found = calls.finish(world, call)
    assert any(segment.salvaged for streams in found.sides.values() for segment in streams[0].segments)
    for side, (stream,) in found.sides.items():
        assert stream.whole
        heard = calls.heard(found, stream)
        assert calls.numbers(heard.sound, side) == list(range(3000))
        assert heard.markers[-1][1].reason is Reason.HUNG_UP


def test_a_full_spool_ends_streams_and_refuses_new_ones_and_says_so(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LONGEST_PAUSE", 0.5)
    one, other = start(most=60_000), start("b")
    call = calls.opened(world)

    def away(*_: object) -> None:
        raise Unavailable("away")

    put = objects.put
    monkeypatch.setattr(objects, "put", away)
    target = Target((one.url, other.url), one.trust, node)
    asyncio.run(calls.both(target, call.taps, 8.0, speed=4))
    calls.wait_until(lambda: events(world, "telephony:spool:fills"))
    with pytest.raises(Unavailable):
        asyncio.run(calls.both(Target((one.url,), one.trust, node), calls.opened(world).taps, 0.1))
    monkeypatch.setattr(objects, "put", put)
    calls.wait_until(lambda: not running(world, call))
    found = calls.finish(world, call)
    for side, (first, second) in found.sides.items():
        heard = [calls.heard(found, stream) for stream in (first, second)]
        assert heard[0].markers[-1][1].reason is Reason.NO_ROOM
        kept = calls.numbers(heard[0].sound, side) + calls.numbers(heard[1].sound, side)
        assert kept == sorted(set(kept))
        assert kept[-1] == 399
        assert len(kept) > 300


def test_without_keys_nothing_is_recorded(world: World, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise Unavailable("locked")

    call = calls.opened(world)
    monkeypatch.setattr(LiveStream, "begin", locked)
    one_tap = {side: taps[:1] for side, taps in call.taps.items()}
    with pytest.raises(Unavailable):
        asyncio.run(calls.both(target, one_tap, 2.0, speed=1))
    calls.wait_until(lambda: not running(world, call))
    monkeypatch.undo()
    asyncio.run(calls.both(target, {side: taps[1:] for side, taps in call.taps.items()}, 0.5))
    calls.wait_until(lambda: not running(world, call))
    found = calls.finish(world, call)
    assert [len(streams) for streams in found.sides.values()] == [1, 1]


def test_a_database_that_is_away_for_a_while_costs_nothing(
    world: World, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, keep = calls.opened(world), register.keep
    tries: list[int] = []

    def away(*arguments: Any) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise Unavailable("away")
        keep(*arguments)

    monkeypatch.setattr(register, "keep", away)
    asyncio.run(calls.both(target, call.taps, 12.0))
    found = finished(world, call)
    for side, (stream,) in found.sides.items():
        assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(600))


# --- Watching ---------------------------------------------------------------------------------------------------------


def test_a_missing_side_is_noticed_within_a_moment(world: World, target: Target) -> None:
    call = calls.opened(world)

    async def one_side() -> None:
        streaming = asyncio.create_task(calls.both(target, {"in": call.taps["in"], "out": ()}, 4.0, speed=1))
        await asyncio.to_thread(calls.wait_until, lambda: events(world, "telephony:call:one_sided"), 3.5)
        await asyncio.gather(streaming, return_exceptions=True)

    asyncio.run(one_side())
    (event,) = events(world, "telephony:call:one_sided")
    assert (event.client, event.trace, event.outcome, dict(event.detail)["side"]) == (
        world.client,
        call.trace,
        "failed",
        "in",
    )


def test_both_sides_at_two_recorders_are_no_alarm(
    world: World, start: Starter, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "ONE_SIDED_MS", 500)
    one, other, call = start(), start("b"), calls.opened(world)

    async def apart() -> None:
        await asyncio.gather(
            *(
                calls.simulation.stream(Target((r.url,), r.trust, node), call.taps[side], calls.numbered(2, side), 1)
                for r, side in ((one, "in"), (other, "out"))
            )
        )

    asyncio.run(apart())
    finished(world, call)
    assert events(world, "telephony:call:one_sided") == []


def test_a_recorder_that_is_stopped_hands_over(world: World, start: Starter, node: Any) -> None:
    one, other, call = start(), start("b"), calls.opened(world)
    target = Target((one.url, other.url), one.trust, node)
    asyncio.run(meanwhile(target, call, 4.0, after(2.0, one.end)))
    found = finished(world, call)
    for side, (first, second) in found.sides.items():
        heard = [calls.heard(found, stream) for stream in (first, second)]
        assert heard[0].markers[-1][1].reason is Reason.STOPPED
        kept = calls.numbers(heard[0].sound, side) + calls.numbers(heard[1].sound, side)
        assert kept == sorted(kept)
        assert len(kept) > 190
        assert second.starts_at >= first.frames - mulaw.RATE // 10
    assert parts(one) == []


def test_a_port_that_is_taken_is_told_or_another_is_found(world: World, start: Starter, node: Any) -> None:
    one = start()
    taken = int(one.url.rpartition(":")[2].removesuffix("/stream"))
    with pytest.raises(Unavailable):
        start("b", port=taken)
    other, call = start("c", port=taken, or_any_port=True), calls.opened(world)
    asyncio.run(calls.both(Target((other.url,), other.trust, node), call.taps, 0.5))
    assert finished(world, call).bound
