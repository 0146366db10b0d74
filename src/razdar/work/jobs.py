"""What goes by itself: drafts after twelve hours, requests after two days, notes when they were kept long enough."""

from datetime import UTC, datetime
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass
from razdar.core.ledger.events import Event, Mode
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.runtime.jobs import periodic
from razdar.runtime.scope import scope
from razdar.vault import accounting
from razdar.work import access, drafts, keeping
from razdar.work.models import Note, NoteBefore

DESTROY = "work:note:destroy"
AT_ONCE = 500


@periodic("work.forget", "23 * * * *")
def forget() -> None:
    """Once an hour, what has had its time; nothing of it had any effect before either."""
    for client in people.clients():
        with scope(client.id):
            drafts.forget_old(client.id)
            access.forget_old(client.id)


@periodic("work.retain", "52 2 * * *")
def retain() -> None:
    """Once a day, the notes that a client has kept long enough."""
    now = datetime.now(UTC)
    for client in people.clients():
        while destroy(client.id, now):
            pass


def destroy(client: UUID, now: datetime) -> int:
    """Remove a batch of notes that are due, with one event; how many there were."""
    with scope(client):
        days = people.kept_days(client)[DataClass.NOTE]
        rows = dict(
            keeping.due(client, now, days).order_by("written_at", "id").values_list("id", "customer_id")[:AT_ONCE]
        )
        if not rows:
            return 0
        NoteBefore.objects.filter(client_id=client, note_id__in=rows).delete()
        Note.objects.filter(client_id=client, id__in=rows).delete()
        audit.record(
            Event.by(
                for_job("retention", client),
                DESTROY,
                Mode.CHANGE,
                fields=accounting.unseen(rows.values(), DataClass.NOTE),
                detail=(("data_class", str(DataClass.NOTE)), ("days", days), ("notes", len(rows))),
            )
        )
        return len(rows)
