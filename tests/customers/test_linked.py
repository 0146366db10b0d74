"""What a link opens, and what undoing it closes."""

from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass as C
from razdar.core.disclosure import Level, Role, Viewer
from razdar.core.errors import NotDisclosed, NotFound, Refused, TooManyTries
from razdar.core.ledger.events import Outcome
from razdar.customers import linking, provisional, selectors, services
from razdar.customers.models import CustomerLink
from razdar.identity.viewers import for_job
from razdar.runtime.scope import scope
from razdar.vault import assignments, persons
from tests.customers.linking import identify, match, merge, undo, unknown
from tests.world import HANDLES, VALUES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]


def level(viewer: Viewer, customer: UUID, data_class: C = C.SURNAME) -> Level:
    with scope(viewer.client):
        shown = selectors.card(viewer, customer).shown(data_class)
    assert shown
    return shown.level


def test_who_works_for_one_record_works_for_the_person_and_each_look_is_of_its_own_record(
    world: World, agent: Viewer
) -> None:
    one, principal = world.customer(surname="Onesurname"), world.customer(surname="Twosurname")
    world.assign(agent, one)
    assert level(agent, principal) is Level.MASKED
    link = merge(world.viewer(Role.SUPERVISOR), one, principal)
    assert level(agent, principal) is Level.CLEAR
    assert level(agent, principal, C.BIRTH_DATE) is Level.MASKED
    assert level(agent, one) is Level.CLEAR
    looks = [event.subjects for event in world.events() if event.action == "customers:card:view"]
    assert looks == [{principal}, {principal}, {principal}, {one}]
    undo(world.viewer(Role.SUPERVISOR), one, link)
    assert level(agent, principal) is Level.MASKED
    assert level(agent, one) is Level.CLEAR


def test_found_by_a_linked_record_leads_to_the_principal_and_says_so(world: World, agent: Viewer) -> None:
    one, principal = world.customer(), world.customer(surname="Principal", reference_no="QX-2")
    merge(world.viewer(Role.SUPERVISOR), one, principal)
    with scope(world.client):
        (card,) = selectors.found_cards(agent, selectors.find(agent, C.REFERENCE_NO, VALUES[C.REFERENCE_NO]))
        assert (card.id, card.by_linked) == (principal, True)
        assert card.surname
        assert card.surname.text == "Principal"
        (card,) = selectors.found_cards(agent, selectors.find(agent, C.REFERENCE_NO, "QX-2"))
        assert (card.id, card.by_linked) == (principal, False)
        assert selectors.mine(agent) == [principal]
        (card,) = selectors.found_cards(agent, selectors.find(agent, *HANDLES[0]))
        assert (card.id, card.by_linked) == (principal, False)


def test_what_is_known_of_the_person_is_looked_for_in_what_a_linked_caller_said(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    job = for_job("redact", world.client)
    with scope(world.client):
        assert selectors.known_forms(job, caller) != selectors.known_forms(job, customer)
    assert match(agent, customer, caller=caller)
    identify(agent, caller, customer)
    with scope(world.client):
        assert selectors.known_forms(job, caller) == selectors.known_forms(job, customer)


def test_an_agent_undoes_what_it_said_of_a_caller_while_it_works_for_the_caller(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    assert match(agent, customer, caller=caller)
    link = identify(agent, caller, customer)
    colleague = world.second(Role.AGENT)
    with pytest.raises(Refused):
        undo(colleague, caller, link)
    undo(agent, caller, link)
    with scope(world.client):
        assert persons.person(world.client, customer) == [customer]
        row = CustomerLink.objects.get(id=link)
        assert row.undone_by == agent.person
    with pytest.raises(NotFound):
        undo(agent, caller, link)
    (event,) = (event for event in world.events() if event.action == linking.UNDO and event.outcome == Outcome.OK)
    assert event.subjects == {caller, customer}


def test_linking_tells_an_agent_no_value(world: World, agent: Viewer, met: tuple[UUID, UUID]) -> None:
    """What may be guessed is guessed by matching alone: three tries, whatever else is tried in between."""
    caller, customer = met
    for claim in ("1960-01-01", "1961-01-01", "1962-01-01"):
        assert not match(agent, customer, claim=claim, caller=caller)
        with pytest.raises(Refused):
            identify(agent, caller, customer)
    with pytest.raises(TooManyTries):
        match(agent, customer)
    other = world.customer(surname="Somebody")
    with scope(world.client), pytest.raises(NotDisclosed):
        services.match(agent, other, C.BIRTH_DATE, VALUES[C.BIRTH_DATE])


def test_provisional_events_name_nobody_else(world: World) -> None:
    world.customer()
    world.customer()
    caller = unknown(world, HANDLES[0][1])
    (event,) = (event for event in world.events() if event.action == provisional.ACTION)
    assert event.customer == caller
    assert event.subjects == {caller}
    with scope(world.client):
        assert not assignments.current(world.viewer(Role.AGENT))
