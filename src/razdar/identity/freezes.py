"""Stopping all reading of a client's data, and letting it go on: one person of the client asks, another agrees.

Rules
-----
* Both hold the role of client observer at this client at that moment; nobody else can ask or agree, whatever they are.
* Both have proven a strong factor within five minutes.
* A request to freeze lapses after an hour: it is an emergency or it is none. One to lift lapses after a day.
* Lifting takes two people who were observers when the client was frozen, or have been for a week since: otherwise
  whoever grants roles could make two observers and let the reading go on the same minute. A week is long enough for
  the client to see those grants in its log, and keeps a client whose observers have all left from being shut for good.
* The request is bound to the freeze it lifts; a later freeze needs another.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Unavailable
from razdar.core.permissions import Permission
from razdar.identity import approvals, observers
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload, Request
from razdar.identity.observers import NEWCOMERS_WAIT
from razdar.ui.banners import BANNERS, Banner
from razdar.vault import door, freezing
from razdar.vault.freezing import Decision, Freeze

__all__ = [
    "FREEZE",
    "LIFT",
    "Decision",
    "Freeze",
    "Standing",
    "agree",
    "ask_freeze",
    "ask_lift",
    "is_stopped",
    "refuse",
    "standing",
    "take_back",
]

FREEZE, LIFT = "freeze", "lift"
KINDS = (FREEZE, LIFT)
FREEZE_LASTS = timedelta(hours=1)
_NOT_BOTH = gettext_noop("Both people must be observers of this client now. Ask again.")


@dataclass(frozen=True)
class Standing:
    """How it stands with the freeze of a client.

    Attributes:
        known: whether the key agent answered; nothing of a client can be read where it does not.
        frozen: the freeze that lasts.
        history: every freeze, the newest first.
        requests: what waits for a decision.
        decides: whether the viewer is one of those who ask and agree.
    """

    known: bool
    frozen: Freeze | None = None
    history: tuple[Freeze, ...] = ()
    requests: tuple[Request, ...] = ()
    decides: bool = False


def standing(viewer: Viewer) -> Standing:
    """How it stands at the viewer's client. Leaves no event.

    Raises:
        NotYours: neither the log nor freezing is among the viewer's duties.
    """
    decides = viewer.may(Permission.VAULT_CLIENT_FREEZE)
    if not (decides or viewer.may(Permission.OVERSIGHT_LOG_VIEW)):
        raise NotYours("Whether the client is frozen is not among your duties.")
    try:
        history = tuple(freezing.freezes(viewer.client))
    except Unavailable:
        return Standing(known=False, decides=decides)
    lasting = history[0] if history and history[0].lifted is None else None
    return Standing(True, lasting, history, _waiting(viewer, lasting) if decides else (), decides)


def is_stopped(viewer: Viewer) -> bool:
    """Whether all reading of the viewer's client's data is stopped. Leaves no event."""
    return freezing.waits(viewer.client)


def ask_freeze(viewer: Viewer) -> UUID:
    """Ask another person of the client to agree to a freeze; the request's id.

    Raises:
        NotYours: the viewer is no observer of the client. StepUpNeeded. BadInput: it is frozen already.
        Unavailable: the key agent does not answer.
    """
    _require(viewer)
    if is_stopped(viewer):
        raise BadInput("Reading is stopped already.")
    return approvals.request(viewer, FREEZE, FREEZE, {})


def ask_lift(viewer: Viewer) -> UUID:
    """Ask another person of the client to agree that reading goes on; the request's id.

    Raises:
        As `ask_freeze`. BadInput: it is not frozen. NotYours: also who became an observer since, and not a week ago.
    """
    _require(viewer)
    lasting = _lasting(viewer)
    _require_known_then(viewer.client, viewer.person, lasting)
    return approvals.request(viewer, LIFT, str(lasting.set.request), {})


def agree(viewer: Viewer, request: UUID) -> None:
    """Agree to what another person of the client asked for; it holds at once.

    Raises:
        As `razdar.identity.approvals.approve`. NotFound: also a request of another kind.
    """
    _known(viewer, request)
    approvals.approve(viewer, request)


def refuse(viewer: Viewer, request: UUID) -> None:
    """Refuse what another person of the client asked for. Raises as `agree`."""
    _known(viewer, request)
    approvals.refuse(viewer, request)


def take_back(viewer: Viewer, request: UUID) -> None:
    """Take back what the viewer asked for and nobody has decided. Raises as `razdar.identity.approvals.withdraw`."""
    _known(viewer, request)
    approvals.withdraw(viewer, request)


def _known(viewer: Viewer, request: UUID) -> None:
    if not viewer.may(Permission.VAULT_CLIENT_FREEZE):
        raise NotYours("Only people of the client decide this.")
    if request not in {one.id for one in approvals.open_of(viewer, KINDS)}:
        raise NotFound("There is no such open request.")


def _waiting(viewer: Viewer, lasting: Freeze | None) -> tuple[Request, ...]:
    """What can still come about: a freeze while there is none, the lifting of the one that lasts."""
    subject = str(lasting.set.request) if lasting else FREEZE
    return tuple(one for one in approvals.open_of(viewer, KINDS) if one.subject == subject)


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.VAULT_CLIENT_FREEZE):
        raise NotYours("Only people of the client decide this.")
    door.require_assurance(viewer)


def _lasting(viewer: Viewer) -> Freeze:
    found = freezing.freezes(viewer.client)
    if not found or found[0].lifted is not None:
        raise BadInput("Reading is not stopped.")
    return found[0]


def _require_both(viewer: Viewer, decided: Decided) -> None:
    if viewer.role != Role.CLIENT_OBSERVER or viewer.person == decided.requested_by:
        raise NotYours("Two people of the client decide this.")
    if not {viewer.person, decided.requested_by} <= observers.able(viewer.client).keys():
        raise NotYours(_NOT_BOTH)


def _require_known_then(client: UUID, person: UUID, lasting: Freeze) -> None:
    since, now = observers.able(client).get(person), timezone.now()
    if since is None or (since > lasting.set.at and since > now - NEWCOMERS_WAIT):
        raise NotYours(
            "You became an observer after reading was stopped. You can lift the freeze a week after that, "
            "or people who were observers before can."
        )


def _freeze_agreed(viewer: Viewer, decided: Decided) -> None:
    _require_both(viewer, decided)
    freezing.freeze(viewer, decided.id, decided.requested_by)


def _lift_agreed(viewer: Viewer, decided: Decided) -> None:
    _require_both(viewer, decided)
    lasting = _lasting(viewer)
    if decided.subject != str(lasting.set.request):
        raise BadInput("This request was about an earlier freeze. Ask again.")
    for person in (viewer.person, decided.requested_by):
        _require_known_then(viewer.client, person, lasting)
    freezing.lift(viewer, lasting.set.request, decided.id, decided.requested_by)


def _banner(viewer: Viewer) -> Banner | None:
    """What everybody at a frozen client is told on every page."""
    if not is_stopped(viewer):
        return None
    return Banner("warn", _("Reading is stopped"), _say_frozen())


def _asked_banner(viewer: Viewer) -> Banner | None:
    """What the other observers are told on every page while one waits for them: it is an emergency."""
    if not viewer.may(Permission.VAULT_CLIENT_FREEZE):
        return None
    try:
        waiting = [one for one in standing(viewer).requests if one.decidable]
    except DatabaseError:  # on the page of an error that ended the transaction
        return None
    if not waiting:
        return None
    asked = _("Another observer asks you to agree: %(what)s") % {"what": waiting[0].label}
    return Banner("warn", _("You are asked for"), asked, reverse("oversight:freeze"), _("Look at the request"))


def _say_frozen() -> str:
    return _(
        "Your client has stopped all reading of its data. Nothing is lost; "
        "it goes on as soon as two people of the client lift the freeze."
    )


def _describe_freeze(_payload: Payload) -> str:
    return _("Nothing of this client's data can be read by anybody until two people of the client lift it.")


def _describe_lift(_payload: Payload) -> str:
    return _("This client's data can be read again by whoever may.")


_KIND = ApprovalKind(
    label=gettext_lazy("Stop all reading"),
    asks=Permission.VAULT_CLIENT_FREEZE,
    decides=Permission.VAULT_CLIENT_FREEZE,
    on_approved=_freeze_agreed,
    describe=_describe_freeze,
    lifetime=FREEZE_LASTS,
)
APPROVALS.register(FREEZE)(_KIND)
APPROVALS.register(LIFT)(
    ApprovalKind(
        label=gettext_lazy("Let reading go on"),
        asks=Permission.VAULT_CLIENT_FREEZE,
        decides=Permission.VAULT_CLIENT_FREEZE,
        on_approved=_lift_agreed,
        describe=_describe_lift,
    )
)
BANNERS.register("freeze")(_banner)
BANNERS.register("freeze asked for")(_asked_banner)
