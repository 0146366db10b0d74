"""Holding a stream, or a call, while something of it is written.

Retention holds a stream too: what a recorder or a salvage brings either comes before and is destroyed with the rest, or
finds nothing. Closing holds the call: who is to work for its customer while it runs either comes before and is ended
with the rest, or finds it closed.
"""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from razdar.keys.recording import Sealed
from razdar.telephony.models import Call, Segment, Stream


def hold(client: UUID, stream: UUID) -> Stream | None:
    """Lock a stream's row for the rest of the transaction; nothing where it is gone."""
    rows = Stream.objects.select_for_update().filter(client_id=client, id=stream)
    return rows.exclude(state__in=[Stream.State.GONE, Stream.State.KEYLESS]).first()


def hold_call(client: UUID, interaction: UUID) -> None:
    """Lock a call's row for the rest of the transaction, where the contact is a call.

    Its customer is locked before it, and its interaction after it.
    """
    Call.objects.select_for_update().filter(client_id=client, id=interaction).first()


def keep(client: UUID, sealed: Sealed, name: UUID, *, salvaged: bool = False) -> None:
    """Write down a segment that is in the object store under a name; its stream is held."""
    place = sealed.place
    Segment.objects.create(
        client_id=client,
        stream_id=place.stream,
        number=place.number,
        first=place.first,
        frames=place.frames,
        last=place.last,
        previous=place.previous,
        tag=sealed.tag,
        object_name=name,
        size=len(sealed.data),
        sha256=sha256(sealed.data).digest(),
        salvaged=salvaged,
        created_at=datetime.now(UTC),
    )
