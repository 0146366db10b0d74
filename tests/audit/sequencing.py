"""Sequencing in tests: what is in the inbox now is in the log when this returns."""

from datetime import datetime

from razdar.audit.sequencing import sequencer


def wait_until_sequenced(now: datetime | None = None) -> None:
    """Run rounds until the inbox is empty."""
    while sequencer.sequence_once(now):
        pass
