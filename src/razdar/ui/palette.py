"""The command palette: every destination and every command of the viewer, to be found by typing.

A room registers what it lets people do from anywhere, in ``AppConfig.ready``::

    COMMANDS.register("new customer")(Command(_("New customer"), "customers:new", Permission.CUSTOMERS_RECORD_CREATE))

and what depends on the request as a function in ``SOURCES``. A command leads to an address, or posts a form there; what
was typed goes into the body of a form and never into an address. A command is offered only to who may carry it out;
the page behind it asks again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from razdar.ui.shell import COMMANDS, SOURCES, Command, links_for, shell_of, viewer_of


@dataclass(frozen=True)
class Entry:
    """A destination or command made ready for one request."""

    label: str
    url: str
    words: str = ""
    kind: str = ""
    post: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""
    mark: str = ""

    @property
    def values_json(self) -> str:
        """The fields of the form, for the script that fills it."""
        return json.dumps(dict(self.values))


SOURCES.register("languages")(lambda _request: _languages())
SOURCES.register("appearance")(lambda _request: _appearances())


def entries_for(request: HttpRequest) -> list[Entry]:
    """Everything the viewer can go to or do, destinations first."""
    viewer = viewer_of(request)
    if viewer is None:
        return []
    places = [Entry(str(to.label), to.url, str(to.words), gettext("Page")) for to in links_for(request)]
    commands = sorted(_commands(request), key=lambda command: command.order)
    return places + [
        entry
        for command in commands
        if command.permission is None or viewer.may(command.permission)
        for entry in _entry(command)
    ]


def _commands(request: HttpRequest) -> Iterator[Command]:
    yield from COMMANDS.values()
    for source in SOURCES.values():
        yield from source(request)
    shell = shell_of(request)
    if shell and shell.lock:
        words = _("screen away pause leave")
        yield Command(_("Lock the screen now"), "lock-now", words=words, post=True, mark="lock", order=800)


def _entry(command: Command) -> Iterator[Entry]:
    try:
        url = reverse(command.url_name)
    except NoReverseMatch:  # the room is installed but this process serves other URLs
        return
    yield Entry(
        label=str(command.label),
        url=url,
        words=str(command.words),
        kind=gettext("Search") if command.typed else gettext("Command"),
        post=command.post,
        values=command.values,
        typed=command.typed,
        mark=command.mark,
    )


def _languages() -> Iterator[Command]:
    for code, name in settings.LANGUAGES:
        if code != get_language():
            own = get_language_info(code)["name_local"]
            label = _("Language: %(name)s") % {"name": own}
            yield Command(label, "set_language", words=name, post=True, values={"language": code}, order=700)


def _appearances() -> Iterator[Command]:
    for value, label in (
        ("light", _("Appearance: light")),
        ("dark", _("Appearance: dark")),
        ("", _("Appearance: like the system")),
    ):
        words = _("colour theme night day")
        yield Command(label, "set_appearance", words=words, post=True, values={"appearance": value}, order=710)
