"""Clients and people: founding, inviting, granting and ending roles. Accounts are in `accounts`, leaving in `leaving`.

Rules
-----
* Nobody both grants and uses a right: an administrator holds no role that opens data at the same client.
* A role that opens data, or that approves, is granted by two people: who proposes it and another administrator. At the
  console the proposer is nobody in particular, so an administrator must still approve.
* Nobody grants a role to themselves or decides about one proposed for them; ending one's own role is allowed.
* Nobody decides about what they proposed themselves.
* A new link to sign in takes the person's two-person roles back to *proposed*, and they are approved only when no
  link is open any more: otherwise whoever makes the link could become that person.
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
from razdar.identity import elsewhere, invitations, leaving, observers, redacting, retention, rights, sessions
from razdar.identity.duties import check_roles, check_separation, needs_second_person
from razdar.identity.invitations import Link
from razdar.identity.looking_after import colleague, keep_an_administrator, propose_again, record, require
from razdar.identity.models import Client, RoleGrant, User
from razdar.identity.names import canonical, check_work_name, client_name
from razdar.identity.selectors import NAME
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope, unit
from razdar.vault import index, matrices, staff
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
    """Found a client: keys, matrix and redaction policy as shipped, and two or more administrators with a link each.

    Args:
        name: shown on every page of the client; unique.
        administrators: their roles are set to administrator, whatever they say.
        days: retention by data class where it differs from the defaults.

    Raises:
        BadInput: the name is taken or unusable, or fewer than two administrators are named.
    """
    name = client_name(name)
    if len({canonical(person.work_name) for person in administrators}) < 2:
        raise BadInput("A client needs two administrators with different work names: one proposes, the other approves.")
    if Client.objects.filter(name=name).exists():
        raise BadInput("There is a client of that name already.")
    with unit():
        client = Client.objects.create(name=name, retention=retention.checked(days or {}))
        with scope(client.pk):
            matrices.start(client.pk, NOBODY)
            redacting.start(client.pk)
            index.start(client.pk)
            record(None, client.pk, "identity:client:create")
            links = tuple(_found_administrator(client.pk, person) for person in administrators)
        # The key store is another database: keys without a client are harmless, a client without keys is not.
        vault.open_client(client.pk)
    return Founded(client.pk, tuple(link for link in links if link))


def _found_administrator(client: UUID, person: Newcomer) -> Link | None:
    user = _user(person)
    fresh = _lacks_sign_in(user, client)
    if fresh:
        propose_again(None, user)
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
            each other. TooManyTries: the viewer has tried too many names.
    """
    if viewer is not None:
        require(viewer, Permission.IDENTITY_PERSON_INVITE)
        if viewer.client != client:
            raise NotFound
    if not person.roles:
        raise BadInput("Choose at least one role.")
    # Before the work name: a form that fails anyway must not tell what is known about a name.
    check_roles(person.roles)
    with scope(client):
        user = _user(person, viewer)
        _check_not_closed(user)
        fresh = _lacks_sign_in(user, client)
        if fresh:
            propose_again(viewer, user)
        for role in dict.fromkeys(person.roles):
            _grant(viewer, client, user, role, active=not needs_second_person(role))
        record(viewer, client, "identity:person:invite", person=user.pk)
        return invitations.issue(user, client, viewer.person if viewer else None) if fresh else None


def renew(viewer: Viewer, person: UUID) -> Link:
    """A new link for somebody who lost password or second factor; the sign-in set up before ends when it is used.

    Raises:
        NotYours: not among the viewer's duties, oneself, or somebody who also works for another client.
        NotFound: nobody of this client. StepUpNeeded: prove the factor again.
        BadInput: the client would be without an administrator until the person is approved again, or the person is an
            observer and the others have not agreed.
    """
    require(viewer, Permission.IDENTITY_PERSON_INVITE)
    with scope(viewer.client):
        user = colleague(viewer.client, person, but_not=viewer.person)
        elsewhere.check_own(viewer.client, user.pk)
        return _renew(viewer, viewer.client, user)


def renew_at_console(client: UUID, person: UUID) -> Link:
    """The same by the operator, also for somebody who works for several clients. Raises as `renew`."""
    with scope(client):
        return _renew(None, client, colleague(client, person))


def _renew(viewer: Viewer | None, client: UUID, user: User) -> Link:
    _check_not_closed(user)
    observers.check_may_go(client, user.pk, viewer)
    propose_again(viewer, user)
    sessions.end_all(user.pk)
    record(viewer, client, "identity:person:renew", person=user.pk)
    return invitations.issue(user, client, viewer.person if viewer else None)


def _check_not_closed(user: User) -> None:
    """A link opens the account of whoever uses it, so a closed one gets none."""
    if user.disabled == User.Disabled.CLOSED:
        raise BadInput("An administrator closed this account. Open it again first.")


def _lacks_sign_in(user: User, client: UUID) -> bool:
    """Whether a link is due: nothing is set up or the person has left, and no other client's link may be waiting."""
    others = RoleGrant.objects.filter(user=user).exclude(state=State.ENDED).exclude(client_id=client)
    return (not user.is_active or user.disabled == User.Disabled.LEFT) and not others.exists()


# --- Roles ------------------------------------------------------------------------------------------------------------


def propose_role(viewer: Viewer, person: UUID, role: Role) -> UUID:
    """Give somebody a further role, or propose it where a second person is needed. Returns the grant's id.

    Raises:
        NotYours: not among the viewer's duties, for oneself, or for somebody who left this client and is known at
            another. NotFound: nobody of this client.
        BadInput: held or proposed already, or excluded by another role. StepUpNeeded.
    """
    require(viewer, Permission.IDENTITY_ROLE_GRANT)
    with scope(viewer.client):
        user = colleague(viewer.client, person, but_not=viewer.person)
        elsewhere.check_here(viewer.client, person)
        return _grant(viewer, viewer.client, user, role, active=not needs_second_person(role)).pk


def approve_role(viewer: Viewer, grant_id: UUID) -> None:
    """Agree, as another administrator, to a proposed role.

    Raises:
        NotYours: proposed by or for the viewer, or not among the viewer's duties. NotFound: no such open proposal.
        BadInput: excluded by a role the person got meanwhile, or the person has yet to use a link. StepUpNeeded.
    """
    _decide_role(viewer, grant_id, State.ACTIVE, "identity:role:approve")


def refuse_role(viewer: Viewer, grant_id: UUID) -> None:
    """Refuse a proposed role. Raises as `approve_role`."""
    _decide_role(viewer, grant_id, State.ENDED, "identity:role:refuse")


def end_role(viewer: Viewer, grant_id: UUID) -> None:
    """End somebody's role at once: their next request has it no more.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living role at this client.
        BadInput: it is the last administrator's, or an observer's and the others have not agreed. StepUpNeeded.
    """
    require(viewer, Permission.IDENTITY_ROLE_GRANT)
    with scope(viewer.client):
        grant = _living(viewer, grant_id, State.ACTIVE, State.PROPOSED)
        if grant.role == Role.ADMINISTRATOR and grant.state == State.ACTIVE:
            keep_an_administrator(viewer.client, grant.user_id)
        if grant.role == Role.CLIENT_OBSERVER and grant.state == State.ACTIVE:
            observers.check_may_go(viewer.client, grant.user_id, viewer)
        leaving.end_grant(viewer, grant)
        leaving.close_without_roles(viewer, grant.user_id)


def _decide_role(viewer: Viewer, grant_id: UUID, state: str, action: str) -> None:
    require(viewer, Permission.IDENTITY_ROLE_APPROVE)
    with scope(viewer.client):
        user = _holder(viewer, grant_id)
        grant = _living(viewer, grant_id, State.PROPOSED)
        if viewer.person in {grant.proposed_by_id, grant.user_id}:
            raise NotYours("Another administrator must decide this.")
        if state == State.ACTIVE:
            rights.check(grant)
            _check_settled(user)
            check_separation(roles_of(grant.user_id, viewer.client))
        grant.state, grant.decided_by_id, grant.decided_at = state, viewer.person, timezone.now()
        rights.save(grant, "state", "decided_by", "decided_at")
        record(viewer, viewer.client, action, person=grant.user_id, role=grant.role)


def _holder(viewer: Viewer, grant_id: UUID) -> User:
    """Whose grant it is, locked before the grant is, as whoever makes a link does it."""
    held = RoleGrant.objects.filter(client_id=viewer.client, pk=grant_id).values_list("user_id", flat=True).first()
    if held is None:
        raise NotFound
    return colleague(viewer.client, held)


def _check_settled(user: User) -> None:
    """Refuse to give a role to whoever holds the person's link."""
    if not user.is_active or invitations.is_open_for(user):
        raise BadInput(
            "Whoever holds this person's link would get the role. "
            "Approve it when the person has set up the sign-in with it, or when the link has run out."
        )


# --- Inside -----------------------------------------------------------------------------------------------------------


def known(work_name: str, viewer: Viewer | None = None) -> User | None:
    """Who has a work name already, locked for a change; for a viewer only somebody of the own client.

    Raises:
        BadInput: nobody can have it, or, for a viewer, somebody of another client has.
        TooManyTries: the viewer has tried too many names.
    """
    if viewer is not None:
        elsewhere.count_name(viewer)
    found = None
    try:
        check_work_name(work_name)
        found = User.objects.select_for_update().filter(username=work_name).first()
        if found is not None and viewer is not None:
            elsewhere.check_invitable(viewer.client, found.pk)
    except BadInput:
        if viewer is None:
            raise
        # The same words and the same trace whether the name cannot be or is somebody's: whoever tries names is seen.
        audit.record_now(Event.by(viewer, "identity:person:invite", Mode.DENY, outcome=Outcome.DENIED))
        if found is not None:
            elsewhere.count_name(viewer, elsewhere.TAKEN)
        raise BadInput(elsewhere.UNUSABLE) from None
    return found


def checked_name(name: str) -> str:
    """A person's name as it is stored.

    Raises:
        BadInput: there is none, or it is too long.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput("A person needs a name of at most 80 letters.")
    return name


def _user(person: Newcomer, viewer: Viewer | None = None) -> User:
    """The person of that work name, made where there is none."""
    work_name = canonical(person.work_name)
    found = known(work_name, viewer)
    if found is not None:
        return found
    name = checked_name(person.name)
    user = User(id=uuid7(), username=work_name)
    user.sealed_name = staff.seal_staff(user.pk, NAME, name)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _grant(viewer: Viewer | None, client: UUID, user: User, role: Role, *, active: bool) -> RoleGrant:
    check_roles({*roles_of(user.pk, client), role})
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
    record(viewer, client, action, person=user.pk, role=role.value)
    return grant


def roles_of(person: UUID, client: UUID) -> Iterable[Role]:
    held = RoleGrant.objects.filter(user_id=person, client_id=client).exclude(state=State.ENDED)
    return {Role(role) for role in held.values_list("role", flat=True)}


def _living(viewer: Viewer, grant_id: UUID, *states: str) -> RoleGrant:
    rows = RoleGrant.objects.select_for_update().filter(client_id=viewer.client, state__in=states)
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    return grant
