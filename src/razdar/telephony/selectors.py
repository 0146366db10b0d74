"""Reading which calls run, and what was recorded of one: its sides, their streams in order, and the segments with what
opens them.

The latter is for whoever makes a recording of it; nothing here is plain, and nothing is opened. Once a call was handed
over its segments are the recording's, and are known here no more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from razdar.core.errors import NotFound
from razdar.interactions.models import Interaction
from razdar.keys.recording import RATE, SegmentPlace
from razdar.telephony.models import Call, Segment, Side, Stream


@dataclass(frozen=True)
class SealedSegment:
    """One segment in the object store.

    Attributes:
        place: as it was sealed; what is claimed here is proved by opening it.
        tag: what the next segment is bound to.
        object_name, size, sha256: of the stored object.
        salvaged: made from a spool after its recorder had died.
    """

    place: SegmentPlace
    tag: bytes
    object_name: UUID
    size: int
    sha256: bytes
    salvaged: bool


@dataclass(frozen=True)
class RecordedStream:
    """One stream of a side.

    Attributes:
        starts_at: frames at 8 kHz from the beginning of the call to its first frame.
        frames: its length, silence included; also where segments of it are gone.
        whole: whether every segment is stored.
        segments: in their order, from the first.
    """

    id: UUID
    starts_at: int
    frames: int
    whole: bool
    segments: tuple[SealedSegment, ...]


@dataclass(frozen=True)
class RecordedCall:
    """What was recorded of a call.

    Attributes:
        customer: under whose key the streams' keys are wrapped, once ``bound``.
        frames: its length at 8 kHz: up to the end of the last stream.
        sides: by ``in`` (the caller) and ``out`` (the agent); streams in the order in which they began. Where one
            begins later than the one before it ended, nothing is there: a pause at the source, or what was lost.
    """

    interaction: UUID
    client: UUID
    customer: UUID
    trace: UUID
    opened_at: datetime
    closed_at: datetime | None
    bound: bool
    frames: int
    sides: dict[str, tuple[RecordedStream, ...]]


def running(client: UUID, contacts: Collection[UUID]) -> set[UUID]:
    """Those of some contacts that are calls which nobody has closed."""
    rows = Call.objects.filter(client_id=client, id__in=contacts, closed_at=None)
    return set(rows.values_list("id", flat=True))


def runs(client: UUID) -> Exists:
    """The condition that a contact, ``OuterRef("id")``, is a call which nobody has closed."""
    return Exists(Call.objects.filter(client_id=client, id=OuterRef("id"), closed_at=None))


def closed_at(client: UUID, contact: UUID) -> datetime | None:
    """When a call was closed; None while it runs, and of what is no call."""
    return Call.objects.filter(client_id=client, id=contact).values_list("closed_at", flat=True).first()


def recorded_call(client: UUID, interaction_id: UUID) -> RecordedCall:
    """What was recorded of a call, inside the client's scope.

    Raises:
        NotFound: there is no such recorded call.
    """
    call = Call.objects.filter(client_id=client, id=interaction_id).first()
    if call is None:
        raise NotFound("There is no such recorded call.")
    interaction = Interaction.objects.get(client_id=client, id=interaction_id)
    rows = list(Stream.objects.filter(client_id=client, call_id=call.id).exclude(flowing_ms=None))
    start = min((row.flowing_ms or 0 for row in rows), default=0)
    rows.sort(key=lambda row: row.flowing_ms or 0)
    found = [(row.side, _stream(row, start)) for row in rows]
    streams = {side: tuple(one for of, one in found if of == side and one.segments) for side in Side.values}
    ends = [stream.starts_at + stream.frames for side in streams.values() for stream in side]
    return RecordedCall(
        interaction=call.id,
        client=client,
        customer=interaction.customer_id,
        trace=interaction.trace,
        opened_at=call.opened_at,
        closed_at=call.closed_at,
        bound=call.bound_at is not None,
        frames=max(ends, default=0),
        sides=streams,
    )


def _stream(row: Stream, start_ms: int) -> RecordedStream:
    found = Segment.objects.filter(client_id=row.client_id, stream_id=row.id).order_by("number")
    segments = tuple(_segment(row, segment) for segment in found)
    return RecordedStream(
        id=row.id,
        starts_at=((row.flowing_ms or start_ms) - start_ms) * RATE // 1000,
        frames=max([row.frames, *(segment.place.first + segment.place.frames for segment in segments)]),
        whole=bool(segments) and segments[-1].place.last,
        segments=segments,
    )


def _segment(stream: Stream, row: Segment) -> SealedSegment:
    where = (row.number, row.first, row.frames, row.last, bytes(row.previous))
    place = SegmentPlace(stream.call_id, stream.id, *where)
    return SealedSegment(place, bytes(row.tag), row.object_name, row.size, bytes(row.sha256), row.salvaged)
