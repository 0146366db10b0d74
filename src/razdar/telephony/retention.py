"""What retention destroys here: the stored segments of calls, and copies of spools.

Call and streams stay as facts, the streams as *gone*: their ids are what the key store keeps their keys under. These
keys are destroyed by the next daily run of `telephony.drop_keys`.
"""

from collections.abc import Collection
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.runtime.registries import DESTROYERS, Destroyer, Erased
from razdar.telephony.models import Part, Segment, Stream
from razdar.vault import content


def preview(client: UUID, calls: Collection[UUID]) -> Erased:
    """Counts of what would go; changes nothing."""
    names = tuple(
        name
        for model in (Segment, Part)
        for name in model.objects.filter(**_of(client, calls)).values_list("object_name", flat=True)
    )
    return Erased((("segments", len(names)),), names)


def destroy(client: UUID, calls: Collection[UUID]) -> Erased:
    """Remove stored sound, the files first. What a recorder still brings afterwards finds its stream gone."""
    rows = Stream.objects.select_for_update().filter(client_id=client, call_id__in=calls)
    list(rows.order_by("id").values_list("id"))
    found = preview(client, calls)
    content.discard_all(found.objects)
    for model in (Segment, Part):
        model.objects.filter(**_of(client, calls)).delete()
    rows.update(state=Stream.State.GONE)
    return found


def _of(client: UUID, calls: Collection[UUID]) -> dict[str, object]:
    streams = Stream.objects.filter(client_id=client, call_id__in=calls)
    return {"client_id": client, "stream_id__in": streams.values("id")}


DESTROYERS.register("telephony recording")(Destroyer(DataClass.RECORDING, preview, destroy))
