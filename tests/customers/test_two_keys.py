"""A value under dual control at the desk: the note on the card, the dialog, the small file, the key, and the log."""

import re
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse

from razdar.core.crypto import age
from razdar.core.disclosure import DataClass
from razdar.core.ledger.events import Event
from razdar.customers.services import Draft, create
from razdar.identity.viewers import for_job
from razdar.runtime.scope import scope
from razdar.vault import choosing
from tests.core.crypto.holding import PERSON
from tests.doors.house import House

ADDRESS = "4 Bulrush Wynd, Ennisbeck"
ASKED = {"purpose": "complaint", "reason": "a letter to the caller came back"}
HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.walls


@pytest.fixture(scope="module")
def customer(house: House) -> UUID:
    """A customer of the house whose postal address is under two keys."""
    client = house.world.client
    choosing.choose(None, client, DataClass.POSTAL_ADDRESS, "dual_control", [PERSON.recipient.text])
    with scope(client):
        draft = Draft({DataClass.SURNAME: "Bulrush", DataClass.POSTAL_ADDRESS: ADDRESS})
        (made,) = create(for_job("test", client), [draft])
    return made


class Desk:
    """What one person does at the card of a customer."""

    def __init__(self, house: House, customer: UUID, name: str = "supervisor") -> None:
        house.begin_anew()
        house.new_events()
        self._house = house
        self._browser = house.browser(house.actor(name))
        self.card = f"/customers/{customer}/"
        self.field = f"{self.card}fields/postal_address/"

    def get(self, path: str) -> HttpResponse:
        return cast(HttpResponse, self._browser.get(path, headers=HTMX if path != self.card else {}))

    def post(self, path: str, form: dict[str, str] | None = None) -> HttpResponse:
        return cast(HttpResponse, self._browser.post(path, form or {}, headers=HTMX))

    def ask(self) -> tuple[HttpResponse, str]:
        """Purpose and reason; the dialog, and the address at which the key is given."""
        answer = self.post(f"{self.field}reveal/", ASKED)
        (address,) = re.findall(r'hx-post="([^"]+/key/[0-9a-f-]{36}/)"', answer.content.decode())
        return answer, address

    def events(self, action: str) -> list[Event]:
        return [event for event in self._house.new_events() if event.action == action]


@pytest.fixture
def desk(house: House, customer: UUID) -> Desk:
    return Desk(house, customer)


def read_out(file: bytes) -> str:
    """What the keeper of the second key does."""
    return b"".join(age.decrypt([PERSON], [file])).decode()


def test_the_card_says_that_there_are_two_keys(desk: Desk) -> None:
    page = desk.get(desk.card).content.decode()
    (value,) = re.findall(r'id="field-postal_address">(.*?)</dd>', page, re.DOTALL)
    assert "two keys" in value
    assert "sprite.svg#key" in value
    assert "••••••••" in value
    assert "/match/" not in value
    assert page.count("two keys") == 1


def test_before_the_reason_it_is_said_that_another_person_is_needed(desk: Desk) -> None:
    dialog = desk.get(f"{desk.field}reveal/").content.decode()
    assert "Another person keeps a second key" in dialog
    assert "Go on to the second key" in dialog


def test_the_value_is_shown_with_the_key_that_its_keeper_gives(desk: Desk) -> None:
    dialog, address = desk.ask()
    assert dialog["HX-Retarget"] == "#dialog-body"
    for words in ("another person keeps that key", "age -d -i KEYFILE second-key.age", "razdar keys open-second"):
        assert words in dialog.content.decode()
    file = desk.post(f"{address}file/")
    assert file["Content-Disposition"] == 'attachment; filename="second-key.age"'
    assert "no-store" in file["Cache-Control"]
    (taken,) = desk.events("vault:second_key:ask")
    assert (taken.outcome, taken.purpose) == ("ok", "complaint")
    shown = desk.post(address, {"key": read_out(file.content)})
    assert shown.status_code == 200
    assert ADDRESS in shown.content.decode()
    assert "data-countdown" in shown.content.decode()
    assert shown["HX-Trigger-After-Swap"] == "razdar:dialog-done"
    (opened,) = desk.events("customers:field:reveal")
    assert (opened.outcome, opened.fields[0].level, bool(opened.sealed_reason)) == ("ok", "clear", True)
    assert desk.post(address, {"key": read_out(file.content)}).status_code == 404  # once only


def test_a_wrong_key_is_told_in_a_sentence_and_the_request_stays_open(desk: Desk) -> None:
    _, address = desk.ask()
    right = read_out(desk.post(f"{address}file/").content)
    wrong = right[:-2] + ("0" if right[-2] != "0" else "1")
    desk.events("")
    for typed, says in ((wrong, "This key does not open this value"), ("please", "one line of 64 hexadecimal digits")):
        answer = desk.post(address, {"key": typed})
        assert answer.status_code == 422
        assert answer["HX-Retarget"] == "#dialog-body"
        assert says in answer.content.decode()
        assert typed not in answer.content.decode()
        assert ADDRESS not in answer.content.decode()
    assert "failed" in [event.outcome for event in desk.events("customers:field:reveal")]
    assert ADDRESS in desk.post(address, {"key": right.splitlines()[-1]}).content.decode()


def test_who_closes_the_dialog_finds_the_request_on_the_card(desk: Desk) -> None:
    _, address = desk.ask()
    page = desk.get(desk.card).content.decode()
    assert "waiting for the second key" in page
    assert f'hx-get="{address}"' in page
    assert f"{address}file/" in desk.get(address).content.decode()
    shown = desk.post(address, {"key": read_out(desk.post(f"{address}file/").content)}).content.decode()
    grant = address.rstrip("/").rpartition("/")[2]
    assert f'id="request-{grant}" hx-swap-oob="delete"' in shown
    assert "waiting for the second key" not in desk.get(desk.card).content.decode()


@pytest.mark.parametrize("name", ["privacy_officer", "other supervisor", "agent"])
def test_somebody_elses_request_opens_for_nobody_else(house: House, customer: UUID, desk: Desk, name: str) -> None:
    _, address = desk.ask()
    key = read_out(desk.post(f"{address}file/").content)
    other = Desk(house, customer, name)
    answers: list[Any] = [other.get(address), other.post(address, {"key": key}), other.post(f"{address}file/")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    desk.post(address, {"key": key})


def test_a_value_without_a_second_key_has_no_such_page(desk: Desk) -> None:
    _, address = desk.ask()
    other = address.replace("/postal_address/", "/surname/")
    assert (desk.get(other).status_code, desk.post(f"{other}file/").status_code) == (404, 404)
