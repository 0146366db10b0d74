"""Questions go when the log that they are about does: what is left of them would be staff's words about nothing."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from razdar import audit
from razdar.audit.sequencing.pruning import months_before
from razdar.core.ledger.events import Event, Mode
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.oversight.models import Question, Turn
from razdar.runtime.jobs import periodic
from razdar.runtime.scope import scope

DESTROY = "oversight:question:destroy"


@periodic("oversight.retain", "47 2 * * *")
def retain() -> None:
    """Once a day, the questions to which nothing was added for as long as the log is kept."""
    before = months_before(datetime.now(UTC), settings.RAZDAR_LOG_MONTHS)
    for client in people.clients():
        with scope(client.id):
            _destroy(client.id, before)


def _destroy(client: UUID, before: datetime) -> None:
    old = list(Question.objects.filter(client_id=client, since__lt=before).values_list("pk", flat=True))
    if not old:
        return
    Turn.objects.filter(client_id=client, question_id__in=old).delete()
    Question.objects.filter(client_id=client, pk__in=old).delete()
    audit.record(Event.by(for_job("retention", client), DESTROY, Mode.CHANGE, detail=(("questions", len(old)),)))
