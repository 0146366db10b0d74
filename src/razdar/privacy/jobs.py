"""The second step of an erasure, and its certificate; the worker's. Safe to repeat: a finished one is left as it is."""

from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Purpose
from razdar.core.ledger.events import Event, Mode
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.privacy import issuing
from razdar.privacy.models import Erasure
from razdar.runtime import live
from razdar.runtime.jobs import job, periodic
from razdar.runtime.registries import ERASERS
from razdar.runtime.scope import scope
from razdar.vault import keeping_jobs
from razdar.vault import services as vault

ACTION = "privacy:customer:erase"


@job("privacy.finish", attempts=50)
def finish(client: UUID, customer: UUID) -> None:
    """Destroy the keys, remove what they sealed, complete the record."""
    erasure = Erasure.objects.select_for_update().filter(client_id=client, customer_id=customer).first()
    if erasure is None or erasure.destroyed_at is not None:
        return
    shredded = vault.shred(client, customer)
    counts = _erased(client, customer)
    counts += [("index entry", shredded.index_entries), ("reveal", shredded.grants), ("key", len(shredded.key_ids))]
    erasure.key_ids, erasure.key_versions = list(shredded.key_ids), list(shredded.versions)
    erasure.counts, erasure.destroyed_at = counts, shredded.destroyed_at
    erasure.save(update_fields=["key_ids", "key_versions", "counts", "destroyed_at"])
    live.changed(issuing.TOPIC, customer)
    keeping_jobs.ask_after_erasure(client, customer)
    audit.record(
        Event.by(
            for_job("erase", client),
            ACTION,
            Mode.CHANGE,
            customer=customer,
            purpose=Purpose.PRIVACY_REQUEST,
            detail=(("step", "done"),),
        )
    )


def _erased(client: UUID, customer: UUID) -> list[tuple[str, int]]:
    """Counts of what every room removed, as the preview has them in order.

    The highest room begins: what points to other rows is locked before what it points to, as everybody does.
    """
    erased = [eraser.erase(client, customer) for eraser in reversed(list(ERASERS.values()))]
    return [pair for each in reversed(erased) for pair in each.counts]


@periodic("privacy.certify", "* * * * * */10")
def certify() -> None:
    """Issue the certificates of erasures whose end has its place in the log by now."""
    for client in people.clients():
        with scope(client.id):
            issuing.issue_due(client.id, ACTION)
