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
from razdar.core.errors import BadInput, NotYours, Refused
from razdar.core.ledger import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers import erasure as customers
from razdar.customers import links, living
from razdar.privacy import jobs, selectors
from razdar.privacy.models import Erasure
from razdar.vault import door

ASK = "privacy:erasure:ask"


class OtherRecords(Refused):
    """Since somebody looked at what would be erased, a record was linked or a link undone."""


def erase(viewer: Viewer, customer: UUID, ground: str, previewed: str | None = None) -> None:
    """Have a person's keys destroyed and what they sealed removed; `selectors.record` says how far it is.

    Args:
        ground: why, one of `Erasure.Ground` (GDPR art. 17(1)).
        previewed: `Preview.records` of what was shown; empty where nothing but this record was.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such living customer. BadInput: unknown ground.
        StepUpNeeded: prove the factor again. OtherRecords: the person has not the records that were shown.
    """
    if not viewer.may(Permission.PRIVACY_CUSTOMER_ERASE):
        raise NotYours("Erasing customers is not among your duties.")
    if ground not in Erasure.Ground.values:
        raise BadInput("Choose why the customer is erased.")
    door.require_assurance(viewer)
    selectors.preview(viewer, customer)
    living.alone(viewer.client)  # from here on no link is made or undone
    shown = previewed or selectors.records_digest([customer])
    if previewed is not None and shown != selectors.records_digest(links.person(viewer, customer)):
        raise OtherRecords("Meanwhile records of this person were linked or unlinked. Look again at what would go.")
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
