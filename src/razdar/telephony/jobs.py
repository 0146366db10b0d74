"""What happens to a call's streams when it is over: salvaged where a recorder died, bound to the customer, handed over.

`finish` may run at any time and again; as long as a recorder still stores a stream it leaves the call alone. Then
`compose` makes the recording. `sweep` finds calls whose controller forgot them, those that are closed and still not a
recording, and who still works for the customer of a call that is over.

Whoever writes to a call locks its customer first where they hold one, then the call, then its interaction.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.ledger.events import Detail, Event, Mode, Outcome
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.interactions.models import Interaction
from razdar.runtime.jobs import job, periodic
from razdar.runtime.scope import scope, unit
from razdar.telephony import dropping, handover, salvage
from razdar.telephony.models import Call, Recorder, Stream, Tap
from razdar.vault import assignments, freezing, streams

BIND = "telephony:call:bind"
CLOSE = "telephony:call:close"
SILENT = timedelta(seconds=30)
"""A recorder that said nothing for so long is not running."""
GIVEN_UP = timedelta(days=1)
"""A spool that nobody emptied for so long is not coming back."""
FORGOTTEN = timedelta(minutes=10)
"""A call without a running stream for so long is over, whatever its controller says."""
REMEMBERED = timedelta(days=30)
LONGEST = timedelta(hours=13)
_AT_ONCE = 500
_KIND = "call"


@job("telephony.finish", queue="pipeline", scoped=False)
def finish(client: UUID, call: UUID) -> None:
    """Bind a closed call's streams to its customer, and salvage those that were lost."""
    viewer = for_job("finish-call", client)
    with scope(client):
        row = Call.objects.filter(client_id=client, id=call, bound_at=None).exclude(closed_at=None).first()
        if row is None:
            return
        interaction = Interaction.objects.get(client_id=client, id=call)
        found = list(Stream.objects.filter(client_id=client, call_id=call).order_by("started_at"))
        left = [stream for stream in found if stream.state in (Stream.State.RUNNING, Stream.State.LOST)]
        if not all(map(_is_left_behind, left)):
            return  # whoever ends the last of them asks for this again
    bound = streams.bind(client, interaction.customer_id, [stream.id for stream in found])
    if bound.destroyed:
        return  # the customer was erased; what is left of the call goes with the rest
    for stream in left:
        if stream.id in bound.streams:
            salvage.salvage(viewer, interaction.customer_id, stream.id)
        else:
            _end_unbegun(stream)
    _finished(viewer, interaction, [stream.id for stream in found])


@job("telephony.compose", queue="pipeline", scoped=False)
def compose(client: UUID, call: UUID) -> None:
    """Hand a call whose streams are bound over as a recording."""
    handover.hand_over(for_job("compose-call", client), call)


def why(interaction: UUID) -> str:
    """For what an agent works for the customer of a call."""
    return f"{_KIND}-{interaction.hex}"


def close(viewer: Viewer, call: Call, ended_at: datetime, mode: Mode, outcome: Outcome, detail: Detail = ()) -> None:
    """End a call that is held and runs: its length, who works for it, the event, and the job that finishes it.

    Whoever has it by now: it may have been handed over, and more than one may work for it.

    Args:
        ended_at: when nothing more came.
        detail: of the event besides.
    """
    Call.objects.filter(client_id=viewer.client, id=call.id).update(closed_at=datetime.now(UTC))
    interaction = Interaction.objects.get(client_id=viewer.client, id=call.id)
    interaction.duration_ms = max(0, round((ended_at - interaction.started_at).total_seconds() * 1000))
    interaction.save(update_fields=["duration_ms"])
    assignments.end(viewer.client, interaction.customer_id, why(interaction.id))
    about: Detail = (("interaction", str(call.id)), ("duration_ms", interaction.duration_ms), *detail)
    event = Event.by(
        viewer, CLOSE, mode, customer=interaction.customer_id, trace=interaction.trace, outcome=outcome, detail=about
    )
    audit.record(event)
    finish.defer(viewer.client, call.id)


@job("telephony.forget")
def forget(client: UUID, customer: UUID, stream: UUID) -> None:
    """Destroy the key of a stream whose customer was erased."""
    streams.bind(client, customer, [stream])


@periodic("telephony.sweep", "* * * * *", queue="pipeline")
def sweep() -> None:
    """Close calls that nobody closed, and finish those that are closed."""
    now = datetime.now(UTC)
    for client in people.clients():
        with scope(client.id):
            for call in Call.objects.filter(client_id=client.id, closed_at=None, opened_at__lt=now - FORGOTTEN):
                _close_forgotten(call, now)
            _end_overdue(client.id)
            if freezing.waits(client.id):
                continue
            waiting = Call.objects.filter(client_id=client.id, composed_at=None, closed_at__lt=now - SILENT)
            for identifier, bound in waiting.values_list("id", "bound_at")[:_AT_ONCE]:
                (compose if bound else finish).defer(client.id, identifier)
    with unit():
        Recorder.objects.filter(emptied_at__lt=now - REMEMBERED).delete()


@periodic("telephony.drop_keys", "53 4 * * *", queue="pipeline")
def drop_keys() -> None:
    """Once a day: destroy keys of streams that no call has, or whose sound was kept long enough."""
    for client in people.clients():
        dropping.drop_unknown(client.id, datetime.now(UTC))
        dropping.drop_gone(client.id)


def is_silent(recorder: UUID, now: datetime) -> bool:
    """Whether a run of a recorder is over, or has not been heard of for some time."""
    return not Recorder.objects.filter(id=recorder, ended_at=None, seen_at__gte=now - SILENT).exists()


def _is_left_behind(stream: Stream) -> bool:
    """Whether no recorder works on a stream any more, and nothing of it is in a spool that can still be emptied."""
    if stream.state == Stream.State.LOST:
        return True
    run = Recorder.objects.filter(id=stream.recorder)
    if run.exclude(emptied_at=None).exists():
        return True
    return not run.filter(seen_at__gte=datetime.now(UTC) - GIVEN_UP).exists()


def _end_unbegun(stream: Stream) -> None:
    """Its recorder died before the stream had a key: nothing was recorded."""
    with scope(stream.client_id):
        rows = Stream.objects.filter(client_id=stream.client_id, id=stream.id)
        rows.update(state=Stream.State.SALVAGED, ended_at=datetime.now(UTC))


def _close_forgotten(call: Call, now: datetime) -> None:
    running = Stream.objects.filter(client_id=call.client_id, call_id=call.id, state=Stream.State.RUNNING)
    if any(not is_silent(stream.recorder, now) for stream in running):
        return
    used = Tap.objects.filter(client_id=call.client_id, call_id=call.id, used_at__gt=now - FORGOTTEN)
    ended = Stream.objects.filter(client_id=call.client_id, call_id=call.id, ended_at__gt=now - FORGOTTEN)
    if used.exists() or ended.exists():
        return
    if call.paused and call.opened_at > now - LONGEST:
        return
    held = Call.objects.select_for_update().filter(client_id=call.client_id, id=call.id, closed_at=None).first()
    if held is not None:  # its controller may have been faster
        viewer = for_job("sweep-calls", call.client_id)
        close(viewer, held, _last_heard(held), Mode.SYSTEM, Outcome.FAILED, (("step", "forgotten"),))


def _end_overdue(client: UUID) -> None:
    """Nobody works for a customer because of a call that is over or gone, whatever came in between.

    The calls are read after what people are assigned for: one that is assigned has its row by then.
    """
    for held in assignments.endless(client, _KIND):
        call = Call.objects.filter(client_id=client, id=held.why.partition("-")[2]).first()
        if call is None or call.closed_at:
            assignments.end(client, held.customer, held.why, call.closed_at if call else None)


def _last_heard(call: Call) -> datetime:
    """When the last stream of a call ended; of one whose recorder died, when that was last heard of."""
    streams_ = Stream.objects.filter(client_id=call.client_id, call_id=call.id)
    ends = dict(streams_.values_list("id", "ended_at"))
    unended = streams_.filter(ended_at=None).values_list("recorder", flat=True)
    seen = Recorder.objects.filter(id__in=list(unended)).values_list("seen_at", flat=True)
    return max((end for end in (*ends.values(), *seen) if end), default=call.opened_at)


def _finished(viewer: Viewer, interaction: Interaction, found: list[UUID]) -> None:
    with scope(viewer.client):
        rows = Call.objects.filter(client_id=viewer.client, id=interaction.id, bound_at=None)
        if not rows.update(bound_at=datetime.now(UTC)):
            return
        Tap.objects.filter(client_id=viewer.client, call_id=interaction.id).delete()
        detail = tuple((f"stream_{number}", str(stream)) for number, stream in enumerate(found))
        audit.record(
            Event.by(
                viewer,
                BIND,
                Mode.CHANGE,
                customer=interaction.customer_id,
                trace=interaction.trace,
                detail=(("interaction", str(interaction.id)), *detail),
            )
        )
        compose.defer(viewer.client, interaction.id)
