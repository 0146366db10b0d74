"""Salvage: what a recorder left of a stream when it died, or could not store in time, becomes segments.

The parts lie in the object store as they lay in the spool. The stream's key is given once the stream is bound to its
customer. Each part becomes the segment its recorder would have made of it; the chain goes on from the last segment that
is kept, whose sealed content says with which record the next part begins. It ends with the marker *end*: *lost* where
the recorder died, *damaged* where a part does not open or is not the next.

Every step may be repeated: a segment is committed by itself, and a part whose segment is kept is skipped.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, Unopenable
from razdar.keys.recording import NO_TAG, Kind, Marker, Place, Reason, Sealed, SegmentPlace
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import living, manifests
from razdar.telephony.composing import Composer
from razdar.telephony.models import Part, Segment, Stream
from razdar.vault import content, streams
from razdar.vault.sealed import SealedSegment
from razdar.vault.streams import Salvager

ACTION = "telephony:stream:salvage"


@dataclass
class _Chain:
    """Where the next segment goes, and the one that was kept before this run."""

    number: int = 0
    first: int = 0
    previous: bytes = NO_TAG
    ended: bool = False
    kept: SealedSegment | None = None


def salvage(viewer: Viewer, customer: UUID, stream: UUID) -> None:
    """Make segments of what is left of a stream that was lost, and end it.

    Args:
        viewer: of a job.
        customer: whom the stream is bound to.
        stream: which.

    Raises:
        Unavailable: keys, object store or database are away; to be tried again. Unopenable: the customer was erased.
        NotFound: the stream was kept long enough meanwhile.
    """
    with scope(viewer.client):
        row = Stream.objects.get(client_id=viewer.client, id=stream)
        parts = list(Part.objects.filter(client_id=viewer.client, stream_id=stream).order_by("number"))
        chain = _kept(viewer.client, stream)
    if not chain.ended:
        place = Place(row.call_id, row.id)
        with streams.salvaging(viewer, customer, place, chain.kept, ACTION) as salvager:
            _Salvage(row, chain, salvager).make([part for part in parts if part.number >= chain.number])
    for part in parts:
        content.discard(part.object_name)
    _end(viewer.client, stream)


class _Salvage:
    """One run."""

    def __init__(self, row: Stream, chain: _Chain, salvager: Salvager) -> None:
        self._row, self._chain, self._salvager = row, chain, salvager
        self._reason = Reason.LOST
        self._at_ms = 0

    def make(self, parts: list[Part]) -> None:
        for part in parts:
            composer = Composer(self._chain.first)
            if not self._read(part, composer):
                self._reason = Reason.DAMAGED
            if self._salvager.ended:
                return self._keep(composer, last=True)
            if self._reason is Reason.DAMAGED or part is parts[-1]:
                return self._lost(composer)
            self._keep(composer, last=False)
        return self._lost(Composer(self._chain.first))

    def _read(self, part: Part, composer: Composer) -> bool:
        """Whether all that is there of a part opened."""
        try:
            for record in self._salvager.read(objects.get(part.object_name)):
                self._at_ms = record.at_ms
                self._flows(record.at_ms)
                if record.marker:
                    composer.marker(record.marker, record.at_ms)
                else:
                    composer.sound(record.sound)
        except Unopenable:
            return False
        return True

    def _flows(self, at_ms: int) -> None:
        if self._row.flowing_ms is None:
            self._row.flowing_ms = at_ms
            with scope(self._row.client_id):
                Stream.objects.filter(client_id=self._row.client_id, id=self._row.id).update(flowing_ms=at_ms)

    def _lost(self, composer: Composer) -> None:
        composer.marker(Marker(Kind.END, self._reason, self._chain.first + composer.frames), self._at_ms)
        self._keep(composer, last=True)

    def _keep(self, composer: Composer, *, last: bool) -> None:
        chain, row = self._chain, self._row
        where = (chain.number, chain.first, composer.frames, last, chain.previous)
        place = SegmentPlace(row.call_id, row.id, *where)
        data, tag = self._salvager.seal(place, composer.content(self._salvager.next))
        sealed, name = Sealed(place, data, tag), uuid7()
        objects.put(name, data)
        with scope(row.client_id):
            if living.hold(row.client_id, row.id) is None:
                raise NotFound("The stream was kept long enough, or its customer was erased.")
            living.keep(row.client_id, sealed, name, salvaged=True)
        self._chain.number, self._chain.first = chain.number + 1, chain.first + place.frames
        self._chain.previous, self._chain.ended = tag, last


def _kept(client: UUID, stream: UUID) -> _Chain:
    last = Segment.objects.filter(client_id=client, stream_id=stream).order_by("-number").first()
    if last is None:
        return _Chain()
    span = (last.first, last.frames, last.last, bytes(last.previous))
    kept = SealedSegment(stream, last.number, *span, last.object_name, last.size)
    return _Chain(last.number + 1, last.first + last.frames, bytes(last.tag), last.last, kept)


def _end(client: UUID, stream: UUID) -> None:
    with scope(client):
        row = living.hold(client, stream)
        Part.objects.filter(client_id=client, stream_id=stream).delete()
        if row is None or row.state == Stream.State.SALVAGED:
            return
        row.state, row.reason, row.ended_at = Stream.State.SALVAGED, int(Reason.LOST), datetime.now(UTC)
        row.frames = _kept(client, stream).first
        if row.flowing_ms is None:  # nobody noted its first frame, and none can be read: it began when it was taken
            row.flowing_ms = round(row.started_at.timestamp() * 1000)
        row.save(update_fields=["state", "reason", "ended_at", "frames", "flowing_ms"])
        manifests.record(row)
