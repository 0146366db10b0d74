"""The second step of an erasure. Safe to repeat: a finished one is left as it is."""

from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.ledger.events import Event, Mode
from razdar.identity.viewers import for_job
from razdar.privacy.models import Erasure
from razdar.runtime.jobs import job
from razdar.runtime.registries import ERASERS
from razdar.vault import services as vault

ACTION = "privacy:customer:erase"


@job("privacy.finish", attempts=50)
def finish(client: UUID, customer: UUID) -> None:
    """Destroy the keys, remove what they sealed, complete the record."""
    erasure = Erasure.objects.select_for_update().filter(client_id=client, customer_id=customer).first()
    if erasure is None or erasure.destroyed_at is not None:
        return
    shredded = vault.shred(client, customer)
    counts = [pair for eraser in ERASERS.values() for pair in eraser.erase(client, customer).counts]
    counts += [("index entry", shredded.index_entries), ("reveal", shredded.grants), ("key", len(shredded.key_ids))]
    erasure.key_ids, erasure.counts, erasure.destroyed_at = list(shredded.key_ids), counts, shredded.destroyed_at
    erasure.save(update_fields=["key_ids", "counts", "destroyed_at"])
    record_step(for_job("erase", client), customer, "done")


def record_step(viewer: Viewer, customer: UUID, step: str) -> None:
    """Log how far an erasure is."""
    audit.record(
        Event.by(
            viewer,
            ACTION,
            Mode.CHANGE,
            customer=customer,
            purpose=Purpose.PRIVACY_REQUEST,
            detail=(("step", step),),
        )
    )
