"""Keys of streams that nothing needs: those that no call has, and those whose sound was destroyed."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from razdar.core.crypto import stream_keys
from razdar.core.errors import BadInput, Unopenable
from razdar.interactions import retention
from razdar.keys.records import StreamRef
from razdar.runtime.scope import scope
from razdar.telephony import dropping, jobs, living
from razdar.telephony.models import Stream
from tests.telephony import calls, made
from tests.telephony.made import Side, composed
from tests.telephony.watching import events
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=2, minutes=1)


def made_up(world: World) -> UUID:
    """A stream that a recorder made up."""
    agent, stream = calls.agent.current(), uuid4()
    public = agent.stream_public(world.client)
    sealed = stream_keys.seal_key(public.key, public.version, os.urandom(32), world.client, stream)
    agent.open_stream(world.client, stream, sealed)
    return stream


def waiting(world: World) -> set[UUID]:
    return {one.stream for one in calls.agent.current().waiting_streams(world.client)}


def epochs(world: World) -> set[int]:
    """Those whose secrets are still there."""
    found = calls.agent.current().keeping().epochs
    return {one.number for one in found if one.client == world.client and one.destroyed_at is None}


def rotate(world: World, number: int) -> None:
    while not calls.agent.current().rotate_epoch(world.client, number).finished:
        pass


def test_a_key_that_no_call_has_is_destroyed_after_two_days_and_told(world: World) -> None:
    invented = made_up(world)
    running = Side(world, calls.opened(world), "in").say(1).id
    rotate(world, 2)
    dropping.drop_unknown(world.client, datetime.now(UTC))
    assert waiting(world) == {invented, running}
    assert events(world, dropping.UNKNOWN) == []
    dropping.drop_unknown(world.client, datetime.now(UTC) + LATER)
    assert waiting(world) == {running}
    (told,) = events(world, dropping.UNKNOWN)
    assert (told.outcome, dict(told.detail)["streams"]) == ("failed", 1)
    dropping.drop_unknown(world.client, datetime.now(UTC) + LATER)
    assert len(events(world, dropping.UNKNOWN)) == 1


def test_the_epoch_of_made_up_streams_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        made_up(world)
    monkeypatch.setattr(dropping, "_AT_ONCE", 2)
    rotate(world, 2)
    assert epochs(world) == {1, 2}
    dropping.drop_unknown(world.client, datetime.now(UTC) + LATER)
    assert epochs(world) == {2}
    assert len(events(world, dropping.UNKNOWN)) == 3
    assert [dict(event.detail)["epoch"] for event in events(world, "keys:epoch:destroy")] == [1]


def test_keys_of_destroyed_sound_are_destroyed_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call, kept = calls.opened(world), calls.opened(world)
    stream, stays = Side(world, call, "in").say(2).end(), Side(world, kept, "in").say(2).end()
    row = composed(world, call)
    composed(world, kept)
    with scope(world.client):
        Stream.objects.filter(client_id=world.client, call_id=call.interaction).update(state=Stream.State.GONE)
    jobs.drop_keys()
    agent = calls.agent.current()
    with pytest.raises(Unopenable):
        agent.unwrap_streams([StreamRef(world.client, row.customer_id, stream)], "test")
    assert agent.unwrap_streams([StreamRef(world.client, kept.customer, stays)], "test")
    with scope(world.client):
        states = dict(Stream.objects.filter(client_id=world.client).values_list("id", "state"))
        assert states == {stream: "keyless", stays: "ended"}
        assert living.hold(world.client, stream) is None
    monkeypatch.setattr(dropping.streams, "drop", lambda *_: pytest.fail("asked again"))
    dropping.drop_gone(world.client)


def test_a_call_that_was_kept_long_enough_before_it_ended_is_still_finished(world: World) -> None:
    call = calls.opened(world)
    side = Side(world, call, "in").say(2)
    side.end()
    with scope(world.client):
        began = retention.Interaction.objects.get(client_id=world.client).started_at
    retention.run(world.client, began + timedelta(days=4000))
    jobs.drop_keys()
    assert waiting(world) == set()
    calls.finish(world, call)
    assert made.stream_of(world, call, "in") == side.id
    with pytest.raises(BadInput):
        calls.agent.current().open_stream(world.client, side.id, bytes(stream_keys.SEALED_KEY_BYTES))
