"""The frame around every page: who is signed in, at which client, and where they can go.

Rooms say where one can go: in ``AppConfig.ready`` they register a :class:`Destination` with the permission it needs.
``identity`` says who is there: it puts a :class:`Shell` on the request. A destination is shown only to a viewer who
holds its permission, so that nobody is led to a page that answers "not found".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from razdar.core.disclosure import Viewer
from razdar.core.permissions import Permission
from razdar.core.registry import Registry


@dataclass(frozen=True)
class Destination:
    """An entry of the main navigation.

    Attributes:
        label: what it is called; a lazy translation.
        url_name: name of a URL without arguments.
        permission: who is shown it; None for every signed-in person.
        order: smaller comes first.
    """

    label: str | Promise
    url_name: str
    permission: Permission | None = None
    order: int = 100


@dataclass(frozen=True)
class Shell:
    """What the top bar says about the signed-in person.

    Attributes:
        person: the name they chose to be shown by, or their pseudonym.
        role: the role's label, translated.
        client: the client's display name; empty for installation-wide duties.
    """

    person: str
    role: str | Promise
    client: str = ""


@dataclass(frozen=True)
class Link:
    """A destination made ready for one request."""

    label: str | Promise
    url: str
    current: bool


NAVIGATION: Registry[Destination] = Registry("destination")


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
    found = [(to.label, url) for to, url in _resolved() if to.permission is None or viewer.may(to.permission)]
    current = max((url for _, url in found if _within(request.path, url)), key=len, default="")
    return [Link(label, url, url == current) for label, url in found]


def _resolved() -> Iterator[tuple[Destination, str]]:
    for destination in sorted(NAVIGATION.values(), key=lambda entry: entry.order):
        try:
            yield destination, reverse(destination.url_name)
        except NoReverseMatch:  # the room is installed but this process serves other URLs
            continue


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
