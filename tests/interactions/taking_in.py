"""A recorded call of the demo, taken in and brought through the stages; its page and its sound."""

import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import soundfile

from razdar.core.disclosure import Role
from razdar.demo_content.calls import CALLS
from razdar.identity.viewers import for_job
from razdar.interactions import jobs, selectors, services
from razdar.interactions.services import IncomingCall
from razdar.runtime.scope import scope
from tests.world import World

CALL = next(call for call in CALLS if call.name == "payment-by-card")


def incoming(customer: UUID, **changes: object) -> IncomingCall:
    plain = {
        "customer": customer,
        "sound": CALL.audio(),
        "transcript": CALL.transcript(),
        "started_at": datetime.now(UTC),
    }
    return IncomingCall(**{**plain, **changes})  # type: ignore[arg-type]


def taken_in(world: World, **changes: object) -> UUID:
    return services.import_call(for_job("import-call", world.client), incoming(world.customer(), **changes))


def processed(world: World) -> UUID:
    interaction = taken_in(world)
    jobs.advance(world.client, interaction)
    jobs.advance(world.client, interaction)
    return interaction


def pages(world: World, interaction: UUID, role: Role) -> selectors.Page:
    with scope(world.client):
        return selectors.page(world.viewer(role), interaction)


def object_files() -> list[Path]:
    from django.conf import settings

    return [path for path in (settings.VAR / "objects").rglob("*") if path.is_file()]


def whole_sound(world: World, interaction: UUID, role: Role) -> np.ndarray:
    data, start = b"", 0
    viewer = world.viewer(role)
    with scope(world.client):
        rendition = next(r for r in selectors.page(viewer, interaction).recordings if r.openable)
        while True:
            piece = selectors.sound_piece(viewer, interaction, rendition.id, f"bytes={start}-")
            data += piece.data
            start = piece.end
            if start == piece.total:
                break
    sound, _ = soundfile.read(io.BytesIO(data), dtype="int16")
    return sound


def waiting_jobs(interaction: UUID) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name="interactions.advance", status="todo")
    return rows.filter(args__interaction=str(interaction)).count()
