"""Retention: sound and words of calls are destroyed when their client has kept them long enough.

Rules
-----
1. What is due counts from the beginning of the call: so many days as the client keeps this class of data
   (`razdar.identity.retention`). What came in later, from an archive, stays a week besides, or as many days as the
   class is kept where these are fewer: nobody loses an archive overnight.
2. A batch of calls is one transaction with one event. It holds the calls' stages first: a stage of the pipeline comes
   before it, and what that made is destroyed too, or after it, and finds the call's data gone.
3. Stored files go before their rows: a run that was cut short is found again by its rows and may be repeated.
4. The call stays: when it was, with whom, how long, and that its sound or words are destroyed.
5. The time is passed in.

The rooms that keep sound or words register how they destroy them (`razdar.runtime.registries.DESTROYERS`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from razdar import audit
from razdar.core.disclosure import DataClass
from razdar.core.ledger.events import Event, Mode
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.interactions import stages
from razdar.interactions.models import Interaction
from razdar.runtime.registries import DESTROYERS, Destroyer
from razdar.runtime.scope import scope
from razdar.vault import accounting

DESTROY = "interactions:retention:destroy"
BATCH = 100
IN_PEACE = timedelta(days=7)
"""How long what came in from an archive stays at least."""
GONE_AT = {DataClass.RECORDING: "recording_gone_at", DataClass.TRANSCRIPT: "transcript_gone_at"}
"""Where it is written down that a class of a call's data is destroyed."""


@dataclass(frozen=True)
class Due:
    """What a client has kept long enough of one class.

    Attributes:
        days: how long it is kept.
        before: calls that began, or notes that were written, before this moment.
        calls: how many calls, or notes of that class; and when the first of them began.
    """

    data_class: DataClass
    days: int
    before: datetime
    calls: int
    since: datetime | None


def due(client: UUID, now: datetime) -> list[Due]:
    """What the next run destroys of calls, counted; inside the client's scope."""
    return [due_by(client, data_class, now, _days(client, data_class)) for data_class in GONE_AT]


def due_by(client: UUID, data_class: DataClass, now: datetime, days: int) -> Due:
    """What the next run would destroy of one class if it were kept for so many days; inside the client's scope."""
    rows = _rows(client, data_class, days, now)
    first = rows.order_by("started_at").values_list("started_at", flat=True).first()
    return Due(data_class, days, now - timedelta(days=days), rows.count(), first)


def preview(client: UUID, data_class: DataClass, now: datetime) -> Counter[str]:
    """What the next run destroys of one class, by kind; changes nothing; inside the client's scope."""
    return preview_by(client, data_class, now, _days(client, data_class))


def preview_by(client: UUID, data_class: DataClass, now: datetime, days: int) -> Counter[str]:
    """What it would destroy of one class if it were kept for so many days, by kind; changes nothing."""
    found = Counter[str]()
    rows = _rows(client, data_class, days, now)
    for calls in _batches(list(rows.values_list("id", flat=True))):
        for destroyer in _destroyers(data_class):
            found += Counter(dict(destroyer.preview(client, calls).counts))
    return found


def run(client: UUID, now: datetime, told: Callable[[int], None] = lambda _: None, *, most: int | None = None) -> int:
    """Destroy what is due.

    Args:
        told: called after each batch with the number of its calls.
        most: batches of each class; all where none is given.

    Returns:
        How many calls lost sound or words.

    Raises:
        Unavailable: the object store or the log is away; what was destroyed is, the rest waits for the next run.
    """
    total = 0
    for data_class in GONE_AT:
        left = most
        while left is None or left > 0:
            done = _batch(client, data_class, now)
            if done is None:
                break
            told(done)
            total += done
            left = None if left is None else left - 1
    return total


def _batch(client: UUID, data_class: DataClass, now: datetime) -> int | None:
    """Destroy one batch; how many calls it had, None where nothing is due."""
    days = _days(client, data_class)
    with scope(client):
        rows = _rows(client, data_class, days, now)
        first = rows.order_by("started_at", "id").values_list("id", flat=True)
        wanted = list(first.filter(**{GONE_AT[data_class]: None})[:BATCH]) or list(first[:BATCH])  # the index first
        if not wanted:
            return None
        stages.hold(client, wanted)
        held = rows.filter(id__in=wanted).order_by("id").select_for_update()  # another run may have been faster
        calls = {row.id: row.customer_id for row in held}
        if not calls:
            return 0
        counts = Counter[str]()
        for destroyer in _destroyers(data_class):
            counts += Counter(dict(destroyer.destroy(client, list(calls)).counts))
        gone = Interaction.objects.filter(client_id=client, id__in=calls, **{GONE_AT[data_class]: None})
        gone.update(**{GONE_AT[data_class]: now})
        stages.end(client, list(calls), "gone")
        _record(client, data_class, days, now, list(calls.values()), counts)
        return len(calls)


def _record(
    client: UUID, data_class: DataClass, days: int, now: datetime, customers: Sequence[UUID], counts: Counter[str]
) -> None:
    before = int((now - timedelta(days=days)).timestamp() * 1000)
    about = (("data_class", str(data_class)), ("days", days), ("before_ms", before), ("calls", len(customers)))
    audit.record(
        Event.by(
            for_job("retention", client),
            DESTROY,
            Mode.CHANGE,
            fields=accounting.unseen(customers, data_class),
            detail=(*about, *counts.items()),
        )
    )


def _rows(client: UUID, data_class: DataClass, days: int, now: datetime) -> QuerySet[Interaction]:
    """Calls that are due; also those whose words were supplied when what they had was destroyed already."""
    kept = timedelta(days=days)
    there = Q(**{GONE_AT[data_class]: None})
    if data_class is DataClass.TRANSCRIPT:
        there |= ~Q(supplied=b"")
    return Interaction.objects.filter(
        there, client_id=client, started_at__lt=now - kept, created_at__lt=now - min(kept, IN_PEACE)
    )


def _days(client: UUID, data_class: DataClass) -> int:
    return people.kept_days(client)[data_class]


def _destroyers(data_class: DataClass) -> list[Destroyer]:
    return [each for each in DESTROYERS.values() if each.data_class is data_class]


def _batches(calls: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (calls[at : at + BATCH] for at in range(0, len(calls), BATCH))
