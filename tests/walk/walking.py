"""The visits of `make walk`: who goes where in which language, and what the report counts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from tests.walk.report import COUNTED
from tests.walk.screens import SCREENS, Screen
from tests.walk.tour import RIGHT_TO_LEFT

OF_EVERY_ROLE = ("en", RIGHT_TO_LEFT)
Count = Callable[..., None]


def languages() -> list[str]:
    return [code for code, _ in settings.LANGUAGES]


def visits() -> Iterator[Any]:
    """Every screen as everybody who can open it, in English by light and in Persian by dark; as whoever sees most, by
    light and by dark in both, and once in each other language."""
    for screen in SCREENS:
        for who in screen.openers:
            for language in OF_EVERY_ROLE:
                for dark in {language == RIGHT_TO_LEFT, *((True, False) if who == screen.widest else ())}:
                    yield visit(screen, who, language, dark)
        for language in languages():
            if language not in OF_EVERY_ROLE:
                yield visit(screen, screen.widest, language, False)


def visit(screen: Screen, who: str, language: str, dark: bool) -> Any:
    """One parameter; the visits of one person in one language stay in one process, in one window."""
    look = "dark" if dark else "light"
    marks = [pytest.mark.xdist_group(f"walk-{who}-{language}-{look}")]
    return pytest.param(screen, who, language, dark, marks=marks, id=f"{screen}-{who}-{language}-{look}")


def counting(request: pytest.FixtureRequest) -> Count:
    """Tells the report of what was done: a kind, and what it was done to."""

    def count(kind: str, *what: object) -> None:
        request.node.user_properties.append((COUNTED, "|".join([kind, *map(str, what)])))

    return count
