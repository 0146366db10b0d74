"""Navigation, palette, undo and time as they are made ready for a page; how they look is tried in a browser."""

from collections.abc import Mapping
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.disclosure import Viewer
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.ui import palette, shell, undo
from razdar.ui.appearance import CHOICES, COOKIE, appearance_of
from razdar.ui.shell import Command, Destination, Group, drawers_for, links_for, nearest
from razdar.ui.timeline import Deadline, left_text

P = Permission
REQUESTS = RequestFactory()


def request(path: str = "/", *permissions: P) -> object:
    made = REQUESTS.get(path)
    made.viewer = Viewer(UUID(int=1), "agent", UUID(int=2), "s", permissions=frozenset(permissions))  # type: ignore[attr-defined]
    return made


def navigation(**entries: Destination) -> Mapping[str, Destination]:
    made: Registry[Destination] = Registry("destination")
    for name, entry in entries.items():
        made.register(name)(entry)
    return made


@pytest.fixture(autouse=True)
def _site(gallery_site: None) -> None:
    """The addresses of the gallery."""


class TestDrawers:
    def places(self, count: int) -> Mapping[str, Destination]:
        groups = (Group.OVERSIGHT, Group.WORK, Group.WORK)
        many = {f"p{n}": Destination(f"P{n}", "gallery", order=n, group=groups[n % 3]) for n in range(count)}
        return navigation(own=Destination("Mine", "reveal", group=Group.OWN), **many)

    def test_few_stand_side_by_side(self) -> None:
        with patch.object(shell, "NAVIGATION", self.places(5)):
            links, drawers = drawers_for(request())  # type: ignore[arg-type]
        assert ([link.label for link in links], drawers) == (["P0", "P1", "P2", "P3", "P4"], [])

    def test_many_are_put_into_drawers_in_the_order_of_the_groups(self) -> None:
        with patch.object(shell, "NAVIGATION", self.places(6)):
            links, drawers = drawers_for(request())  # type: ignore[arg-type]
        assert links == []
        assert [(str(d.label), [link.label for link in d.links]) for d in drawers] == [
            ("Work", ["P1", "P2", "P4", "P5"]),
            ("Oversight", ["P0", "P3"]),
        ]

    def test_no_place_is_lost_or_shown_to_who_may_not(self) -> None:
        closed = Destination("Closed", "sign-in", P.PRIVACY_CUSTOMER_ERASE)
        with patch.object(shell, "NAVIGATION", navigation(closed=closed, **self.places(15))):
            links, drawers = drawers_for(request())  # type: ignore[arg-type]
            all_of_them = {link.label for link in links_for(request())}  # type: ignore[arg-type]
        shown = {link.label for link in links} | {link.label for drawer in drawers for link in drawer.links}
        assert all_of_them == shown | {"Mine"}
        assert "Closed" not in all_of_them


def test_the_nearest_place_is_one_that_its_role_may_open() -> None:
    places = navigation(
        work=Destination("Work", "reveal", P.CUSTOMERS_CARD_VIEW),
        calls=Destination("Done", "done", P.OVERSIGHT_LOG_VIEW),
    )
    with patch.object(shell, "NAVIGATION", places):
        assert nearest("/reveal/5/", frozenset({P.CUSTOMERS_CARD_VIEW})) == "/reveal/"
        assert nearest("/reveal/5/", frozenset({P.OVERSIGHT_LOG_VIEW})) == ""
        assert nearest("/revealed/", frozenset({P.CUSTOMERS_CARD_VIEW})) == ""


class TestPalette:
    def entries(self, *permissions: P, **commands: Command) -> list[palette.Entry]:
        with patch.object(palette, "COMMANDS", commands), patch.object(palette, "SOURCES", {}):
            return palette.entries_for(request("/", *permissions))  # type: ignore[arg-type]

    def test_a_command_is_offered_to_who_may_carry_it_out(self) -> None:
        command = Command("Erase", "reveal", P.PRIVACY_CUSTOMER_ERASE)
        assert [e.label for e in self.entries(erase=command) if e.kind == "Command"] == []
        held = self.entries(P.PRIVACY_CUSTOMER_ERASE, erase=command)
        assert [e.label for e in held if e.kind == "Command"] == ["Erase"]

    def test_an_address_that_this_site_lacks_is_no_command(self) -> None:
        assert "Gone" not in [e.label for e in self.entries(gone=Command("Gone", "no-such-page"))]

    def test_nobody_is_offered_anything(self) -> None:
        assert palette.entries_for(REQUESTS.get("/")) == []


class TestUndo:
    def test_the_address_is_one_of_this_site(self) -> None:
        assert undo.url_in("undo:/calls/1/undo/") == "/calls/1/undo/"
        for tags in (
            "",
            "success",
            "undo:",
            "undo:https://elsewhere.example/",
            "undo://elsewhere.example/",
            "x undo:/a/",
        ):
            assert undo.url_in(tags) == ""

    def test_a_view_says_it_once(self) -> None:
        asked = REQUESTS.get("/")
        asked._messages = CookieStorage(asked)  # type: ignore[attr-defined]
        undo.done(asked, "The call was put away.", "/calls/1/undo/")
        (message,) = asked._messages  # type: ignore[attr-defined]
        assert (str(message), undo.url_in(message.extra_tags)) == ("The call was put away.", "/calls/1/undo/")


@pytest.mark.parametrize(
    ("made", "kind", "words"),
    [
        ({"hours": 60}, "info", "2 days left"),
        ({"hours": 23.5}, "warn", "23 hours left"),
        ({"minutes": 1.5}, "warn", "1 minute left"),
        ({"seconds": 30}, "warn", "less than a minute left"),
        ({"minutes": -5.5}, "bad", "5 minutes late"),
        ({"hours": -49}, "bad", "2 days late"),
    ],
)
def test_a_deadline_says_how_long_it_is(made: dict[str, float], kind: str, words: str) -> None:
    deadline = Deadline(timezone.now() + timedelta(**made))
    assert (deadline.kind, deadline.left) == (kind, words)


def test_a_deadline_that_was_met_or_rests_says_that() -> None:
    now = timezone.now()
    assert (Deadline(now, done_at=now - timedelta(1)).kind, Deadline(now, done_at=now + timedelta(1)).kind) == (
        "ok",
        "bad",
    )
    assert Deadline(now - timedelta(9), paused=True).kind == "idle"


@given(st.integers(0, 10**8))
def test_nobody_is_promised_time_that_is_not_there(seconds: int) -> None:
    number, *_ = left_text(seconds).split()
    unit = next(
        (size for word, size in (("day", 86400), ("hour", 3600), ("minute", 60)) if word in left_text(seconds)), 0
    )
    assert number == "less" or int(number.replace(",", "")) * unit <= seconds


@given(st.text(max_size=30))
def test_only_two_words_are_a_choice_of_light_and_dark(said: str) -> None:
    asked = REQUESTS.get("/")
    asked.COOKIES[COOKIE] = said
    assert appearance_of(asked) == (said if said in CHOICES else "")
