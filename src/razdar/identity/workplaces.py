"""Workplaces: a client and a role there, one at a time.

The session remembers a choice; whether the role is still held is asked of the table at every request, so that a role
that was ended is gone at once. A person with a single workplace has nothing to choose.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from razdar.core.disclosure import Role
from razdar.core.errors import NotFound
from razdar.identity import events, rights
from razdar.identity.models import RoleGrant

_KEY = "workplace"


@dataclass(frozen=True)
class Workplace:
    """One role a person holds at one client."""

    client: UUID
    client_name: str
    role: Role

    @property
    def key(self) -> str:
        """How a form and the session name it."""
        return f"{self.client}:{self.role}"


def workplaces_of(person: UUID) -> list[Workplace]:
    """Every workplace of a person, by client and role. A grant that none of our services wrote is none."""
    held = RoleGrant.objects.filter(user_id=person, state=RoleGrant.State.ACTIVE).select_related("client")
    return [
        Workplace(grant.client_id, grant.client.name, Role(grant.role))
        for grant in held.order_by("client__name", "role")
        if _counts(grant)
    ]


def _counts(grant: RoleGrant) -> bool:
    if rights.genuine(grant):
        return True
    events.record_forged(grant)
    return False


def active_workplace(request: HttpRequest) -> Workplace | None:
    """The chosen workplace, if it is still held; the only one, if there is nothing to choose."""
    held = workplaces_of(UUID(str(request.user.pk)))
    if len(held) == 1:
        return held[0]
    chosen = request.session.get(_KEY)
    return next((place for place in held if place.key == chosen), None)


def choose(request: HttpRequest, key: str) -> Workplace:
    """Work there from now on.

    Raises:
        NotFound: the person does not hold that role at that client.
    """
    held = workplaces_of(UUID(str(request.user.pk)))
    place = next((place for place in held if place.key == key), None)
    if place is None:
        raise NotFound
    request.session[_KEY] = place.key
    return place
