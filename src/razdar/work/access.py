"""Asking to work for a customer, and a supervisor's answer.

What an agent sees is what the matrix shows to agents, and nobody's answer changes that. So access is an assignment:
for a while the agent works for the customer, as beside a contact. The reason is sealed under the customer's key; who
decides reads it, which is logged. A refusal is one of a few sentences, so that nothing personal is written into it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from razdar import audit
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Unopenable
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers.living import hold
from razdar.identity import approvals
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.runtime.ids import uuid7
from razdar.ui.labels import PURPOSE_LABELS
from razdar.vault import assignments, door
from razdar.vault import services as vault
from razdar.vault.door import Look
from razdar.vault.limits import Limit
from razdar.work.models import AccessRequest

ASK, GRANT, REASON = "work:access:ask", "work:access:grant", "work:access:reason"
KIND = "access"
LASTS = timedelta(minutes=30)
"""How long an agent works for a customer when a supervisor has agreed."""
WAITS = timedelta(hours=2)
"""How long a request waits; afterwards nobody needs the answer."""
SHORTEST, LONGEST = 10, 500
ASKED = Limit("access", 20, timedelta(hours=1), "Too many requests in an hour. Speak with your supervisor.")
PURPOSES = (Purpose.SERVICE, Purpose.CALL_BACK, Purpose.COMPLAINT)
Answer = AccessRequest.Answer
ANSWERS = {
    Answer.NOT_NEEDED: gettext_lazy("What you wrote can be done without this customer's record."),
    Answer.SOMEBODY_ELSE: gettext_lazy("Somebody else is working for this customer already."),
    Answer.NOT_IDENTIFIED: gettext_lazy("Make sure first that you are speaking with this customer, by an exact value."),
    Answer.SAY_MORE: gettext_lazy("The reason does not say enough. Ask again and say what you want to do."),
}
"""Sentences for whoever was refused."""


@dataclass(frozen=True)
class Asked:
    """One's own request.

    Attributes:
        state: ``pending``, ``approved``, ``refused`` or ``expired``; ``over`` when the time that was given is.
        until: when the time that was given ends.
        answer: a code of `ANSWERS`; empty where there is none.
    """

    id: UUID
    customer: UUID
    purpose: Purpose
    asked_at: datetime
    state: str
    until: datetime | None
    answer: str

    @property
    def sentence(self) -> str:
        """What was answered, in words."""
        return str(ANSWERS.get(Answer(self.answer), ""))


def ask(viewer: Viewer, customer: UUID, purpose: Purpose, reason: str) -> UUID:
    """Ask a supervisor to work for a customer; an equal request that still waits is the answer.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living customer. BadInput: no purpose, no reason,
        or the viewer works for the customer already. TooManyTries: too many requests.
    """
    if not viewer.may(Permission.WORK_ACCESS_ASK):
        raise NotYours("Asking for access is not among your duties.")
    if purpose not in PURPOSES:
        raise BadInput("Choose what you need access for.")
    if not SHORTEST <= len(reason.strip()) <= LONGEST:
        raise BadInput("Write why you need to work for this customer, in ten letters or more.")
    hold(viewer.client, customer)
    if customer in assignments.assigned(viewer, {customer}):
        raise BadInput("You work for this customer already.")
    waiting = next((each.id for each in own(viewer, customer) if each.state == "pending"), None)
    return waiting or _asked(viewer, customer, purpose, reason.strip())


def _asked(viewer: Viewer, customer: UUID, purpose: Purpose, reason: str) -> UUID:
    look = Look(ASK, Mode.CHANGE, purpose)
    door.count(viewer, look, ASKED, [])
    row = AccessRequest(
        id=uuid7(),
        client_id=viewer.client,
        customer_id=customer,
        person=viewer.person,
        purpose=purpose,
        asked_at=datetime.now(UTC),
    )
    vault.seal(row, {"reason": reason}, ASK)
    payload = {"customer": str(customer), "purpose": str(purpose)}
    row.approval = approvals.request(viewer, KIND, str(row.id), payload)
    row.save(force_insert=True)
    audit.record(Event.by(viewer, ASK, Mode.CHANGE, customer=customer, purpose=purpose))
    return row.id


def own(viewer: Viewer, customer: UUID | None = None) -> list[Asked]:
    """One's own requests of the last day, newest first; of one customer where one is named."""
    since = datetime.now(UTC) - timedelta(days=1)
    rows = AccessRequest.objects.filter(client_id=viewer.client, person=viewer.person, asked_at__gt=since)
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    states = {request.subject: request.state for request in approvals.own(viewer, KIND)}
    return [_own(row, states.get(str(row.id), "expired")) for row in rows.order_by("-asked_at", "-id")[:50]]


def refuse(viewer: Viewer, approval: UUID, answer: str) -> None:
    """Refuse a request, with a sentence for who asked.

    Raises:
        BadInput: not one of the sentences. Else as `razdar.identity.approvals.refuse`.
    """
    if answer not in set(ANSWERS):
        raise BadInput("Choose what the agent is told.")
    AccessRequest.objects.filter(client_id=viewer.client, approval=approval, answer="").update(answer=answer)
    approvals.refuse(viewer, approval)


def approve(viewer: Viewer, approval: UUID) -> None:
    """Agree to a request. Raises as `razdar.identity.approvals.approve`."""
    approvals.approve(viewer, approval)


def forget_old(client: UUID) -> None:
    """Remove requests of the day before yesterday; the log keeps that there were any."""
    AccessRequest.objects.filter(client_id=client, asked_at__lt=datetime.now(UTC) - timedelta(days=2)).delete()


def _own(row: AccessRequest, state: str) -> Asked:
    over = state == "approved" and row.until is not None and row.until <= datetime.now(UTC)
    purpose = Purpose(row.purpose)
    return Asked(row.id, row.customer_id, purpose, row.asked_at, "over" if over else state, row.until, row.answer)


def _approved(viewer: Viewer, decided: Decided) -> None:
    row = AccessRequest.objects.filter(client_id=viewer.client, id=UUID(decided.subject)).first()
    if row is None:
        raise NotFound("There is no such request.")
    hold(viewer.client, row.customer_id)
    row.until = datetime.now(UTC) + LASTS
    row.save(update_fields=["until"])
    assignments.assign(viewer.client, row.customer_id, decided.requested_by, f"access-{row.id.hex}", row.until)
    detail = (("person", str(decided.requested_by)),)
    audit.record(Event.by(viewer, GRANT, Mode.CHANGE, customer=row.customer_id, purpose=row.purpose, detail=detail))


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    row = AccessRequest.objects.filter(client_id=viewer.client, id=UUID(subject)).first()
    with suppress(NotFound, Unopenable):
        if row is not None:
            return (door.open_one(viewer, row.reason, Look(REASON, Mode.VIEW, Purpose(row.purpose)), ""),)
    return (_("The customer was erased since. There is nothing left to work for."),)


def _describe(payload: Payload) -> str:
    purpose = next(label for name, label in PURPOSE_LABELS.items() if name == payload["purpose"])
    return _("For: %(purpose)s") % {"purpose": purpose}


APPROVALS.register(KIND)(
    ApprovalKind(
        label=gettext_lazy("Working for a customer"),
        asks=Permission.WORK_ACCESS_ASK,
        decides=Permission.WORK_ACCESS_DECIDE,
        on_approved=_approved,
        describe=_describe,
        explain=_explain,
        opens=True,
        lifetime=WAITS,
    )
)
