"""The list of screens is whole: each URL that answers with a page is on it."""

import pytest

from tests.browsers import aside
from tests.doors.answers import TABLE
from tests.doors.house import House
from tests.walk.screens import NO_PAGES, SCREENS, Screen, asked, unvisited

pytestmark = pytest.mark.xdist_group("screens-en")


@pytest.fixture(autouse=True)
def _tries(house: House) -> None:
    aside(house.begin_anew)


def test_every_url_that_answers_with_a_page_is_visited(house: House) -> None:
    assert aside(lambda: list(unvisited(house))) == []


def test_a_page_that_nobody_visits_is_noticed(house: House) -> None:
    """With its rows, and with the row by which it is opened, taken out of the table."""
    asked_about = {"desk:team", "customers:new", "privacy:certificate"}  # of all others the test above is the answer
    without = [call for call in TABLE if call.name != "desk:team"]
    assert aside(lambda: list(unvisited(house, without, asked_about))) == ["desk:team"]
    only_sent = [call for call in TABLE if call.name != "customers:new" or call.post is not None]
    assert aside(lambda: list(unvisited(house, only_sent, asked_about))) == ["customers:new"]


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_every_screen_is_a_page(house: House, screen: Screen) -> None:
    assert aside(lambda: asked(house, screen))


def test_parts_files_and_feeds_are_no_screens() -> None:
    """That none of them is a page after all is asked above: a page that nobody visits is noticed."""
    names = {screen.call.name for screen in SCREENS}
    assert len(SCREENS) >= 60
    assert not names & {*NO_PAGES, "desk:now", "oversight:monitor-feed"}
    assert names >= {"desk:agent", "desk:customer", "identity:people", "oversight:log", "lock"}
