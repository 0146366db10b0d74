"""Ending an exception before its time.

Rules
-----
* Whoever may propose or agree to exceptions takes one back, or ends one that opens more than the role: at once.
* One that shows its person less than the role does is ended by two people, as it was made by two: an administrator asks
  and somebody else agrees.
* Nobody ends one of their own, asks for it, or decides about it.
* All of it needs a strong factor proven within five minutes.
"""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from razdar.core.disclosure import Change, DataClass, Role, Viewer
from razdar.core.errors import NotFound, NotYours
from razdar.core.permissions import Permission
from razdar.identity import approvals, cell_words, exceptions, rights
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.identity.models import MatrixException
from razdar.runtime.scope import scope
from razdar.vault import door, matrices

State = MatrixException.State
_NOT_ONES_OWN = gettext_noop("Nobody decides how long an exception for themselves holds. Ask an administrator.")


def end(viewer: Viewer, exception_id: UUID) -> bool:
    """End an exception now, or take a proposal back; the person's next request has it no more.

    Where the person sees more without it, a second person is asked to agree instead.

    Returns:
        Whether it has ended.

    Raises:
        NotYours: neither proposing nor agreeing is among the viewer's duties, or it is for the viewer; where the
            person sees more without it, also who may only agree. NotFound: none that lives.
        StepUpNeeded: prove the factor again.
    """
    with scope(viewer.client):
        row = exceptions.locked(viewer.client, exception_id, State.ACTIVE, State.PROPOSED)
        opens = exceptions.ending_opens(row, matrices.current(viewer.client))
        if row.user_id == viewer.person:
            raise NotYours(_NOT_ONES_OWN)
        if not exceptions.may_end(viewer, row, opens=opens):
            raise NotYours("Ending an exception is not among your duties.")
        door.require_assurance(viewer)
        if opens:
            payload = {"role": row.role, "data_class": row.data_class}
            approvals.request(viewer, exceptions.ENDING, str(row.pk), payload)
            return False
        _end(viewer, row)
    return True


def end_all_of(viewer: Viewer, person: UUID) -> int:
    """End every exception of somebody who leaves, proposals too; how many. Inside the client's scope."""
    rows = MatrixException.objects.select_for_update().filter(client_id=viewer.client, user_id=person)
    living = [row for row in rows.filter(state__in=[State.ACTIVE, State.PROPOSED]) if rights.exception_is_genuine(row)]
    for row in living:
        _end(viewer, row)
    return len(living)


def _end(viewer: Viewer, row: MatrixException) -> None:
    row.state, row.ended_by_id, row.ended_at = State.ENDED, viewer.person, timezone.now()
    exceptions.save(row, "state", "ended_by", "ended_at")
    exceptions.record(viewer, "identity:exception:end", row)


def _agreed(viewer: Viewer, decided: Decided) -> None:
    row = exceptions.locked(viewer.client, UUID(decided.subject), State.ACTIVE)
    if row.user_id in {viewer.person, decided.requested_by}:
        raise NotYours(_NOT_ONES_OWN)
    _end(viewer, row)


def _refused(viewer: Viewer, decided: Decided) -> None:
    row = exceptions.locked(viewer.client, UUID(decided.subject), *State)
    if row.user_id == viewer.person:
        raise NotYours(_NOT_ONES_OWN)


def _describe(payload: Payload) -> str:
    return str(cell_words.titled(Role(str(payload["role"])), DataClass(str(payload["data_class"]))))


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    try:
        found = exceptions.one(viewer, UUID(subject))
    except NotFound:
        return ()
    if found.state != "active":
        return (_("This exception is over already."),)
    back = Change(found.line.role, found.line.data_class, found.line.after, found.line.before)
    return (
        _("For %(name)s, who sees what the role sees once it has ended.") % {"name": found.name},
        _("Why the exception was made: %(reason)s") % {"reason": found.reason},
        cell_words.sentence(cell_words.line(back)),
    )


APPROVALS.register(exceptions.ENDING)(
    ApprovalKind(
        label=gettext_lazy("Ending an exception that shows less"),
        asks=Permission.VAULT_MATRIX_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_agreed,
        on_refused=_refused,
        describe=_describe,
        explain=_explain,
    )
)
