"""Accounts of colleagues: signing out, closing and opening again, and a sign-in set up anew.

Rules
-----
* Closing takes hold at once: every session and every open link ends, the roles stay for the day the account is opened.
* An account that an administrator closed is opened by an administrator; one that closed by itself (too many tries,
  thirty days without use) is unlocked. Both leave the roles as they are.
* A reset takes away every second factor, the password and all sessions at once, and makes a one-time link: a password
  that stayed behind alone would let whoever knows it set up a factor of their own. Roles that need two people wait for
  another administrator again.
* The sign-in of somebody who also works for another client is no single client's to administer.
* Nobody does any of this to themselves, but signing out; and to an observer of the client as `observers` has it.
"""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils import timezone

from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.identity import elsewhere, events, invitations, observers, sessions, team, tries
from razdar.identity.invitations import Link
from razdar.identity.looking_after import (
    colleague,
    is_administrator,
    keep_an_administrator,
    propose_again,
    record,
    require,
)
from razdar.identity.models import Invitation, User
from razdar.runtime.scope import scope, unit

P = Permission


def sign_out_everywhere(viewer: Viewer, person: UUID) -> int:
    """End every session of somebody; how many there were.

    Raises:
        NotYours: not among the viewer's duties, or somebody who also works for another client.
        NotFound: nobody of this client.
    """
    if person != viewer.person and not viewer.may(P.IDENTITY_PERSON_INVITE):
        require(viewer, P.IDENTITY_AGENT_SIGN_OUT, recent=False)
    with scope(viewer.client):
        user = colleague(viewer.client, person)
        if person != viewer.person:
            elsewhere.check_own(viewer.client, person)
            team.check_sign_out(viewer, person)
        ended = sessions.end_all(user.pk)
        record(viewer, viewer.client, "identity:person:sign_out", person=user.pk)
    return ended


def unlock(viewer: Viewer, person: UUID) -> None:
    """Open an account that closed after too many tries or for want of use.

    Raises:
        NotYours: not among the viewer's duties, oneself, or somebody who also works for another client.
        NotFound: nobody of this client. StepUpNeeded. BadInput: the person has left, or an administrator closed it.
    """
    with scope(viewer.client):
        user = _own(viewer, person)
        if user.disabled == User.Disabled.CLOSED:
            raise BadInput("An administrator closed this account. Open it again instead.")
        _open(user)
        record(viewer, viewer.client, "identity:person:unlock", person=person)


def unlock_at_console(person: UUID) -> None:
    """The same by the operator, whoever closed it. Raises BadInput when the person has left."""
    with unit():
        _open(User.objects.select_for_update().get(pk=person))
        events.record_console("identity:person:unlock", None, detail=(("person", str(person)),))


def close(viewer: Viewer, person: UUID) -> int:
    """Close somebody's account until it is opened again; how many sessions that ended.

    Raises:
        NotYours: not among the viewer's duties, oneself, or somebody who also works for another client.
        NotFound: nobody of this client. StepUpNeeded.
        BadInput: the person has left, the account is closed already, nobody else could administer the client, or the
            person is an observer and the others have not agreed.
    """
    with scope(viewer.client):
        user = _own(viewer, person)
        if user.disabled == User.Disabled.LEFT:
            raise BadInput("This person has left. There is no account to close.")
        if user.disabled == User.Disabled.CLOSED:
            raise BadInput("This account is closed already.")
        if is_administrator(viewer.client, person):
            keep_an_administrator(viewer.client, person)
        observers.check_may_go(viewer.client, person, viewer)
        user.disabled = User.Disabled.CLOSED
        user.save(update_fields=["disabled"])
        Invitation.objects.filter(user=user, used_at=None).delete()
        ended = sessions.end_all(user.pk)
        record(viewer, viewer.client, "identity:person:close", person=person, sessions=ended)
    return ended


def reopen(viewer: Viewer, person: UUID) -> None:
    """Open an account that an administrator closed; the roles are as they were.

    Raises:
        NotYours, NotFound, StepUpNeeded: as `close`. BadInput: no administrator closed it.
    """
    with scope(viewer.client):
        user = _own(viewer, person)
        if user.disabled != User.Disabled.CLOSED:
            raise BadInput("No administrator closed this account.")
        _open(user)
        record(viewer, viewer.client, "identity:person:reopen", person=person)


def reset(viewer: Viewer, person: UUID) -> Link:
    """Take away second factors, password and sessions at once; the link by which the person sets up a sign-in anew.

    Raises:
        NotYours, NotFound, StepUpNeeded: as `close`.
        BadInput: nothing is set up, the account is closed, nobody would be left to approve this administrator again, or
            the person is an observer and the others have not agreed.
    """
    with scope(viewer.client):
        user = _own(viewer, person)
        if not user.is_active or user.disabled in {User.Disabled.CLOSED, User.Disabled.LEFT}:
            raise BadInput("There is no sign-in to reset: nothing is set up, or the account is closed.")
        observers.check_may_go(viewer.client, person, viewer)
        propose_again(viewer, user)
        ended = sessions.end_all(user.pk)
        strip(user)
        user.is_active, user.disabled = False, User.Disabled.NO
        user.save(update_fields=["password", "is_active", "disabled"])
        record(viewer, viewer.client, "identity:person:reset", person=person, sessions=ended)
        return invitations.issue(user, viewer.client, viewer.person)


def strip(user: User) -> None:
    """Take away what somebody proves who they are with. The password is not written yet."""
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()


def _own(viewer: Viewer, person: UUID) -> User:
    """A colleague, not oneself, whose sign-in is this client's alone to look after."""
    require(viewer, P.IDENTITY_PERSON_INVITE)
    user = colleague(viewer.client, person, but_not=viewer.person)
    elsewhere.check_own(viewer.client, person)
    return user


def _open(user: User) -> None:
    if user.disabled == User.Disabled.LEFT:
        raise BadInput("This person has left. Make a new link to let them in again.")
    user.disabled, user.last_active_at = User.Disabled.NO, timezone.now()
    user.save(update_fields=["disabled", "last_active_at"])
    tries.clear(user.username)
