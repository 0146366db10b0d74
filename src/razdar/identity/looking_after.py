"""What every act of an administrator on a colleague goes through: the duty, the proof, the right person, the log.

Rules
-----
* Nobody acts on themselves: another administrator does.
* A client keeps at least one administrator who can sign in.
* Whoever makes a link could become its person, so a link takes two-person roles back to *proposed*. The links of a
  client's founders are the operator's word alone, until the first of them has set up a sign-in.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from razdar import audit
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity import events, rights
from razdar.identity.duties import needs_second_person
from razdar.identity.models import RoleGrant, User
from razdar.vault import door

State = RoleGrant.State
NOT_ONESELF = gettext_noop("Another administrator must do this for you.")
LAST_ONE = gettext_noop(
    "A client keeps at least one administrator who can sign in. Let somebody else become administrator first."
)


def require(viewer: Viewer, permission: Permission, *, recent: bool = True) -> None:
    """Refuse whoever has not the duty, or has not proven a factor within five minutes.

    Raises:
        NotYours: not among the viewer's duties. StepUpNeeded: prove the factor again.
    """
    if not viewer.may(permission):
        raise NotYours("Looking after people is not among your duties.")
    if recent:
        door.require_assurance(viewer)


def colleague(client: UUID, person: UUID, *, but_not: UUID | None = None) -> User:
    """Somebody who works or worked at a client, locked for a change.

    Raises:
        NotFound: nobody of this client. NotYours: the one that it must not be.
    """
    known = RoleGrant.objects.filter(client_id=client, user_id=person).exists()
    user = User.objects.select_for_update().filter(pk=person).first() if known else None
    if user is None:
        raise NotFound
    if person == but_not:
        raise NotYours(NOT_ONESELF)
    return user


def administrators(client: UUID) -> frozenset[UUID]:
    """The administrators of a client who can sign in; their grants stay locked until the transaction ends, so that two
    of them cannot take each other out at the same moment."""
    rows = RoleGrant.objects.select_for_update().filter(client_id=client, role=Role.ADMINISTRATOR, state=State.ACTIVE)
    held = [row.user_id for row in rows if rights.genuine(row)]
    able = User.objects.filter(pk__in=held, is_active=True, disabled=User.Disabled.NO)
    return frozenset(able.values_list("pk", flat=True))


def keep_an_administrator(client: UUID, person: UUID, but: UUID | None = None) -> None:
    """Refuse to take an administrator away where no other one, not counting ``but``, would be left.

    Raises:
        BadInput: nobody would be left; or nobody who could approve this administrator again.
    """
    others = administrators(client) - {person}
    if not others:
        raise BadInput(LAST_ONE)
    if not others - {but}:
        raise BadInput("Nobody would be left to approve this administrator again. The operator can make the link.")


def is_administrator(client: UUID, person: UUID) -> bool:
    held = RoleGrant.objects.filter(client_id=client, user_id=person, role=Role.ADMINISTRATOR, state=State.ACTIVE)
    return held.exists()


def propose_again(viewer: Viewer | None, user: User, since: datetime | None = None) -> None:
    """Take two-person roles back to *proposed*, by whoever makes a link that leads to them.

    Args:
        viewer: who makes the link; None at the console, and where a link is used.
        since: only what was decided after that moment.

    Raises:
        BadInput: as `keep_an_administrator`.
    """
    by = viewer.person if viewer else None
    # What is proposed already gets a new proposer too: whoever makes the link must not be the one who approves.
    rows = RoleGrant.objects.select_for_update().filter(user=user, state__in=[State.ACTIVE, State.PROPOSED])
    for grant in rows.filter(decided_at__gt=since) if since else rows:
        if not rights.genuine(grant) or not needs_second_person(Role(grant.role)):
            continue
        if grant.role == Role.ADMINISTRATOR and grant.state == State.ACTIVE:
            if viewer is None and _is_founding(grant.client_id, user):
                continue
            keep_an_administrator(grant.client_id, grant.user_id, but=by)
        grant.state, grant.proposed_by_id, grant.decided_by_id, grant.decided_at = State.PROPOSED, by, None, None
        rights.save(grant, "state", "proposed_by", "decided_by", "decided_at")


def _is_founding(client: UUID, user: User) -> bool:
    """Whether no administrator of a client ever set up a sign-in, so that nobody is there who could approve another:
    until then the operator repeats a founder's link."""
    held = RoleGrant.objects.filter(client_id=client, role=Role.ADMINISTRATOR, state=State.ACTIVE)
    people = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    return not user.is_active and not people.exists()


def record(viewer: Viewer | None, client: UUID, action: str, *, person: UUID | None = None, **told: str | int) -> None:
    """Log an act, in the transaction that does it; of nobody in particular at the console."""
    pairs = {"person": str(person) if person else "", **told}
    detail = tuple((name, value) for name, value in pairs.items() if value != "")
    if viewer is not None:
        audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))
        return
    events.record_console(action, client, detail=detail)
