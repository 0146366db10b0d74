"""A finished call becomes a recording: every frame comes back through the door, in its place, and nothing else does."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import NotFound, Unavailable
from razdar.core.redaction.audio import peaks
from razdar.interactions import jobs as pipeline
from razdar.interactions import retention, selectors, stages, sweeping
from razdar.interactions.models import Interaction, Recording, RecordingSegment, Region, Stage
from razdar.interactions.renditions import WAVEFORM_BUCKETS, waveform_text
from razdar.keys.recording import Reason
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import handover, jobs, services
from razdar.telephony.models import Call, Segment
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from razdar.vault import content
from tests.telephony import calls, made
from tests.telephony.left import Left, failing_at
from tests.telephony.made import CHANNELS, Side, composed, heard, piece, regions, whole
from tests.telephony.watching import events, finished
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
RATE = 8000


@pytest.fixture
def call(world: World) -> OpenedCall:
    return calls.opened(world)


def test_every_frame_of_both_sides_comes_back_from_a_recorder(world: World, target: Target, call: OpenedCall) -> None:
    asyncio.run(calls.both(target, call.taps, 31.0))
    finished(world, call)
    jobs.compose(world.client, call.interaction)
    row = made.recording(world, call)
    assert (row.kind, row.channels, row.rate, row.object_name) == ("stream", 2, RATE, None)
    pcm = whole(world, row)
    for side in CHANNELS:
        assert calls.numbers(heard(pcm, side), side) == list(range(1550))
    with scope(world.client):
        assert not Segment.objects.filter(client_id=world.client).exists()
        mine = RecordingSegment.objects.filter(client_id=world.client)
        assert set(mine.values_list("object_name", flat=True)) == set(objects.names())


def test_streams_lie_where_they_began_and_pieces_are_parts_of_the_whole(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(24).end()
    Side(world, call, "out", at=1.5).say(17).end()
    row = composed(world, call)
    assert row.frames == 24 * RATE
    pcm = whole(world, row)
    assert calls.numbers(heard(pcm, "in"), "in") == list(range(1200))
    assert heard(pcm, "out")[int(1.5 * RATE) : int(18.5 * RATE)] == calls.numbered(17, "out")
    assert regions(world, call) == [
        ("out", "missing", "none", 0, int(1.5 * RATE)),
        ("out", "missing", "hung_up", int(18.5 * RATE), 24 * RATE),
    ]
    edges = (0, 1, 11_999, 12_001, 40_000, 79_999, 80_000, 80_001, 92_000, 120_000, 148_000, 160_000, 191_999, 192_000)
    for first, last in pairwise(edges):
        assert np.array_equal(piece(calls.job(world), row, first, last), pcm[first:last])


def test_a_pause_and_a_gap_are_silence_of_their_length_and_say_why(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(2).pause(Reason.CARD, 13).say(1).lose(3).say(2).end()
    Side(world, call, "out").say(21).end()
    row = composed(world, call)
    pcm = whole(world, row)
    found = heard(pcm, "in")
    assert calls.numbers(found, "in") == [*range(100), *range(750, 800), *range(950, 1050)]
    assert found[15 * RATE : 16 * RATE] == b"".join(calls.numbered_frame(n) for n in range(750, 800))
    ((_, *pause), (_, *gap)) = [one for one in regions(world, call) if one[0] == "in"]
    assert pause == ["pause", "card", 2 * RATE, 15 * RATE]
    assert gap[:2] == ["gap", "late"]
    assert abs(gap[2] - 16 * RATE) <= 160
    assert abs(gap[3] - 19 * RATE) <= 160
    assert calls.numbers(heard(pcm, "out"), "out") == list(range(1050))


def test_the_second_recorder_goes_on_in_its_place(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(11).end(Reason.LOST)
    Side(world, call, "in", at=11.4, number=570).say(12).end()
    Side(world, call, "out").say(23.4).end()
    pcm = whole(world, composed(world, call))
    assert calls.numbers(heard(pcm, "in"), "in") == [*range(550), *range(570, 1170)]
    assert regions(world, call) == [("in", "missing", "lost", 11 * RATE, int(11.4 * RATE))]
    with scope(world.client):
        page = selectors.page(world.viewer(Role.QUALITY_REVIEWER), call.interaction)
    assert page.recordings == ()  # locked


def test_streams_that_overlap_follow_one_another_and_lose_nothing(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(3).end(Reason.BROKEN)
    Side(world, call, "in", at=2.9, number=150).say(2).end()
    row = composed(world, call)
    assert row.frames == 5 * RATE
    assert calls.numbers(heard(whole(world, row), "in"), "in") == list(range(250))
    assert regions(world, call) == [("out", "missing", "none", 0, 5 * RATE)]


def test_what_was_salvaged_is_read_back(world: World, call: OpenedCall) -> None:
    Left(world, call)
    Left(world, call, "out", cut=100)
    pcm = whole(world, composed(world, call))
    assert calls.numbers(heard(pcm, "in"), "in") == list(range(1200))
    assert calls.numbers(heard(pcm, "out"), "in") == list(range(1175))
    assert ("out", "missing", "lost", 188_000, 192_000) in regions(world, call)


def test_the_waveform_is_that_of_the_whole(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(12).pause(Reason.HOLD, 3).say(1).end()
    Side(world, call, "out", at=0.7).say(14).end()
    row = composed(world, call)
    drawn = waveform_text(peaks(whole(world, row), WAVEFORM_BUCKETS))
    with scope(world.client):
        assert content.open_text(calls.job(world), row.waveform, made.LOOK) == drawn


def test_a_piece_opens_a_handful_of_segments_and_the_keys_of_their_streams_only(
    world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Side(world, call, "in").say(60).end()
    second = Side(world, call, "in", at=61).say(10).end()
    other = Side(world, call, "out").say(71).end()
    row = composed(world, call)
    fetched: list[object] = []
    asked: list[object] = []
    monkeypatch.setattr(objects, "get", made.counting(objects.get, fetched))
    agent = calls.agent.current()
    monkeypatch.setattr(agent, "unwrap_streams", made.counting(agent.unwrap_streams, asked))
    for start, streams in ((20, {first, other}), (63, {second, other}), (58, {first, second, other})):
        fetched.clear()
        asked.clear()
        piece(calls.job(world), row, start * RATE, (start + 5) * RATE)
        (refs,) = asked
        assert {ref.stream for ref in refs} == streams  # type: ignore[attr-defined]
        assert len(fetched) <= 4


def test_a_call_is_handed_over_once(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(3).end()
    row = composed(world, call)
    jobs.compose(world.client, call.interaction)
    assert made.recording(world, call).id == row.id
    (taken,) = events(world, "interactions:call:record")
    assert (taken.trace, taken.customer) == (call.trace, call.customer)
    with scope(world.client):
        found = stages.in_order(world.client, call.interaction)
        mine = Interaction.objects.get(id=call.interaction)
    assert [state for _, state, _ in found] == ["waiting", "waiting"]
    assert mine.customer_id == call.customer


def test_of_two_workers_one_hands_it_over(world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    Side(world, call, "in").say(3).end()
    calls.finish(world, call)
    slow = handover._Reading.read

    def while_another_finishes(reading: handover._Reading) -> None:
        monkeypatch.setattr(handover._Reading, "read", slow)
        jobs.compose(world.client, call.interaction)
        slow(reading)

    monkeypatch.setattr(handover._Reading, "read", while_another_finishes)
    jobs.compose(world.client, call.interaction)
    assert len(events(world, "interactions:call:record")) == 1
    assert whole(world, made.recording(world, call)).any()


@pytest.mark.parametrize("at", range(1, 5))
def test_broken_off_anywhere_it_is_done_again(
    world: World, call: OpenedCall, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Side(world, call, "in").say(12).end()
    Side(world, call, "out").say(12).end()
    calls.finish(world, call)
    with monkeypatch.context() as failing:
        failing.setattr(objects, "get", failing_at(at, iter(range(1, 100)), objects.get))
        with suppress(Unavailable):
            jobs.compose(world.client, call.interaction)
    with scope(world.client):
        assert not Recording.objects.filter(client_id=world.client).exists()
        assert Segment.objects.filter(client_id=world.client).count() == 4
    jobs.compose(world.client, call.interaction)
    assert calls.numbers(heard(whole(world, made.recording(world, call)), "in"), "in") == list(range(600))


def test_calls_that_were_not_handed_over_are_found(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(1).end()
    calls.finish(world, call)
    with scope(world.client):
        Call.objects.filter(client_id=world.client).update(closed_at=datetime.now(UTC) - timedelta(minutes=5))
    before = waiting(call)
    jobs.sweep()
    assert waiting(call) == before + 1
    jobs.compose(world.client, call.interaction)
    jobs.sweep()
    assert waiting(call) == before + 1


def waiting(call: OpenedCall) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name="telephony.compose", status="todo")
    return rows.filter(args__call=str(call.interaction)).count()


@pytest.mark.parametrize("streams", [0, 2])
def test_a_call_of_which_nothing_was_recorded_says_so(world: World, call: OpenedCall, streams: int) -> None:
    for side in ("in", "out")[:streams]:
        Side(world, call, side).end(Reason.SILENT)
    calls.finish(world, call)
    jobs.compose(world.client, call.interaction)
    with scope(world.client):
        assert not Recording.objects.filter(client_id=world.client).exists()
        page = selectors.page(world.viewer(Role.SUPERVISOR), call.interaction)
        Stage.objects.update(changed_at=datetime.now(UTC) - timedelta(days=1))
    assert (page.row.problem, page.row.has_nothing, page.recordings) == ("nothing-recorded", True, ())
    assert list(objects.names()) == []
    before = retried(call)
    pipeline.resume()
    assert retried(call) == before


def retried(call: OpenedCall) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name="interactions.advance", status="todo")
    return rows.filter(args__interaction=str(call.interaction)).count()


def altered(row: Segment) -> None:
    sealed = bytearray(objects.get(row.object_name))
    sealed[len(sealed) // 2] ^= 1
    objects.delete(row.object_name)
    objects.put(row.object_name, bytes(sealed))


def lost(row: Segment) -> None:
    objects.delete(row.object_name)


def forgotten(row: Segment) -> None:
    row.delete()


def moved(row: Segment) -> None:
    Segment.objects.filter(client_id=row.client_id, id=row.id).update(previous=bytes(16))


@pytest.mark.parametrize("harm", [altered, lost, forgotten, moved])
def test_what_is_damaged_is_silence_and_raises_an_alarm_and_the_rest_lives(
    world: World, call: OpenedCall, harm: Callable[[Segment], None]
) -> None:
    stream = Side(world, call, "in").say(35).end()
    Side(world, call, "out").say(35).end()
    calls.finish(world, call)
    with scope(world.client):
        harm(Segment.objects.get(client_id=world.client, stream_id=stream, number=1))
    jobs.compose(world.client, call.interaction)
    pcm = whole(world, made.recording(world, call))
    assert calls.numbers(heard(pcm, "in"), "in") == [*range(500), *range(1000, 1750)]
    assert not pcm[10 * RATE : 20 * RATE, CHANNELS["in"]].any()
    assert calls.numbers(heard(pcm, "out"), "out") == list(range(1750))
    assert regions(world, call) == [("in", "gap", "damaged", 10 * RATE, 20 * RATE)]
    (alarm,) = events(world, "telephony:segment:damaged")
    assert (alarm.outcome, dict(alarm.detail)["stretches"], alarm.trace) == ("failed", 1, call.trace)


def test_the_end_of_a_stream_that_is_gone_is_missed(world: World, call: OpenedCall) -> None:
    stream = Side(world, call, "in").say(25).end()
    calls.finish(world, call)
    with scope(world.client):
        Segment.objects.get(client_id=world.client, stream_id=stream, number=2).delete()
    jobs.compose(world.client, call.interaction)
    assert ("in", "gap", "damaged", 20 * RATE, 25 * RATE) in regions(world, call)


def test_a_recording_of_a_live_call_is_not_swept_away(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(3).end()
    composed(world, call)
    left = uuid7()
    objects.put(left, b"nobody's")
    before = set(objects.names())
    assert sweeping.sweep(datetime.now(UTC) + timedelta(days=2)) == 1
    assert set(objects.names()) == before - {left}


def test_a_call_whose_customer_is_erased_is_not_handed_over(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(3).end()
    calls.finish(world, call)
    with scope(world.client):
        services.hold(world.client, call.customer)
        type(services.hold(world.client, call.customer)).objects.update(erased_at=datetime.now(UTC))
    with pytest.raises(NotFound):
        jobs.compose(world.client, call.interaction)
    with scope(world.client):
        assert not Recording.objects.filter(client_id=world.client).exists()
        assert not Region.objects.filter(client_id=world.client).exists()
        assert Segment.objects.filter(client_id=world.client).count() == 1


# --- Kept long enough -------------------------------------------------------------------------------------------------


def long_after(world: World) -> datetime:
    with scope(world.client):
        return Interaction.objects.get(client_id=world.client).started_at + timedelta(days=4000)


def test_a_recording_that_was_kept_long_enough_is_destroyed(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(12).end()
    composed(world, call)
    made.processed(world, call, b'{"version":1,"words":[{"w":"hello","s":1,"e":2,"c":1}]}')
    retention.run(world.client, long_after(world))
    assert list(objects.names()) == []
    with scope(world.client):
        assert not RecordingSegment.objects.filter(client_id=world.client).exists()
        assert not Recording.objects.filter(client_id=world.client).exists()
        assert selectors.page(world.viewer(Role.SUPERVISOR), call.interaction).row.is_gone


@pytest.mark.parametrize("read", [False, True])
def test_what_was_kept_long_enough_is_not_handed_over(
    world: World, call: OpenedCall, read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention came first, or between the reading and the end."""
    Side(world, call, "in").say(3).end()
    calls.finish(world, call)
    reading = handover._Reading.read

    def meanwhile(one: handover._Reading) -> None:
        reading(one)
        retention.run(world.client, long_after(world))

    if read:
        monkeypatch.setattr(handover._Reading, "read", meanwhile)
    else:
        retention.run(world.client, long_after(world))
    jobs.compose(world.client, call.interaction)
    assert list(objects.names()) == []
    with scope(world.client):
        assert not Recording.objects.filter(client_id=world.client).exists()
        page = selectors.page(world.viewer(Role.SUPERVISOR), call.interaction)
    assert (page.row.problem, page.row.is_gone) == ("gone", True)
