"""The frame around every page: who is signed in, at which client, and where they can go.

Rooms say where one can go: in ``AppConfig.ready`` they register a :class:`Destination` with the permission it needs.
``identity`` says who is there: it puts a :class:`Shell` on the request. A destination is shown only to a viewer who
holds its permission, so that nobody is led to a page that answers "not found".

What can be done from anywhere is a :class:`Command`, registered beside them; ``palette`` makes it ready.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from razdar.core.disclosure import Viewer
from razdar.core.permissions import Permission
from razdar.core.registry import Registry


class Group(Enum):
    """What a destination is about. Groups of more than one open like a drawer; their order is this one."""

    WORK = "work"
    OVERSIGHT = "oversight"
    SETTINGS = "settings"
    OWN = "own"

    @property
    def label(self) -> str | Promise:
        return _GROUP_LABELS[self]


_GROUP_LABELS = {
    Group.WORK: _("Work"),
    Group.OVERSIGHT: _("Oversight"),
    Group.SETTINGS: _("Administration"),
    Group.OWN: _("You"),
}
FLAT = 5
"""Up to so many destinations stand side by side; more are put into drawers."""


@dataclass(frozen=True)
class Destination:
    """An entry of the main navigation.

    Attributes:
        label: what it is called; a lazy translation.
        url_name: name of a URL without arguments.
        permission: who is shown it; None for every signed-in person.
        order: smaller comes first.
        group: what it is about.
        words: other words that people may type for it into the palette.
    """

    label: str | Promise
    url_name: str
    permission: Permission | None = None
    order: int = 100
    group: Group = Group.WORK
    words: str | Promise = ""


@dataclass(frozen=True)
class Command:
    """Something to do from anywhere.

    Attributes:
        label: what it is called; begins with a capital.
        url_name: name of a URL without arguments.
        permission: who is offered it; None for every signed-in person.
        words: other words that people may type for it.
        post: sends a form with `values`, and with the page to come back to as ``next``.
        typed: name of the form's field that takes what was typed; such a command is offered only then.
        mark: a name by which a script of the frame knows the command.
        order: smaller comes first.
    """

    label: str | Promise
    url_name: str
    permission: Permission | None = None
    words: str | Promise = ""
    post: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""
    mark: str = ""
    order: int = 100


@dataclass(frozen=True)
class Place:
    """A client and a role where the person works, as the switcher offers it."""

    key: str
    client: str
    role: str | Promise
    current: bool


@dataclass(frozen=True)
class Lock:
    """What the browser must know to lock the screen; times in seconds.

    Attributes:
        seconds: without an act of a person until the lock.
        warning: how long before that it is announced.
        beat: how often acts that make no request are told, at most.
        who: says whose pages these are; the same for the same person at the same workplace.
    """

    seconds: int
    warning: int
    beat: int
    state_url: str
    now_url: str
    page_url: str
    who: str


@dataclass(frozen=True)
class Waiting:
    """What waits for the viewer's decision.

    Attributes:
        url: where it is decided.
        refresh_url: answers with the counter alone; empty where it is counted anew with the next page.
        count: asked when the bar is written, and not before.
    """

    url: str
    refresh_url: str
    count: Callable[[], int]


@dataclass(frozen=True)
class Shell:
    """What the top bar says about the signed-in person.

    Attributes:
        person: the name they chose to be shown by, or their pseudonym.
        role: the role's label, translated.
        client: the client's display name; empty for installation-wide duties.
        pseudonym: the short pseudonym as the log shows it, for the watermark.
        places: every workplace of the person.
        lock: how the screen is locked; None where nothing can unlock it.
        waiting: None for who decides nothing.
    """

    person: str
    role: str | Promise
    client: str = ""
    pseudonym: str = ""
    places: tuple[Place, ...] = ()
    lock: Lock | None = None
    waiting: Waiting | None = None


@dataclass(frozen=True)
class Link:
    """A destination made ready for one request."""

    label: str | Promise
    url: str
    current: bool
    group: Group = Group.WORK
    words: str | Promise = ""


@dataclass(frozen=True)
class Drawer:
    """Destinations of one group, made ready for one request."""

    label: str | Promise
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


NAVIGATION: Registry[Destination] = Registry("destination")
COMMANDS: Registry[Command] = Registry("command")
SOURCES: Registry[Callable[[HttpRequest], Iterable[Command]]] = Registry("source of commands")
"""Commands that depend on the request, as functions of it."""


def viewer_of(request: HttpRequest) -> Viewer | None:
    """The viewer that ``identity`` put on the request; None when nobody is signed in."""
    viewer = getattr(request, "viewer", None)
    return viewer if isinstance(viewer, Viewer) else None


def shell_of(request: HttpRequest) -> Shell | None:
    shell = getattr(request, "shell", None)
    return shell if isinstance(shell, Shell) else None


def links_for(request: HttpRequest) -> list[Link]:
    """The navigation of the request's viewer, in order. The longest address that fits is the current one."""
    viewer = viewer_of(request)
    if viewer is None:
        return []
    found = [(to, url) for to, url in _resolved() if to.permission is None or viewer.may(to.permission)]
    current = max((url for _, url in found if _within(request.path, url)), key=len, default="")
    return [Link(to.label, url, url == current, to.group, to.words) for to, url in found]


def drawers_for(request: HttpRequest) -> tuple[list[Link], list[Drawer]]:
    """The navigation of the bar: what stands there by itself, and what stands in drawers. What is the person's own
    stands in the person's menu and not here."""
    links = [link for link in links_for(request) if link.group is not Group.OWN]
    if len(links) <= FLAT:
        return links, []
    groups = [(group, tuple(link for link in links if link.group is group)) for group in Group]
    alone = [members[0] for _, members in groups if len(members) == 1]
    return alone, [Drawer(group.label, members) for group, members in groups if len(members) > 1]


def nearest(path: str, held: frozenset[Permission]) -> str:
    """The address of the destination that leads to this path for who holds these permissions; empty without one."""
    open_to = (url for to, url in _resolved() if to.permission is None or to.permission in held)
    return max((url for url in open_to if _within(path, url)), key=len, default="")


def _resolved() -> Iterator[tuple[Destination, str]]:
    for destination in sorted(NAVIGATION.values(), key=lambda entry: entry.order):
        try:
            yield destination, reverse(destination.url_name)
        except NoReverseMatch:  # the room is installed but this process serves other URLs
            continue


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
