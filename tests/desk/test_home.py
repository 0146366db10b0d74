"""The first page: it leads every role to pages that open, and to nothing else."""

import re

import pytest

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.ui.shell import NAVIGATION
from tests.doors.house import House

_LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')


@pytest.mark.parametrize("role", Role)
def test_every_link_opens(house: House, role: Role) -> None:
    browser = house.browser(house.actor(role))
    home = browser.get("/")
    assert home.status_code == 200
    links = set(_LINK.findall(home.content.decode()))
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("role", Role)
def test_every_place_of_the_role_is_there(house: House, role: Role) -> None:
    text = house.browser(house.actor(role)).get("/").content.decode()
    for place in NAVIGATION.values():
        mine = place.permission is None or place.permission in ROLE_PERMISSIONS[role]
        assert (f">{place.label}<" in text) is mine, place.label


@pytest.mark.parametrize("role", Role)
def test_a_role_without_pages_is_told_so(house: House, role: Role) -> None:
    text = house.browser(house.actor(role)).get("/").content.decode()
    assert ("Nothing to open here" in text) is (ROLE_PERMISSIONS[role] == frozenset())


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(house: House) -> None:
    answer = house.browser(house.actor("nobody")).get("/customers/")
    assert answer["Location"] == "/account/login/?next=%2Fcustomers%2F"
