"""Going on after an older state of the database was restored.

What was appended after that state is gone, and witnesses know it: they refuse the log under its name for ever. So
every log goes on under a new name (the last part is the generation), says so in an entry, and each witness must be told
to take it up (:mod:`~razdar.audit.witness.state`). Whoever kept a checkpoint of an earlier one can still show it.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from razdar.audit.sequencing.entries import Logs, of_the_log
from razdar.audit.sequencing.turn import writing
from razdar.core.ledger import Outcome

BEGIN: Final = "audit:log:begin"


def begin_anew(now: datetime) -> dict[UUID, int]:
    """Raise the generation of every log. Returns the new ones.

    Raises:
        AnotherHolds: a sequencer is in the middle of a round; try again.
        Unavailable: the log cannot be signed.
    """
    with writing():
        kept = Logs(now)
        for log in kept:
            log.generation += 1
            detail = (("generation", log.generation), ("size", log.next_index))
            kept.append([of_the_log(log.log, BEGIN, now, detail, Outcome.FAILED)])
        kept.sign(busy=False)
        kept.save()
        return {log.log: log.generation for log in kept}
