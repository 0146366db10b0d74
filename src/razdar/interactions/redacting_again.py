"""Redacting once more, when it turns out whose a call is.

Redaction silences what is on record of the customer. Where that is little, because nobody knew who called, a name that
was said may stand in the redacted rendition. So as soon as the caller is linked to a customer or gets a name, the
renditions go, and the calls are locked until they have been redacted with what is known now. What a rendition named too
much stays silenced when a link is undone.

Sound whose words were kept long enough and are destroyed cannot be redacted again: its redacted rendition goes too, and
the call stays locked. Its original is there on request, as of every call without words.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from razdar.interactions import jobs
from razdar.interactions.models import Interaction, Recording, Stage, Transcript
from razdar.interactions.transcribing import Gone
from razdar.runtime.registries import LINKED


@LINKED.register("interactions")
def again(client: UUID, customers: Collection[UUID]) -> None:
    """Lock the redacted calls of these customers of which there is sound; where there are words, redact them again."""
    calls = Interaction.objects.filter(client_id=client, customer_id__in=customers)
    originals = {"client_id": client, "redacted": False, "interaction_id__in": calls.values("id")}
    redacted = Stage.objects.select_for_update().filter(
        client_id=client,
        name="redact",
        state=Stage.State.PASSED,
        interaction_id__in=Recording.objects.filter(**originals).values("interaction_id"),
    )
    locked = list(redacted.order_by("id").values_list("interaction_id", flat=True))
    words = set(Transcript.objects.filter(**originals).values_list("interaction_id", flat=True))
    again = [each for each in locked if each in words]
    renditions = {"client_id": client, "redacted": True, "interaction_id__in": locked}
    Recording.objects.filter(**renditions).delete()  # the files are swept up: a link may yet not come about
    Transcript.objects.filter(**renditions).delete()
    waiting = Stage.objects.filter(client_id=client, name="redact", interaction_id__in=again)
    waiting.update(state=Stage.State.WAITING, error="", changed_at=datetime.now(UTC))
    wordless = Stage.objects.filter(client_id=client, interaction_id__in=[each for each in locked if each not in words])
    wordless.update(state=Stage.State.FAILED, error=Gone.code, changed_at=datetime.now(UTC))
    jobs.advance.defer_many([{"client": client, "interaction": interaction} for interaction in again])
