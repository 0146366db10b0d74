"""What the agent says of streams that wait, and of those it dropped."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WaitingSince:
    """A stream that waits to be bound.

    Attributes:
        stream: which.
        opened_at: when its key was kept.
    """

    stream: UUID
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class DroppedStreams:
    """What became of streams that were to be dropped.

    Attributes:
        streams: those whose keys were destroyed now.
        ended: numbers of the client's epochs that waited for them and were destroyed.
    """

    streams: tuple[UUID, ...]
    ended: tuple[int, ...]
