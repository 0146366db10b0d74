"""What a run of retention leaves of a call."""

import argparse
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.core.ledger.events import Event
from razdar.interactions import retention_command
from razdar.interactions.models import Recording
from razdar.runtime.scope import scope
from tests.world import World

RECORDINGS, TRANSCRIPTS = DataClass.RECORDING, DataClass.TRANSCRIPT


def names_of(world: World, *interactions: UUID) -> list[UUID]:
    with scope(world.client):
        rows = Recording.objects.filter(interaction_id__in=interactions)
        return list(rows.values_list("object_name", flat=True))


def of(event: Event, *names: str) -> tuple[object, ...]:
    return tuple(dict(event.detail).get(name) for name in names)


def retain(*words: str) -> int:
    parser = argparse.ArgumentParser()
    retention_command.COMMAND.add_arguments(parser)
    return retention_command.COMMAND.run(parser.parse_args(words))
