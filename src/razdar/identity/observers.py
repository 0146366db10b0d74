"""Who watches for the client is not taken away by whoever is watched.

Two observers of a client can stop all reading of its data. Whoever looks after people could take them out of action one
by one: close the account, make the sign-in anew, end the role, let them leave.

Rules
-----
* While observers wait for each other to stop reading, which is an hour at most, none of them is taken out of action.
* Where two others are left who have been observers for a week, nothing more is asked for. Newcomers do not count:
  otherwise whoever grants roles could exchange the client's people for others.
* Else another observer agrees who has been one for a week; or three days pass in which the observers are told on every
  page and none refuses, for observers who are gone or locked out altogether. Three days reach over a weekend.
* It binds the console too. Nobody needs anybody's word to end their own role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.permissions import Permission
from razdar.identity import approvals, rights
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload, Request
from razdar.identity.looking_after import colleague, require
from razdar.identity.models import Approval, RoleGrant, User
from razdar.identity.selectors import display_names
from razdar.runtime.scope import scope
from razdar.ui.banners import BANNERS, Banner

KIND, FREEZE = "observer", "freeze"
LEFT_TO_WATCH = 2
HOLD = timedelta(days=3)
GOOD_FOR = timedelta(days=7)
NEWCOMERS_WAIT = timedelta(days=7)
STOPPING = gettext_noop(
    "An observer of this client asks to stop all reading. Until that is decided, no observer is taken out of action."
)
NEEDS_WORD = gettext_noop(
    "Too few observers would be left to stop reading. Another observer must agree first; ask them on the person's page."
)


@dataclass(frozen=True)
class Word:
    """How it stands with the word of the observers about one of them.

    Attributes:
        stopping: one of them asks to stop reading, so nobody is taken out of action now.
        agreed: another observer agreed, or three days passed in which none refused.
        asked_at, until: when they were asked, and how long that holds; None where they were not, or refused.
    """

    stopping: bool
    agreed: bool = False
    asked_at: datetime | None = None
    until: datetime | None = None

    @property
    def silent_from(self) -> datetime | None:
        """From when on nobody's answer is needed, unless somebody refuses."""
        return self.asked_at + HOLD if self.asked_at else None


@dataclass(frozen=True)
class Asked:
    """A request as observers see it.

    Attributes:
        name: whom it is about.
        oneself: it is about the viewer, who can refuse it and not agree.
        silent_from: from when on nobody's answer is needed.
    """

    request: Request
    name: str
    oneself: bool
    silent_from: datetime


def able(client: UUID) -> dict[UUID, datetime]:
    """The observers of a client who can sign in, each with the moment since when."""
    return _able(_held(client))


def check_may_go(client: UUID, person: UUID, viewer: Viewer | None) -> None:
    """Refuse to take an observer out of action without the word of the others. Inside the client's scope.

    Args:
        viewer: who does it; None at the console.

    Raises:
        BadInput: an observer asks to stop reading, or the others have not agreed.
    """
    if viewer is not None and viewer.person == person:
        return
    word = word_about(client, person, lock=True)
    if word is not None and not word.agreed:
        raise BadInput(STOPPING if word.stopping else NEEDS_WORD)


def word_about(client: UUID, person: UUID, *, lock: bool = False) -> Word | None:
    """What the observers say about taking one of them out of action; None where nobody need be asked."""
    held = _held(client, lock=lock)
    if person not in held:  # who holds the role counts, shut out or not: wrong codes that anybody types shut out
        return None
    if _stopping(client):
        return Word(stopping=True)
    if len(_well_known(_able(held)) - {person}) >= LEFT_TO_WATCH:
        return None
    row = _newest(client, person)
    if row is None or row.state == Approval.State.REFUSED:
        return Word(stopping=False)
    agreed = row.state == Approval.State.APPROVED or row.requested_at + HOLD <= timezone.now()
    return Word(False, agreed, row.requested_at, row.expires_at)


def ask(viewer: Viewer, person: UUID) -> UUID:
    """Ask the observers whether one of them may be taken out of action; the request's id.

    Raises:
        NotYours: not among the viewer's duties, or oneself. NotFound: nobody of this client. StepUpNeeded.
        BadInput: nobody need be asked, or one of them asks to stop reading.
    """
    require(viewer, Permission.IDENTITY_PERSON_INVITE)
    with scope(viewer.client):
        colleague(viewer.client, person, but_not=viewer.person)
        word = word_about(viewer.client, person)
        if word is None:
            raise BadInput("Nobody need be asked about this person.")
        if word.stopping:
            raise BadInput(STOPPING)
        return approvals.request(viewer, KIND, str(person), {})


def waiting(viewer: Viewer) -> tuple[Asked, ...]:
    """What the viewer, an observer, is asked about one of them."""
    if not viewer.may(Permission.VAULT_CLIENT_FREEZE):
        return ()
    found = [(UUID(one.subject), one) for one in approvals.open_of(viewer, [KIND])]
    names = display_names(person for person, _one in found)
    return tuple(
        Asked(one, names.get(person, ""), person == viewer.person, one.requested_at + HOLD) for person, one in found
    )


def decide(viewer: Viewer, request: UUID, *, agree: bool) -> None:
    """Answer such a request.

    Raises:
        NotYours: the viewer is no observer; or agrees and is the one it is about, or a newcomer. StepUpNeeded.
        NotFound: no such open request.
    """
    if not viewer.may(Permission.VAULT_CLIENT_FREEZE):
        raise NotYours("Only people of the client decide this.")
    if request not in {one.id for one in approvals.open_of(viewer, [KIND])}:
        raise NotFound("There is no such open request.")
    (approvals.approve if agree else approvals.refuse)(viewer, request)


# --- Inside -----------------------------------------------------------------------------------------------------------


def _held(client: UUID, *, lock: bool = False) -> dict[UUID, datetime]:
    """Who holds the role, and since when. Locked, two of them cannot be taken out at the same moment."""
    rows = RoleGrant.objects.filter(client_id=client, role=Role.CLIENT_OBSERVER.value, state=RoleGrant.State.ACTIVE)
    rows = rows.select_for_update() if lock else rows
    return {row.user_id: row.decided_at or row.proposed_at for row in rows.order_by("pk") if rights.genuine(row)}


def _able(held: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    can = User.objects.filter(pk__in=held, is_active=True, disabled=User.Disabled.NO)
    return {person: held[person] for person in can.values_list("pk", flat=True)}


def _stopping(client: UUID) -> bool:
    rows = Approval.objects.filter(client_id=client, kind=FREEZE, state=Approval.State.PENDING)
    return bool(rights.genuine_requests(rows.filter(expires_at__gt=timezone.now())))


def _well_known(known: Mapping[UUID, datetime]) -> frozenset[UUID]:
    """Those of them who have been observers for a week."""
    return frozenset(person for person, since in known.items() if since <= timezone.now() - NEWCOMERS_WAIT)


def _newest(client: UUID, person: UUID) -> Approval | None:
    rows = Approval.objects.filter(client_id=client, kind=KIND, subject=str(person), expires_at__gt=timezone.now())
    return next(iter(rights.genuine_requests(rows.order_by("-pk"))), None)


def _require_another(viewer: Viewer, decided: Decided) -> None:
    if viewer.role != Role.CLIENT_OBSERVER or decided.subject == str(viewer.person):
        raise NotYours("Another observer must agree to this.")
    if viewer.person not in _well_known(able(viewer.client)):
        raise NotYours("You can agree to this when you have been an observer for a week.")


def _describe(_payload: Payload) -> str:
    return _(
        "An observer is to be taken out of action: the role ends, the account is closed, or the sign-in is made anew."
    )


def _banner(viewer: Viewer) -> Banner | None:
    """What the other observers are told on every page, so that nothing happens behind their backs."""
    try:
        if not waiting(viewer):
            return None
    except DatabaseError:  # on the page of an error that ended the transaction
        return None
    told = _(
        "An administrator wants to take an observer of this client out of action. Without an answer it can be done."
    )
    return Banner("warn", _("You are asked for"), told, reverse("oversight:freeze"), _("Look at the request"))


APPROVALS.register(KIND)(
    ApprovalKind(
        label=gettext_lazy("Take an observer out of action"),
        asks=Permission.IDENTITY_PERSON_INVITE,
        decides=Permission.VAULT_CLIENT_FREEZE,
        on_approved=_require_another,
        describe=_describe,
        lifetime=GOOD_FOR,
    )
)
BANNERS.register("observer asked about")(_banner)
