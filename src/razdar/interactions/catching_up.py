"""Calls without words, listened to by an engine that was not there when they came in.

What is done is in the database after each call: a run that was cut short goes on where it stopped, and a worker beside
it does no harm.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from razdar.core.errors import RazdarError, Unavailable
from razdar.interactions import jobs, stages, transcribing
from razdar.interactions.models import Interaction, Recording, Stage
from razdar.runtime.scope import scope


@dataclass(frozen=True)
class CaughtUp:
    """What became of the calls of one client: how many have their words now, and the others by error code."""

    done: int
    failed: Counter[str]


def pending(client: UUID) -> list[UUID]:
    """Calls that have sound and no words, the oldest first."""
    mine = {"client_id": client, "interaction_id": OuterRef("id")}
    waiting = Stage.objects.filter(**mine, name="transcribe").exclude(state=Stage.State.PASSED)
    sound = Recording.objects.filter(**mine, redacted=False)
    with scope(client):
        rows = Interaction.objects.filter(
            Exists(waiting), Exists(sound), client_id=client, supplied=b"", transcript_gone_at=None
        )
        return list(rows.order_by("started_at", "id").values_list("id", flat=True))


def catch_up(client: UUID, calls: list[UUID], told: Callable[[], None]) -> CaughtUp:
    """Listen to calls, one after the other; what fails is written down with its reason, and the next is taken.

    Args:
        told: called after each.

    Raises:
        NoEngine, NotReady: there is no engine, or it cannot work here. Unavailable: a part is away; start again later.
    """
    transcribing.require_engine()
    done, failed = 0, Counter[str]()
    for call in calls:
        with scope(client):
            stages.forget_tries(client, call)
        try:
            jobs.hear(client, call)
            done += 1
        except (Unavailable, transcribing.NotReady):
            raise
        except RazdarError as error:
            failed[error.code] += 1
        told()
    return CaughtUp(done, failed)
