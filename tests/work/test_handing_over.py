"""Giving a contact to another agent: what opens, what closes, who may be given it, and taking it back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.template.loader import render_to_string

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.identity import accounts, team
from razdar.identity.models import RoleGrant, Session
from razdar.identity.rights import sealed
from razdar.identity.sessions import SessionStore
from razdar.identity.viewers import for_job
from razdar.interactions import services as interactions
from razdar.runtime.scope import scope
from razdar.telephony import services as telephony
from razdar.telephony.models import Call
from razdar.vault import assignments
from razdar.vault.models import Assignment
from razdar.work import codes, contacts, dispositions, handing_over
from razdar.work.models import HandOver
from tests.work.agents import another_agent
from tests.work.contact import over, past, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def another(world: World) -> Viewer:
    return world.viewer(Role.AGENT, person=another_agent(world))


def works(world: World, viewer: Viewer, customer: UUID) -> bool:
    with scope(world.client):
        return contacts.works_for(viewer, customer)


@pytest.mark.parametrize("runs", [True, False])
def test_the_customer_opens_for_the_one_and_closes_for_the_other(world: World, runs: bool) -> None:
    agent, other, supervisor = world.viewer(Role.AGENT), another(world), world.viewer(Role.SUPERVISOR)
    customer = world.customer()
    call = (running if runs else over)(world, customer, agent.person)
    with scope(world.client):
        given = handing_over.give(supervisor, call, other.person)
    assert (works(world, agent, customer), works(world, other, customer)) == (False, True)
    with scope(world.client):
        (working,) = contacts.working(other)
        assert (working.until is None) is runs
        handing_over.take_back(supervisor, call, given)
    assert (works(world, agent, customer), works(world, other, customer)) == (True, False)


def test_when_a_given_call_ends_it_ends_for_who_has_it(world: World) -> None:
    agent, other = world.viewer(Role.AGENT), another(world)
    customer = world.customer()
    call = running(world, customer, agent.person)
    with scope(world.client):
        handing_over.give(world.viewer(Role.SUPERVISOR), call, other.person)
    telephony.close_call(for_job("telephony", world.client), call)
    with scope(world.client):
        (working,) = contacts.working(other)
        assert working.until
        assert working.until - datetime.now(UTC) <= timedelta(minutes=15)
        assert [each.id for each in contacts.unfinished(other, datetime.now(UTC))] == [call]
        assert contacts.unfinished(agent, datetime.now(UTC)) == []


def test_nobody_is_given_a_contact_who_is_no_agent_here(world: World) -> None:
    call = over(world, world.customer(), world.viewer(Role.AGENT).person)
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        for person in (
            supervisor.person,
            world.people[world.other, Role.AGENT],
            world.viewer(Role.AGENT).person,  # has it already
        ):
            with pytest.raises(BadInput):
                handing_over.give(supervisor, call, person)
        for role in (Role.AGENT, Role.QUALITY_REVIEWER, Role.ADMINISTRATOR):
            with pytest.raises(NotYours):
                handing_over.give(world.viewer(role), call, another_agent(world))
    with scope(world.other), pytest.raises(NotFound):
        handing_over.give(world.viewer(Role.SUPERVISOR, world.other), call, another_agent(world))


def test_a_grant_that_nobody_gave_makes_no_agent(world: World) -> None:
    person = another_agent(world)
    RoleGrant.objects.filter(user_id=person).update(mac=b"\0" * 32)
    assert team.agent(world.viewer(Role.SUPERVISOR), person) is None


def test_it_is_undone_for_five_minutes_by_who_did_it(world: World) -> None:
    supervisor, other = world.viewer(Role.SUPERVISOR), another(world)
    call = over(world, world.customer(), world.viewer(Role.AGENT).person)
    with scope(world.client):
        given = handing_over.give(supervisor, call, other.person)
        with pytest.raises(NotFound):
            handing_over.take_back(world.second(Role.SUPERVISOR), call, given)
        HandOver.objects.update(at=datetime.now(UTC) - handing_over.UNDOABLE - timedelta(seconds=1))
        with pytest.raises(Refused):
            handing_over.take_back(supervisor, call, given)


def test_an_old_contact_is_given_only_while_nobody_has_said_how_it_ended(world: World) -> None:
    supervisor, other, now = world.viewer(Role.SUPERVISOR), another(world), datetime.now(UTC)
    agent, customer = world.viewer(Role.AGENT).person, world.customer()
    with scope(world.client):
        old, older, recent = (past(world, customer, agent, now - timedelta(days=days), 60) for days in (8, 9, 6))
        for contact in (old, recent):
            dispositions.say(supervisor, contact, codes.active(world.client)[0].id)
        with pytest.raises(Refused):
            handing_over.give(supervisor, old, other.person)
        for contact in (older, recent):
            handing_over.give(supervisor, contact, other.person)


def test_nobody_gives_a_contact_to_themselves(world: World) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()
    call = over(world, customer, world.viewer(Role.AGENT).person)
    grant = RoleGrant(user_id=supervisor.person, client_id=world.client, role=Role.AGENT, state=RoleGrant.State.ACTIVE)
    sealed(grant).save(force_insert=True)
    assert team.agent(supervisor, supervisor.person)
    with scope(world.client), pytest.raises(BadInput, match="yourself"):
        handing_over.give(supervisor, call, supervisor.person)


def test_who_works_for_the_customer_for_another_reason_goes_on(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    call = over(world, customer, agent.person)
    with scope(world.client):
        assignments.assign_for_a_while(world.client, customer, agent.person, "search")
        handing_over.give(world.viewer(Role.SUPERVISOR), call, another(world).person)
        assert [(each.why, each.contact) for each in contacts.working(agent)] == [("search", None)]


def test_a_contact_that_was_taken_in_closes_for_who_had_it(world: World) -> None:
    agent, customer, now = world.viewer(Role.AGENT), world.customer(), datetime.now(UTC)
    with scope(world.client):
        taken_in = past(world, customer, agent.person, now - timedelta(minutes=5), 60)
        until = now + timedelta(minutes=11)
        assignments.assign(world.client, customer, agent.person, interactions.why(taken_in), until)
        handing_over.give(world.viewer(Role.SUPERVISOR), taken_in, another(world).person)
    assert not works(world, agent, customer)


@pytest.mark.parametrize("minutes", [4, -1], ids=["still open", "over meanwhile"])
def test_undoing_opens_the_customer_as_long_as_it_was_open_and_no_longer(world: World, minutes: int) -> None:
    supervisor, agent, customer = world.viewer(Role.SUPERVISOR), world.viewer(Role.AGENT), world.customer()
    call = over(world, customer, agent.person)
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    with scope(world.client):
        Assignment.objects.filter(person=agent.person).update(until=until)
        handing_over.take_back(supervisor, call, handing_over.give(supervisor, call, another(world).person))
        assert [each.until for each in contacts.working(agent)] == ([until] if minutes > 0 else [])
        assert contacts.working(another(world)) == []


def test_a_call_that_ended_meanwhile_is_open_for_a_quarter_of_an_hour_after_its_end(world: World) -> None:
    supervisor, agent, customer = world.viewer(Role.SUPERVISOR), world.viewer(Role.AGENT), world.customer()
    call = running(world, customer, agent.person)
    with scope(world.client):
        given = handing_over.give(supervisor, call, another(world).person)
    telephony.close_call(for_job("telephony", world.client), call)
    with scope(world.client):
        closed = Call.objects.get(id=call).closed_at
        handing_over.take_back(supervisor, call, given)
        assert closed
        assert [each.until for each in contacts.working(agent)] == [closed + assignments.AFTERWARDS]


# --- The team ---------------------------------------------------------------------------------------------------------


def _signs_in(person: UUID) -> None:
    session = SessionStore()
    session["_auth_user_id"] = str(person)
    session.create()


def test_who_is_there_is_told_of_agents_alone(world: World) -> None:
    other, agent, supervisor = another(world), world.viewer(Role.AGENT), world.viewer(Role.SUPERVISOR)
    _signs_in(agent.person)
    found = {each.id: each for each in team.agents(supervisor)}
    assert set(found) == {agent.person, other.person}
    assert [found[agent.person].present, found[other.person].present] == [True, False]
    Session.objects.update(seen_at=datetime.now(UTC) - timedelta(minutes=16))
    assert not any(each.present for each in team.agents(supervisor))
    for role in (Role.AGENT, Role.QUALITY_REVIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotYours):
            team.agents(world.viewer(role))


def test_of_who_also_works_elsewhere_nothing_is_told(world: World) -> None:
    person = another_agent(world)
    _signs_in(person)
    grant = RoleGrant(user_id=person, client_id=world.other, role=Role.AGENT, state=RoleGrant.State.ACTIVE)
    sealed(grant).save(force_insert=True)
    shared = team.agent(world.viewer(Role.SUPERVISOR), person)
    assert shared
    assert (shared.present, shared.seen_at, shared.signs_out) == (None, None, False)
    with pytest.raises(NotYours):
        accounts.sign_out_everywhere(world.viewer(Role.SUPERVISOR), person)
    assert Session.objects.filter(user_id=person).exists()


def test_a_supervisor_signs_out_agents_and_nobody_else(world: World) -> None:
    supervisor, agent = world.viewer(Role.SUPERVISOR), world.viewer(Role.AGENT).person
    _signs_in(agent)
    assert accounts.sign_out_everywhere(supervisor, agent) == 1
    assert not Session.objects.filter(user_id=agent).exists()
    for role in set(Role) - {Role.AGENT, Role.SUPERVISOR}:
        with pytest.raises(NotYours):
            accounts.sign_out_everywhere(supervisor, world.viewer(role).person)
    grant = RoleGrant(user_id=agent, client_id=world.client, role=Role.SUPERVISOR, state=RoleGrant.State.PROPOSED)
    sealed(grant).save(force_insert=True)
    with pytest.raises(NotYours):  # is to become more than an agent
        accounts.sign_out_everywhere(supervisor, agent)
    with pytest.raises(NotFound):
        accounts.sign_out_everywhere(supervisor, world.viewer(Role.AGENT, world.other).person)
    with pytest.raises(NotYours):
        accounts.sign_out_everywhere(world.viewer(Role.AGENT), another_agent(world))
    told = [each for each in world.events() if each.action == "identity:person:sign_out"]
    assert [(each.actor, dict(each.detail)["person"]) for each in told] == [(supervisor.person, str(agent))]


def test_where_there_is_no_other_agent_it_is_said_what_to_do(world: World) -> None:
    form = {"agent": {"field": {"choices": []}}}
    said = render_to_string("desk/give.html", {"form": form, "contact": {"id": world.client}})
    assert "Ask an administrator to invite one" in said
