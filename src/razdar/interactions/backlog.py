"""What the pipeline has not done yet, counted for who looks after the system. Ids and counts; nothing of a call."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Count, Min

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.interactions import keeping_changes, transcribing
from razdar.interactions.models import Stage
from razdar.interactions.retention import Due
from razdar.interactions.transcribing import Gone, NoEngine


@dataclass(frozen=True)
class Backlog:
    """How far the calls of one client are.

    Attributes:
        waiting: calls that nothing has gone wrong with, and since when the oldest has waited.
        without_engine: calls that stay locked because there is no engine.
        failed: the others that stay locked, by error code, the most frequent first.
        engine: the transcription engine; empty where none was chosen.
        due: what was kept long enough, for each class of data that a daily run destroys.
    """

    waiting: int
    waiting_since: datetime | None
    without_engine: int
    failed: tuple[tuple[str, int], ...]
    engine: str
    engine_for_tests: bool
    due: tuple[Due, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.without_engine or self.failed)


def of_client(viewer: Viewer) -> Backlog:
    """The backlog of the viewer's client.

    Raises:
        NotYours: looking after the pipeline is not among the viewer's duties.
    """
    if not viewer.may(Permission.INTERACTIONS_PIPELINE_VIEW):
        raise NotYours("Looking after background work is not among your duties.")
    open_stages = Stage.objects.filter(client_id=viewer.client).exclude(state=Stage.State.PASSED)
    stuck = open_stages.exclude(error="")
    counts = Counter(dict(stuck.values_list("error").annotate(Count("interaction_id", distinct=True))))
    waiting = open_stages.exclude(interaction_id__in=stuck.values("interaction_id"))
    found = waiting.aggregate(calls=Count("interaction_id", distinct=True), since=Min("changed_at"))
    failed = [(code, number) for code, number in counts.most_common() if code not in {NoEngine.code, Gone.code}]
    name = settings.RAZDAR_TRANSCRIBER
    return Backlog(
        waiting=found["calls"],
        waiting_since=found["since"],
        without_engine=counts[NoEngine.code],
        failed=tuple(failed),
        engine=name,
        engine_for_tests=transcribing.is_for_tests(name),
        due=tuple(keeping_changes.due_now(viewer.client, datetime.now(UTC))),
    )
