"""Customers: made, found by exact value without being shown, corrected by typing, many handles, no phone needed."""

import pytest

from razdar.core.disclosure import DataClass, Role, Viewer
from razdar.core.errors import BadInput, NotDisclosed, NotFound, Rebuilding, Refused
from razdar.customers import jobs, selectors, services
from razdar.customers.models import Customer, Handle
from razdar.identity.viewers import for_job
from razdar.runtime.scope import scope
from razdar.vault.models import IndexEntry, IndexState
from tests.world import HANDLES, VALUES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]


def search(viewer: Viewer, data_class: DataClass, value: str) -> list[selectors.Card]:
    """What the search page shows."""
    return selectors.cards(viewer, selectors.find(viewer, data_class, value))


@pytest.mark.parametrize(
    ("data_class", "written"),
    [
        (DataClass.REFERENCE_NO, "qx 771204"),
        (DataClass.PHONE, "+44 20 7946 0777"),
        (DataClass.PHONE, "+۴۴۲۰۷۹۴۶۰۷۷۷"),
        (DataClass.EMAIL, "OTTOLINE.Q@example.org"),
        (DataClass.SURNAME, "quillfeather"),
        (DataClass.NATIONAL_ID, "519-123-07648"),
    ],
)
def test_an_agent_finds_by_an_exact_value_it_cannot_see(world: World, data_class: DataClass, written: str) -> None:
    customer, agent = world.customer(), world.viewer(Role.AGENT)
    world.customer(surname="Other", reference_no="QX-1", national_id="")
    with scope(world.client):
        found = search(agent, data_class, written)
    assert customer in {card.id for card in found}
    if data_class not in {DataClass.PHONE, DataClass.EMAIL}:
        assert [card.id for card in found] == [customer]
    assert found[0].surname
    shown = {field.data_class for card in found for field in (*card.fields, *card.handles)}
    assert shown == {DataClass.SURNAME, DataClass.GENDER}


@pytest.mark.parametrize("written", ["", "  ", "QX-77120", "Quill", "%", "QX-771204' OR 1=1"])
def test_nothing_but_the_exact_value_finds(world: World, written: str) -> None:
    world.customer()
    with scope(world.client):
        assert search(world.viewer(Role.AGENT), DataClass.REFERENCE_NO, written) == []


def test_another_clients_customers_are_not_found(world: World) -> None:
    world.customer(world.other)
    with scope(world.client):
        assert search(world.viewer(Role.SUPERVISOR), DataClass.REFERENCE_NO, VALUES[DataClass.REFERENCE_NO]) == []


def test_who_may_not_see_a_class_may_not_search_by_it(world: World) -> None:
    world.customer()
    with scope(world.client), pytest.raises(NotDisclosed):
        search(world.viewer(Role.QUALITY_REVIEWER), DataClass.PHONE, HANDLES[0][1])


def test_a_shared_number_finds_everybody_who_has_it(world: World) -> None:
    both = {world.customer(), world.customer(surname="Housemate")}
    with scope(world.client):
        found = search(world.viewer(Role.AGENT), *HANDLES[0])
    assert {card.id for card in found} == both


def test_a_corrected_field_is_found_by_its_new_value_only(world: World) -> None:
    customer, agent = world.customer(), world.viewer(Role.AGENT)
    world.assign(agent, customer)
    with scope(world.client):
        phone = Handle.objects.get(customer_id=customer, email=b"")
        services.correct(agent, customer, f"phone.{phone.id}", "+44 20 7946 0888")
        assert not search(agent, *HANDLES[0])
        assert [c.id for c in search(agent, DataClass.PHONE, "+442079460888")] == [customer]
        services.correct(agent, customer, f"phone.{phone.id}", "")
        assert not search(agent, DataClass.PHONE, "+442079460888")
        assert not Handle.objects.filter(id=phone.id).exists()


def test_correcting_needs_an_assignment_and_a_cell(world: World) -> None:
    customer, agent = world.customer(), world.viewer(Role.AGENT)
    with scope(world.client), pytest.raises(NotDisclosed):
        services.correct(agent, customer, "surname", "New")
    with scope(world.client), pytest.raises(Refused):
        services.correct(world.viewer(Role.QUALITY_REVIEWER), customer, "surname", "New")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gender", "robot"),
        ("birth_date", "31.03.1984"),
        ("birth_date", "2999-01-01"),
        ("surname", "x" * 401),
        ("surname", "a\x00b"),
    ],
)
def test_a_value_that_cannot_be_is_refused(world: World, key: str, value: str) -> None:
    customer, supervisor = world.customer(), world.viewer(Role.SUPERVISOR)
    with scope(world.client), pytest.raises(BadInput):
        services.correct(supervisor, customer, key, value)


def test_a_customer_needs_no_telephone_number(world: World) -> None:
    with scope(world.client):
        (made,) = services.create(for_job("test", world.client), [services.Draft({DataClass.SURNAME: "Alone"})])
        assert selectors.card(world.viewer(Role.SUPERVISOR), made).handles == ()
        with pytest.raises(BadInput):
            services.create(for_job("test", world.client), [services.Draft({})])


@pytest.mark.parametrize(
    "key", ["erased_at", "surname.0192", "phone", "client", "x" * 200, "surname.01a1ffdd-3d4f-7673-b536-0fb9ebd16ea1"]
)
def test_an_address_that_is_none_is_not_found(world: World, key: str) -> None:
    customer = world.customer()
    with scope(world.client), pytest.raises(NotFound):
        selectors.field(world.viewer(Role.SUPERVISOR), customer, key)


def test_after_a_crash_search_says_that_it_is_rebuilding_and_then_finds_again(world: World) -> None:
    customer, agent = world.customer(), world.viewer(Role.AGENT)
    with scope(world.client):  # what a crash leaves of unlogged tables: nothing
        IndexEntry.objects.all().delete()
        IndexState.objects.all().delete()
    with scope(world.client), pytest.raises(Rebuilding):
        search(agent, DataClass.REFERENCE_NO, "QX-771204")
    jobs.watch_index()
    jobs.rebuild_index(world.client)
    with scope(world.client):
        found = search(agent, DataClass.REFERENCE_NO, "QX-771204")
        assert [card.id for card in found] == [customer]
        assert [card.id for card in search(agent, *HANDLES[1])] == [customer]


def test_every_customer_has_a_key_of_its_own(world: World) -> None:
    with scope(world.client):
        first, second = (Customer.objects.get(id=world.customer()) for _ in range(2))
    assert first.surname.blob != second.surname.blob
