"""Somebody leaves a client.

Rules
-----
* In one transaction: every session and link ends, second factors and password are destroyed, every role and exception
  at this client ends, and no customer is open for the person any more. Nothing waits for a job.
* Whoever also works for another client keeps the sign-in there; here they have nothing from the next request on.
* The account stays, closed, so that the log goes on saying who did what. Coming back is being invited anew, with roles
  that other people agree to again.
* Nobody lets themselves leave, a client keeps an administrator who can sign in, and observers of the client have a
  word about each other; see `observers`. Who ends their own last role has
  left as well; pages lead whoever would end a last role here, where it is said what that means.
* How long it took and how much was ended is an event of the log.
* Work that is left behind is somebody else's to hand on: rooms say what there is, and it is told before and after.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import ngettext

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotYours
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.identity import exception_endings, observers, rights, sessions
from razdar.identity.accounts import strip
from razdar.identity.looking_after import (
    LAST_ONE,
    NOT_ONESELF,
    administrators,
    colleague,
    keep_an_administrator,
    record,
    require,
)
from razdar.identity.models import Approval, Invitation, RoleGrant, User
from razdar.runtime.scope import scope
from razdar.ui import formats
from razdar.vault import assignments

State = RoleGrant.State
LEFT_BEHIND: Registry[Callable[[UUID, UUID], tuple[str, ...]]] = Registry("work that is left behind")
"""By name, what a person of a client would leave behind, as whole sentences; inside the client's scope."""


@dataclass(frozen=True)
class Left:
    """What leaving ended.

    Attributes:
        customers: for how many customers the person was working.
        elsewhere: the sign-in goes on, for another client.
        seconds: how long it took.
        behind: what is left for others, as sentences.
    """

    sessions: int
    links: int
    roles: int
    exceptions: int
    customers: int
    elsewhere: bool
    seconds: float
    behind: tuple[str, ...]

    @property
    def took(self) -> float:
        """The seconds, as people read them."""
        return round(self.seconds, 2)


def behind(viewer: Viewer, person: UUID) -> tuple[str, ...]:
    """What somebody would leave to others, as sentences.

    Raises:
        NotYours: not among the viewer's duties. NotFound: nobody of this client.
    """
    require(viewer, Permission.IDENTITY_PERSON_INVITE, recent=False)
    with scope(viewer.client):
        colleague(viewer.client, person)
        return tuple(said for tell in LEFT_BEHIND.values() for said in tell(viewer.client, person))


def objection(viewer: Viewer, person: UUID) -> str:
    """Why the viewer cannot let this person leave; empty where nothing stands against it."""
    if person != viewer.person:
        return ""
    with scope(viewer.client):
        return NOT_ONESELF if administrators(viewer.client) - {person} else LAST_ONE


def leave(viewer: Viewer, person: UUID) -> Left:
    """Let somebody leave, at once.

    Raises:
        NotYours: not among the viewer's duties, or oneself. NotFound: nobody of this client. StepUpNeeded.
        BadInput: they work here no more, nobody else could administer the client, or they are an observer and the
            others have not agreed.
    """
    began = time.monotonic()
    require(viewer, Permission.IDENTITY_PERSON_INVITE)
    require(viewer, Permission.IDENTITY_ROLE_GRANT)
    against = objection(viewer, person)
    if against:
        raise (BadInput if against == LAST_ONE else NotYours)(against)
    with scope(viewer.client):
        user = colleague(viewer.client, person)
        rows = RoleGrant.objects.select_for_update().filter(client_id=viewer.client, user=user)
        grants = list(rows.exclude(state=State.ENDED))
        if not grants:
            raise BadInput("This person works here no more.")
        if any(grant.role == Role.ADMINISTRATOR and grant.state == State.ACTIVE for grant in grants):
            keep_an_administrator(viewer.client, person)
        observers.check_may_go(viewer.client, person, viewer)
        for grant in grants:
            end_grant(viewer, grant)
        return _close(viewer, user, roles=len(grants), began=began)


def end_grant(viewer: Viewer, grant: RoleGrant) -> None:
    """End a role, and log it; whether somebody must be left to administer the client was asked before."""
    grant.state, grant.ended_at = State.ENDED, timezone.now()
    rights.save(grant, "state", "ended_at")
    record(viewer, viewer.client, "identity:role:end", person=grant.user_id, role=grant.role)


def close_without_roles(viewer: Viewer, person: UUID) -> None:
    """Whose last role here was ended has left; inside the client's scope."""
    if not RoleGrant.objects.filter(client_id=viewer.client, user_id=person).exclude(state=State.ENDED).exists():
        _close(viewer, colleague(viewer.client, person), roles=0, began=time.monotonic())


def _close(viewer: Viewer, user: User, *, roles: int, began: float) -> Left:
    client, person = viewer.client, user.pk
    goes_on = RoleGrant.objects.filter(user=user).exclude(state=State.ENDED).exists()
    links, _ = Invitation.objects.filter(user=user, client_id=client, used_at=None).delete()
    ended = {
        "roles": roles,
        "exceptions": exception_endings.end_all_of(viewer, person),
        "customers": assignments.release_all(client, person),
        "links": links,
        "sessions": 0 if goes_on else sessions.end_all(person),
    }
    if not goes_on:
        strip(user)
        user.disabled = User.Disabled.LEFT
        user.save(update_fields=["password", "disabled"])
    seconds = time.monotonic() - began
    record(viewer, client, "identity:person:leave", person=person, **ended, duration_ms=round(seconds * 1000))
    said = tuple(each for tell in LEFT_BEHIND.values() for each in tell(client, person))
    return Left(**ended, elsewhere=goes_on, seconds=seconds, behind=said)


@LEFT_BEHIND.register("requests")
def _requests(client: UUID, person: UUID) -> tuple[str, ...]:
    """Requests of theirs that wait for a decision; they lapse by themselves."""
    rows = Approval.objects.filter(
        client_id=client, requested_by_id=person, state=Approval.State.PENDING, expires_at__gt=timezone.now()
    )
    count = len(rights.genuine_requests(rows))
    said = ngettext(
        "%(count)s request of this person waits for a decision. Refuse it, or it lapses by itself.",
        "%(count)s requests of this person wait for a decision. Refuse them, or they lapse by themselves.",
        count,
    )
    return (said % {"count": formats.number(count)},) if count else ()
