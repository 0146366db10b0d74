"""How a class of data is stored is a client's choice: one person proposes it, another decides."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.identity import approvals
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.runtime.scope import scope
from razdar.ui.labels import CLASS_LABELS
from razdar.vault import choosing, modes

KIND = "mode"

MODE_LABELS: Mapping[str, Promise] = {
    "standard": gettext_lazy("Under the customer's key"),
    "searchable": gettext_lazy("Under the customer's key, found by exact value"),
    "sealed": gettext_lazy("Sealed: who writes cannot read"),
    "dual_control": gettext_lazy("Two keys, one held by a person"),
    "token": gettext_lazy("Kept apart, a random token in its place"),
}
MODE_MEANINGS: Mapping[str, Promise] = {
    "standard": gettext_lazy("Each value is sealed under its customer's own key, which Razdar holds."),
    "searchable": gettext_lazy("Sealed under the customer's key, with a keyed fingerprint beside it for search."),
    "sealed": gettext_lazy("Sealed with a public key, so that whoever takes values in cannot read what is stored."),
    "dual_control": gettext_lazy("Sealed under two keys: Razdar holds one, persons who are named hold the other."),
    "token": gettext_lazy("The record holds a random token; the sealed value lies in a table of its own."),
}
MODE_COSTS: Mapping[str, Promise] = {
    "standard": gettext_lazy("Nobody can search by it."),
    "searchable": gettext_lazy("Whoever copies the database sees which values are equal, but not what they are."),
    "sealed": gettext_lazy("Nobody can search by it, and sealing and opening take longer."),
    "dual_control": gettext_lazy(
        "Nobody can search by it, each look needs one of these persons, and if they all lose their key files, "
        "the values are lost."
    ),
    "token": gettext_lazy("Nobody can search by it, and each look reads a second table."),
}
_SHOWN_WHOLE = 90


def propose(viewer: Viewer, data_class: DataClass, mode: str, recipients: Sequence[str] = ()) -> UUID:
    """Propose another mode for a class and ask for the decision; nothing changes yet. Returns the request's id.

    Args:
        recipients: for dual control, age recipients of the persons who keep the second key.

    Raises:
        NotYours, BadInput: as `razdar.vault.choosing.propose`.
    """
    with scope(viewer.client):
        mark, said = choosing.propose(viewer, data_class, mode, recipients)
        return approvals.request(viewer, KIND, mark, said)


def _approved(viewer: Viewer, decided: Decided) -> None:
    choosing.approve(viewer, decided.subject, decided.payload)


def _describe(payload: Payload) -> str:
    data_class, mode = _said(payload)
    return _("%(value)s: %(mode)s") % {"value": CLASS_LABELS[data_class], "mode": MODE_LABELS[mode]}


def _said(payload: Payload) -> tuple[DataClass, str]:
    return DataClass(str(payload["data_class"])), str(payload["mode"])


def explain(viewer: Viewer, data_class: DataClass, mode: str) -> tuple[str, ...]:
    """What a choice brings with it, in sentences for who proposes and who decides.

    Raises:
        BadInput: not a mode for this class.
    """
    if mode not in choosing.allowed(data_class):
        raise BadInput("Values of this kind cannot be stored like that.")
    found = choosing.consequence(viewer.client, data_class, mode)
    sentences = (
        (found.loses_search, _("Nobody will be able to search by it, and its search index is deleted at once.")),
        (found.gains_search, _("It can be searched for when all stored values have been worked through.")),
        (found.needs_persons, _("Each look waits for a person who keeps the second key; callers cannot be matched.")),
        (found.cannot_leave, _("What is stored under two keys stays so until it is typed anew.")),
    )
    return tuple(text for holds, text in sentences if holds)


def _explain(viewer: Viewer, _subject: str, payload: Payload) -> tuple[str, ...]:
    data_class, mode = _said(payload)
    now = MODE_LABELS[modes.mode_of(viewer.client, data_class)]
    keepers = str(payload["recipients"]).split()
    return (
        _("Now: %(mode)s") % {"mode": now},
        str(MODE_MEANINGS[mode]),
        str(MODE_COSTS[mode]),
        *explain(viewer, data_class, mode),
        *(_("Keeps the second key: %(recipient)s") % {"recipient": shortened(text)} for text in keepers),
        _("New values are stored like this at once, older ones are worked through in the background."),
    )


def shortened(recipient: str) -> str:
    """A recipient as pages show it: whole, or where it fills a page its beginning and its end."""
    return recipient if len(recipient) <= _SHOWN_WHOLE else f"{recipient[:48]}…{recipient[-24:]}"


APPROVALS.register(KIND)(
    ApprovalKind(
        label=gettext_lazy("Encryption mode"),
        asks=Permission.VAULT_MATRIX_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_approved,
        describe=_describe,
        explain=_explain,
    )
)
