"""Calls that nobody ends are ended all the same."""

from datetime import UTC, datetime, timedelta

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound
from razdar.interactions.models import Interaction
from razdar.keys.recording import Reason
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope, unit
from razdar.telephony import jobs, services
from razdar.telephony.models import Call, Recorder, Stream
from razdar.telephony.services import OpenedCall
from razdar.vault.models import Assignment
from tests.telephony import calls
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def call(world: World) -> OpenedCall:
    return calls.opened(world)


def test_calls_that_were_forgotten_are_closed(world: World) -> None:
    agent = world.viewer(Role.AGENT)
    theirs = services.NewCall(world.customer(), agent=agent.person)
    forgotten = services.open_call(calls.job(world), theirs)
    fresh, paused, running = (calls.opened(world) for _ in range(3))
    began = now() - timedelta(hours=1)
    alive = Recorder.objects.create(name="a", started_at=now(), seen_at=now())
    with scope(world.client):
        rows = Call.objects.filter(client_id=world.client)
        rows.exclude(id=fresh.interaction).update(opened_at=began)
        Interaction.objects.filter(id=forgotten.interaction).update(started_at=began)
        for side, seconds in (("in", 90), ("out", 60)):
            over = {"started_at": began, "ended_at": began + timedelta(seconds=seconds), "state": Stream.State.ENDED}
            mine = {"client_id": world.client, "call_id": forgotten.interaction, "side": side}
            Stream.objects.create(**mine, recorder=alive.id, **over)
        rows.filter(id=paused.interaction).update(paused=int(Reason.HOLD))
        Stream.objects.create(
            client_id=world.client, call_id=running.interaction, side="in", recorder=alive.id, started_at=now()
        )
    jobs.sweep()
    with scope(world.client):
        closed = set(rows.exclude(closed_at=None).values_list("id", flat=True))
        assert closed == {forgotten.interaction}
        assert Interaction.objects.get(id=forgotten.interaction).duration_ms == 90_000
        until = Assignment.objects.get(customer_id=forgotten.customer, person=agent.person).until
        assert until is not None
        assert until < now() + timedelta(minutes=16)
        rows.update(opened_at=now() - timedelta(hours=14))
    with unit():
        Recorder.objects.update(seen_at=now() - timedelta(minutes=1))
    jobs.sweep()
    with scope(world.client):
        assert set(rows.filter(closed_at=None).values_list("id", flat=True)) == set()
    (event, *_) = [one for one in world.events() if one.action == jobs.CLOSE]
    assert (event.outcome, event.trace) == ("failed", forgotten.trace)
    assert dict(event.detail)["duration_ms"] == 90_000


def test_a_forgotten_call_whose_recorder_died_lasted_until_it_was_last_heard_of(world: World, call: OpenedCall) -> None:
    began = now() - timedelta(hours=1)
    seen = began + timedelta(seconds=120)
    died = Recorder.objects.create(name="a", started_at=began, seen_at=seen)
    with scope(world.client):
        Call.objects.filter(id=call.interaction).update(opened_at=began)
        Interaction.objects.filter(id=call.interaction).update(started_at=began)
        mine = {"client_id": world.client, "call_id": call.interaction, "side": "in"}
        Stream.objects.create(**mine, recorder=died.id, started_at=began)
    jobs.sweep()
    with scope(world.client):
        assert Interaction.objects.get(id=call.interaction).duration_ms == 120_000


def test_runs_of_long_ago_are_forgotten(world: World) -> None:
    for days in (1, 40):
        at = now() - timedelta(days=days)
        Recorder.objects.create(name=str(days), started_at=at, seen_at=at, ended_at=at, emptied_at=at)
    jobs.sweep()
    assert list(Recorder.objects.values_list("name", flat=True)) == ["1"]


def test_a_call_has_so_many_ids_and_no_more(world: World, call: OpenedCall) -> None:
    job = calls.job(world)
    more = services.tell_taps(job, call.interaction, 3)
    assert [len(taps) for taps in more.values()] == [3, 3]
    assert len({*more["in"], *more["out"], *call.taps["in"], *call.taps["out"]}) == 22
    with pytest.raises(services.Refused):
        services.tell_taps(job, call.interaction, 100)
    with pytest.raises(NotFound):
        services.tell_taps(calls.for_job("test", world.other), call.interaction)


def test_a_call_needs_a_direction_and_a_living_customer(world: World) -> None:
    with pytest.raises(BadInput):
        services.open_call(calls.job(world), services.NewCall(None, direction="sideways"))
    for customer in (uuid7(), world.customer(world.other)):
        with pytest.raises(NotFound):
            services.open_call(calls.job(world), services.NewCall(customer))
    for reason in (Reason.NONE, Reason.LATE, Reason.HUNG_UP):
        with pytest.raises(BadInput):
            services.pause_call(calls.job(world), calls.opened(world).interaction, reason)
