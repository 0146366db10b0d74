"""From an unknown caller to a customer and back, page by page, as an agent does it; and what a supervisor merges."""

from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse

from razdar.core.disclosure import DataClass as C
from razdar.core.disclosure import Role
from razdar.customers import links
from razdar.identity.viewers import for_job
from razdar.interactions.models import Interaction
from razdar.privacy import selectors
from razdar.runtime.scope import scope
from razdar.telephony import services as telephony
from razdar.telephony.services import NewCall
from tests.doors import planted as p
from tests.doors.house import House

pytestmark = pytest.mark.walls
BORN, PHONE = p.BY_CLASS[C.BIRTH_DATE].texts[0], p.BY_CLASS[C.PHONE].texts[0]


class Desk:
    """What one person does at the pages."""

    def __init__(self, house: House, name: str) -> None:
        house.begin_anew()
        self.house, self.browser = house, house.browser(house.actor(name))

    def get(self, name: str, *at: object) -> str:
        answer = self.browser.get(reverse(f"customers:{name}", args=at))
        assert answer.status_code == 200
        return str(answer.content.decode())

    def post(self, name: str, *at: object, **form: str) -> tuple[int, str]:
        answer = self.browser.post(reverse(f"customers:{name}", args=at), form)
        return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def call(house: House, agent: str) -> UUID:
    """An agent takes a call whose number is withheld."""
    made = NewCall(number=None, agent=house.actor(agent).person)
    return telephony.open_call(for_job("telephony", house.world.client), made).customer


def card(customer: UUID) -> str:
    return reverse("customers:card", args=[customer])


def link_of(house: House, customer: UUID) -> links.Link:
    with scope(house.world.client):
        (found,) = links.links(house.world.viewer(Role.SUPERVISOR), customer)
    return found


def test_an_agent_finds_out_who_a_caller_is_and_takes_it_back(house: House) -> None:
    caller, desk = call(house, "agent"), Desk(house, "agent")
    mine = desk.get("search")
    assert "Unknown caller" in mine
    assert card(caller) in mine
    page = desk.get("card", caller)
    assert "Unknown caller" in page
    assert reverse("customers:identify", args=[caller]) in page
    status, page = desk.post("identify", caller, by=C.PHONE, value=PHONE)
    step = reverse("customers:identify-as", args=[caller, house.customer])
    assert (status, step in page, PHONE in page) == (200, True, False)
    button = "The caller is this customer"
    assert button not in desk.get("identify-as", caller, house.customer)
    status, page = desk.post("identify-as", caller, house.customer, field=C.BIRTH_DATE, value="1970-01-01")
    assert (status, "It does not agree." in page, button in page) == (200, True, False)
    assert desk.post("identify-link", caller, house.customer)[0] == 403
    status, page = desk.post("identify-as", caller, house.customer, field=C.BIRTH_DATE, value=BORN)
    assert (status, "It agrees." in page, button in page, BORN in page) == (200, True, True, False)
    assert desk.post("identify-link", caller, house.customer) == (302, card(house.customer))

    page = desk.get("card", house.customer)
    assert "One person" in page
    assert "Linked record" in desk.get("card", caller)
    assert card(caller) not in desk.get("search").split("Your customers now")[1]
    undo = link_of(house, caller).id
    assert "What undoing means" in desk.get("undo-link", caller, undo)
    assert desk.post("undo-link", caller, undo) == (302, card(caller))
    assert "One person" not in desk.get("card", house.customer)


def test_tries_are_counted_and_what_cannot_be_compared_is_said_at_its_field(house: House) -> None:
    caller, desk = call(house, "agent"), Desk(house, "agent")
    at = (caller, house.customer)
    status, page = desk.post("identify-as", *at, field=C.BIRTH_DATE, value="yesterday")
    assert (status, "date of birth" in page, "yesterday" in page) == (422, True, False)
    for year in (1960, 1961, 1962):
        assert desk.post("identify-as", *at, field=C.BIRTH_DATE, value=f"{year}-01-01")[0] == 200
    status, page = desk.post("identify-as", *at, field=C.BIRTH_DATE, value=BORN)
    assert (status, "Three tries were made" in page) == (422, True)
    assert desk.post("identify-link", *at)[0] == 403


def test_a_supervisor_merges_two_customers_and_the_calls_stand_together(house: House) -> None:
    other, desk = house.once["two keys"], Desk(house, "supervisor")
    calls = reverse("interactions:list")

    def listed(customer: UUID) -> int:
        return str(desk.browser.get(calls, {"customer": str(customer)}).content).count("/calls/0")

    before = listed(house.customer)
    assert (before > 0, listed(other)) == (True, 0)
    assert reverse("customers:merge", args=[other]) in desk.get("card", other)
    status, page = desk.post("merge", other, by=C.PHONE, value=PHONE)
    assert (status, reverse("customers:merge-into", args=[other, house.customer]) in page) == (200, True)
    assert "What merging means" in desk.get("merge-into", other, house.customer)
    assert desk.post("merge-into", other, house.customer) == (302, card(house.customer))
    assert listed(other) == before
    officer = Desk(house, "privacy_officer")
    answer = officer.browser.get(reverse("privacy:erase", args=[other]))
    assert "This person has several records" in answer.content.decode()
    alone = {"ground": "request", "sure": "on", "previewed": ""}  # as the form was before the two were merged
    answer = officer.browser.post(reverse("privacy:erase", args=[other]), alone)
    assert (answer.status_code, "Look again at what would go." in answer.content.decode()) == (422, True)
    assert f'value="{selectors.records_digest([other, house.customer])}"' in answer.content.decode()
    assert desk.post("undo-link", other, link_of(house, other).id)[0] == 302
    assert listed(other) == 0
    with scope(house.world.client):
        assert Interaction.objects.filter(customer_id=house.customer).count() == before


def test_agents_are_not_led_to_merging(house: House) -> None:
    desk = Desk(house, "agent")
    assert reverse("customers:merge", args=[house.customer]) not in desk.get("card", house.customer)
    assert isinstance(desk.browser, Browser)
