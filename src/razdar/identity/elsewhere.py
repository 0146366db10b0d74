"""People who also work for another client.

Rules
-----
* Only the operator, at the console, brings somebody who is known at one client to a second one. From a page, such a
  work name is merely unusable: nobody learns whether it exists.
* Names are counted by person and day, on a connection that commits at once; one that is somebody's elsewhere counts
  like a hundred. Who has used them up is answered alike for every name, and the log has an alarm of it.
* The sign-in of whoever is shared - sessions, lock, links - is no single client's to administer, and its state and
  times are shown to none. Each client's administrators keep deciding about the roles at their own client.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotYours, TooManyTries
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.identity.models import RoleGrant
from razdar.vault import limits
from razdar.vault.limits import Limit

UNUSABLE = gettext_noop(
    "This work name cannot be used. Choose another, of 2 to 40 small letters, digits, dots and hyphens."
)
SHARED = gettext_noop(
    "This person also works for another client. Only the operator can make a new link or open the account."
)


NAMES = Limit(
    "names",
    2000,
    timedelta(days=1),
    "Too many work names were tried in a day. Wait until tomorrow, or let the operator invite at the console.",
)
TAKEN = 100
"""For how many names one counts that is somebody's at another client: twenty of them, and the day is used up."""


def count_name(viewer: Viewer, times: int = 1) -> None:
    """Count a work name that is typed into a page, before it is looked up.

    Raises:
        TooManyTries: the viewer has used up the names of a day; logged, as an alarm.
    """
    try:
        limits.count(
            NAMES, viewer.person, viewer.person, times
        )  # over all clients: who changes the client gains nothing
    except TooManyTries:
        told = (("limit", NAMES.act),)
        audit.record_now(Event.by(viewer, "identity:name:alert", Mode.DENY, outcome=Outcome.DENIED, detail=told))
        raise


def shared(client: UUID, people: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the people who work elsewhere, or worked elsewhere and do not work at this client now."""
    here: set[UUID] = set()
    there: set[UUID] = set()
    ever_there: set[UUID] = set()
    grants = RoleGrant.objects.filter(user_id__in=set(people)).values_list("user_id", "client_id", "state")
    for person, where, state in grants:
        living = state != RoleGrant.State.ENDED
        if where != client:
            ever_there.add(person)
        if living:
            (here if where == client else there).add(person)
    return frozenset(there | (ever_there - here))


def check_own(client: UUID, person: UUID) -> None:
    """Refuse to administer the sign-in of somebody shared.

    Raises:
        NotYours: the person is shared.
    """
    if shared(client, [person]):
        raise NotYours(SHARED)


def check_invitable(client: UUID, person: UUID) -> None:
    """Refuse to invite, from a page, anybody who was not always this client's alone.

    Raises:
        BadInput: known at another client, or at none.
    """
    grants = RoleGrant.objects.filter(user_id=person)
    if grants.exclude(client_id=client).exists() or not grants.exists():
        raise BadInput(UNUSABLE)


def check_here(client: UUID, person: UUID) -> None:
    """Refuse to bring back, from a page, somebody who works here no more and is known elsewhere.

    Raises:
        NotYours: the operator must do it.
    """
    living = RoleGrant.objects.filter(user_id=person, client_id=client).exclude(state=RoleGrant.State.ENDED)
    if not living.exists() and shared(client, [person]):
        raise NotYours(SHARED)
