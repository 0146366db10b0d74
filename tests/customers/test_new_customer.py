"""A new customer at the desk: who turns out to be stored already is told of, and not shown."""

from typing import cast

import pytest
from django.http import HttpResponse

from razdar.core.disclosure import DataClass as C
from razdar.core.ledger.events import Mode
from razdar.customers.models import Customer
from razdar.runtime.scope import scope
from tests.doors import planted as p
from tests.doors.house import House

pytestmark = pytest.mark.walls
NEW, KNOWN = "/customers/new/", "A customer who is stored already has this"
TYPED = {"surname": "Somebody", "birth_date": "1999-09-09"}


def typed(*classes: C, **more: str) -> dict[str, str]:
    return TYPED | {str(c): p.BY_CLASS[c].texts[0] for c in classes} | more


class Desk:
    """What one person does at the page."""

    def __init__(self, house: House, name: str) -> None:
        house.begin_anew()
        house.new_events()
        self.house = house
        self._browser = house.browser(house.actor(name))

    def save(self, form: dict[str, str]) -> HttpResponse:
        return cast(HttpResponse, self._browser.post(NEW, form))

    def searches(self) -> list[str]:
        return [event.action for event in self.house.new_events() if event.mode is Mode.SEARCH]


def customers(house: House) -> int:
    with scope(house.world.client):
        return Customer.objects.count()


@pytest.mark.parametrize("name", ["agent", "loner", "supervisor"])
@pytest.mark.parametrize("data_class", [C.PHONE, C.WHATSAPP_ID, C.EMAIL, C.NATIONAL_ID, C.REFERENCE_NO])
def test_who_is_stored_already_is_told_of_and_not_shown(house: House, name: str, data_class: C) -> None:
    desk, before = Desk(house, name), customers(house)
    answer = desk.save(typed(data_class))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count(KNOWN) == 2  # in the summary and at the field
    assert house.scanner.found_in(answer) - {house.names[house.actor(name).person]} == set()  # type: ignore[index]
    assert str(house.customer) not in text
    assert "Somebody" in text
    assert customers(house) == before
    assert desk.searches() == ["customers:record:search"]


def test_two_people_may_share_a_number(house: House) -> None:
    desk, before = Desk(house, "agent"), customers(house)
    assert "anyway" in desk.save(typed(C.PHONE)).content.decode()
    answer = desk.save(typed(C.PHONE, anyway="on"))
    assert answer.status_code == 302
    assert customers(house) == before + 1


def test_a_value_that_was_not_sent_back_is_not_lost(house: House) -> None:
    desk, before = Desk(house, "agent"), customers(house)
    shown = desk.save(typed(C.PHONE)).content.decode()
    assert 'name="told" value="phone"' in shown
    answer = desk.save({**typed(), "phone": "", "anyway": "on", "told": "phone"})
    assert answer.status_code == 422
    assert "Type this again" in answer.content.decode()
    assert customers(house) == before
    assert desk.save({**typed(), "phone": "", "told": "phone"}).status_code == 302  # without it after all


def test_two_people_never_share_a_reference(house: House) -> None:
    desk, before = Desk(house, "agent"), customers(house)
    answer = desk.save(typed(C.REFERENCE_NO, C.PHONE, anyway="on"))
    assert answer.status_code == 422
    assert customers(house) == before


def test_another_client_is_told_nothing(house: House) -> None:
    answer = Desk(house, "other agent").save(typed(C.PHONE, C.EMAIL, C.REFERENCE_NO))
    assert answer.status_code == 302


def test_what_cannot_be_is_said_at_its_field(house: House) -> None:
    text = Desk(house, "agent").save(TYPED | {"email": "nowhere"}).content.decode()
    assert 'href="#id_email"' in text
    assert "That is not an e-mail address." in text
