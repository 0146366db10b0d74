"""What a sequencer does beside its rounds: prune once a day, and have witnesses asked."""

import time
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from razdar.audit.sequencing.pruning import prune
from razdar.audit.sequencing.submission import Submission

DAILY: Final = 86_400.0
AGAIN: Final = 3_600.0
"""Seconds before another try when pruning failed."""


BEHIND: Final = 20.0
"""Seconds of work without a break after which the log counts as late."""


class Chores:
    """Done while this process has the turn."""

    def __init__(self) -> None:
        self._prune_at = 0.0
        self._submission: Submission | None = None
        self._behind_since: float | None = time.monotonic()

    def look(self, fence: int, *, caught_up: bool) -> None:
        """See what is due; to be called after each round.

        Args:
            fence: of the turn.
            caught_up: the round left the inbox empty.

        Raises:
            AnotherHolds, Unavailable: pruning has to wait.
        """
        self._have_witnesses_asked(caught_up=caught_up)
        if caught_up and time.monotonic() >= self._prune_at:
            self._prune_at = time.monotonic() + AGAIN
            prune(datetime.now(UTC), settings.RAZDAR_LOG_MONTHS, fence)
            self._prune_at = time.monotonic() + DAILY

    def _have_witnesses_asked(self, *, caught_up: bool) -> None:
        """Ask while the log is up to date.

        What is sequenced late would stand behind a cosignature that is younger, and look like a clock that was set
        back.
        """
        if self._submission is None or not self._submission.is_alive():
            self._submission = Submission()
            self._submission.start()
        if caught_up:
            self._behind_since = None
            self._submission.working.set()
        elif self._behind_since is None:
            self._behind_since = time.monotonic()
        elif time.monotonic() - self._behind_since > BEHIND:
            self._submission.working.clear()

    def rest(self) -> None:
        """The turn is over, for now or for good."""
        if self._submission is not None:
            self._submission.end()
            self._submission = None
