"""How data is stored: what the page says, who proposes, what the second person reads, and when it holds.

All of it happens at the other client of the house; the tests follow one another through one change and back.
"""

import re
from collections.abc import Iterator
from typing import cast

import pytest
from django.http import HttpResponse

from razdar.core.disclosure import DataClass, Role
from razdar.identity import client_modes, mode_changes
from razdar.runtime.scope import scope
from razdar.vault import choosing, modes, resealing
from tests.core.crypto.holding import PERSON
from tests.doors.house import Actor, House

KEEPER = PERSON.recipient.text
ADDRESS = "/storage/postal_address/"
TWO_KEYS = {"mode": "dual_control", "recipients": f"  {KEEPER}\n"}


@pytest.fixture(scope="module")
def administrator(house: House) -> Actor:
    return house.actor("other administrator")


@pytest.fixture(scope="module")
def officer(house: House) -> Actor:
    return house.actor("other security_officer")


@pytest.fixture
def as_before(house: House) -> Iterator[None]:
    """The other client's choices as the test found them."""
    yield
    client = house.world.other
    if modes.mode_of(client, DataClass.POSTAL_ADDRESS) != "standard":
        choosing.choose(None, client, DataClass.POSTAL_ADDRESS, "standard")
        resealing.run(client, DataClass.POSTAL_ADDRESS)


def text_of(house: House, who: Actor, path: str = "/storage/") -> str:
    answer = cast(HttpResponse, house.browser(who).get(path))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(house: House, who: Actor, form: dict[str, str], path: str = ADDRESS) -> HttpResponse:
    return cast(HttpResponse, house.browser(who).post(path, form))


def request_of(house: House, who: Actor) -> str:
    found: list[str] = re.findall(r'action="/approvals/([0-9a-f-]{36})/approve/"', text_of(house, who, "/approvals/"))
    assert len(found) == 1
    return found[0]


def decide(house: House, who: Actor, act: str) -> None:
    assert house.browser(who).post(f"/approvals/{request_of(house, who)}/{act}/").status_code == 302


def test_it_says_how_each_class_is_stored_and_what_that_costs(house: House, officer: Actor) -> None:
    page = text_of(house, officer)
    assert re.search(
        r"Phone number</th> <td>Under the customer&#x27;s key, found by exact value</td> <td>as shipped", page
    )
    for mode in client_modes.every():
        assert mode.means.replace("'", "&#x27;") in page
        assert mode.costs in page
    assert "Nothing to work through" in page
    assert "/storage/phone/" not in page  # who may not propose is led nowhere


def test_every_way_is_in_words() -> None:
    assert set(mode_changes.MODE_LABELS) == set(mode_changes.MODE_MEANINGS) == set(mode_changes.MODE_COSTS)


def test_what_would_follow_stands_beside_each_way(house: House, administrator: Actor) -> None:
    page = text_of(house, administrator, "/storage/phone/")
    assert "Nobody will be able to search by it" in page
    assert "Each look waits for a person who keeps the second key" in page
    assert 'value="token"' not in page
    assert "Who keeps the second key" not in text_of(house, administrator, "/storage/surname/")
    assert 'value="token"' in text_of(house, administrator, "/storage/pan/")


@pytest.mark.parametrize("name", ["cvv", "recording", "setting", "nothing"])
def test_a_class_without_a_choice_has_no_page(house: House, administrator: Actor, name: str) -> None:
    assert house.browser(administrator).get(f"/storage/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"mode": ""}, "This field is required"),
        ({"mode": "searchable"}, "Select a valid choice"),
        ({"mode": "dual_control"}, "Two keys need one to five persons"),
        ({"mode": "sealed", "recipients": KEEPER}, "Every other mode has none"),
        ({"mode": "dual_control", "recipients": KEEPER[:-1] + "q"}, "copy it again as a whole"),
        ({"mode": "dual_control", "recipients": "me@example.org"}, "This is not"),
        ({"mode": "standard"}, "It is stored like that already"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    house: House, administrator: Actor, officer: Actor, form: dict[str, str], says: str
) -> None:
    answer = post(house, administrator, form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "/approve/" not in text_of(house, officer, "/approvals/")


def test_who_may_not_propose_is_not_answered(house: House, officer: Actor) -> None:
    assert post(house, officer, TWO_KEYS).status_code == 404


def test_a_refused_proposal_changes_nothing(house: House, administrator: Actor, officer: Actor) -> None:
    assert post(house, administrator, TWO_KEYS).status_code == 302
    decide(house, officer, "refuse")
    assert modes.mode_of(house.world.other, DataClass.POSTAL_ADDRESS) == "standard"
    assert "refused" in text_of(house, administrator)


def test_a_change_is_read_in_words_decided_and_worked_through(
    house: House, administrator: Actor, officer: Actor, as_before: None
) -> None:
    client = house.world.other
    house.world.customer(client)
    assert post(house, administrator, TWO_KEYS).status_code == 302
    assert modes.mode_of(client, DataClass.POSTAL_ADDRESS) == "standard"
    asked = text_of(house, officer, "/approvals/")
    for words in (
        "Postal address: Two keys, one held by a person",
        "Each look waits",
        mode_changes.shortened(KEEPER),
        "if they all lose their key files",
    ):
        assert words in asked
    decide(house, officer, "approve")
    page = text_of(house, officer)
    assert re.search(r"Postal address</th> <td>Two keys, one held by a person", page)
    assert mode_changes.shortened(KEEPER) in page
    assert "Older values may still be stored like this: Under the customer" in page
    assert "going on" in page
    assert 'data-live="storage" data-quiet hx-get="/storage/progress/"' in page
    resealing.run(client, DataClass.POSTAL_ADDRESS)
    piece = text_of(house, officer, "/storage/progress/")
    assert re.search(r"(\d+) of \1 values? worked through", piece)
    assert 'data-live="storage"' in piece
    assert "Older values" not in text_of(house, officer)


def test_values_that_wait_for_their_keeper_are_counted(
    house: House, administrator: Actor, officer: Actor, as_before: None
) -> None:
    client = house.world.other
    post(house, administrator, TWO_KEYS)
    decide(house, officer, "approve")
    house.world.customer(client)
    resealing.run(client, DataClass.POSTAL_ADDRESS)
    assert "What is stored under two keys stays so until it is typed anew" in text_of(house, administrator, ADDRESS)
    assert post(house, administrator, {"mode": "sealed"}).status_code == 302
    decide(house, officer, "approve")
    resealing.run(client, DataClass.POSTAL_ADDRESS)
    assert re.search(r"\d values? stays? under two keys until", text_of(house, officer))


def test_another_client_sees_its_own(house: House, as_before: None) -> None:
    choosing.choose(None, house.world.other, DataClass.POSTAL_ADDRESS, "sealed")
    with scope(house.world.client):
        ours = client_modes.stored_class(house.world.viewer(Role.AUDITOR), DataClass.POSTAL_ADDRESS)
    assert ours.mode.name == "standard"
