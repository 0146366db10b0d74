"""Reveals that need a second person, as requests others decide. Used for original recordings and transcripts too."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import ClientFrozen, NotFound, Unopenable
from razdar.core.permissions import Permission
from razdar.identity import approvals
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.ui.labels import CLASS_LABELS, PURPOSE_LABELS
from razdar.vault import grants
from razdar.vault.grants import GrantState

KIND = "reveal"
ORIGINAL = "original"
"""The same for a recording or transcript: asked for by those whose work is listening."""
_CONTENT = frozenset({DataClass.RECORDING, DataClass.TRANSCRIPT})


def request_reveal(viewer: Viewer, state: GrantState) -> UUID:
    """Ask for a second person's decision about a grant; returns the request's id."""
    payload = {"data_class": str(state.data_class), "purpose": str(state.purpose), "customer": str(state.customer)}
    return approvals.request(viewer, ORIGINAL if state.data_class in _CONTENT else KIND, str(state.id), payload)


def _approved(viewer: Viewer, decided: Decided) -> None:
    grants.decide(viewer, UUID(decided.subject), approve=True)


def _refused(viewer: Viewer, decided: Decided) -> None:
    with suppress(NotFound):  # gone with its customer: refusing closes the request all the same
        grants.decide(viewer, UUID(decided.subject), approve=False)


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    try:
        return (grants.reason_of(viewer, UUID(subject)),)
    except (NotFound, Unopenable):
        return (_("The customer was erased since. There is nothing left to reveal."),)
    except ClientFrozen:
        return (_("The reason cannot be read while the client has stopped all reading."),)


def _describe(payload: Payload) -> str:
    data_class = CLASS_LABELS[DataClass(str(payload["data_class"]))]
    purpose = next(label for name, label in PURPOSE_LABELS.items() if name == payload["purpose"])
    return _("%(value)s, for: %(purpose)s") % {"value": data_class, "purpose": purpose}


_REVEAL = ApprovalKind(
    label=gettext_lazy("Reveal"),
    asks=Permission.CUSTOMERS_FIELD_REVEAL,
    decides=Permission.IDENTITY_REVEAL_APPROVE,
    on_approved=_approved,
    on_refused=_refused,
    describe=_describe,
    explain=_explain,
    opens=True,
)
APPROVALS.register(KIND)(_REVEAL)
APPROVALS.register(ORIGINAL)(
    replace(_REVEAL, label=gettext_lazy("Opening an original"), asks=Permission.INTERACTIONS_ORIGINAL_PLAY)
)
