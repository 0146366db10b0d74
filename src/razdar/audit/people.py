"""What the log says about a colleague, for who looks after people: acts on them, and what became of their sign-in.

Nobody is let in here and nothing is logged: `identity` asks whether the viewer looks after people, and says in the log
who read. It names the actions; whatever else the log holds stays with those who read the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet, Value

from razdar.audit.models import Entry
from razdar.audit.selectors import Lines, Page, Position, page_of


@dataclass(frozen=True)
class Wanted:
    """Which entries of a client's log are about a person.

    Attributes:
        told: actions that name in their details on whom they were done.
        own: actions that the person did, or that happened to the person's own account.
    """

    client: UUID
    person: UUID
    told: Sequence[str]
    own: Sequence[str]


def acts(wanted: Wanted, page: Page) -> Lines:
    """A page of these entries, newest first; inside the client's scope.

    The entries of these actions are few, whatever the log holds besides: they are found by action first, never by
    walking through the log.
    """
    rows = Entry.objects.filter(log=wanted.client)
    if page.before is not None:
        rows = rows.filter(index__lt=page.before)
    named = rows.filter(action__in=wanted.told).alias(
        named=Position(Value(f'"person":"{wanted.person}"'.encode()), F("payload"))
    )
    found = {*_places(named.filter(named__gt=0)), *_places(rows.filter(action__in=wanted.own, actor=wanted.person))}
    newest = sorted(found, reverse=True)[: page.size + 1]
    return page_of(Entry.objects.filter(log=wanted.client, index__in=newest), Page(size=page.size))


def _places(rows: QuerySet[Entry]) -> list[int]:
    return list(rows.values_list("index", flat=True))
