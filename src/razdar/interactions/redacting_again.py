"""Redacting once more, when it turns out whose a call is.

Redaction silences what is on record of the customer. Where that is little, because nobody knew who called, a name that
was said may stand in the redacted rendition. So as soon as the caller is linked to a customer, the renditions go, and
the calls are locked until they have been redacted with what is known now. What a rendition named too much stays
silenced when a link is undone.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from razdar.interactions import jobs
from razdar.interactions.models import Interaction, Recording, Stage, Transcript
from razdar.runtime.registries import LINKED


@LINKED.register("interactions")
def again(client: UUID, customers: Collection[UUID]) -> None:
    """Lock the redacted calls of these customers, as far as their originals are there, and queue their redaction."""
    calls = Interaction.objects.filter(client_id=client, customer_id__in=customers)
    originals = {"client_id": client, "redacted": False, "interaction_id__in": calls.values("id")}
    redacted = Stage.objects.select_for_update().filter(
        client_id=client,
        name="redact",
        state=Stage.State.PASSED,
        interaction_id__in=Recording.objects.filter(**originals).values("interaction_id"),
    )
    words = Transcript.objects.filter(**originals).values("interaction_id")
    again = list(redacted.filter(interaction_id__in=words).order_by("id").values_list("interaction_id", flat=True))
    renditions = {"client_id": client, "redacted": True, "interaction_id__in": again}
    Recording.objects.filter(**renditions).delete()  # the files are swept up: a link may yet not come about
    Transcript.objects.filter(**renditions).delete()
    waiting = Stage.objects.filter(client_id=client, name="redact", interaction_id__in=again)
    waiting.update(state=Stage.State.WAITING, error="", changed_at=datetime.now(UTC))
    jobs.advance.defer_many([{"client": client, "interaction": interaction} for interaction in again])
