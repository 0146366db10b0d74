"""Recordings of live calls, taken over from who recorded them: already sealed, so their segments are only written down.

From the transaction in which that happens on, the segments and their objects are the recording's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.ledger.events import Detail, Event, Mode
from razdar.core.redaction.audio import Drawn
from razdar.customers.living import hold
from razdar.interactions import integrity, renditions, segments, stages
from razdar.interactions.jobs import queue_next
from razdar.interactions.models import Interaction, Recording, RecordingSegment, Region
from razdar.interactions.segments import RECORD
from razdar.interactions.timeline import Stretch
from razdar.interactions.transcribing import Gone, NothingRecorded
from razdar.vault import services as vault
from razdar.vault.sealed import SealedSegment

_AT_ONCE = 1000


@dataclass(frozen=True)
class LiveSegment:
    """One segment, where it lies on the time line, and the SHA-256 of its object."""

    channel: int
    lies: Stretch
    sealed: SealedSegment
    sha256: bytes


@dataclass(frozen=True)
class LiveRegion:
    """Where nothing was kept; see `Region`."""

    channel: int
    lies: Stretch
    kind: Region.Kind
    reason: str


@dataclass(frozen=True)
class LiveRecording:
    """A call as it was recorded, both sides.

    Attributes:
        id: what the recording will be called.
        frames, rate: its length, and frames a second.
        channels: how many.
        segments, regions: every frame of every channel is in one of them.
        drawn: its waveform.
    """

    id: UUID
    interaction: UUID
    frames: int
    rate: int
    channels: int
    segments: Sequence[LiveSegment]
    regions: Sequence[LiveRegion]
    drawn: Drawn = field(repr=False)


def take_over(viewer: Viewer, live: LiveRecording) -> bool:
    """Make the recording of a call and start its pipeline, in the caller's transaction of the client's scope.

    Returns:
        Whether the segments are the recording's now; not where it was kept long enough by now.

    Raises:
        NotFound: its customer was erased. Unavailable: the keys are away.
    """
    interaction = _begun(viewer, live.interaction)
    if interaction is None:
        return False
    row = Recording(
        id=live.id,
        client_id=viewer.client,
        customer_id=interaction.customer_id,
        interaction_id=interaction.id,
        redacted=False,
        kind=Recording.Kind.STREAM,
        rate=live.rate,
        channels=live.channels,
        frames=live.frames,
        created_at=datetime.now(UTC),
    )
    vault.seal(row, {"waveform": renditions.waveform_text(live.drawn)}, RECORD)
    row.save(force_insert=True)
    made = RecordingSegment.objects.bulk_create([_segment(row, one) for one in live.segments], _AT_ONCE)
    silent = Region.objects.bulk_create([_region(row, one) for one in live.regions], _AT_ONCE)
    proof = (integrity.DIGEST, segments.fingerprint(made).hex())
    _record(viewer, interaction, (proof, *segments.layout(row, made, silent)))
    queue_next(viewer.client, interaction.id)
    return True


def nothing_recorded(viewer: Viewer, interaction_id: UUID) -> None:
    """Write down that there is nothing to hear of a call: its stages have ended, and say so.

    Raises:
        NotFound: its customer was erased.
    """
    interaction = _begun(viewer, interaction_id)
    if interaction is None:
        return
    stages.failed(viewer.client, interaction.id, "transcribe", NothingRecorded.code)
    _record(viewer, interaction, (("frames", 0),))


def _begun(viewer: Viewer, interaction_id: UUID) -> Interaction | None:
    """The interaction, held, with its stages; None where they have ended already, as its sound was kept long enough."""
    mine = Interaction.objects.filter(client_id=viewer.client, id=interaction_id)
    hold(viewer.client, mine.values_list("customer_id", flat=True).get())
    interaction = mine.select_for_update().get()
    stages.begin(viewer.client, interaction.id)
    if interaction.recording_gone_at:
        stages.end(viewer.client, [interaction.id], Gone.code)
        return None
    return interaction


def _segment(row: Recording, one: LiveSegment) -> RecordingSegment:
    return RecordingSegment(
        client_id=row.client_id,
        recording_id=row.id,
        channel=one.channel,
        begins=one.lies.begins,
        ends=one.lies.ends,
        stream=one.sealed.stream,
        number=one.sealed.number,
        first=one.sealed.first,
        last=one.sealed.last,
        previous=one.sealed.previous,
        object_name=one.sealed.name,
        size=one.sealed.size,
        sha256=one.sha256,
    )


def _region(row: Recording, one: LiveRegion) -> Region:
    return Region(
        client_id=row.client_id,
        interaction_id=row.interaction_id,
        channel=one.channel,
        kind=one.kind,
        reason=one.reason,
        begins=one.lies.begins,
        ends=one.lies.ends,
    )


def _record(viewer: Viewer, interaction: Interaction, also: Detail) -> None:
    audit.record(
        Event.by(
            viewer,
            RECORD,
            Mode.CHANGE,
            customer=interaction.customer_id,
            trace=interaction.trace,
            detail=(("interaction", str(interaction.id)), *also),
        )
    )
