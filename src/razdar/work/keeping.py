"""How long notes are kept: what the daily run takes of them, and what another number of days would bring."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import ngettext

from razdar.core.disclosure import DataClass
from razdar.interactions.keeping_changes import DAILY_RUNS, DailyRun
from razdar.ui import formats
from razdar.work.models import Note


def due(client: UUID, now: datetime, days: int) -> QuerySet[Note]:
    """Notes that are kept long enough if that is so many days; inside the client's scope."""
    return Note.objects.filter(client_id=client, written_at__lt=now - timedelta(days=days))


def _counted(client: UUID, now: datetime, days: int) -> tuple[int, datetime | None]:
    rows = due(client, now, days)
    return rows.count(), rows.order_by("written_at").values_list("written_at", flat=True).first()


def _nothing_else(_client: UUID, _now: datetime, _days: int) -> Mapping[str, int]:
    return {}


def _sooner(count: int) -> str:
    text = ngettext(
        "The next run destroys %(number)s note more than it would today. That cannot be undone.",
        "The next run destroys %(number)s notes more than it would today. That cannot be undone.",
        count,
    )
    return text % {"number": formats.number(count)}


def _later(count: int) -> str:
    text = ngettext(
        "Notes are kept longer than people may have been told. %(number)s note is due now and would not be.",
        "Notes are kept longer than people may have been told. %(number)s notes are due now and would not be.",
        count,
    )
    return text % {"number": formats.number(count)}


DAILY_RUNS.register(DataClass.NOTE)(DailyRun(_counted, _nothing_else, _sooner, _later))
