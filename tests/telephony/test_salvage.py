"""What a recorder left becomes segments, however often it is tried and whatever was damaged; forgotten calls end."""

import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from razdar.core.crypto import streams
from razdar.core.crypto.streams import Opener
from razdar.core.errors import Unavailable, Unopenable
from razdar.keys.recording import Kind, Marker, Reason
from razdar.runtime import objects
from razdar.runtime.scope import scope, unit
from razdar.telephony import jobs, services
from razdar.telephony.models import Part, Recorder, Segment, Stream
from razdar.telephony.selectors import RecordedCall
from razdar.telephony.services import OpenedCall
from tests.core.crypto.recorded import trusting, unnumbered
from tests.telephony import calls
from tests.telephony.left import SECONDS, Left, failing_at, now
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(world: World) -> OpenedCall:
    return calls.opened(world)


def marks(found: RecordedCall) -> list[tuple[str, str]]:
    heard = calls.heard(found, found.sides["in"][0])
    return [(one.kind.name, one.reason.name) for _, one in heard.markers]


def test_parts_become_the_segments_their_recorder_would_have_made(world: World, call: OpenedCall) -> None:
    left = Left(world, call)
    found = calls.finish(world, call)
    (stream,) = found.sides["in"]
    assert [segment.place.frames for segment in stream.segments] == [80_000, 80_000, 32_000]
    assert calls.numbers(calls.heard(found, stream).sound) == list(range(SECONDS * 50))
    assert marks(found) == [("END", "LOST")]
    with scope(world.client):
        row = Stream.objects.get(client_id=world.client, id=left.row.id)
        assert (row.state, row.frames, row.reason) == ("salvaged", SECONDS * 8000, int(Reason.LOST))
        assert row.flowing_ms
        assert not Part.objects.filter(client_id=world.client).exists()
    assert set(objects.names()) == {segment.object_name for segment in stream.segments}


@pytest.mark.parametrize("cut", [1, 100, 4036, 4037])
def test_a_torn_part_gives_all_but_what_was_torn(world: World, call: OpenedCall, cut: int) -> None:
    Left(world, call, cut=cut)
    found = calls.finish(world, call)
    assert calls.numbers(calls.heard(found, found.sides["in"][0]).sound) == list(range(SECONDS * 50 - 25))
    assert marks(found) == [("END", "LOST")]


@pytest.mark.parametrize(("damaged", "kept"), [(0, 0), (1, 500), (2, 1000)])
def test_what_is_damaged_ends_there_and_says_so(world: World, call: OpenedCall, damaged: int, kept: int) -> None:
    left = Left(world, call)
    part = bytearray(left.parts[damaged])
    part[200] ^= 1
    left.copy(damaged, bytes(part))
    found = calls.finish(world, call)
    assert calls.numbers(calls.heard(found, found.sides["in"][0]).sound) == list(range(kept))
    assert marks(found) == [("END", "DAMAGED")]


def test_a_part_of_another_stream_is_not_taken_for_ours(world: World, call: OpenedCall) -> None:
    left, other = Left(world, call), Left(world, call, "out")
    left.copy(1, other.parts[1])
    found = calls.finish(world, call)
    assert calls.numbers(calls.heard(found, found.sides["in"][0]).sound) == list(range(500))
    assert marks(found) == [("END", "DAMAGED")]


@pytest.mark.parametrize("at", range(1, 9))
def test_broken_off_anywhere_it_goes_on(
    world: World, call: OpenedCall, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The object store goes away at one question after the other."""
    Left(world, call)
    services.close_call(calls.job(world), call.interaction)
    asked = iter(range(1, 1000))
    with monkeypatch.context() as failing:
        for name in ("put", "get"):
            failing.setattr(objects, name, failing_at(at, asked, getattr(objects, name)))
        with suppress(Unavailable):  # there are fewer questions than that
            jobs.finish(world.client, call.interaction)
    jobs.finish(world.client, call.interaction)
    jobs.finish(world.client, call.interaction)
    found = calls.recorded(world, call)
    assert calls.numbers(calls.heard(found, found.sides["in"][0]).sound) == list(range(SECONDS * 50))
    assert marks(found) == [("END", "LOST")]


def test_segments_that_are_kept_already_are_not_made_again(world: World, call: OpenedCall) -> None:
    Left(world, call).keep(1)
    found = calls.finish(world, call)
    (stream,) = found.sides["in"]
    assert [segment.salvaged for segment in stream.segments] == [False, True, True]
    assert calls.numbers(calls.heard(found, stream).sound) == list(range(SECONDS * 50))


Attack = Callable[[Left], None]


def replayed(left: Left) -> None:
    """Part 1 once more, as part 2."""
    left.copy(2, with_head(left.parts[1], 2))


def skipped(left: Left) -> None:
    """Part 4 as part 2; what was said between them is gone."""
    for number in (2, 3):
        left.copy(number, with_head(left.parts[number + 2], number))
    left.remove(4, 5)


def beheaded(left: Left) -> None:
    """Part 2 without its first half second, and a head that begins with the record after it."""
    part = left.parts[2]
    head = streams.read_head(part)
    (length,) = struct.unpack_from(">I", part, streams.HEAD_BYTES)
    end = streams.HEAD_BYTES + 4 + length
    changed = with_head(part, 2, streams.Next(head.begins.sequence + 1, part[end - 16 : end]))
    left.copy(2, changed[: streams.HEAD_BYTES] + part[end:])


def with_head(part: bytes, number: int, begins: streams.Next | None = None) -> bytes:
    begins = begins or streams.read_head(part).begins
    changed = bytearray(part)
    struct.pack_into(">IQ16s", changed, 37, number, begins.sequence, begins.previous)
    return bytes(changed)


ATTACKS = (replayed, skipped, beheaded)


def salvaged_after(attack: Attack, world: World, call: OpenedCall) -> tuple[list[int], list[tuple[str, str]]]:
    """What is heard of a stream whose first twenty seconds are kept and whose parts somebody changed."""
    left = Left(world, call, seconds=54)
    left.keep(2)
    attack(left)
    found = calls.finish(world, call)
    return calls.numbers(calls.heard(found, found.sides["in"][0]).sound), marks(found)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_does_not_go_on_from_the_last_segment_is_damaged(world: World, call: OpenedCall, attack: Attack) -> None:
    assert salvaged_after(attack, world, call) == (list(range(1000)), [("END", "DAMAGED")])


def test_what_goes_on_from_the_last_segment_is_salvaged(world: World, call: OpenedCall) -> None:
    assert salvaged_after(lambda _: None, world, call) == (list(range(54 * 50)), [("END", "LOST")])


@pytest.mark.parametrize("attack", ATTACKS)
def test_control_where_heads_are_believed_and_parts_not_numbered_it_passes_as_sound(
    world: World, call: OpenedCall, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Opener, "read", trusting)
    if attack is not beheaded:
        monkeypatch.setattr(streams, "_bound", unnumbered)
    heard, _ = salvaged_after(attack, world, call)
    passed = {replayed: range(500, 1000), skipped: range(2000, 2700), beheaded: range(1025, 1500)}[attack]
    assert heard[1000 : 1000 + len(passed)] == list(passed)


def test_where_the_last_segment_is_gone_nothing_is_read_on(world: World, call: OpenedCall) -> None:
    left = Left(world, call)
    left.keep(1)
    with scope(world.client):
        (kept,) = Segment.objects.filter(client_id=world.client)
    objects.delete(kept.object_name)
    found = calls.finish(world, call)
    (stream,) = found.sides["in"]
    assert [(one.place.frames, one.place.last) for one in stream.segments] == [(80_000, False), (0, True)]


def test_a_stream_that_had_ended_keeps_its_end(world: World, call: OpenedCall) -> None:
    left = Left(world, call)
    end = left.key.marker(Marker(Kind.END, Reason.HUNG_UP, SECONDS * 8000), 1)
    left.copy(2, left.parts[2] + end)
    found = calls.finish(world, call)
    assert marks(found) == [("END", "HUNG_UP")]


def test_without_any_part_a_stream_ends_where_its_segments_end(world: World, call: OpenedCall) -> None:
    Left(world, call)
    with scope(world.client):
        Part.objects.filter(client_id=world.client).delete()
    found = calls.finish(world, call)
    assert marks(found) == [("END", "LOST")]


def test_nothing_is_salvaged_while_a_spool_may_still_be_emptied(world: World, call: OpenedCall) -> None:
    Left(world, call)
    with unit():
        Recorder.objects.update(emptied_at=None, ended_at=None)
    assert not calls.finish(world, call).bound
    with unit():
        Recorder.objects.update(ended_at=now(), seen_at=now() - timedelta(hours=23))
    jobs.finish(world.client, call.interaction)
    assert not calls.recorded(world, call).bound
    with unit():
        Recorder.objects.update(seen_at=now() - timedelta(hours=25))
    jobs.finish(world.client, call.interaction)
    assert calls.recorded(world, call).bound


def test_a_stream_whose_recorder_died_before_its_key_is_nothing(world: World, call: OpenedCall) -> None:
    left = Left(world, call)
    with scope(world.client):
        Part.objects.filter(client_id=world.client).delete()
        never = Stream.objects.create(
            client_id=world.client, call_id=call.interaction, side="in", recorder=left.row.recorder, started_at=now()
        )
    found = calls.finish(world, call)
    assert found.bound
    assert [stream.id for stream in found.sides["in"]] == [left.row.id]
    with scope(world.client):
        assert Stream.objects.get(client_id=world.client, id=never.id).state == Stream.State.SALVAGED


def test_an_erased_customers_parts_are_opened_for_nobody(world: World, call: OpenedCall) -> None:
    Left(world, call)
    services.close_call(calls.job(world), call.interaction)
    calls.agent.current().destroy_customer(world.client, call.customer)
    jobs.finish(world.client, call.interaction)
    with scope(world.client):
        assert not Segment.objects.filter(client_id=world.client).exists()
    with pytest.raises(Unopenable):
        calls.agent.current().unwrap_streams([calls.StreamRef(world.client, call.customer, made_of(world)[0])], "test")


def made_of(world: World) -> list[UUID]:
    with scope(world.client):
        return list(Stream.objects.filter(client_id=world.client).values_list("id", flat=True))
