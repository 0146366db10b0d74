"""What erasing a customer removes here: notes and what they said before, drafts, ends of contacts, requests."""

from uuid import UUID

from razdar.runtime.registries import ERASERS, Erased, Eraser
from razdar.work.models import AccessRequest, Disposition, HandOver, Note, NoteBefore, NoteDraft

OURS = (
    ("note", Note),
    ("former note", NoteBefore),
    ("draft of a note", NoteDraft),
    ("end of a contact", Disposition),
    ("request for access", AccessRequest),
    ("hand-over", HandOver),
)
"""What is counted, by the name under which the record of an erasure shows it."""


def preview(client: UUID, customer: UUID) -> Erased:
    """Counts of what would go; changes nothing."""
    mine = {"client_id": client, "customer_id": customer}
    return Erased(tuple((kind, model.objects.filter(**mine).count()) for kind, model in OURS))


def erase(client: UUID, customer: UUID) -> Erased:
    """Remove all of it. Safe to repeat."""
    found = preview(client, customer)
    for _, model in reversed(OURS):
        model.objects.filter(client_id=client, customer_id=customer).delete()
    return found


ERASERS.register("work")(Eraser(preview, erase))
