"""Linking: who may, what it takes, what it opens, and that taking it back leaves everything as it was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass as C
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused, TooManyTries
from razdar.core.ledger.events import Outcome
from razdar.customers import linking, links, selectors, services
from razdar.customers.fields import Address
from razdar.customers.models import Agreement, Customer, Handle, Known
from razdar.customers.storing import Draft
from razdar.identity.viewers import for_job
from razdar.interactions.models import Interaction
from razdar.runtime.scope import scope
from razdar.telephony import services as telephony
from razdar.vault import persons
from tests.customers.linking import identify, linked, match, merge, undo, unknown
from tests.world import VALUES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]


# --- What it takes ----------------------------------------------------------------------------------------------------


def test_an_agent_says_who_a_caller_is_after_something_agreed(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    assert match(agent, customer, caller=caller)
    link = identify(agent, caller, customer)
    with scope(world.client):
        assert persons.principals(world.client, met) == {caller: customer, customer: customer}
        (shown,) = links.links(agent, customer)
        assert (shown.id, shown.customer, shown.principal, shown.provisional) == (link, caller, customer, True)
    (event,) = (event for event in world.events() if event.action == linking.IDENTIFY)
    assert event.subjects == {caller, customer}
    assert event.actor == agent.person


@pytest.mark.parametrize(
    "before",
    [
        lambda _agent, _customer, _caller: None,
        lambda agent, customer, caller: match(agent, customer, claim="1970-01-01", caller=caller),
        lambda agent, customer, caller: match(agent, customer, C.SURNAME, VALUES[C.SURNAME], caller=caller),
        lambda agent, customer, _caller: match(agent, customer),
    ],
    ids=["nothing", "what differs", "a name that the agent sees", "of no caller"],
)
def test_without_something_unseen_that_agreed_nobody_is_linked(
    world: World, agent: Viewer, met: tuple[UUID, UUID], before: Callable[[Viewer, UUID, UUID], object]
) -> None:
    caller, customer = met
    before(agent, customer, caller)
    with pytest.raises(Refused):
        identify(agent, caller, customer)
    assert linked(world) == 0
    denied = [e for e in world.events() if e.action == linking.IDENTIFY]
    assert [(e.outcome, e.subjects) for e in denied] == [(Outcome.DENIED, {caller, customer})]


def test_what_agreed_to_somebody_else_or_of_somebody_else_does_not_count(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    other = world.customer(surname="Other")
    colleague = world.second(Role.AGENT)
    world.assign(agent, other)
    world.assign(colleague, customer)
    assert match(agent, other, caller=caller)
    assert match(colleague, customer, caller=caller)
    with pytest.raises(Refused):
        identify(agent, caller, customer)


def test_what_agreed_before_the_caller_was_there_or_long_ago_does_not_count(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    assert match(agent, customer, caller=caller)
    later = unknown(world)
    world.assign(agent, later)
    with pytest.raises(Refused):
        identify(agent, later, customer)
    with scope(world.client):
        for agreement in Agreement.objects.all():
            Agreement.objects.filter(id=agreement.id).update(at=agreement.at - linking.FRESH)
    with pytest.raises(Refused):
        identify(agent, caller, customer)


@pytest.mark.parametrize("missing", [0, 1])
def test_an_agent_works_for_both(world: World, agent: Viewer, met: tuple[UUID, UUID], missing: int) -> None:
    assert match(agent, met[1], caller=met[0])
    with scope(world.client):
        from razdar.vault.models import Assignment

        Assignment.objects.filter(customer_id=met[missing]).delete()
    with pytest.raises(Refused, match="work for both"):
        identify(agent, *met)
    assert linked(world) == 0


def test_three_tries_and_no_more(world: World, agent: Viewer, met: tuple[UUID, UUID]) -> None:
    caller, customer = met
    for year in (1960, 1961, 1962):
        assert not match(agent, customer, claim=f"{year}-01-01")
    with pytest.raises(TooManyTries):
        match(agent, customer)
    with pytest.raises(Refused):
        identify(agent, caller, customer)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AGENT, Role.SUPERVISOR}))
def test_who_has_not_the_duty_links_nobody(world: World, role: Role) -> None:
    viewer, caller, customer, other = world.viewer(role), unknown(world), world.customer(), world.customer()
    for act in (linking.identify, linking.merge):
        with scope(world.client), pytest.raises(NotYours):
            act(viewer, caller, customer)
    link = merge(world.viewer(Role.SUPERVISOR), customer, other)
    with pytest.raises(NotYours):
        undo(viewer, customer, link)


def test_merging_two_customers_is_not_for_agents(world: World, agent: Viewer) -> None:
    one, other = world.customer(), world.customer()
    for each in (one, other):
        world.assign(agent, each)
    assert match(agent, other)
    with pytest.raises(BadInput):
        identify(agent, one, other)
    with pytest.raises(NotYours):
        merge(agent, one, other)
    link = merge(world.viewer(Role.SUPERVISOR), one, other)
    with pytest.raises(NotYours):
        undo(agent, one, link)


def test_nobody_is_linked_to_an_unknown_caller(world: World, agent: Viewer) -> None:
    one, other = unknown(world), unknown(world, "+48221234567")
    for each in (one, other):
        world.assign(agent, each)
    with pytest.raises(BadInput):
        identify(agent, one, other)
    with pytest.raises(BadInput):
        merge(world.viewer(Role.SUPERVISOR), world.customer(), other)


def test_another_clients_customers_are_not_found(world: World) -> None:
    supervisor, mine, theirs = world.viewer(Role.SUPERVISOR), world.customer(), world.customer(world.other)
    for pair in ((mine, theirs), (theirs, mine)):
        with pytest.raises(NotFound):
            merge(supervisor, *pair)


# --- Of one caller, in one contact ------------------------------------------------------------------------------------


NUMBER = "+48221234567"


def ring(world: World, agent: Viewer, number: str | None = NUMBER) -> telephony.OpenedCall:
    made = telephony.NewCall(number=number, agent=agent.person)
    return telephony.open_call(for_job("telephony", world.client), made)


def hang_up(world: World, call: telephony.OpenedCall) -> None:
    telephony.close_call(for_job("telephony", world.client), call.interaction)


def test_what_agreed_in_an_earlier_call_of_that_number_says_nothing_of_who_calls_now(
    world: World, agent: Viewer
) -> None:
    customer = world.customer()
    world.assign(agent, customer)
    ring_before = ring(world, agent)
    caller = ring_before.customer
    with scope(world.client):
        Customer.objects.filter(id=caller).update(created_at=datetime.now(UTC) - timedelta(days=3))
    assert match(agent, customer, caller=caller)
    hang_up(world, ring_before)
    stranger = ring(world, agent)
    assert stranger.customer == caller
    with pytest.raises(Refused):
        identify(agent, caller, customer)
    assert linked(world) == 0
    assert match(agent, customer, caller=caller)
    identify(agent, caller, customer)


def test_what_one_caller_said_says_nothing_of_another(world: World, agent: Viewer) -> None:
    customer = world.customer()
    world.assign(agent, customer)
    one, other = ring(world, agent, None).customer, ring(world, agent, None).customer
    assert match(agent, customer, caller=one)
    with pytest.raises(Refused):
        identify(agent, other, customer)
    identify(agent, one, customer)


def test_a_call_that_is_over_may_be_said_of_for_a_short_while(world: World, agent: Viewer) -> None:
    customer = world.customer()
    world.assign(agent, customer)
    call = ring(world, agent)
    assert match(agent, customer, caller=call.customer)
    hang_up(world, call)
    with scope(world.client):
        assert linking.has_agreed(agent, call.customer, customer)
        Interaction.objects.filter(id=call.interaction).update(started_at=datetime.now(UTC) - linking.FRESH)
        Interaction.objects.filter(id=call.interaction).update(duration_ms=0)
        assert not linking.has_agreed(agent, call.customer, customer)
        Agreement.objects.all().delete()
    assert match(agent, customer, caller=call.customer)
    with scope(world.client):
        assert not Agreement.objects.exists()


def test_who_does_not_talk_to_the_caller_hears_nothing_of_it(world: World, agent: Viewer) -> None:
    customer, colleague = world.customer(), world.second(Role.AGENT)
    caller = ring(world, colleague).customer
    for each in (caller, customer):
        world.assign(agent, each)
    assert match(agent, customer, caller=caller)
    with pytest.raises(Refused):
        identify(agent, caller, customer)


# --- What the viewer knows without the caller -------------------------------------------------------------------------

MINE = "mine@example.org"


def refused(world: World, agent: Viewer, caller: UUID, customer: UUID) -> bool:
    with pytest.raises(Refused):
        identify(agent, caller, customer)
    return linked(world) == 0


def handle_of(viewer: Viewer, customer: UUID, value: str) -> str:
    """Where a value stands, by adding it."""
    with scope(viewer.client):
        services.add_handle(viewer, customer, C.EMAIL, value)
        newest = Handle.objects.filter(customer_id=customer).order_by("-id").first()
        assert newest
        return str(Address(C.EMAIL, newest.id))


def compare(viewer: Viewer, caller: UUID, customer: UUID, key: str, value: str) -> None:
    with scope(viewer.client):
        assert services.match(viewer, customer, key, value, caller)


def test_what_an_agent_added_to_the_record_says_nothing_of_the_caller(world: World, agent: Viewer) -> None:
    customer = world.customer()
    with scope(world.client):
        assert selectors.find(agent, C.SURNAME, VALUES[C.SURNAME]) == [customer]
    key = handle_of(agent, customer, MINE)
    caller = unknown(world)  # written long before does not make it the caller's either
    world.assign(agent, caller)
    compare(agent, caller, customer, key, MINE)
    assert refused(world, agent, caller, customer)
    compare(agent, caller, customer, "birth_date", VALUES[C.BIRTH_DATE])
    identify(agent, caller, customer)


def test_what_an_agent_corrected_says_nothing_of_the_caller(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    with scope(world.client):
        services.correct(agent, customer, C.BIRTH_DATE, "1980-01-01")
        Known.objects.all().update(at=datetime.now(UTC) - timedelta(days=90))
    assert match(agent, customer, claim="1980-01-01", caller=caller)
    assert refused(world, agent, caller, customer)


def test_what_anybody_wrote_during_the_contact_does_not_count_and_what_was_written_before_does(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    key = handle_of(world.viewer(Role.SUPERVISOR), customer, MINE)
    compare(agent, caller, customer, key, MINE)
    assert refused(world, agent, caller, customer)
    later = unknown(world)
    world.assign(agent, later)
    compare(agent, later, customer, key, MINE)
    identify(agent, later, customer)


def test_what_an_agent_searched_by_says_nothing_of_the_caller(
    world: World, agent: Viewer, met: tuple[UUID, UUID]
) -> None:
    caller, customer = met
    with scope(world.client):
        assert selectors.find(agent, C.NATIONAL_ID, VALUES[C.NATIONAL_ID]) == [customer]
    assert match(agent, customer, C.NATIONAL_ID, VALUES[C.NATIONAL_ID], caller=caller)
    assert refused(world, agent, caller, customer)
    assert match(agent, customer, caller=caller)
    identify(agent, caller, customer)


def test_a_record_that_an_agent_made_is_nobody_elses(world: World, agent: Viewer) -> None:
    with scope(world.client):
        (customer,) = services.create(agent, [Draft({C.SURNAME: "Made", C.BIRTH_DATE: "1980-01-01"})])
    caller = unknown(world)
    world.assign(agent, caller)
    assert match(agent, customer, claim="1980-01-01", caller=caller)
    assert refused(world, agent, caller, customer)
