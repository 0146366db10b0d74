"""What is typed about a customer: who turns out to be stored already is told of, and not shown; a correction removes
nothing by an empty field, and says what it did."""

import re
from typing import cast
from uuid import UUID

import pytest
from django.http import HttpResponse

from razdar.core.disclosure import DataClass as C
from razdar.core.disclosure import Role
from razdar.core.ledger.events import Mode
from razdar.customers import selectors
from razdar.customers.models import Customer, Handle
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


@pytest.fixture
def known(house: House) -> UUID:
    """A customer for whom the agent works."""
    house.begin_anew()
    made = house.world.customer()
    house.world.assign(house.world.viewer(Role.AGENT), made)
    return made


def correct(house: House, customer: UUID, of: C, form: dict[str, str]) -> HttpResponse:
    browser = house.browser(house.actor("agent"))
    address = f"/customers/{customer}/fields/{key_of(house, customer, of)}/correct/"
    return cast(HttpResponse, browser.post(address, form, headers={"HX-Request": "true"}))


def key_of(house: House, customer: UUID, of: C) -> str:
    with scope(house.world.client):
        rows = [row for row in Handle.objects.filter(customer_id=customer) if of is C.PHONE and row.phone.present]
    return f"phone.{rows[0].id}" if rows else str(of)


def stored(house: House, customer: UUID) -> set[C]:
    with scope(house.world.client):
        card = selectors.card(house.world.viewer(Role.SUPERVISOR), customer)
    return {shown.data_class for shown in (*card.fields, *card.handles) if shown.present}


@pytest.mark.parametrize("of", [C.SURNAME, C.GENDER, C.PHONE])
@pytest.mark.parametrize("form", [{"value": ""}, {"value": "female", "remove": "on"}])
def test_nothing_is_removed_unless_that_alone_is_chosen(house: House, known: UUID, of: C, form: dict[str, str]) -> None:
    answer = correct(house, known, of, form)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog-body"
    assert ("not both" if "remove" in form else "Nothing was typed") in answer.content.decode()
    assert of in stored(house, known)


@pytest.mark.parametrize(("of", "new"), [(C.SURNAME, "Newcomer"), (C.GENDER, "male"), (C.PHONE, "+44 20 7946 0888")])
def test_what_a_correction_did_is_said_and_shown_everywhere(house: House, known: UUID, of: C, new: str) -> None:
    saved = correct(house, known, of, {"value": new})
    removed = correct(house, known, of, {"value": "", "remove": "on"})
    assert [message(each) for each in (saved, removed)] == ["the new value is saved.", "the value was removed."]
    assert of not in stored(house, known)
    asks_again = "razdar:handles" if of is C.PHONE else "razdar:named"
    assert removed["HX-Trigger"] == asks_again
    for page in (f"/desk/customers/{known}/", f"/customers/{known}/"):
        assert f'hx-trigger="{asks_again} from:body"' in house.browser(house.actor("agent")).get(page).content.decode()


def test_what_is_empty_already_has_nothing_to_remove(house: House, known: UUID) -> None:
    correct(house, known, C.SURNAME, {"remove": "on"})
    answer = correct(house, known, C.SURNAME, {"remove": "on"})
    assert answer.status_code == 422
    assert "Remove this value" not in answer.content.decode()


def message(answer: HttpResponse) -> str:
    """What stands in the place of the page's messages, behind the name of the field."""
    assert answer.status_code == 200
    place = r'<div id="alerts" hx-swap-oob="innerHTML">.*?<span>[^:<]+: ([^<]+)</span>'
    (found,) = re.findall(place, answer.content.decode(), re.DOTALL)
    return str(found)
