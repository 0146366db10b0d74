"""Telling open pages that calls changed, in the transaction of the change."""

from typing import Final
from uuid import UUID

from razdar.core.permissions import Permission
from razdar.runtime import live

CALLS: Final = "calls"
PIPELINE: Final = "pipeline"

# Who sees the list hears that something in it changed; of one call, by its id, who may open it.
live.TOPICS.register(CALLS)(live.Topic(Permission.INTERACTIONS_RECORD_LIST, Permission.INTERACTIONS_RECORD_VIEW))
live.TOPICS.register(PIPELINE)(live.Topic(Permission.INTERACTIONS_PIPELINE_VIEW))


def call_changed(interaction: UUID) -> None:
    """A call came, or one of its stages went on."""
    live.changed(CALLS, interaction)
    live.changed(PIPELINE)


def calls_changed() -> None:
    """Several calls changed at once."""
    live.changed(CALLS)
    live.changed(PIPELINE)
