"""Clients and people: founding, inviting, granting and ending roles, signing out, opening and closing accounts.

Rules
-----
* Nobody both grants and uses a right: an administrator holds no role that opens data at the same client.
* A role that opens data, or that approves, is granted by two people: who proposes it and another administrator. At the
  console the proposer is nobody in particular, so an administrator must still approve.
* Nobody grants a role to themselves or decides about one proposed for them; ending one's own role is allowed.
* Nobody decides about what they proposed themselves.
* A new link to sign in takes the person's two-person roles back to *proposed*: otherwise whoever makes the link could
  become that person.
* A client keeps at least one administrator.
* Only the operator brings somebody to a second client; see `razdar.identity.elsewhere`.
* A change of roles needs a strong factor proven within five minutes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from razdar import audit
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.identity import elsewhere, events, invitations, retention, rights, sessions, tries
from razdar.identity.duties import check_roles, check_separation, needs_second_person
from razdar.identity.invitations import Link
from razdar.identity.models import Client, RoleGrant, User
from razdar.identity.names import canonical, check_work_name
from razdar.identity.selectors import NAME
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope, unit
from razdar.vault import door, index, matrices, staff
from razdar.vault import services as vault

State = RoleGrant.State
LONGEST_NAME = 80
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Newcomer:
    """Who is to be invited.

    Attributes:
        work_name: what they type to sign in.
        name: how they are shown; sealed before it is stored.
        roles: what they shall do.
    """

    work_name: str
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Founded:
    """A new client and its administrators' links."""

    client: UUID
    links: tuple[Link, ...]


def create_client(name: str, administrators: Sequence[Newcomer], days: Mapping[str, int] | None = None) -> Founded:
    """Found a client: its keys, its matrix as shipped, and at least two named administrators with a link each.

    Args:
        name: shown on every page of the client; unique.
        administrators: their roles are set to administrator, whatever they say.
        days: retention by data class where it differs from the defaults.

    Raises:
        BadInput: the name is taken or unusable, or fewer than two administrators are named.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput("A client needs a name of at most 80 letters.")
    if len({canonical(person.work_name) for person in administrators}) < 2:
        raise BadInput("A client needs two administrators with different work names: one proposes, the other approves.")
    if Client.objects.filter(name=name).exists():
        raise BadInput("There is a client of that name already.")
    with unit():
        client = Client.objects.create(name=name, retention=retention.checked(days or {}))
        with scope(client.pk):
            matrices.start(client.pk, NOBODY)
            index.start(client.pk)
            _record(None, client.pk, "identity:client:create")
            links = tuple(_found_administrator(client.pk, person) for person in administrators)
        # The key store is another database: keys without a client are harmless, a client without keys is not.
        vault.open_client(client.pk)
    return Founded(client.pk, tuple(link for link in links if link))


def _found_administrator(client: UUID, person: Newcomer) -> Link | None:
    user = _user(person)
    fresh = _lacks_sign_in(user, client)
    if fresh:
        _propose_again(None, user)
    _grant(None, client, user, Role.ADMINISTRATOR, active=True)
    return invitations.issue(user, client, None) if fresh else None


# --- People -----------------------------------------------------------------------------------------------------------


def invite(viewer: Viewer | None, client: UUID, person: Newcomer) -> Link | None:
    """Invite somebody to a client, with roles; roles that need a second person wait for one.

    Args:
        viewer: the inviting administrator; None at the console.
        client: where the person shall work; the viewer's own client.

    Returns:
        The link, to be shown once; None where the person needs none, being known at another client or signing in.

    Raises:
        NotYours: not among the viewer's duties. StepUpNeeded: prove the factor again.
        BadInput: an unusable work name, from a page also one known at another client; no role, or roles that exclude
            each other.
    """
    if viewer is not None:
        _require(viewer, Permission.IDENTITY_PERSON_INVITE)
        if viewer.client != client:
            raise NotFound
    if not person.roles:
        raise BadInput("Choose at least one role.")
    # Before the work name: a form that fails anyway must not tell what is known about a name.
    check_roles(person.roles)
    with scope(client):
        user = _user(person, viewer)
        fresh = _lacks_sign_in(user, client)
        if fresh:
            _propose_again(viewer, user)
        for role in dict.fromkeys(person.roles):
            _grant(viewer, client, user, role, active=not needs_second_person(role))
        _record(viewer, client, "identity:person:invite", person=user.pk)
        return invitations.issue(user, client, viewer.person if viewer else None) if fresh else None


def renew(viewer: Viewer, person: UUID) -> Link:
    """A new link for somebody who lost password or second factor; the sign-in set up before ends when it is used.

    Raises:
        NotYours: not among the viewer's duties, oneself, or somebody who also works for another client.
        NotFound: nobody of this client. StepUpNeeded: prove the factor again.
        BadInput: the client would be without an administrator until the person is approved again.
    """
    _require(viewer, Permission.IDENTITY_PERSON_INVITE)
    with scope(viewer.client):
        user = _colleague(viewer.client, person, but_not=viewer.person)
        elsewhere.check_own(viewer.client, user.pk)
        return _renew(viewer, viewer.client, user)


def renew_at_console(client: UUID, person: UUID) -> Link:
    """The same by the operator, also for somebody who works for several clients. Raises as `renew`."""
    with scope(client):
        return _renew(None, client, _colleague(client, person))


def _renew(viewer: Viewer | None, client: UUID, user: User) -> Link:
    if viewer or user.is_active:  # the operator may repeat a first link without taking its roles back
        _propose_again(viewer, user)
    sessions.end_all(user.pk)
    _record(viewer, client, "identity:person:renew", person=user.pk)
    return invitations.issue(user, client, viewer.person if viewer else None)


def _propose_again(viewer: Viewer | None, user: User) -> None:
    """Take two-person roles back to *proposed*, because somebody is about to hold a link that leads to them."""
    by = viewer.person if viewer else None
    for grant in RoleGrant.objects.select_for_update().filter(user=user, state=State.ACTIVE):
        if rights.genuine(grant) and needs_second_person(Role(grant.role)):
            _keep_an_administrator(grant, but=by)
            grant.state, grant.proposed_by_id, grant.decided_by_id = State.PROPOSED, by, None
            rights.save(grant, "state", "proposed_by", "decided_by")


def _lacks_sign_in(user: User, client: UUID) -> bool:
    """Whether a link is due: nothing is set up or the person has left, and no other client's link may be waiting."""
    others = RoleGrant.objects.filter(user=user).exclude(state=State.ENDED).exclude(client_id=client)
    return (not user.is_active or user.disabled == User.Disabled.LEFT) and not others.exists()


def sign_out_everywhere(viewer: Viewer, person: UUID) -> int:
    """End every session of somebody; how many there were.

    Raises:
        NotYours: not among the viewer's duties, or somebody who also works for another client.
        NotFound: nobody of this client.
    """
    if person != viewer.person:
        _require(viewer, Permission.IDENTITY_PERSON_INVITE, recent=False)
    with scope(viewer.client):
        user = _colleague(viewer.client, person)
        if person != viewer.person:
            elsewhere.check_own(viewer.client, person)
        ended = sessions.end_all(user.pk)
        _record(viewer, viewer.client, "identity:person:sign_out", person=user.pk)
    return ended


def unlock(viewer: Viewer, person: UUID) -> None:
    """Open an account that closed after too many tries or for want of use.

    Raises:
        NotYours: not among the viewer's duties, oneself, or somebody who also works for another client.
        NotFound: nobody of this client. StepUpNeeded. BadInput: the person has left.
    """
    _require(viewer, Permission.IDENTITY_PERSON_INVITE)
    with scope(viewer.client):
        user = _colleague(viewer.client, person, but_not=viewer.person)
        elsewhere.check_own(viewer.client, person)
        _unlock(user)
        _record(viewer, viewer.client, "identity:person:unlock", person=person)


def unlock_at_console(person: UUID) -> None:
    """The same by the operator. Raises BadInput when the person has left."""
    with unit():
        _unlock(User.objects.select_for_update().get(pk=person))
        events.record_console("identity:person:unlock", None, detail=(("person", str(person)),))


def _unlock(user: User) -> None:
    if user.disabled == User.Disabled.LEFT:
        raise BadInput("This person has left. Make a new link to let them in again.")
    user.disabled, user.last_active_at = User.Disabled.NO, timezone.now()
    user.save(update_fields=["disabled", "last_active_at"])
    tries.clear(user.username)


# --- Roles ------------------------------------------------------------------------------------------------------------


def propose_role(viewer: Viewer, person: UUID, role: Role) -> UUID:
    """Give somebody a further role, or propose it where a second person is needed. Returns the grant's id.

    Raises:
        NotYours: not among the viewer's duties, for oneself, or for somebody who left this client and is known at
            another. NotFound: nobody of this client.
        BadInput: held or proposed already, or excluded by another role. StepUpNeeded.
    """
    _require(viewer, Permission.IDENTITY_ROLE_GRANT)
    with scope(viewer.client):
        user = _colleague(viewer.client, person, but_not=viewer.person)
        elsewhere.check_here(viewer.client, person)
        return _grant(viewer, viewer.client, user, role, active=not needs_second_person(role)).pk


def approve_role(viewer: Viewer, grant_id: UUID) -> None:
    """Agree, as another administrator, to a proposed role.

    Raises:
        NotYours: proposed by or for the viewer, or not among the viewer's duties. NotFound: no such open proposal.
        BadInput: excluded by a role the person got meanwhile. StepUpNeeded.
    """
    _decide_role(viewer, grant_id, State.ACTIVE, "identity:role:approve")


def refuse_role(viewer: Viewer, grant_id: UUID) -> None:
    """Refuse a proposed role. Raises as `approve_role`."""
    _decide_role(viewer, grant_id, State.ENDED, "identity:role:refuse")


def end_role(viewer: Viewer, grant_id: UUID) -> None:
    """End somebody's role at once: their next request has it no more.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living role at this client.
        BadInput: it is the last administrator's. StepUpNeeded.
    """
    _require(viewer, Permission.IDENTITY_ROLE_GRANT)
    with scope(viewer.client):
        grant = _living(viewer, grant_id, State.ACTIVE, State.PROPOSED)
        _keep_an_administrator(grant)
        grant.state, grant.ended_at = State.ENDED, timezone.now()
        rights.save(grant, "state", "ended_at")
        _record(viewer, viewer.client, "identity:role:end", person=grant.user_id, role=grant.role)
        if not RoleGrant.objects.filter(user_id=grant.user_id).exclude(state=State.ENDED).exists():
            User.objects.filter(pk=grant.user_id).update(disabled=User.Disabled.LEFT)
            sessions.end_all(grant.user_id)


def _decide_role(viewer: Viewer, grant_id: UUID, state: str, action: str) -> None:
    _require(viewer, Permission.IDENTITY_ROLE_APPROVE)
    with scope(viewer.client):
        grant = _living(viewer, grant_id, State.PROPOSED)
        if viewer.person in {grant.proposed_by_id, grant.user_id}:
            raise NotYours("Another administrator must decide this.")
        if state == State.ACTIVE:
            rights.check(grant)
            check_separation(_roles(grant.user_id, viewer.client))
        grant.state, grant.decided_by_id, grant.decided_at = state, viewer.person, timezone.now()
        rights.save(grant, "state", "decided_by", "decided_at")
        _record(viewer, viewer.client, action, person=grant.user_id, role=grant.role)


# --- Inside -----------------------------------------------------------------------------------------------------------


def _require(viewer: Viewer, permission: Permission, *, recent: bool = True) -> None:
    if not viewer.may(permission):
        raise NotYours("Looking after people is not among your duties.")
    if recent:
        door.require_assurance(viewer)


def _user(person: Newcomer, viewer: Viewer | None = None) -> User:
    """The person of that work name, made where there is none; for a viewer only somebody of the own client."""
    work_name, name = canonical(person.work_name), " ".join(person.name.split())
    try:
        check_work_name(work_name)
        known = User.objects.select_for_update().filter(username=work_name).first()
        if known is not None and viewer is not None:
            elsewhere.check_invitable(viewer.client, known.pk)
    except BadInput:
        if viewer is None:
            raise
        # The same words and the same trace whether the name cannot be or is somebody's: whoever tries names is seen.
        audit.record_now(Event.by(viewer, "identity:person:invite", Mode.DENY, outcome=Outcome.DENIED))
        raise BadInput(elsewhere.UNUSABLE) from None
    if known is not None:
        return known
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput("A person needs a name of at most 80 letters.")
    user = User(id=uuid7(), username=work_name)
    user.sealed_name = staff.seal_staff(user.pk, NAME, name)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _grant(viewer: Viewer | None, client: UUID, user: User, role: Role, *, active: bool) -> RoleGrant:
    check_roles({*_roles(user.pk, client), role})
    now, by = timezone.now(), viewer.person if viewer else None
    grant = RoleGrant(user=user, client_id=client, role=role.value, proposed_by_id=by)
    grant.state = State.ACTIVE if active else State.PROPOSED
    grant.decided_by_id, grant.decided_at = (by, now) if active else (None, None)
    try:
        with transaction.atomic():
            rights.sealed(grant).save(force_insert=True)
    except IntegrityError:
        raise BadInput("This role is held or proposed already.") from None
    action = "identity:role:grant" if active else "identity:role:propose"
    _record(viewer, client, action, person=user.pk, role=role.value)
    return grant


def _roles(person: UUID, client: UUID) -> Iterable[Role]:
    held = RoleGrant.objects.filter(user_id=person, client_id=client).exclude(state=State.ENDED)
    return {Role(role) for role in held.values_list("role", flat=True)}


def _colleague(client: UUID, person: UUID, *, but_not: UUID | None = None) -> User:
    known = RoleGrant.objects.filter(client_id=client, user_id=person).exists()
    user = User.objects.select_for_update().filter(pk=person).first() if known else None
    if user is None:
        raise NotFound
    if person == but_not:
        raise NotYours("Another administrator must do this for you.")
    return user


def _living(viewer: Viewer, grant_id: UUID, *states: str) -> RoleGrant:
    rows = RoleGrant.objects.select_for_update().filter(client_id=viewer.client, state__in=states)
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    return grant


def _keep_an_administrator(grant: RoleGrant, but: UUID | None = None) -> None:
    """Refuse to take the role away where no other administrator, not counting ``but``, would be left."""
    if grant.role != Role.ADMINISTRATOR or grant.state != State.ACTIVE:
        return
    # Locked, so that two administrators cannot end each other's role at the same moment.
    administrators = RoleGrant.objects.select_for_update().filter(
        client_id=grant.client_id, role=Role.ADMINISTRATOR, state=State.ACTIVE
    )
    others = {row.user_id for row in administrators} - {grant.user_id}
    if not others:
        raise BadInput("A client keeps at least one administrator.")
    if not others - {but}:
        raise BadInput("Nobody would be left to approve this administrator again. The operator can make the link.")


def _record(viewer: Viewer | None, client: UUID, action: str, *, person: UUID | None = None, role: str = "") -> None:
    pairs = (("person", str(person) if person else ""), ("role", role))
    detail = tuple((name, value) for name, value in pairs if value)
    if viewer is not None:
        audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))
        return
    events.record_console(action, client, detail=detail)
