"""Asking to work for a customer: who decides, what it opens and for how long, what who asked is told."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass, Level, Purpose, Role
from razdar.core.errors import BadInput, NotFound, NotYours, StepUpNeeded, TooManyTries
from razdar.customers import selectors as customers
from razdar.identity import approvals
from razdar.runtime.scope import scope
from razdar.vault.models import Assignment
from razdar.work import access, contacts
from razdar.work.models import AccessRequest
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "the caller at Pimpernelwick waits for my answer"


@pytest.fixture
def customer(world: World) -> UUID:
    return world.customer()


def ask(world: World, customer: UUID) -> UUID:
    """The agent asks; the id of what waits for a supervisor."""
    with scope(world.client):
        access.ask(world.viewer(Role.AGENT), customer, Purpose.SERVICE, REASON)
        (waiting,) = approvals.waiting_for(world.viewer(Role.SUPERVISOR))
    assert waiting.closed
    return waiting.id


def surname(world: World, customer: UUID) -> Level:
    with scope(world.client):
        shown = customers.card(world.viewer(Role.AGENT), customer).shown(DataClass.SURNAME)
    assert shown
    return shown.level


def test_when_a_supervisor_agrees_the_agent_works_for_the_customer_for_a_while(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    assert surname(world, customer) is Level.MASKED
    request = ask(world, customer)
    with scope(world.client):
        assert [each.state for each in access.own(agent)] == ["pending"]
        access.approve(world.viewer(Role.SUPERVISOR), request)
        (asked,) = access.own(agent, customer)
        assert (asked.state, asked.customer) == ("approved", customer)
        (working,) = contacts.working(agent)
        assert (working.why, working.customer) == ("access", customer)
        assert working.until
        assert timedelta(minutes=29) < working.until - datetime.now(UTC) <= access.LASTS
    assert surname(world, customer) is Level.CLEAR
    with scope(world.client):
        shown = customers.card(agent, customer).shown(DataClass.BIRTH_DATE)
        assert shown
        assert shown.level is Level.MASKED  # nothing that the matrix does not show
        Assignment.objects.update(until=datetime.now(UTC))
        AccessRequest.objects.update(until=datetime.now(UTC))
        assert [each.state for each in access.own(agent)] == ["over"]
    assert surname(world, customer) is Level.MASKED


def test_a_refusal_is_a_sentence_and_opens_nothing(world: World, customer: UUID) -> None:
    request = ask(world, customer)
    with scope(world.client):
        supervisor = world.viewer(Role.SUPERVISOR)
        with pytest.raises(BadInput):
            access.refuse(supervisor, request, "go away")
        access.refuse(supervisor, request, access.Answer.SOMEBODY_ELSE)
        (asked,) = access.own(world.viewer(Role.AGENT))
        assert (asked.state, asked.sentence) == ("refused", "Somebody else is working for this customer already.")
        with pytest.raises(NotFound):
            access.approve(supervisor, request)
    assert surname(world, customer) is Level.MASKED


def test_nobody_but_a_supervisor_who_has_just_signed_in_decides(world: World, customer: UUID) -> None:
    request = ask(world, customer)
    with scope(world.client):
        for role in (Role.AGENT, Role.PRIVACY_OFFICER, Role.SECURITY_OFFICER, Role.ADMINISTRATOR):
            with pytest.raises(NotYours):
                access.approve(world.viewer(role), request)
        with pytest.raises(StepUpNeeded):
            access.approve(world.viewer(Role.SUPERVISOR, assured_at=0.0), request)
    with scope(world.other), pytest.raises(NotFound):
        access.approve(world.viewer(Role.SUPERVISOR, world.other), request)
    assert surname(world, customer) is Level.MASKED


def test_only_agents_ask_and_only_where_they_do_not_work(world: World, customer: UUID) -> None:
    with scope(world.client):
        with pytest.raises(NotYours):
            access.ask(world.viewer(Role.SUPERVISOR), customer, Purpose.SERVICE, REASON)
        agent = world.viewer(Role.AGENT)
        with pytest.raises(BadInput):
            access.ask(agent, customer, Purpose.SERVICE, "short")
        with pytest.raises(BadInput):
            access.ask(agent, customer, Purpose.LEGAL, REASON)
        first = access.ask(agent, customer, Purpose.SERVICE, REASON)
        assert access.ask(agent, customer, Purpose.COMPLAINT, REASON) == first
        world.assign(agent, customer)
        with pytest.raises(BadInput):
            access.ask(agent, customer, Purpose.SERVICE, REASON)


def test_who_asks_too_often_is_refused(world: World) -> None:
    with scope(world.client):
        agent = world.viewer(Role.AGENT)
        for _ in range(access.ASKED.most):
            access.ask(agent, world.customer(), Purpose.SERVICE, REASON)
        with pytest.raises(TooManyTries):
            access.ask(agent, world.customer(), Purpose.SERVICE, REASON)


def test_the_reason_is_sealed_and_reading_it_is_logged(world: World, customer: UUID) -> None:
    request = ask(world, customer)
    with scope(world.client):
        blob = bytes(AccessRequest.objects.get().reason.blob)
    assert b"Pimpernelwick" not in blob
    assert not [each for each in world.events() if each.action == access.REASON]
    with scope(world.client):
        (waiting,) = approvals.waiting_for(world.viewer(Role.SUPERVISOR), request)
    assert waiting.explanation == (REASON,)
    assert not any("Pimpernelwick" in str(event) for event in world.events())
    read = [each for each in world.events() if each.action == access.REASON]
    assert len(read) == 1
    assert {each.actor for each in read} == {world.viewer(Role.SUPERVISOR).person}
