"""Erasing a customer.

The keys go first. They live in another store than the rows, so the two cannot share a transaction; from the moment
the keys are destroyed nothing of the customer opens, and every later step is safe to repeat. The beginning is in the
log before the first key is touched, and the end with the record of what went.
"""

from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity.stepup import require_recent
from razdar.privacy import selectors
from razdar.privacy.models import Erasure
from razdar.runtime.registries import ERASERS
from razdar.vault import services as vault

ACTION = "privacy:customer:erase"


def erase(viewer: Viewer, customer: UUID, ground: str) -> selectors.Record:
    """Destroy a customer's keys and remove what they sealed.

    Args:
        ground: why, one of `Erasure.Ground` (GDPR art. 17(1)).

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living customer. BadInput: unknown ground.
        StepUpNeeded: prove the factor again. Unavailable: key store or object store is away; repeat it.
    """
    if not viewer.may(Permission.PRIVACY_CUSTOMER_ERASE):
        raise NotYours("Erasing customers is not among your duties.")
    if ground not in Erasure.Ground.values:
        raise BadInput("Choose why the customer is erased.")
    require_recent(viewer)
    selectors.preview(viewer, customer)
    _event(viewer, customer, "begun", ground, now=True)
    shredded = vault.shred(viewer.client, customer)
    counts = [pair for eraser in ERASERS.values() for pair in eraser.erase(viewer.client, customer).counts]
    counts += [("index entry", shredded.index_entries), ("reveal", shredded.grants), ("key", len(shredded.key_ids))]
    Erasure.objects.get_or_create(
        client_id=viewer.client,
        customer_id=customer,
        defaults={
            "ground": ground,
            "requested_by": viewer.person,
            "key_ids": list(shredded.key_ids),
            "counts": counts,
            "destroyed_at": shredded.destroyed_at,
        },
    )
    _event(viewer, customer, "done", ground, now=False)
    return selectors.record(viewer, customer)


def _event(viewer: Viewer, customer: UUID, step: str, ground: str, *, now: bool) -> None:
    event = Event.by(
        viewer,
        ACTION,
        Mode.CHANGE,
        customer=customer,
        purpose=Purpose.PRIVACY_REQUEST,
        detail=(("step", step), ("ground", ground)),
    )
    (audit.record_now if now else audit.record)(event)
