"""Who works on what: the newest contact of each, however many they are, in the same number of queries."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from razdar.core.disclosure import Role
from razdar.customers import linking
from razdar.identity import team
from razdar.runtime.scope import scope
from razdar.work import contacts
from tests.work.agents import another_agent
from tests.work.contact import over, past, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def queries(world: World) -> int:
    """How many the supervisor's page of the team asks."""
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client), CaptureQueriesContext(connection) as seen:
        contacts.everybody(supervisor)
        team.agents(supervisor)
    return len(seen)


def test_more_agents_and_customers_are_no_more_queries(world: World) -> None:
    agent = world.viewer(Role.AGENT).person
    running(world, world.customer(), agent)
    before = queries(world)
    other = another_agent(world)
    for person in (agent, other, other):
        over(world, world.customer(), person)
    with scope(world.client):
        assert len(contacts.everybody(world.viewer(Role.SUPERVISOR))) == 4
    assert queries(world) == before


def test_each_line_has_the_newest_contact_of_that_agent_with_that_person(world: World) -> None:
    agent, other = world.viewer(Role.AGENT).person, another_agent(world)
    first, second = world.customer(), world.customer()
    with scope(world.client):
        past(world, first, agent, datetime.now(UTC) - timedelta(days=1), 60)
    over(world, first, agent)
    newest = running(world, first, agent)
    theirs = over(world, first, other)
    with scope(world.client):
        past(world, second, agent, datetime.now(UTC) - timedelta(hours=2), 60)
    world.assign(world.viewer(Role.AGENT), second)
    with scope(world.client):
        shown = contacts.everybody(world.viewer(Role.SUPERVISOR))
    found: dict[tuple[UUID, UUID], UUID | None] = {
        (each.person, each.customer): each.contact.id if each.contact else None for each in shown
    }
    assert found == {(agent, first): newest, (other, first): theirs, (agent, second): None}


def test_contacts_under_linked_records_are_one_persons(world: World) -> None:
    agent = world.viewer(Role.AGENT)
    record, principal = world.customer(), world.customer()
    over(world, principal, agent.person)
    newest = over(world, record, agent.person)
    with scope(world.client):
        linking.merge(world.viewer(Role.SUPERVISOR), record, principal)
        (working,) = contacts.working(agent)
    assert working.customer == principal
    assert working.contact
    assert working.contact.id == newest
