"""What the agent says of freezes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Decision:
    """What two people decided, and when it was carried out.

    Attributes:
        request: the one that asked, which the other agreed to.
        asked_by, agreed_by: pseudonyms; the nil id twice where a freeze was set again from the log.
        at: when, by the agent's clock.
    """

    request: UUID
    asked_by: UUID
    agreed_by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which nothing of a client's data could be read.

    Attributes:
        set: when it began, and by whom.
        lifted: when it ended, and by whom; ``None`` while it lasts.
    """

    set: Decision
    lifted: Decision | None
