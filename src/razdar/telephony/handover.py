"""A finished call is handed over: its streams become the recording of its interaction (room ``interactions``).

All segments are opened once, one after the other, by a job's viewer and through the door: to draw the waveform, to
learn where nothing was kept, and to see that each opens in its place. A segment that does not open, or is not there,
becomes silence of its length with the reason *damaged*, and raises an alarm; the rest lives. Then one transaction makes
the recording, gives it the segments with their objects, starts the pipeline, and says that it is done. Until then
nothing has changed, so it may break off anywhere and be done again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Purpose, Viewer
from razdar.core.errors import Unopenable
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.core.redaction.audio import Waveform
from razdar.customers.living import hold
from razdar.interactions import live
from razdar.interactions.live import LiveRecording, LiveRegion, LiveSegment
from razdar.interactions.models import Region
from razdar.interactions.renditions import WAVEFORM_BUCKETS
from razdar.interactions.sound import AGENT, CUSTOMER, decoded
from razdar.interactions.timeline import Stretch, holes, placed
from razdar.keys.recording import RATE, Kind, Mark, Reason
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import selectors
from razdar.telephony.models import Call, Segment, Side, Stream
from razdar.telephony.selectors import RecordedCall, RecordedStream
from razdar.vault import content
from razdar.vault.door import Look
from razdar.vault.sealed import SealedSegment, SealedStream
from razdar.vault.streams import OpenedStream

ACTION = "telephony:call:compose"
DAMAGED = "telephony:segment:damaged"
CHANNELS = {Side.OUT: AGENT, Side.IN: CUSTOMER}
_KINDS = {Kind.GAP: Region.Kind.GAP, Kind.RESUME: Region.Kind.PAUSE}
"""A pause is known by the marker that ends it: that one says how long it was."""


def hand_over(viewer: Viewer, interaction: UUID) -> None:
    """Make the recording of a call whose streams are bound; one that was handed over before is left alone.

    Raises:
        Unavailable: keys, object store or database are away; to be tried again.
        NotFound, Unopenable: its customer was erased.
    """
    waiting = Call.objects.filter(client_id=viewer.client, id=interaction, composed_at=None).exclude(bound_at=None)
    with scope(viewer.client):
        if not waiting.exists():
            return
        call = selectors.recorded_call(viewer.client, interaction)
    reading = _Reading(viewer, call)
    if reading.frames:
        reading.read()
    with scope(viewer.client):
        hold(viewer.client, call.customer)  # before the call, as everybody does
        if not waiting.update(composed_at=datetime.now(UTC)):
            return  # another worker was faster
        left = _let_go(viewer.client, interaction, _given(viewer, interaction, reading))
    content.discard_all(left)


def _given(viewer: Viewer, interaction: UUID, reading: "_Reading") -> set[UUID]:
    """Give what was read to the interaction; the names of the objects that are its own now."""
    if not reading.frames:
        live.nothing_recorded(viewer, interaction)
        return set()
    if not live.take_over(viewer, reading.recording()):
        return set()
    reading.tell_damages()
    return {one.sealed.name for one in reading.segments}


def _let_go(client: UUID, call: UUID, taken: set[UUID]) -> set[UUID]:
    """Forget the segments of a call; the objects that nobody took."""
    streams = Stream.objects.filter(client_id=client, call_id=call).values("id")
    mine = Segment.objects.filter(client_id=client, stream_id__in=streams)
    names = set(mine.values_list("object_name", flat=True))
    mine.delete()
    return names - taken


@dataclass(frozen=True)
class _Lying:
    """A stream in its place on the time line."""

    channel: int
    stream: RecordedStream
    lies: Stretch

    def part(self, first: int, frames: int) -> Stretch:
        """Where some frames of it lie."""
        return Stretch(self.lies.begins + first, self.lies.begins + first + frames)


class _Reading:
    """What is learnt of a call by reading it; plain sound is kept no longer than its segment is read."""

    def __init__(self, viewer: Viewer, call: RecordedCall) -> None:
        self._viewer, self._call, self._id = viewer, call, uuid7()
        self._lying = [one for side, channel in CHANNELS.items() for one in _lying(channel, call.sides[side])]
        self.frames = max((one.lies.ends for one in self._lying), default=0)
        self._drawing = Waveform(self.frames, len(CHANNELS), WAVEFORM_BUCKETS)
        self.segments = [_segment(one, segment) for one in self._lying for segment in one.stream.segments]
        self._regions: list[LiveRegion] = []
        self._ends: dict[UUID, Reason] = {}
        self._damaged: Counter[UUID] = Counter()

    def read(self) -> None:
        """Open every segment once.

        Raises:
            As ``hand_over``.
        """
        call = self._call
        parts = tuple(segment.sealed for segment in self.segments)
        sealed = SealedStream(call.client, call.customer, self._id, DataClass.RECORDING, call.interaction, parts)
        look = Look(ACTION, Mode.SYSTEM, Purpose.PROCESSING, trace=call.trace)
        lying = {one.stream.id: one for one in self._lying}
        with content.open_stream(self._viewer, sealed, look) as opened:
            for segment in self.segments:
                self._read(opened, lying[segment.sealed.stream], segment)
        for one in self._lying:
            mine = (segment.lies for segment in self.segments if segment.sealed.stream == one.stream.id)
            for hole in holes(mine, one.lies):  # segments that nobody knows of any more
                self._is_damaged(one, hole)
        self._missing()

    def recording(self) -> LiveRecording:
        """All of it, for who keeps it."""
        return LiveRecording(
            id=self._id,
            interaction=self._call.interaction,
            frames=self.frames,
            rate=RATE,
            channels=len(CHANNELS),
            segments=self.segments,
            regions=self._regions,
            drawn=self._drawing.drawn(),
        )

    def tell_damages(self) -> None:
        """Raise the alarm, in the caller's transaction."""
        call = self._call
        for stream, count in self._damaged.items():
            detail = (("interaction", str(call.interaction)), ("stream", str(stream)), ("stretches", count))
            audit.record(
                Event.by(
                    self._viewer,
                    DAMAGED,
                    Mode.SYSTEM,
                    customer=call.customer,
                    trace=call.trace,
                    outcome=Outcome.FAILED,
                    detail=detail,
                )
            )

    def _read(self, opened: OpenedStream, one: _Lying, segment: LiveSegment) -> None:
        try:
            heard = opened.read(segment.sealed)
            if heard.sound:
                self._drawing.add(one.channel, segment.lies.begins, decoded(heard.sound, segment.lies.frames))
        except Unopenable:
            self._is_damaged(one, segment.lies)
            return
        for mark in heard.marks:
            self._mark(one, mark)

    def _mark(self, one: _Lying, mark: Mark) -> None:
        marker = mark.marker
        if marker.kind is Kind.END:
            self._ends[one.stream.id] = marker.reason
        elif kind := _KINDS.get(marker.kind):
            self._region(one.channel, one.part(mark.at, marker.frames).within(one.lies), kind, marker.reason)

    def _is_damaged(self, one: _Lying, where: Stretch) -> None:
        self._damaged[one.stream.id] += 1
        self._region(one.channel, where, Region.Kind.GAP, Reason.DAMAGED)

    def _missing(self) -> None:
        """Where a side has no stream: why is how the one before ended."""
        for channel in CHANNELS.values():
            mine = [one for one in self._lying if one.channel == channel]
            for hole in holes((one.lies for one in mine), Stretch(0, self.frames)):
                before = [one.stream.id for one in mine if one.lies.ends <= hole.begins]
                reason = self._ends.get(before[-1], Reason.DAMAGED) if before else Reason.NONE
                self._region(channel, hole, Region.Kind.MISSING, reason)

    def _region(self, channel: int, where: Stretch, kind: Region.Kind, reason: Reason) -> None:
        if where.frames:
            self._regions.append(LiveRegion(channel, where, kind, reason.name.lower()))


def _lying(channel: int, streams: Sequence[RecordedStream]) -> Iterator[_Lying]:
    begun = [Stretch(stream.starts_at, stream.starts_at + stream.frames) for stream in streams]
    for stream, lies in zip(streams, placed(begun), strict=True):
        yield _Lying(channel, stream, lies)


def _segment(one: _Lying, segment: selectors.SealedSegment) -> LiveSegment:
    place = segment.place
    sealed = SealedSegment(
        stream=place.stream,
        number=place.number,
        first=place.first,
        frames=place.frames,
        last=place.last,
        previous=place.previous,
        name=segment.object_name,
        size=segment.size,
    )
    return LiveSegment(one.channel, one.part(place.first, place.frames), sealed, segment.sha256)
