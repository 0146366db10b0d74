"""Who calls: withheld, new, known, shared, forged and nonsensical numbers; none of them reaches a log or an event."""

import logging
import threading

import pytest
from django.db import connections

from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import TooManyTries
from razdar.core.ledger.events import encode
from razdar.customers import callers, jobs, linking, links, provisional, selectors, services
from razdar.customers.callers import Caller, who_calls
from razdar.customers.models import Customer, Handle
from razdar.identity.viewers import for_job
from razdar.keys import agent
from razdar.runtime.scope import scope
from razdar.vault import choosing, resealing
from razdar.vault.models import IndexEntry, IndexState
from tests.world import HANDLES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]
NUMBER, NEW = HANDLES[0][1], "+48221234567"


def calls(world: World, number: str | None) -> Caller:
    with scope(world.client):
        return who_calls(for_job("telephony", world.client), number)


def is_provisional(world: World, caller: Caller) -> bool:
    with scope(world.client):
        return Customer.objects.get(id=caller.customer).provisional


def handles(world: World, caller: Caller) -> int:
    with scope(world.client):
        return Handle.objects.filter(customer_id=caller.customer).count()


@pytest.mark.parametrize("number", [None, "", "anonymous", "sip:anonymous@x", "x" * 500, "12", "+", "4" * 40, "1;2,3"])
def test_a_withheld_or_impossible_number_gets_a_new_customer_with_a_key_and_no_handle(
    world: World, number: str | None
) -> None:
    first, second = calls(world, number), calls(world, number)
    assert first.customer != second.customer
    assert is_provisional(world, first)
    assert handles(world, first) == 0
    assert not agent.current().is_destroyed(world.client, first.customer)


@pytest.mark.parametrize("again", [NEW, "0048 22 123 45 67", "+48 22-123-45-67", "+۴۸۲۲۱۲۳۴۵۶۷"])
def test_a_new_number_is_kept_sealed_and_known_the_next_time(world: World, again: str) -> None:
    first = calls(world, NEW)
    assert is_provisional(world, first)
    assert handles(world, first) == 1
    assert calls(world, again) == Caller(first.customer)
    with scope(world.client):
        assert NEW[1:].encode() not in bytes(Handle.objects.get(customer_id=first.customer).phone.blob)


@pytest.mark.parametrize("number", [NUMBER, "00442079460777", "+44 20 7946-0777"])
def test_a_known_number_is_its_customers(world: World, number: str) -> None:
    customer = world.customer()
    assert calls(world, number) == Caller(customer)


def test_a_shared_number_chooses_nobody_and_tells_of_all(world: World) -> None:
    both = {world.customer(), world.customer(surname="Housemate")}
    caller = calls(world, NUMBER)
    assert set(caller.candidates) == both
    assert is_provisional(world, caller)
    assert handles(world, caller) == 0
    with scope(world.client):
        assert set(links.candidates(world.viewer(Role.AGENT), caller.customer)) == both


def test_two_records_of_one_person_are_one_caller(world: World) -> None:
    one, other = world.customer(), world.customer()
    with scope(world.client):
        linking.merge(world.viewer(Role.SUPERVISOR), one, other)
    assert calls(world, NUMBER) == Caller(other)


def test_another_clients_customers_are_nobody_here(world: World) -> None:
    world.customer(world.other)
    assert is_provisional(world, calls(world, NUMBER))


def test_a_call_while_the_index_is_rebuilt_is_taken_and_the_number_stays_its_customers(world: World) -> None:
    customer = world.customer()
    with scope(world.client):
        IndexState.objects.all().delete()
        IndexEntry.objects.all().delete()
    meanwhile = [calls(world, NUMBER), calls(world, NEW)]
    assert [is_provisional(world, caller) for caller in meanwhile] == [True, True]
    assert [handles(world, caller) for caller in meanwhile] == [0, 0]
    jobs.rebuild_index(world.client)
    assert calls(world, NUMBER) == Caller(customer)
    new = calls(world, NEW)
    assert handles(world, new) == 1
    assert calls(world, NEW) == Caller(new.customer)


def test_a_call_while_numbers_become_searchable_is_taken_and_the_number_stays_its_customers(world: World) -> None:
    customer = world.customer()
    for mode in ("sealed", "searchable"):
        choosing.choose(None, world.client, DataClass.PHONE, mode)
        if mode == "sealed":
            resealing.run(world.client, DataClass.PHONE)
    assert handles(world, calls(world, NUMBER)) == 0
    resealing.run(world.client, DataClass.PHONE)
    assert calls(world, NUMBER) == Caller(customer)


def test_after_too_many_searches_the_number_stays_its_customers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = world.customer()

    def refuse(*_: object) -> None:
        raise TooManyTries("later")

    with monkeypatch.context() as refused:
        refused.setattr(selectors, "find", refuse)
        assert handles(world, calls(world, NUMBER)) == 0
    assert calls(world, NUMBER) == Caller(customer)


def test_where_nobody_can_ever_be_looked_for_the_number_is_kept(world: World) -> None:
    choosing.choose(None, world.client, DataClass.PHONE, "sealed")
    caller = calls(world, NUMBER)
    assert is_provisional(world, caller)
    assert handles(world, caller) == 1
    with scope(world.client):
        assert not IndexEntry.objects.filter(customer_id=caller.customer).exists()


def test_who_is_being_erased_is_nobody(world: World) -> None:
    from razdar.customers import erasure

    customer = world.customer()
    with scope(world.client):
        erasure.begin(world.client, customer)
    assert is_provisional(world, calls(world, NUMBER))


def test_calls_at_once_from_a_new_number_are_one_customers(world: World) -> None:
    found: list[Caller] = []

    def call() -> None:
        try:
            found.append(calls(world, NEW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 4
    assert len({caller.customer for caller in found}) == 1


def test_who_writes_down_a_name_makes_the_customer_known(world: World) -> None:
    supervisor, caller = world.viewer(Role.SUPERVISOR), calls(world, NEW)
    with scope(world.client):
        services.correct(supervisor, caller.customer, "gender", "female")
        assert selectors.card(supervisor, caller.customer).provisional
        services.correct(supervisor, caller.customer, "surname", "Newcomer")
        assert not selectors.card(supervisor, caller.customer).provisional


def test_no_number_stands_in_an_event_a_log_or_a_value_that_is_printed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.customer()
    told = [repr(calls(world, number)) for number in (NUMBER, NEW, "0048 22 123 45 67", "sip:48221234567@x")]
    events = b"".join(encode(event, 0) for event in world.events())
    for digits in (NUMBER[1:], NEW[1:], "221234567"):
        assert digits.encode() not in events
        assert digits not in caplog.text.replace(" ", "")
        assert digits not in "".join(told)


def test_what_is_done_is_logged(world: World) -> None:
    caller = calls(world, NEW)
    actions = [(event.action, event.customer) for event in world.events()]
    assert ("customers:record:search", None) in actions
    assert (provisional.ACTION, caller.customer) in actions


def test_the_form_of_a_number(world: World) -> None:
    assert callers._written("0044 20 7946 0777") == "+44 20 7946 0777"
    assert callers._written("020 7946 0777") == "020 7946 0777"
