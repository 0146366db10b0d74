"""A call of a client that has stopped all reading waits, sealed, and goes on by itself."""

import pytest

from razdar.core.errors import ClientFrozen
from razdar.interactions import jobs, stages
from razdar.interactions.models import Stage
from razdar.interactions.reasons import reason
from razdar.keys import agent
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from tests.interactions.taking_in import taken_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_frozen_client_keeps_a_call_waiting_and_it_goes_on_by_itself(world: World) -> None:
    """Nothing is lost and nothing is given up while two people of the client have stopped all reading."""
    interaction, request, people = taken_in(world), uuid7(), (uuid7(), uuid7())
    agent.current().freeze_client(world.client, request, *people)
    with pytest.raises(ClientFrozen):
        jobs.advance(world.client, interaction)
    with scope(world.client):
        name, state, code = stages.in_order(world.client, interaction)[0]
        assert (name, state, code) == ("transcribe", Stage.State.FAILED, ClientFrozen.code)
    assert ClientFrozen.code not in jobs.LASTING
    assert str(reason(ClientFrozen.code)).startswith("The client has stopped")
    jobs.resume()
    agent.current().lift_freeze(world.client, request, uuid7(), *people)
    jobs.advance(world.client, interaction)
    jobs.advance(world.client, interaction)
    with scope(world.client):
        assert {state for _, state, _ in stages.in_order(world.client, interaction)} == {Stage.State.PASSED}
