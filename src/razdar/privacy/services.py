"""Erasing a customer, in two steps, because keys and rows live in different stores and cannot share a transaction.

1. In one transaction: the customer is marked as erased, so that no page and no search opens anything of it; the record
   of the erasure is begun; the event and the job that carries it out are stored.
2. The worker, which hears of the job with that commit: the keys are destroyed, then everything that pointed to them is
   removed, the record is completed, and the end is logged. Every part is safe to repeat.

Where a customer is linked with others, all are records of one person: each is erased in these two steps, and the first
is one transaction for all of them.

Who asks does not destroy: the process that is reached over the network has no right to, at the key agent either.
"""

from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, NotYours
from razdar.core.ledger import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers import erasure as customers
from razdar.privacy import jobs, selectors
from razdar.privacy.models import Erasure
from razdar.vault import door

ASK = "privacy:erasure:ask"


def erase(viewer: Viewer, customer: UUID, ground: str) -> None:
    """Have a person's keys destroyed and what they sealed removed; `selectors.record` says how far it is.

    Args:
        ground: why, one of `Erasure.Ground` (GDPR art. 17(1)).

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living customer. BadInput: unknown ground.
        StepUpNeeded: prove the factor again.
    """
    if not viewer.may(Permission.PRIVACY_CUSTOMER_ERASE):
        raise NotYours("Erasing customers is not among your duties.")
    if ground not in Erasure.Ground.values:
        raise BadInput("Choose why the customer is erased.")
    door.require_assurance(viewer)
    selectors.preview(viewer, customer)
    records = customers.begin(viewer.client, customer)
    for each in records:
        Erasure.objects.create(
            client_id=viewer.client,
            customer_id=each,
            ground=ground,
            requested_by=viewer.person,
            key_ids=[],
            counts=[],
            together=customer if len(records) > 1 else None,
        )
        audit.record(Event.by(viewer, ASK, Mode.CHANGE, customer=each, purpose=Purpose.PRIVACY_REQUEST))
        jobs.finish.defer(viewer.client, each)
