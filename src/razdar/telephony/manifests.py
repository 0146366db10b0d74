"""The manifest of a stream: what was kept of it, in the client's log, where nobody can change it afterwards.

Of each segment its number, size and SHA-256; of the stream its side, its length, how it ended, and whether it was
salvaged. An event has room for some hundred segments, so a long stream has several, numbered.
"""

from uuid import UUID

from razdar import audit
from razdar.core.ledger.events import Detail, Event, Mode
from razdar.interactions import segments
from razdar.interactions.models import Interaction
from razdar.keys.recording import Reason
from razdar.telephony.models import Segment, Stream

AT_ONCE = 400


def record(stream: Stream) -> None:
    """Write the manifest of a stream that has ended, in the caller's transaction."""
    interaction = Interaction.objects.get(client_id=stream.client_id, id=stream.call_id)
    rows = Segment.objects.filter(client_id=stream.client_id, stream_id=stream.id).order_by("number")
    lines = [segments.line(row.number, row.size, bytes(row.sha256)) for row in rows]
    for start in range(0, max(1, len(lines)), AT_ONCE):
        _record(
            stream, interaction.customer_id, interaction.trace, (*_head(stream, len(lines)), *lines[start:][:AT_ONCE])
        )


def _head(stream: Stream, count: int) -> Detail:
    return (
        ("ended", Reason(stream.reason).name.lower()),
        ("frames", stream.frames),
        ("interaction", str(stream.call_id)),
        ("segments", count),
        ("side", stream.side),
        ("state", stream.state),
        ("stream", str(stream.id)),
    )


def _record(stream: Stream, customer: UUID, trace: UUID, detail: Detail) -> None:
    audit.record(
        Event(
            client=stream.client_id,
            action=segments.MANIFEST,
            mode=Mode.SYSTEM,
            role="system",
            customer=customer,
            trace=trace,
            detail=detail,
        )
    )
