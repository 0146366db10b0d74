"""Keys of streams that nothing needs any more, destroyed once a day.

* A recorder writes a stream down before it has the stream's key kept. A key whose stream the database does not know
  after two days was made up by a recorder that is not what it should be, or belongs to a call that was erased; it would
  keep the secret of its epoch for ever. It is destroyed, and that is an alarm.
* Where retention destroyed the sound of a call, the keys of its streams are destroyed as well.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.identity.viewers import for_job
from razdar.runtime.scope import scope
from razdar.telephony.models import Stream
from razdar.vault import streams

UNKNOWN = "telephony:stream:unknown"
KEPT = timedelta(days=2)
_AT_ONCE = 1000


def drop_unknown(client: UUID, now: datetime) -> None:
    """Destroy the keys that have waited for long for a call that nobody knows.

    Raises:
        Unavailable: the key agent does not answer; what is left is for the next run.
    """
    old = [one.stream for one in streams.waiting(client) if one.opened_at < now - KEPT]
    for start in range(0, len(old), _AT_ONCE):
        unknown = _unknown(client, old[start : start + _AT_ONCE])
        if unknown:
            event = Event.by(
                for_job("drop-keys", client),
                UNKNOWN,
                Mode.SYSTEM,
                outcome=Outcome.FAILED,
                detail=(("streams", len(unknown)),),
            )
            audit.record_now(event)
            streams.drop(client, unknown)


def drop_gone(client: UUID) -> None:
    """Destroy the keys of streams whose sound was kept long enough.

    Raises:
        Unavailable: as `drop_unknown`.
    """
    gone = Stream.objects.filter(client_id=client, state=Stream.State.GONE)
    while True:
        with scope(client):
            some = list(gone.order_by("id").values_list("id", flat=True)[:_AT_ONCE])
        if not some:
            return
        streams.drop(client, some)
        with scope(client):
            gone.filter(id__in=some).update(state=Stream.State.KEYLESS)


def _unknown(client: UUID, asked: Sequence[UUID]) -> list[UUID]:
    with scope(client):
        known = set(Stream.objects.filter(client_id=client, id__in=asked).values_list("id", flat=True))
    return [stream for stream in asked if stream not in known]
