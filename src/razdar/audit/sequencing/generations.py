"""Going on after an older state of the database was restored.

What was appended after that state is gone, and witnesses know it: they refuse the log under its name for ever. So
every log goes on under a new name (the last part is the generation), says so in an entry, and each witness must be told
to take it up (:mod:`~razdar.audit.witness.state`). Whoever kept a checkpoint of an earlier one can still show it.

The key agent begins a generation on the operator's word alone (:mod:`~razdar.keys.log_heads`), never on the
sequencer's. What breaks off between database and agent leaves the logs standing still; repeating it takes the next
number.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from razdar.audit.models import AuditLog
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.entries import Logs, of_the_log
from razdar.audit.sequencing.turn import writing
from razdar.core.ledger import Outcome
from razdar.keys import agent
from razdar.keys.log_heads import MOST_LOGS

BEGIN: Final = "audit:log:begin"


def begin_anew(now: datetime) -> dict[UUID, int]:
    """Raise the generation of every log. Returns the new ones.

    Raises:
        AnotherHolds: a sequencer is in the middle of a round; try again.
        NotYours: this process is not the operator's.
        Unavailable: the log cannot be signed.
    """
    with writing():
        kept = Logs(now)
        last = _last_generations(list(kept))
        for log in kept:
            log.generation = max(log.generation, last.get(log.log, 0)) + 1
            detail = (("generation", log.generation), ("size", log.next_index))
            kept.append([of_the_log(log.log, BEGIN, now, detail, Outcome.FAILED)])
        kept.save()
    with writing():
        for some in _portions(list(Logs(now))):
            heads = [signing.head_of(log) for log in some]
            signing.store(some, heads, agent.current().begin_generations(heads), now)
    return {log.log: log.generation for log in kept}


def _last_generations(logs: Sequence[AuditLog]) -> dict[UUID, int]:
    """The highest generation of each log that the key agent signed; a restored database may know a lower one."""
    asked = ([log.log for log in some] for some in _portions(logs))
    return {head.log: head.generation for names in asked for head in agent.current().log_heads(names)}


def _portions(logs: Sequence[AuditLog]) -> Iterator[Sequence[AuditLog]]:
    """As many as the key agent takes at once."""
    return (logs[start : start + MOST_LOGS] for start in range(0, len(logs), MOST_LOGS))
