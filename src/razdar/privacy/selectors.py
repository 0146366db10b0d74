"""Reading what an erasure would remove, what one has removed, and what was certified of it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, NotYours, Unverifiable
from razdar.core.ledger import certificates
from razdar.core.ledger.certificates import Certificate
from razdar.core.ledger.events import Mode
from razdar.core.permissions import Permission
from razdar.customers import links
from razdar.customers import selectors as customers
from razdar.privacy import issuing
from razdar.privacy.models import Erasure
from razdar.runtime import worker
from razdar.runtime.registries import ERASERS

PAGE = 50


@dataclass(frozen=True)
class Preview:
    """What would go, counted by kind, and how many other records of the same person go too.

    `records` stands for exactly these records: a digest of their ids (`records_digest`).
    """

    counts: tuple[tuple[str, int], ...]
    linked: int = 0
    records: str = ""


@dataclass(frozen=True)
class Record:
    """What was destroyed.

    Attributes:
        key_ids: ids of the destroyed keys.
        counts: removed items by kind.
        destroyed_at: None while it is being carried out.
        stalled: it is not carried out yet, and no worker is there to do it.
        certificate: what was certified; None while that is being issued.
        damaged: what is stored as its certificate is none any more.
        linked: the same person's other records, erased together with this one.
    """

    customer: UUID
    ground: str
    requested_by: UUID
    key_ids: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    destroyed_at: datetime | None
    stalled: bool
    certificate: Certificate | None
    damaged: bool
    linked: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Records:
    """A page of the list, newest first. ``older`` is what to ask for as ``before`` to go on; ``None`` at the end."""

    records: tuple[Record, ...]
    older: UUID | None


def preview(viewer: Viewer, customer: UUID) -> Preview:
    """Count what erasing a customer would remove, all records of the same person included.

    Raises:
        NotFound: no such living customer, or erasing is not among the viewer's duties.
    """
    if not viewer.may(Permission.PRIVACY_CUSTOMER_ERASE) or not customers.exists(viewer, customer):
        raise NotFound("There is no such customer.")
    records = links.person(viewer, customer)
    counts: dict[str, int] = {}
    for eraser in ERASERS.values():
        for kind, number in (pair for each in records for pair in eraser.preview(viewer.client, each).counts):
            counts[kind] = counts.get(kind, 0) + number
    shown = tuple((kind, number) for kind, number in counts.items() if number)
    return Preview(shown, len(records) - 1, records_digest(records))


def records_digest(records: Collection[UUID]) -> str:
    """What stands for a set of records, in any order."""
    return hashlib.sha256(b"".join(sorted(each.bytes for each in records))).hexdigest()


def record(viewer: Viewer, customer: UUID) -> Record:
    """The record of a customer's erasure.

    Raises:
        NotFound: the customer was not erased, or the record is not for this viewer.
    """
    may = {Permission.PRIVACY_CUSTOMER_ERASE, Permission.PRIVACY_ERASURE_VIEW, Permission.OVERSIGHT_LOG_VIEW}
    row = Erasure.objects.filter(client_id=viewer.client, customer_id=customer).first()
    if row is None or not any(viewer.may(permission) for permission in may):
        raise NotFound("There is no such record.")
    return _record(row)


def records(viewer: Viewer, before: UUID | None = None) -> Records:
    """The erasures at the viewer's client.

    Args:
        before: go on below this one.

    Raises:
        NotYours: reading them is not among the viewer's duties.
    """
    _require(viewer)
    rows = Erasure.objects.filter(client_id=viewer.client).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return Records(tuple(map(_record, found[:PAGE])), found[PAGE - 1].id if len(found) > PAGE else None)


def certificate(viewer: Viewer, customer: UUID) -> bytes:
    """The signed certificate of an erasure; that it was handed out is logged first.

    Raises:
        NotYours: as ``records``. NotFound: no such erasure, or its certificate has not been issued.
        Unavailable: it could not be logged.
    """
    _require(viewer)
    row = Erasure.objects.filter(client_id=viewer.client, customer_id=customer).first()
    if row is None or _record(row).certificate is None:
        raise NotFound("There is no such certificate.")
    audit.record_now(issuing.about(viewer, customer, issuing.EXPORT, Mode.EXPORT))
    return row.certificate.encode()


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.PRIVACY_ERASURE_VIEW):
        raise NotYours("Reading the list of erasures is not among your duties.")


def _record(row: Erasure) -> Record:
    try:
        said = certificates.verify(row.certificate.encode()).certificate if row.certificate else None
    except Unverifiable:
        said = None
    return Record(
        customer=row.customer_id,
        ground=row.ground,
        requested_by=row.requested_by,
        key_ids=tuple(row.key_ids),
        counts=tuple((str(kind), int(number)) for kind, number in row.counts),
        destroyed_at=row.destroyed_at,
        stalled=row.destroyed_at is None and not worker.lives(),
        certificate=said,
        damaged=bool(row.certificate) and said is None,
        linked=tuple(each.customer_id for each in issuing.together(row)),
    )
