"""Which certificates the doors of this installation serve, as a page shows it.

The worker looks once an hour, because the web process's sandbox may keep it from other doors and a page should not wait
for them. What is shown is what anybody sees who comes to a door; looking leaves no event.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from razdar.core.disclosure import Viewer
from razdar.core.errors import Misconfigured, NotYours, Unavailable
from razdar.core.permissions import Permission
from razdar.identity import selectors as people
from razdar.runtime import certificates, live, sightings
from razdar.runtime.certificates import Door
from razdar.runtime.scope import scope

NAME = "certificates"
TOPIC = "certificates"
ALL = ("web", "recorder", "objects", "database")
STALE = timedelta(hours=3)
live.TOPICS.register(TOPIC)(live.Topic(Permission.ASSURANCE_SYSTEM_VIEW))


@dataclass(frozen=True)
class Certificate:
    """What one door serves.

    Attributes:
        name: web, recorder, objects or database.
        place: where it was asked, HOST:PORT; empty for a door without TLS of its own.
        state: good, soon, over, strange (nobody would believe it), away (nobody answered), or none (no TLS there).
        days: whole days until it ends.
    """

    name: str
    place: str
    state: str
    issuer: str = ""
    names: tuple[str, ...] = ()
    begins: datetime | None = None
    ends: datetime | None = None
    days: int = 0


@dataclass(frozen=True)
class Doors:
    """All doors, as they were seen.

    Attributes:
        at: when; None before anybody looked.
        stale: somebody should have looked again since.
    """

    at: datetime | None
    stale: bool
    certificates: tuple[Certificate, ...]


def look_for_newcomers() -> None:
    """The same as `look` where nobody has looked yet for some client: it was founded since the last time."""
    if not all(_known(client.id) for client in people.clients()):
        look()


def _known(client: UUID) -> bool:
    with scope(client):
        return sightings.seen(client, NAME) is not None


def look() -> None:
    """Ask every door, and leave what was seen for the pages of every client."""
    facts = {"doors": [_facts(name, door) for name, door in _doors().items()]}
    for client in people.clients():
        with scope(client.id):
            sightings.leave(client.id, NAME, facts)
            live.changed(TOPIC)


def doors(viewer: Viewer, now: datetime | None = None) -> Doors:
    """What the doors served when they were last looked at.

    Raises:
        NotYours: not among the viewer's duties.
    """
    if not viewer.may(Permission.ASSURANCE_SYSTEM_VIEW):
        raise NotYours("Looking after certificates is not among your duties.")
    moment, found = now or datetime.now(UTC), sightings.seen(viewer.client, NAME)
    if found is None:
        return Doors(None, stale=False, certificates=())
    read = tuple(_certificate(one, moment) for one in found.facts["doors"])
    return Doors(found.at, moment - found.at > STALE, read)


def _doors() -> dict[str, Door | None]:
    database: Mapping[str, Any] = settings.DATABASES["default"]
    urls = {"runtime": _url(database)} if database.get("HOST") and not str(database["HOST"]).startswith("/") else {}
    recorder = (settings.RAZDAR_RECORDER, Path(settings.VAR) / "recorder")
    try:
        found = certificates.doors(str(settings.BASE_URL), urls, recorder, os.environ)
    except Misconfigured:
        found = []
    by_name = {door.name: door for door in found}
    return {name: by_name.get(name) for name in ALL}


def _url(database: Mapping[str, Any]) -> str:
    """The database's address without its password, which nobody needs to ask for a certificate."""
    options = database["OPTIONS"]
    authority = f"&sslrootcert={options['sslrootcert']}" if "sslrootcert" in options else ""
    port = database.get("PORT") or 5432
    return f"postgresql://x@{database['HOST']}:{port}/{database['NAME']}?sslmode=verify-full{authority}"


def _facts(name: str, door: Door | None) -> dict[str, Any]:
    if door is None:
        return {"name": name, "place": ""}
    place = f"{door.called}:{door.port}"
    try:
        seen = certificates.served(door)
    except Unavailable:
        return {"name": name, "place": place}
    return {
        "name": name,
        "place": place,
        "issuer": seen.issuer,
        "names": list(seen.names),
        "begins": seen.begins.timestamp(),
        "ends": seen.ends.timestamp(),
        "believed": seen.believed,
    }


def _certificate(one: Mapping[str, Any], now: datetime) -> Certificate:
    if "ends" not in one:
        return Certificate(one["name"], one["place"], "away" if one["place"] else "none")
    begins, ends = (datetime.fromtimestamp(one[name], UTC) for name in ("begins", "ends"))
    state = certificates.judged(one["name"], ends, now, believed=one["believed"])
    days = (ends - now).days
    return Certificate(one["name"], one["place"], state, one["issuer"], tuple(one["names"]), begins, ends, days)
