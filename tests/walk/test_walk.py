"""`make walk`: every screen as everybody who can open it, in every language, by light and by dark, and by keyboard."""

import pytest

from tests.doors.words import known_to
from tests.languages.english import left_over, translated
from tests.walk import keyboard
from tests.walk.screens import SCREENS, Screen
from tests.walk.tour import Tour
from tests.walk.walking import Count, counting, visits

pytestmark = [pytest.mark.heavy, pytest.mark.walk]


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Count:
    return counting(request)


@pytest.mark.parametrize(("screen", "who", "language", "dark"), list(visits()))
def test_a_screen_is_sound(tour: Tour, count: Count, screen: Screen, who: str, language: str, dark: bool) -> None:
    count("visit", screen, who, language)
    faults = tour.look(screen, who, language, dark=dark)
    if language != "en" and who == screen.widest:
        found = left_over(tour.page.content(), language, known_to(tour.house), translated(language))
        faults += [f"english: {text}" for text in found]
    for fault in faults:
        count("fault", fault.partition(":")[0])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "screen", [pytest.param(s, marks=pytest.mark.xdist_group(f"keys-{s.widest}")) for s in SCREENS], ids=str
)
def test_its_actions_by_keyboard_alone(tour: Tour, count: Count, screen: Screen) -> None:
    found = keyboard.act_on(tour, screen)
    for action in found.done:
        count("action", screen, action)
    assert not found.faults, "\n".join(found.faults)
