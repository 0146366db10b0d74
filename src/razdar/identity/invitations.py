"""One-time links: how a person gets, or gets back, the own sign-in.

Rules
-----
* The token is 256 random bits; the table holds its SHA-256, so that reading the table opens nothing. The row carries
  HMAC-SHA-256 under a subkey of the installation's key, so that writing the table makes no link and bends none.
* A link is good for 72 hours and for one use, and making a new one for the same person ends the older. It is shown
  once, to the inviter.
* Whoever holds a link can become its person. So a role that needs two people is agreed to only when no link is open,
  and using a link takes back to *proposed* what was agreed to after it was made.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_noop

from razdar.core.errors import BadInput, NotFound
from razdar.identity import events, looking_after, sessions, tries
from razdar.identity.events import CONSOLE, Origin
from razdar.identity.keyed import LINKS, keyed_hash
from razdar.identity.models import Invitation, User
from razdar.runtime.scope import unit

LIFETIME = timedelta(hours=72)
_NOT_GOOD = gettext_noop("This link is not good any more. Ask for a new one.")


@dataclass(frozen=True)
class Link:
    """A link as its maker gets it, once.

    Attributes:
        token: the secret part of the link; see `razdar.identity.urls` for the address it belongs to.
    """

    person: UUID
    work_name: str
    expires_at: datetime
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        """The link's address on this site."""
        return f"/invitation/{self.token}/"


@dataclass(frozen=True)
class Invited:
    """Who a link is for."""

    person: UUID
    work_name: str


def issue(user: User, client: UUID, by: UUID | None) -> Link:
    """Make the link of a person; older ones of the same person end."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    Invitation.objects.filter(user=user, used_at=None).delete()
    row = Invitation(user=user, client_id=client, token_hash=_hash(token), invited_by_id=by, expires_at=now + LIFETIME)
    row.mac = _mac(row)
    row.save(force_insert=True)
    return Link(user.pk, user.username, row.expires_at, token)


def is_open_for(user: User) -> bool:
    """Whether a link of this person can still be used; asked with the person locked, as links are made."""
    return Invitation.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now()).exists()


def find(token: str) -> Invited:
    """Whose link this is.

    Raises:
        NotFound: unknown, used or run out; the three are never told apart.
    """
    user = _open(token).user
    return Invited(user.pk, user.username)


def accept(token: str, password: str, origin: Origin = CONSOLE) -> UUID:
    """Use the link: set the password, end what was set up before, let the person in. Returns the person's id.

    The second factor is not part of it: nobody gets further than to setting one up without one.

    Raises:
        NotFound: as `find`; also where a client would be left without an administrator. BadInput: the password is
            refused; the link stays good.
    """
    with unit():
        user = User.objects.select_for_update().get(pk=find(token).person)
        invitation = _open(token, lock=True)
        check_password(password, user)
        _take_back(user, since=invitation.expires_at - LIFETIME)
        invitation.used_at = timezone.now()
        invitation.save(update_fields=["used_at"])
        Authenticator.objects.filter(user=user).delete()
        user.set_password(password)
        user.is_active, user.disabled, user.last_active_at = True, User.Disabled.NO, timezone.now()
        user.save(update_fields=["password", "is_active", "disabled", "last_active_at"])
        sessions.end_all(user.pk)
        tries.clear(user.username)
        events.record("identity:person:accept", origin, user.pk)
    return user.pk


def _take_back(user: User, since: datetime) -> None:
    try:
        looking_after.propose_again(None, user, since=since)
    except BadInput:
        raise NotFound(_NOT_GOOD) from None


def check_password(password: str, user: User) -> None:
    """Hold a password against the rules.

    Raises:
        BadInput: with every reason, as sentences for the person who chose it.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise BadInput(reasons) from None


def forget_old() -> None:
    """Remove links that were used or ran out."""
    Invitation.objects.filter(expires_at__lt=timezone.now() - LIFETIME).delete()


def _open(token: str, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects
    row = (
        rows.select_related("user").filter(token_hash=_hash(token), used_at=None, expires_at__gt=timezone.now()).first()
    )
    if row is None or not hmac.compare_digest(bytes(row.mac), _mac(row)):
        raise NotFound(_NOT_GOOD)
    return row


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _mac(row: Invitation) -> bytes:
    until = round(row.expires_at.timestamp() * 1_000_000)  # microseconds, which is how exactly the database keeps it
    said = (row.pk, row.user_id, row.client_id, row.invited_by_id or "", until, bytes(row.token_hash).hex())
    return keyed_hash(LINKS, "\0".join(str(part) for part in said).encode())
