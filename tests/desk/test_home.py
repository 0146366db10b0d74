"""The first page: it leads every role to pages that open, and to nothing else."""

import re

import pytest
from playwright.sync_api import Browser

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.ui.shell import NAVIGATION
from tests.desk.windows import Windows
from tests.doors.house import House
from tests.ui.browsing import picture

_LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')


@pytest.mark.parametrize("role", Role)
def test_every_link_opens(house: House, role: Role) -> None:
    browser = house.browser(house.actor(role))
    home = browser.get("/", follow=True)
    assert home.status_code == 200
    links = set(_LINK.findall(home.content.decode()))
    assert {link: browser.get(link, follow=True).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("role", Role)
def test_every_place_of_the_role_is_there(house: House, role: Role) -> None:
    text = house.browser(house.actor(role)).get("/", follow=True).content.decode()
    for place in NAVIGATION.values():
        mine = place.permission is None or place.permission in ROLE_PERMISSIONS[role]
        assert (f">{place.label}<" in text) is mine, place.label


@pytest.mark.parametrize("role", Role)
def test_a_role_without_pages_is_told_so(house: House, role: Role) -> None:
    text = house.browser(house.actor(role)).get("/", follow=True).content.decode()
    assert ("Nothing to open here" in text) is (ROLE_PERMISSIONS[role] == frozenset())


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(house: House) -> None:
    answer = house.browser(house.actor("nobody")).get("/customers/")
    assert answer["Location"] == "/account/login/?next=%2Fcustomers%2F"


@pytest.mark.parametrize(("role", "first"), [(Role.AGENT, "/desk/"), (Role.QUALITY_REVIEWER, "/desk/recordings/")])
def test_who_has_one_place_to_work_at_begins_there(house: House, role: Role, first: str) -> None:
    assert house.browser(house.actor(role)).get("/")["Location"] == first


def test_the_team_says_of_a_time_what_it_is_of(house: House) -> None:
    house.browser(house.actor(Role.AGENT)).get("/desk/")
    text = house.browser(house.actor(Role.SUPERVISOR)).get("/desk/team/").content.decode()
    assert re.search(r"signed in</span>\s+last active <time [^>]*>[^<]+</time>", text)


_GAPS = """() => [...document.querySelectorAll("main .actions:not(.panel *), main .proof")].map(row => {
  let next = row.nextElementSibling
  while (next && !next.getBoundingClientRect().height) next = next.nextElementSibling
  return next ? next.getBoundingClientRect().top - row.getBoundingClientRect().bottom : 99
})"""


@pytest.mark.parametrize(("path", "width"), [("/log/", 320), ("/monitor/", 1280)])
def test_buttons_do_not_touch_what_follows(house: House, site: str, chromium: Browser, path: str, width: int) -> None:
    windows = Windows.of(house, Role.CLIENT_OBSERVER.value, chromium, site)
    context = windows.context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(path)
    gaps = page.evaluate(_GAPS)
    context.close()
    assert len(gaps) >= 2
    assert min(gaps) >= 8


def test_a_wide_table_shows_that_it_scrolls_and_polish_states_do_not_widen_it(
    house: House, site: str, chromium: Browser
) -> None:
    windows = Windows.of(house, Role.ADMINISTRATOR.value, chromium, site)
    context = windows.context(language="pl")
    page = context.new_page()
    page.goto("/people/")
    wrap = page.locator(".table-wrap").first
    sizes = wrap.evaluate("it => [it.scrollWidth, it.clientWidth, getComputedStyle(it).backgroundAttachment]")
    picture(page, "people-pl-1280")
    page.set_viewport_size({"width": 320, "height": 900})
    picture(page, "people-pl-320")
    narrow = wrap.evaluate("it => it.scrollWidth > it.clientWidth")
    context.close()
    assert sizes[0] <= sizes[1]
    assert sizes[2].startswith("local, local, scroll, scroll")
    assert narrow
