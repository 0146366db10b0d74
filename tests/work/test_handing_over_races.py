"""Handing a contact over while its call ends, in two transactions at once: for nobody is the customer open for ever."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.core.ledger.events import Mode, Outcome
from razdar.identity.viewers import for_job
from razdar.runtime.scope import scope
from razdar.telephony import jobs as calls
from razdar.telephony import services as telephony
from razdar.telephony.models import Call
from razdar.vault import assignments
from razdar.vault.models import Assignment
from razdar.work import handing_over
from tests.work.agents import another_agent
from tests.work.contact import meanwhile, over, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def ends(world: World, customer: UUID) -> list[datetime | None]:
    with scope(world.client):
        return list(Assignment.objects.filter(customer_id=customer).values_list("until", flat=True))


def test_a_call_that_ends_while_it_is_handed_over(world: World) -> None:
    customer, other = world.customer(), another_agent(world)
    call = running(world, customer, world.viewer(Role.AGENT).person)
    with scope(world.client):
        handing_over.give(world.viewer(Role.SUPERVISOR), call, other)
        closing = meanwhile(lambda: telephony.close_call(for_job("telephony", world.client), call))
        assert closing.is_alive(), "the call was closed in the middle of its hand-over"
    closing.join(30)
    assert len(ends(world, customer)) == 2
    assert None not in ends(world, customer)


def test_a_call_that_is_handed_over_while_it_ends(world: World) -> None:
    customer, other, supervisor = world.customer(), another_agent(world), world.viewer(Role.SUPERVISOR)
    call = running(world, customer, world.viewer(Role.AGENT).person)

    def give() -> None:
        with scope(world.client):
            handing_over.give(supervisor, call, other)

    with scope(world.client):
        row = Call.objects.select_for_update().get(id=call)
        giving = meanwhile(give)
        assert giving.is_alive(), "the hand-over did not wait for who holds the call"
        calls.close(for_job("telephony", world.client), row, datetime.now(UTC), Mode.CHANGE, Outcome.OK)
    giving.join(30)
    assert len(ends(world, customer)) == 2
    assert None not in ends(world, customer)


def test_closing_ends_it_for_everybody_who_works_for_the_call(world: World) -> None:
    customer, agent = world.customer(), world.viewer(Role.AGENT).person
    call = running(world, customer, agent)
    with scope(world.client):
        assignments.assign(world.client, customer, another_agent(world), calls.why(call), None)
    telephony.close_call(for_job("telephony", world.client), call)
    assert None not in ends(world, customer)


def test_what_was_left_without_an_end_is_swept_away(world: World) -> None:
    agent, ended, runs, gone = world.viewer(Role.AGENT).person, world.customer(), world.customer(), world.customer()
    call = over(world, ended, agent)
    running(world, runs, agent)
    with scope(world.client):
        closed = datetime.now(UTC) - timedelta(hours=1)
        Call.objects.filter(id=call).update(closed_at=closed)
        Assignment.objects.filter(customer_id=ended).update(until=None)
        assignments.assign(world.client, gone, agent, calls.why(gone), None)  # no such call
    calls.sweep.function()
    assert ends(world, ended) == [closed + assignments.AFTERWARDS]
    assert ends(world, runs) == [None]
    assert None not in ends(world, gone)
