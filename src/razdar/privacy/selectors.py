"""Reading what an erasure would remove, and what one has removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound
from razdar.core.permissions import Permission
from razdar.customers import selectors as customers
from razdar.privacy.models import Erasure
from razdar.runtime.registries import ERASERS


@dataclass(frozen=True)
class Preview:
    """What would go, counted by kind."""

    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Record:
    """What was destroyed.

    Attributes:
        key_ids: ids of the destroyed keys.
        counts: removed items by kind.
        destroyed_at: None while it is being finished.
    """

    customer: UUID
    ground: str
    requested_by: UUID
    key_ids: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    destroyed_at: datetime | None


def preview(viewer: Viewer, customer: UUID) -> Preview:
    """Count what erasing a customer would remove.

    Raises:
        NotFound: no such living customer, or erasing is not among the viewer's duties.
    """
    if not viewer.may(Permission.PRIVACY_CUSTOMER_ERASE) or not customers.exists(viewer, customer):
        raise NotFound("There is no such customer.")
    counts = [pair for eraser in ERASERS.values() for pair in eraser.preview(viewer.client, customer).counts]
    return Preview(tuple(counts))


def record(viewer: Viewer, customer: UUID) -> Record:
    """The record of a customer's erasure.

    Raises:
        NotFound: the customer was not erased, or the record is not for this viewer.
    """
    row = Erasure.objects.filter(client_id=viewer.client, customer_id=customer).first()
    if row is None or not (viewer.may(Permission.PRIVACY_CUSTOMER_ERASE) or viewer.may(Permission.OVERSIGHT_LOG_VIEW)):
        raise NotFound("There is no such record.")
    counts = tuple((str(kind), int(number)) for kind, number in row.counts)
    return Record(customer, row.ground, row.requested_by, tuple(row.key_ids), counts, row.destroyed_at)
