"""Removing what has had its time: counters, assignments, and grants whose reason is in the log."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar.vault.models import Assignment, Grant, Tally

KEPT = timedelta(days=1)


def forget_counts() -> None:
    """Remove counters of windows that are over; they stand outside every client's scope."""
    Tally.objects.filter(window__lt=datetime.now(UTC) - KEPT).delete()


def forget_old(client: UUID) -> None:
    """Remove a client's assignments and grants that have been over for a day."""
    before = datetime.now(UTC) - KEPT
    Assignment.objects.filter(client_id=client, until__lt=before).delete()
    Grant.objects.filter(client_id=client, until__lt=before).delete()
