"""Issuing certificates of erasure, as soon as the log has the place of the erasure's end.

Of a person with several records that were erased together, every certificate names the keys of all; so the first waits
for the last. A certificate is issued once and then kept as it is: what it says held on that day. The worker issues
them; no other process can have one signed.
"""

from uuid import UUID

from razdar import audit
from razdar.audit import lookup
from razdar.audit.lookup import Place
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.ledger import origins
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.identity.viewers import for_job
from razdar.keys.records import ErasureSaid
from razdar.privacy.models import Erasure
from razdar.runtime import live
from razdar.vault import certificates as vault

ISSUE = "privacy:certificate:issue"
EXPORT = "privacy:certificate:export"
AT_ONCE = 100
TOPIC = "erasures"
live.TOPICS.register(TOPIC)(live.Topic(Permission.PRIVACY_ERASURE_VIEW, Permission.PRIVACY_ERASURE_VIEW))


def issue_due(client: UUID, action: str) -> int:
    """Issue what can be issued for a client, in the client's scope; returns how many.

    Args:
        client: whose erasures.
        action: of the entries of an erasure's steps.

    Raises:
        Unavailable: the key agent does not answer; later calls go on where this one stopped.
    """
    due = Erasure.objects.select_for_update(skip_locked=True)
    rows = due.filter(client_id=client, destroyed_at__isnull=False, certificate="").order_by("id")
    return sum(_issue(row, action) for row in rows[:AT_ONCE])


def _issue(row: Erasure, action: str) -> bool:
    place, others = _end_of(row, action), together(row)
    if place is None or any(each.destroyed_at is None for each in others):
        return False
    row.certificate = vault.sign(_said(row, place, others)).decode()
    row.save(update_fields=["certificate"])
    live.changed(TOPIC, row.customer_id)
    audit.record(about(for_job("certify", row.client_id), row.customer_id, ISSUE, Mode.CHANGE))
    return True


def together(row: Erasure) -> list[Erasure]:
    """The erasures of the same person's other records."""
    if row.together is None:
        return []
    rows = Erasure.objects.filter(client_id=row.client_id, together=row.together).exclude(id=row.id)
    return list(rows.order_by("id"))


def _end_of(row: Erasure, action: str) -> Place | None:
    """The entry of the end of an erasure; the last one, should there be several."""
    ends = [
        place
        for place in lookup.places(row.client_id, row.customer_id, action)
        if ("step", "done") in place.dated.event.detail and place.dated.event.outcome == Outcome.OK
    ]
    return ends[-1] if ends else None


def _said(row: Erasure, place: Place, others: list[Erasure]) -> ErasureSaid:
    removed: dict[str, int] = {}
    for kind, number in row.counts:
        removed[kind] = removed.get(kind, 0) + number
    return ErasureSaid(
        client=row.client_id,
        customer=row.customer_id,
        ground=row.ground,
        removed=tuple(sorted(removed.items())),
        generation=origins.parse(place.log).generation,
        index=place.index,
        linked=tuple(each.customer_id for each in others),
    )


def about(viewer: Viewer, customer: UUID, action: str, mode: Mode) -> Event:
    """The event of something that was done with a certificate."""
    return Event.by(viewer, action, mode, customer=customer, purpose=Purpose.PRIVACY_REQUEST)
