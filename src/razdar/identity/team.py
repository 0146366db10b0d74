"""The agents of a client, as their supervisors see them: the name, and whether somebody is there.

Nothing else of their sign-in is told, and of those who also work for another client not even that they are there.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.identity import rights
from razdar.identity.elsewhere import shared
from razdar.identity.models import RoleGrant, Session, User
from razdar.identity.selectors import display_names
from razdar.identity.sessions import IDLE, LONGEST


@dataclass(frozen=True)
class Agent:
    """An agent of the viewer's client.

    Attributes:
        present: signed in and heard of within a quarter of an hour; None where that is not told.
        seen_at: when they were last heard of, while they are signed in.
        signs_out: whether a supervisor may sign them out.
    """

    id: UUID
    name: str
    present: bool | None
    seen_at: datetime | None
    signs_out: bool


def agents(viewer: Viewer) -> list[Agent]:
    """Everybody who is an agent at the viewer's client, by name.

    Raises:
        NotYours: overseeing agents is not among the viewer's duties.
    """
    if not viewer.may(Permission.WORK_CONTACT_OVERSEE):
        raise NotYours("Overseeing agents is not among your duties.")
    ids = _agents(viewer.client)
    names, elsewhere, seen = display_names(ids), shared(viewer.client, ids), _seen(ids)
    alone = _alone(viewer.client, ids)
    found = [
        Agent(
            id=person,
            name=names.get(person, ""),
            present=None if person in elsewhere else person in seen,
            seen_at=None if person in elsewhere else seen.get(person),
            signs_out=person in alone and person not in elsewhere,
        )
        for person in ids
    ]
    return sorted(found, key=lambda agent: agent.name.casefold())


def agent(viewer: Viewer, person: UUID) -> Agent | None:
    """One of them; None where the person is no agent here. Raises as `agents`."""
    return next((each for each in agents(viewer) if each.id == person), None)


def check_sign_out(viewer: Viewer, person: UUID) -> None:
    """Refuse a supervisor who would sign out anybody but an agent; who looks after people may sign everybody out.

    Raises:
        NotYours: the person holds or is proposed for another role here.
    """
    if not viewer.may(Permission.IDENTITY_PERSON_INVITE) and person not in _alone(viewer.client, [person]):
        raise NotYours("Only agents can be signed out by their supervisor. Ask an administrator.")


def _agents(client: UUID) -> list[UUID]:
    held = RoleGrant.objects.filter(client_id=client, role=Role.AGENT, state=RoleGrant.State.ACTIVE)
    genuine = [grant.user_id for grant in held if rights.genuine(grant)]
    able = User.objects.filter(pk__in=genuine, disabled=User.Disabled.NO, is_active=True)
    return list(able.values_list("pk", flat=True))


def _alone(client: UUID, people: list[UUID]) -> set[UUID]:
    living = RoleGrant.objects.filter(client_id=client, user_id__in=people).exclude(state=RoleGrant.State.ENDED)
    more = set(living.exclude(role=Role.AGENT).values_list("user_id", flat=True))
    held = living.filter(role=Role.AGENT, state=RoleGrant.State.ACTIVE).values_list("user_id", flat=True)
    return set(held) - more


def _seen(people: list[UUID]) -> dict[UUID, datetime]:
    now = timezone.now()
    rows = Session.objects.filter(user_id__in=people, seen_at__gt=now - IDLE, started_at__gt=now - LONGEST)
    return {person: at for person, at in rows.order_by("seen_at").values_list("user_id", "seen_at") if person}
