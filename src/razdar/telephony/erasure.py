"""What erasing a customer removes here: recorded calls with their streams, stored objects, and the streams' keys."""

from uuid import UUID

from razdar.runtime.registries import ERASERS, HOLDERS, Erased, Eraser
from razdar.telephony import jobs
from razdar.telephony.models import Call, Part, Segment, Stream, Tap
from razdar.vault import content


def preview(client: UUID, customer: UUID) -> Erased:
    """Counts of what would go; changes nothing."""
    calls, streams = _found(client, customer)
    kept = {"client_id": client, "stream_id__in": streams}
    names = [
        *Segment.objects.filter(**kept).values_list("object_name", flat=True),
        *Part.objects.filter(**kept).values_list("object_name", flat=True),
    ]
    return Erased((("recorded call", len(calls)), ("recorded segment", len(names))), tuple(names))


def erase(client: UUID, customer: UUID) -> Erased:
    """Remove all of it: objects first. What a recorder still stores finds its rows gone and is given up there."""
    found = preview(client, customer)
    calls, streams = _found(client, customer)
    for name in found.objects:
        content.discard(name)
    for stream in streams:  # a key that waits for its customer is sealed to the client's, and outlives the customer's
        jobs.forget.defer(client, customer, stream)
    Segment.objects.filter(client_id=client, stream_id__in=streams).delete()
    Part.objects.filter(client_id=client, stream_id__in=streams).delete()
    Stream.objects.filter(client_id=client, id__in=streams).delete()
    Tap.objects.filter(client_id=client, call_id__in=calls).delete()
    Call.objects.filter(client_id=client, id__in=calls).delete()
    return found


def _found(client: UUID, customer: UUID) -> tuple[list[UUID], list[UUID]]:
    calls = list(Call.objects.filter(client_id=client, customer_id=customer).values_list("id", flat=True))
    streams = list(Stream.objects.filter(client_id=client, call_id__in=calls).values_list("id", flat=True))
    return calls, streams


def held(client: UUID, names: set[UUID]) -> set[UUID]:
    """Those of some stored objects that are segments or copied parts."""
    return {
        name
        for model in (Segment, Part)
        for name in model.objects.filter(client_id=client, object_name__in=names).values_list("object_name", flat=True)
    }


HOLDERS.register("telephony")(held)
ERASERS.register("telephony")(Eraser(preview, erase))
