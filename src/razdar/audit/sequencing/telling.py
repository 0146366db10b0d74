"""Telling open pages that a log grew or that its proof changed: with the sequencer's rounds, never with an event.

Thousands of events a second are inserted, and transactions that notify are committed one after the other; a round is
one transaction for all that came since the last. The installation's own log is nobody's page.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from razdar.audit.models import NIL
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.permissions import Permission
from razdar.runtime import live
from razdar.runtime.live import Change, Wanted

LOG: Final = "log"
PROOF: Final = "proof"

for _topic in (LOG, PROOF):
    live.TOPICS.register(_topic)(live.Topic(Permission.OVERSIGHT_LOG_VIEW))


def grown(logs: Iterable[UUID]) -> None:
    """These logs have new entries; in the round's transaction."""
    _tell(LOG, logs)


def proven(logs: Iterable[UUID]) -> None:
    """These logs were signed, or a witness answered; in the transaction that stores it."""
    _tell(PROOF, logs)


def _tell(topic: str, logs: Iterable[UUID]) -> None:
    live.tell([Change(log, Wanted(topic)) for log in logs if log != NIL], SEQUENCER)
