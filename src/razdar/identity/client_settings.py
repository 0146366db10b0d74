"""What is set for a client beside its rules: the name on its pages, the time zone, the language of its people.

Rules
-----
* An administrator of the client changes zone and language, with a factor proven within five minutes; each change is an
  event of the log, which says what was changed and never a name.
* The name is changed at the console alone: no page tells who else is a client here by refusing a name that is taken.
* Times on pages are those of the client's time zone. Days of retention and the log do not depend on it.
* The language is for people who have chosen none in their browser; empty, what the browser asks for holds.
* A new client is made at the console alone: that makes its keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone, translation

from razdar import audit
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity import workplaces
from razdar.identity.looking_after import record, require
from razdar.identity.models import Client, RoleGrant, User
from razdar.identity.names import client_name
from razdar.identity.workplaces import workplaces_of
from razdar.runtime.scope import scope

CREATE = 'razdar client add "NAME" --administrator WORK-NAME=NAME --administrator WORK-NAME=NAME'
"""How a client is made; two administrators, so that one proposes and the other agrees."""
RENAME = 'razdar client rename --client {client} "NEW NAME"'
"""How a client gets another name; its id is to be put in."""
CHANGE = "identity:client:change"


@dataclass(frozen=True)
class Wanted:
    """What shall hold for a client; a language that is empty leaves it to the browser."""

    zone: str
    language: str


@dataclass(frozen=True)
class ClientLine:
    """A client that the viewer administers, as a list shows it.

    Attributes:
        people: how many hold a role there.
        here: it is the one the viewer works for now.
        workplace: by what key the viewer goes there.
    """

    id: UUID
    name: str
    zone: str
    language: str
    created_at: datetime
    people: int
    here: bool
    workplace: str


@dataclass(frozen=True)
class ClientCard:
    """The client where the viewer works.

    Attributes:
        roles: how many people hold each role now, and for how many it waits for a second administrator.
        able: how many of its people can sign in.
        invited: how many have not set up their sign-in yet.
    """

    line: ClientLine
    roles: tuple[tuple[Role, int, int], ...]
    able: int
    invited: int


@cache
def zones() -> tuple[str, ...]:
    """The time zones that can be chosen, by name: those of places, and UTC."""
    return tuple(sorted(name for name in available_timezones() if name == "UTC" or _is_place(name)))


def listed(viewer: Viewer) -> list[ClientLine]:
    """The clients that the viewer administers, by name. Nobody administers a client where they hold no such role.

    Raises:
        NotYours: looking after people is not among the viewer's duties.
    """
    _require(viewer)
    places = {place.client: place for place in workplaces_of(viewer.person) if place.role == Role.ADMINISTRATOR}
    rows = Client.objects.filter(pk__in=places).order_by("name")
    held = RoleGrant.objects.filter(client_id__in=places, state=RoleGrant.State.ACTIVE)
    counted = held.values("client_id").annotate(people=Count("user_id", distinct=True))
    people = {each["client_id"]: each["people"] for each in counted}
    return [
        ClientLine(
            id=row.pk,
            name=row.name,
            zone=row.zone,
            language=row.language,
            created_at=row.created_at,
            people=people.get(row.pk, 0),
            here=row.pk == viewer.client,
            workplace=places[row.pk].key,
        )
        for row in rows
    ]


def card(viewer: Viewer) -> ClientCard:
    """The client where the viewer works, with its people by role.

    Raises:
        NotYours: as `listed`.
    """
    line = next((each for each in listed(viewer) if each.here), None)
    if line is None:
        raise NotYours("Looking after people is not among your duties.")
    living = RoleGrant.objects.filter(client_id=viewer.client).exclude(state=RoleGrant.State.ENDED)
    people = User.objects.filter(pk__in=living.values("user_id"), disabled=User.Disabled.NO)
    return ClientCard(
        line=line,
        roles=tuple(_by_role(living.values_list("role", "state"))),
        able=people.filter(is_active=True).count(),
        invited=people.filter(is_active=False).count(),
    )


def change(viewer: Viewer, wanted: Wanted) -> tuple[str, ...]:
    """Set what shall hold for the viewer's client; what was changed: ``zone``, ``language``.

    Raises:
        NotYours: not among the viewer's duties. StepUpNeeded: prove the factor again.
        BadInput: there is no such time zone or language.
    """
    require(viewer, Permission.IDENTITY_CLIENT_CHANGE)
    values = _checked(wanted)
    with scope(viewer.client):
        row = Client.objects.select_for_update().get(pk=viewer.client)
        changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
        if not changed:
            return ()
        for name in changed:
            setattr(row, name, values[name])
        row.save(update_fields=changed)
        audit.record(Event.by(viewer, CHANGE, Mode.CHANGE, detail=tuple((name, "changed") for name in changed)))
    return changed


def rename_at_console(client: UUID, name: str) -> str:
    """Give a client another name, by the operator; the name as it is stored.

    Raises:
        BadInput: the name is taken or unusable.
    """
    name = client_name(name)
    with scope(client):
        row = Client.objects.select_for_update().get(pk=client)
        if row.name == name:
            return name
        row.name = name
        try:
            with transaction.atomic():
                row.save(update_fields=["name"])
        except IntegrityError:
            raise BadInput("There is a client of that name already.") from None
        record(None, client, CHANGE, client_name="changed")
    return name


@contextmanager
def as_at_home(request: HttpRequest, viewer: Viewer | None) -> Iterator[None]:
    """Answer a request in the time zone of the viewer's client, and in its language where the browser has none."""
    place = workplaces.active_workplace(request) if viewer else None
    if place is None:
        yield
        return
    if place.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(place.language)
        request.LANGUAGE_CODE = translation.get_language()
    with timezone.override(_zone(place.zone)):
        yield


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")  # a zone that the system's table no longer knows must not close the pages


def _is_place(name: str) -> bool:
    places = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/")
    return name.startswith((*places, "Indian/", "Pacific/"))


def _checked(wanted: Wanted) -> Mapping[str, str]:
    if wanted.zone not in zones():
        raise BadInput("There is no such time zone.")
    if wanted.language and wanted.language not in dict(settings.LANGUAGES):
        raise BadInput("There is no such language here.")
    return {"zone": wanted.zone, "language": wanted.language}


def _by_role(grants: Iterable[tuple[str, str]]) -> Iterator[tuple[Role, int, int]]:
    found = list(grants)
    for role in Role:
        held = found.count((role.value, RoleGrant.State.ACTIVE.value))
        waiting = found.count((role.value, RoleGrant.State.PROPOSED.value))
        if held or waiting:
            yield role, held, waiting


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.IDENTITY_PERSON_LIST):
        raise NotYours("Looking after people is not among your duties.")
