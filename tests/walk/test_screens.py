"""Each screen once in English and once in Persian, as whoever sees most of it: no fault. `make walk` goes further."""

import pytest

from tests.walk.screens import SCREENS, Screen
from tests.walk.tour import RIGHT_TO_LEFT, Tour

LANGUAGES = [pytest.param(each, marks=pytest.mark.xdist_group(f"screens-{each}")) for each in ("en", RIGHT_TO_LEFT)]


@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_is_sound(tour: Tour, screen: Screen, language: str) -> None:
    assert tour.look(screen, screen.widest, language, dark=language == RIGHT_TO_LEFT) == []
