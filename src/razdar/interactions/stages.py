"""The pipeline's stages: what each does, in which order, and what happens when one fails.

The names stand in `razdar.pipeline`, the work in `razdar.interactions.jobs`; here is what the database knows of it.
When a stage has passed, the next is queued in the same transaction; when it fails, its error code is stored, what came
in stays sealed, and the job is tried again. A recording whose *redact* stage has not passed is locked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import F

from razdar.interactions.models import Stage
from razdar.interactions.telling import call_changed, calls_changed
from razdar.pipeline import STAGES

State = Stage.State


def begin(client: UUID, interaction: UUID) -> None:
    """Write down all stages of a new interaction as waiting."""
    now = datetime.now(UTC)
    Stage.objects.bulk_create(
        [Stage(client_id=client, interaction_id=interaction, name=name, changed_at=now) for name in STAGES]
    )
    call_changed(interaction)


def next_of(client: UUID, interaction: UUID) -> str | None:
    """The first stage that has not passed; None when all have."""
    rows = Stage.objects.filter(client_id=client, interaction_id=interaction).exclude(state=State.PASSED)
    open_names = set(rows.values_list("name", flat=True))
    return next((name for name in STAGES if name in open_names), None)


def has_passed(client: UUID, interaction: UUID, name: str) -> bool:
    """Whether a stage has passed."""
    rows = Stage.objects.filter(client_id=client, interaction_id=interaction, name=name, state=State.PASSED)
    return rows.exists()


def is_stuck(client: UUID, interaction: UUID) -> bool:
    """Whether there are no words of a call, and none to come by themselves: its *transcribe* stage has failed."""
    rows = Stage.objects.filter(client_id=client, interaction_id=interaction, name="transcribe", state=State.FAILED)
    return rows.exists()


def broke_off(client: UUID, interaction: UUID, name: str) -> None:
    """Count an engine that broke off over this stage."""
    rows = Stage.objects.filter(client_id=client, interaction_id=interaction, name=name)
    rows.update(tries=F("tries") + 1)


def forget_tries(client: UUID, interaction: UUID) -> None:
    """Somebody asked for another try: engines that broke off before do not count."""
    Stage.objects.filter(client_id=client, interaction_id=interaction).update(tries=0)


def again(client: UUID, interaction: UUID, name: str) -> None:
    """What a stage failed by has changed: it waits again, as if it had not been tried."""
    forget_tries(client, interaction)
    _set(client, interaction, name, State.WAITING, "")


def take(client: UUID, interaction: UUID, name: str) -> bool:
    """Hold a stage for the rest of the transaction; False when it has passed meanwhile."""
    rows = Stage.objects.select_for_update().filter(client_id=client, interaction_id=interaction, name=name)
    return rows.exclude(state=State.PASSED).first() is not None


def hold(client: UUID, interactions: Sequence[UUID]) -> None:
    """Hold all stages of some interactions for the rest of the transaction."""
    rows = Stage.objects.select_for_update().filter(client_id=client, interaction_id__in=interactions)
    list(rows.order_by("id").values_list("id"))


def end(client: UUID, interactions: Sequence[UUID], code: str) -> None:
    """Write down that the open stages of some interactions will never pass, and why."""
    rows = Stage.objects.filter(client_id=client, interaction_id__in=interactions).exclude(state=State.PASSED)
    rows.update(state=State.FAILED, error=code, changed_at=datetime.now(UTC))
    calls_changed()


def touch(client: UUID, interactions: Sequence[UUID]) -> None:
    """Note that open stages are being tried again."""
    rows = Stage.objects.filter(client_id=client, interaction_id__in=interactions).exclude(state=State.PASSED)
    rows.update(changed_at=datetime.now(UTC))


def in_order(client: UUID, interaction: UUID) -> list[tuple[str, str, str]]:
    """Name, state and error code of every stage, in the order of the pipeline."""
    rows = Stage.objects.filter(client_id=client, interaction_id=interaction).values_list("name", "state", "error")
    return sorted(rows, key=lambda row: STAGES.index(row[0]) if row[0] in STAGES else len(STAGES))


def passed(client: UUID, interaction: UUID, name: str) -> None:
    """Write down that a stage has passed."""
    _set(client, interaction, name, State.PASSED, "")


def failed(client: UUID, interaction: UUID, name: str, code: str, *, keep_code: bool = False) -> None:
    """Write down that a stage has failed, by the error's stable code; the job will be tried again.

    A stage that has passed stays passed: a second worker that came late has nothing to say.
    """
    if keep_code and Stage.objects.filter(client_id=client, interaction_id=interaction, name=name).exclude(error=""):
        return
    _set(client, interaction, name, State.FAILED, code)


def _set(client: UUID, interaction: UUID, name: str, state: Stage.State, error: str) -> None:
    rows = Stage.objects.filter(client_id=client, interaction_id=interaction, name=name).exclude(state=State.PASSED)
    rows.update(state=state, error=error, changed_at=datetime.now(UTC))
    call_changed(interaction)
