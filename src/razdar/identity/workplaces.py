"""Workplaces: a client and a role there, one at a time.

The session remembers a choice; whether the role is still held is asked of the table at every request, so that a role
that was ended is gone at once. A person with a single workplace has nothing to choose.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from razdar.core.disclosure import Role
from razdar.core.errors import NotFound
from razdar.identity import events, rights
from razdar.identity.models import Client, RoleGrant

_KEY = "workplace"
_READ = "_razdar_workplaces"


@dataclass(frozen=True)
class Workplace:
    """One role a person holds at one client.

    Attributes:
        grant, granted_at: by which grant, and since when it was agreed to, if that is known.
        zone, language: in which people of this client read times, and the language of who has chosen none.
    """

    client: UUID
    client_name: str
    role: Role
    grant: UUID
    granted_at: datetime | None = None
    zone: str = "UTC"
    language: str = ""

    @property
    def key(self) -> str:
        """How a form and the session name it."""
        return f"{self.client}:{self.role}"


def workplaces_of(person: UUID) -> list[Workplace]:
    """Every workplace of a person, by client and role. A grant that none of our services wrote is none."""
    held = RoleGrant.objects.filter(user_id=person, state=RoleGrant.State.ACTIVE).select_related("client")
    return [_workplace(grant, grant.client) for grant in held.order_by("client__name", "role") if _counts(grant)]


def _workplace(grant: RoleGrant, client: Client) -> Workplace:
    return Workplace(
        client=client.pk,
        client_name=client.name,
        role=Role(grant.role),
        grant=grant.pk,
        granted_at=grant.decided_at,
        zone=client.zone,
        language=client.language,
    )


def _counts(grant: RoleGrant) -> bool:
    if rights.genuine(grant):
        return True
    events.record_forged(grant)
    return False


def held(request: HttpRequest) -> list[Workplace]:
    """The workplaces of the signed-in person, read once a request."""
    found: list[Workplace] | None = getattr(request, _READ, None)
    if found is None:
        found = workplaces_of(UUID(str(request.user.pk)))
        setattr(request, _READ, found)
    return found


def active_workplace(request: HttpRequest) -> Workplace | None:
    """The chosen workplace, if it is still held; the only one, if there is nothing to choose."""
    places = held(request)
    if len(places) == 1:
        return places[0]
    chosen = request.session.get(_KEY)
    return next((place for place in places if place.key == chosen), None)


def choose(request: HttpRequest, key: str) -> Workplace:
    """Work there from now on.

    Raises:
        NotFound: the person does not hold that role at that client.
    """
    place = next((place for place in workplaces_of(UUID(str(request.user.pk))) if place.key == key), None)
    if place is None:
        raise NotFound
    request.session[_KEY] = place.key
    return place
