"""What the log is told of a live recording, from the rows of its segments, so that it can be compared at any time.

The sizes and hashes of the segments stand in the manifests of who recorded them, each under its stream.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from razdar.core.ledger.events import Detail
from razdar.interactions.models import Recording, RecordingSegment, Region

RECORD = "interactions:call:record"
"""Action of the event by which a live recording came to be."""
MANIFEST = "telephony:stream:manifest"
"""Action of the events that list the segments of a stream."""


def of(recording: Recording) -> list[RecordingSegment]:
    """The segments of a recording, stream by stream, in their order."""
    mine = RecordingSegment.objects.filter(client_id=recording.client_id, recording_id=recording.id)
    return list(mine.order_by("stream", "number"))


def fingerprint(segments: Sequence[RecordingSegment]) -> bytes:
    """The SHA-256 over those of all segments, in the order of `of`."""
    ordered = sorted(segments, key=lambda one: (one.stream, one.number))
    return sha256(b"".join(bytes(one.sha256) for one in ordered)).digest()


def regions_of(recording: Recording) -> list[Region]:
    """Where nothing was kept of the call that a recording is of."""
    return list(Region.objects.filter(client_id=recording.client_id, interaction_id=recording.interaction_id))


def regions_fingerprint(regions: Sequence[Region]) -> bytes:
    """The SHA-256 over all regions, in an order of their own: as JSON, so that none can be spelt as two others."""
    lines = sorted([one.channel, one.begins, one.ends, one.kind, one.reason] for one in regions)
    return sha256(json.dumps(lines, separators=(",", ":")).encode()).digest()


def layout(recording: Recording, segments: Sequence[RecordingSegment], regions: Sequence[Region]) -> Detail:
    """The time line: of every stream its channel, where it begins, how many segments it has, and its length; and the
    fingerprint of what was not kept.

    Args:
        segments: of every stream in their order.
        regions: all, in any order.
    """
    streams: dict[UUID, list[RecordingSegment]] = {}
    for one in segments:
        streams.setdefault(one.stream, []).append(one)
    lines = [(f"stream_{stream.hex}", _line(found)) for stream, found in sorted(streams.items())]
    return (("frames", recording.frames), ("regions_sha256", regions_fingerprint(regions).hex()), *lines)


def line(number: int, size: int, digest: bytes) -> tuple[str, str]:
    """How a manifest names a segment: its number, the size of its object and the SHA-256 of that."""
    return f"segment_{number}", f"{size}:{digest.hex()}"


def _line(found: Sequence[RecordingSegment]) -> str:
    first, last = found[0], found[-1]
    begins, frames = first.begins - first.first, last.first + last.stretch.frames
    return f"{first.channel}:{begins}:{len(found)}:{frames}"
