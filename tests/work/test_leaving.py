"""What an agent who leaves leaves behind is counted, told, and closed to them at once."""

import pytest

from razdar.core.disclosure import Role
from razdar.identity import leaving
from razdar.identity.models import User
from razdar.runtime.scope import scope
from razdar.work import contacts, handing_over
from tests.work.agents import another_agent
from tests.work.contact import over, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_contacts_that_run_or_have_no_end_are_told_and_can_be_handed_on(world: World) -> None:
    agent, supervisor = world.viewer(Role.AGENT), world.viewer(Role.SUPERVISOR)
    User.objects.filter(username="admin1.0").update(is_active=True)
    first = world.viewer(Role.ADMINISTRATOR, person=User.objects.get(username="admin1.0").pk)
    customer = world.customer()
    call = running(world, customer, agent.person)
    over(world, world.customer(), agent.person)
    runs, unsaid = leaving.behind(first, agent.person)
    assert "1 contact of this person runs on" in runs
    assert "Of 1 contact of the last week" in unsaid
    left = leaving.leave(first, agent.person)
    assert left.customers >= 1
    assert left.behind == (runs, unsaid)
    with scope(world.client):
        assert not contacts.works_for(agent, customer)
        handing_over.give(supervisor, call, another_agent(world))
        assert len(leaving.behind(first, agent.person)) == 1


def test_who_leaves_nothing_is_told_nothing(world: World) -> None:
    first = world.viewer(Role.ADMINISTRATOR, person=User.objects.get(username="admin1.0").pk)
    assert leaving.behind(first, world.viewer(Role.AUDITOR).person) == ()
