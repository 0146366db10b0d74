"""What the recorder asks of the database and writes into it: taps taken, streams, segments, its own sign of life.

Every function is one short transaction of its own, for threads that hold nothing between calls.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import Error, IntegrityError

from razdar import audit
from razdar.core.errors import NotFound, RazdarError, Unavailable
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.interactions.models import Interaction
from razdar.keys.recording import Reason, Sealed
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import unit
from razdar.runtime.streams import release_connections, short_scope
from razdar.telephony import jobs, living, manifests, nodes, tokens
from razdar.telephony.models import Call, Part, Recorder, Segment, Stream, Tap
from razdar.telephony.recording.spool import PartFile

TOLD = timedelta(hours=13)
"""How long an id is good for: a little longer than the longest call."""


@dataclass(frozen=True)
class Taken:
    """A tap that was taken, and the stream it became.

    Attributes:
        paused: why nothing of its call is kept as it begins; ``None`` where everything is.
    """

    client: UUID
    call: UUID
    stream: UUID
    side: str
    paused: Reason | None = None


@dataclass(frozen=True)
class End:
    """How a stream ended.

    Attributes:
        reason: why.
        frames: its length.
        flowing_ms: when its first frame came; ``None`` where none did.
    """

    reason: Reason
    frames: int
    flowing_ms: int | None


@dataclass(frozen=True)
class CallState:
    """What the recorder must know of a running call.

    Attributes:
        paused: why nothing is kept now; ``None`` while it is.
        closed: nothing more of it may be recorded.
    """

    paused: Reason | None
    closed: bool


class Gone(RazdarError):
    """The stream is not there any more: its customer was erased, or it was kept long enough."""

    code = "stream-gone"


def admit(name: str, secret: str) -> bool:
    """Whether these are the credentials of a known exchange."""
    with _installation():
        return nodes.known(name, secret) is not None


def take(token: str, recorder: UUID) -> Taken:
    """Use a one-time id up, and begin a stream under it.

    Raises:
        BadInput: it is none. NotFound: unknown, used, too old, or its call is over: the four are never told apart.
        Unavailable: the database does not answer.
    """
    client, tap = tokens.unpack(token)
    now = datetime.now(UTC)
    with _of_client(client):
        row = Tap.objects.filter(client_id=client, id=tap, told_at__gt=now - TOLD).first()
        if row is None or not _use_up(row, recorder, now):
            raise NotFound("There is no such stream to record.")
        call = Call.objects.filter(client_id=client, id=row.call_id, closed_at=None).first()
        if call is None:
            raise NotFound("There is no such stream to record.")
        stream = Stream.objects.create(
            id=uuid7(), client_id=client, call_id=row.call_id, side=row.side, recorder=recorder, started_at=now
        )
    return Taken(client, row.call_id, stream.id, row.side, Reason(call.paused) if call.paused else None)


def _use_up(tap: Tap, recorder: UUID, now: datetime) -> bool:
    """Whether an id was unused until now; of several who bring it at once, one finds it so."""
    rows = Tap.objects.filter(client_id=tap.client_id, id=tap.id, used_at=None)
    return bool(rows.update(used_at=now, recorder=recorder))


def flowing(taken: Taken, at_ms: int) -> None:
    """The first frame of a stream came."""
    with _of_client(taken.client):
        Stream.objects.filter(client_id=taken.client, id=taken.stream).update(flowing_ms=at_ms)


def keep(taken: Taken, sealed: Sealed, name: UUID) -> None:
    """A segment is in the object store. Repeating it changes nothing.

    Raises:
        Gone: the stream is not there any more. Unavailable: the database does not answer.
    """
    with _of_client(taken.client):
        if living.hold(taken.client, taken.stream) is None:
            raise Gone
        if Segment.objects.filter(client_id=taken.client, stream_id=taken.stream, object_name=name).exists():
            return
        living.keep(taken.client, sealed, name)


def ended(taken: Taken, end: End) -> None:
    """Every segment of a stream is kept; its manifest goes into the client's log.

    Raises:
        Gone, Unavailable
    """
    with _of_client(taken.client):
        row = living.hold(taken.client, taken.stream)
        if row is None:
            raise Gone
        row.state, row.reason, row.frames = Stream.State.ENDED, int(end.reason), end.frames
        row.ended_at, row.flowing_ms = datetime.now(UTC), end.flowing_ms
        row.save(update_fields=["state", "reason", "frames", "ended_at", "flowing_ms"])
        manifests.record(row)
        if Call.objects.filter(client_id=taken.client, id=taken.call).exclude(closed_at=None).exists():
            jobs.finish.defer(taken.client, taken.call)


def copied(part: PartFile, name: UUID, size: int) -> None:
    """A part of the spool is in the object store as it is.

    Raises:
        Gone: its stream is not there any more.
    """
    with _of_client(part.client):
        if living.hold(part.client, part.stream) is None:
            raise Gone
        Part.objects.filter(client_id=part.client, stream_id=part.stream, number=part.number).delete()
        Part.objects.create(
            client_id=part.client,
            stream_id=part.stream,
            number=part.number,
            object_name=name,
            size=size,
            created_at=datetime.now(UTC),
        )


def lost(client: UUID, stream: UUID) -> bool:
    """A stream does not run any more and not all of it is kept: a job makes what is left into segments.

    Returns:
        Whether there is such a stream; of one that is gone nothing needs to be kept.
    """
    with _of_client(client):
        row = living.hold(client, stream)
        if row is None:
            return False
        if row.state in (Stream.State.RUNNING, Stream.State.LOST):
            row.state = Stream.State.LOST
            row.save(update_fields=["state"])
            jobs.finish.defer(client, row.call_id)
        return True


def states(client: UUID, calls: Sequence[UUID]) -> dict[UUID, CallState]:
    """How running calls of a client stand; one that is missing here is gone."""
    with _of_client(client):
        rows = Call.objects.filter(client_id=client, id__in=calls).values_list("id", "paused", "closed_at")
        return {
            call: CallState(Reason(paused) if paused else None, closed is not None) for call, paused, closed in rows
        }


def other_side_flows(taken: Taken) -> bool:
    """Whether the other side of a stream's call flows too, at whichever recorder."""
    with _of_client(taken.client):
        rows = Stream.objects.filter(client_id=taken.client, call_id=taken.call).exclude(side=taken.side)
        return rows.exclude(flowing_ms=None).exists()


def alarm_one_sided(taken: Taken) -> None:
    """Log that only one side of a call is being recorded."""
    with _of_client(taken.client):
        found = Interaction.objects.filter(client_id=taken.client, id=taken.call).first()
    if found:
        detail = (("interaction", str(taken.call)), ("side", taken.side), ("stream", str(taken.stream)))
        _alarm(taken.client, "telephony:call:one_sided", detail, found.trace)


def alarm_spool(recorder: UUID, percent: int) -> None:
    """Log that the spool fills because segments cannot be stored."""
    _alarm(None, "telephony:spool:fills", (("percent", percent), ("recorder", str(recorder))))


def sign_on(recorder: UUID, name: str) -> None:
    """This run of a recorder begins."""
    now = datetime.now(UTC)
    with _installation():
        Recorder.objects.create(id=recorder, name=name[:64], started_at=now, seen_at=now)


def still_here(recorder: UUID) -> None:
    """This recorder lives."""
    with _installation():
        Recorder.objects.filter(id=recorder).update(seen_at=datetime.now(UTC))


def sign_off(recorder: UUID, *, emptied: bool) -> None:
    """A run ended; and whether its spool holds nothing any more."""
    now = datetime.now(UTC)
    with _installation():
        Recorder.objects.filter(id=recorder, ended_at=None).update(ended_at=now)
        if emptied:
            Recorder.objects.filter(id=recorder, emptied_at=None).update(emptied_at=now)


def _alarm(
    client: UUID | None, action: str, detail: tuple[tuple[str, str | int], ...], trace: UUID | None = None
) -> None:
    try:
        audit.record_now(
            Event(
                client=client,
                action=action,
                mode=Mode.SYSTEM,
                role="system",
                outcome=Outcome.FAILED,
                detail=detail,
                trace=trace,
            )
        )
    finally:
        release_connections()


@contextmanager
def _of_client(client: UUID) -> Iterator[None]:
    """A short transaction of one client, whose errors say nothing but that it did not come about."""
    try:
        with short_scope(client):
            yield
    except IntegrityError:
        raise Gone from None
    except Error:
        raise Unavailable("The database did not do it; nothing was lost.") from None


@contextmanager
def _installation() -> Iterator[None]:
    try:
        with unit():
            yield
    except Error:
        raise Unavailable("The database did not do it; nothing was lost.") from None
    finally:
        release_connections()
