"""The screens of the product: every address that answers a GET with a whole page, and who opens it.

No page is listed here. The addresses come from the URL configuration; how each is called with the planted data, and who
is answered, comes from the table of the doors, without a row in which no URL passes. So a new page is walked by itself.
Parts of pages are known to that table; what is a file or a feed is said here, and `test_list` asks whether it is true.
"""

from collections.abc import Container, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.urls import get_resolver, reverse

from razdar.core.disclosure import Level, Role
from razdar.core.duties import ROLE_PERMISSIONS
from tests.doors import planted as p
from tests.doors.answers import TABLE, names
from tests.doors.house import Actor, House
from tests.doors.table import Call

ACTORS = (
    *(Actor(role.value, p.SOMEBODY, role) for role in Role),
    Actor("loner", p.SOMEBODY, Role.AGENT),
    Actor("newcomer", p.SOMEBODY),
    Actor("nobody"),
)
NO_PAGES = frozenset(
    {
        "desk:component-part",
        "identity:totp-picture",
        "live",
        "lock-state",
        "oversight:entry-bytes",
        "oversight:entry-proof",
        "privacy:certificate",
    }
)
"""URLs that answer a GET with a file, a feed or a piece that a page puts in by itself."""


@dataclass(frozen=True)
class Screen:
    """One page with what stands in its address.

    Attributes:
        call: how it is asked for.
        openers: who is answered, by the names of `tests.doors.house`.
    """

    call: Call
    openers: tuple[str, ...]

    def __str__(self) -> str:
        return str(self.call)

    @property
    def widest(self) -> str:
        """Of those who are answered, who may do and see most."""
        return max(self.openers, key=_width)

    def address(self, house: House) -> str:
        path = reverse(self.call.name, args=self.call.at(house) if self.call.at else ())
        query = "&".join(f"{name}={value}" for name, value in (self.call.query or _nothing)(house).items())
        return f"{path}?{query}" if query else path


def _nothing(_: House) -> dict[str, str]:
    return {}


def _width(name: str) -> tuple[int, str]:
    actor = next(each for each in ACTORS if each.name == name)
    if actor.role is None or not actor.assigned:
        return int(actor.person is not None), name
    cells = p.MATRIX.row(actor.role).values()
    return 2 + len(ROLE_PERMISSIONS[actor.role]) + sum(cell.level is not Level.NONE for cell in cells), name


def screens(table: Iterable[Call] = TABLE) -> tuple[Screen, ...]:
    """Every row that is answered to somebody with a page, without being sent a form."""
    asked = [call for call in table if call.post is None and not call.fragment and call.name not in NO_PAGES]
    found = (Screen(call, tuple(a.name for a in ACTORS if call.status_for(a) == 200)) for call in asked)
    return tuple(screen for screen in found if screen.openers)


SCREENS = screens()


def is_page(answer: HttpResponseBase) -> bool:
    """Whether an answer is a whole page, and no part of one, no file, no picture and no feed."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return is_html and answer.status_code == 200 and b"<html" in getattr(answer, "content", b"")


def asked(house: House, screen: Screen) -> bool:
    """Ask for a screen without a browser; whether it is a page."""
    call, actor = screen.call, house.actor(screen.widest)
    browser = house.browser(actor, fresh=call.fresh)
    if call.before:
        call.before(house, browser)
    with closing(browser.get(screen.address(house), headers=dict(call.headers))) as answer:
        return is_page(answer)


def unvisited(house: House, table: Iterable[Call] = TABLE, among: Container[str] | None = None) -> Iterator[str]:
    """The names of URLs that answer a GET with a page and are no screen of the list; of all URLs, or among some."""
    rows = list(table)
    listed = {screen.call.name for screen in screens(rows)}
    known = [name for name in set(names(get_resolver().url_patterns)) if among is None or name in among]
    for name in sorted(set(known) - listed):
        ways = [call for call in rows if call.name == name]
        if not ways or any(_answers_with_a_page(house, call) for call in ways):
            yield name


def _answers_with_a_page(house: House, call: Call) -> bool:
    actor = next(each for each in ACTORS if call.status_for(each) in {call.status, 200})
    path = reverse(call.name, args=call.at(house) if call.at else ())
    with closing(house.browser(house.actor(actor.name)).get(path)) as answer:
        return is_page(answer)
