"""Whose a call is, by its number; and who works for the customer while it runs and shortly after."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.customers import links
from razdar.customers.models import Customer
from razdar.interactions.models import Interaction
from razdar.runtime.scope import scope
from razdar.telephony import services
from razdar.telephony.services import NewCall, OpenedCall
from razdar.vault import assignments
from razdar.vault.models import Assignment
from tests.telephony import calls
from tests.world import HANDLES, World

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = HANDLES[0][1]


def opened(world: World, number: str | None, agent: UUID | None = None) -> OpenedCall:
    return services.open_call(calls.job(world), NewCall(number=number, agent=agent))


def test_a_call_from_a_known_number_is_its_customers(world: World) -> None:
    customer = world.customer()
    call = opened(world, NUMBER)
    assert (call.customer, call.candidates) == (customer, ())
    with scope(world.client):
        assert Interaction.objects.get(id=call.interaction).customer_id == customer


def test_a_call_from_a_shared_number_is_nobodys_and_says_who_it_may_be(world: World) -> None:
    both = {world.customer(), world.customer(surname="Housemate")}
    call = opened(world, NUMBER)
    assert set(call.candidates) == both
    assert call.customer not in both
    with scope(world.client):
        assert Customer.objects.get(id=call.customer).provisional
        assert set(links.candidates(world.viewer(Role.AGENT), call.customer)) == both


def test_a_number_is_printed_nowhere(world: World) -> None:
    assert NUMBER not in repr(NewCall(number=NUMBER))
    assert NUMBER not in repr(opened(world, NUMBER))


def test_the_agent_works_for_the_caller_until_a_quarter_of_an_hour_after_the_call(world: World) -> None:
    agent = world.viewer(Role.AGENT)
    call, other = (opened(world, None, agent.person) for _ in range(2))
    services.close_call(calls.job(world), call.interaction)
    with scope(world.client):
        assert set(assignments.current(agent)) == {call.customer, other.customer}
        until = Assignment.objects.get(customer_id=call.customer).until
        assert until is not None
        assert abs(until - datetime.now(UTC) - timedelta(minutes=15)) < timedelta(minutes=1)
        assert Assignment.objects.get(customer_id=other.customer).until is None
        Assignment.objects.filter(customer_id=call.customer).update(until=datetime.now(UTC))
        assert assignments.current(agent) == [other.customer]
        assert not assignments.current(world.second(Role.AGENT))
