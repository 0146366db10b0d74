"""Events of sign-in and of people, for the log: pseudonyms and codes, never a name and never what was typed."""

from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from django.http import HttpRequest

from razdar.core.ledger.events import About, Event, Mode
from razdar.identity.origin import device_of, source_of, zone_of


@dataclass(frozen=True)
class Origin:
    """Where an act of somebody who is not a viewer yet comes from.

    Attributes:
        source: what tries are counted by; never logged.
    """

    session: str = ""
    device: str = ""
    zone: str = ""
    source: str = "console"


CONSOLE = Origin(session="console", zone="console")


def origin_of(request: HttpRequest) -> Origin:
    session = getattr(request.session, "pseudonym", "")
    return Origin(session, device_of(request), zone_of(request), source_of(request))


def installation(action: str, mode: Mode, origin: Origin, person: UUID | None, **about: Unpack[About]) -> Event:
    """An event of the installation's own log, of somebody who has no workplace yet, or of the console."""
    return Event(
        client=None,
        actor=person,
        role="person" if person else "system",
        session=origin.session,
        device=origin.device,
        zone=origin.zone,
        action=action,
        mode=mode,
        **about,
    )
