"""Recorded calls are destroyed when they were kept long enough: segments, copied parts, and what is brought later."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass
from razdar.interactions import retention
from razdar.interactions.models import Interaction
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import erasure, jobs
from razdar.telephony import retention as ours
from razdar.telephony.models import Call, Part, Segment, Stream
from razdar.telephony.recording import register
from razdar.telephony.recording.spool import PartFile
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.watching import finished
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def recorded(world: World, target: Target) -> OpenedCall:
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 1.0))
    finished(world, call)
    return call


def after(world: World, days: int) -> datetime:
    with scope(world.client):
        first = Interaction.objects.order_by("started_at").values_list("started_at", flat=True)[0]
    return first + timedelta(days=days)


def part(world: World, call: UUID) -> tuple[Stream, UUID]:
    """A part of a spool that was copied for a stream of the call."""
    name = uuid7()
    objects.put(name, b"ciphertext")
    with scope(world.client):
        stream = Stream.objects.filter(call_id=call).first()
        assert stream
        Part.objects.create(
            client_id=world.client,
            stream_id=stream.id,
            number=7,
            object_name=name,
            size=10,
            created_at=datetime.now(UTC),
        )
    return stream, name


def left(world: World) -> tuple[int, int, set[str]]:
    with scope(world.client):
        return Segment.objects.count(), Part.objects.count(), set(Stream.objects.values_list("state", flat=True))


def test_segments_and_parts_go_and_the_facts_of_the_call_stay(world: World, target: Target) -> None:
    call = recorded(world, target)
    part(world, call.interaction)
    kept = recorded(world, target)
    with scope(world.client):
        late = datetime.now(UTC) + timedelta(days=1)
        Interaction.objects.filter(id=kept.interaction).update(started_at=late)
        others = set(
            Segment.objects.filter(stream_id__in=_streams(kept.interaction)).values_list("object_name", flat=True)
        )
        assert retention.preview(world.client, DataClass.RECORDING, after(world, 181)) == {"segments": 3}
    assert retention.run(world.client, after(world, 180) + timedelta(seconds=1)) == 1
    assert set(objects.names()) == others
    with scope(world.client):
        assert not Part.objects.exists()
        assert set(Segment.objects.values_list("object_name", flat=True)) == others
        gone = Stream.objects.filter(call_id=call.interaction)
        assert {(stream.state, stream.frames > 0) for stream in gone} == {("gone", True)}
        assert Call.objects.filter(id=call.interaction).exists()
    event = next(event for event in world.events() if event.action == retention.DESTROY)
    assert dict(event.detail)["segments"] == 3
    assert call.customer in event.subjects


def _streams(call: UUID) -> list[UUID]:
    return list(Stream.objects.filter(call_id=call).values_list("id", flat=True))


def test_what_a_recorder_brings_afterwards_finds_its_stream_gone(world: World, target: Target) -> None:
    call = recorded(world, target)
    retention.run(world.client, after(world, 181))
    with scope(world.client):
        (stream, *_) = Stream.objects.filter(call_id=call.interaction)
    with pytest.raises(register.Gone):
        register.copied(PartFile(world.client, stream.id, 7, None), uuid7(), 10)  # type: ignore[arg-type]
    assert not register.lost(world.client, stream.id)
    assert left(world) == (0, 0, {"gone"})


def test_a_call_that_nobody_finished_is_still_bound_to_its_customer(world: World, target: Target) -> None:
    """A key that waits for its customer would keep its epoch alive."""
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 1.0))
    calls.wait_until(lambda: left(world)[0] == 2)
    retention.run(world.client, after(world, 181))
    with scope(world.client):
        Call.objects.update(closed_at=datetime.now(UTC))
    jobs.finish(world.client, call.interaction)
    with scope(world.client):
        assert Call.objects.get(id=call.interaction).bound_at
    assert left(world) == (0, 0, {"gone"})


def test_erasing_the_customer_takes_the_rest(world: World, target: Target) -> None:
    call = recorded(world, target)
    retention.run(world.client, after(world, 181))
    with scope(world.client):
        assert dict(erasure.erase(world.client, call.customer).counts) == {"recorded call": 1, "recorded segment": 0}
        assert not Stream.objects.exists()


def test_a_second_run_finds_nothing(world: World, target: Target) -> None:
    call = recorded(world, target)
    retention.run(world.client, after(world, 181))
    with scope(world.client):
        assert ours.destroy(world.client, [call.interaction]).objects == ()
    assert retention.run(world.client, after(world, 181)) == 0
