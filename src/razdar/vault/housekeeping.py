"""Removing what has had its time: counters, assignments, grants whose reason is in the log, tokens without a row."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar.vault import tokens
from razdar.vault.models import Assignment, Grant, Tally

KEPT = timedelta(days=1)
COUNTED = timedelta(days=2)
"""The longest window is a day long, and the one before it still counts."""


def forget_counts() -> None:
    """Remove counters of windows that are over; they stand outside every client's scope."""
    Tally.objects.filter(window__lt=datetime.now(UTC) - COUNTED).delete()


def forget_old(client: UUID) -> None:
    """Remove a client's assignments and grants that have been over for a day, and tokens that no row names."""
    before = datetime.now(UTC) - KEPT
    Assignment.objects.filter(client_id=client, until__lt=before).delete()
    Grant.objects.filter(client_id=client, until__lt=before).delete()
    tokens.sweep(client)
