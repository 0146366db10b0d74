"""Entries of the agent's book, and what the log holds of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from razdar.core.disclosure import Level
from razdar.core.ledger import Dated, Event, FieldSeen, Mode, Outcome
from razdar.keys.agent import BookLine
from razdar.keys.records import Outcome as Handing
from razdar.runtime.scope import scope
from razdar.vault import reconciliation
from razdar.vault.reconciliation import Reconciled
from tests.audit.sequencing import wait_until_sequenced
from tests.world import World

LATER = timedelta(minutes=10)
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CLIENT, SOMEBODY = UUID(int=5), UUID(int=6)


def reconciled(world: World, since: datetime | None = None) -> Reconciled:
    """A run ten minutes from now, when everything has its place in the log and is old enough."""
    now = in_the_log(world)
    found = reconciliation.reconcile(since, now)
    in_the_log(world)
    return found


def in_the_log(world: World) -> datetime:
    wait_until_sequenced()
    now = datetime.now(UTC) + LATER
    with psycopg.connect(world.owner_url) as owner:
        owner.execute("UPDATE audit_sequencing SET caught_up_at = %s", [now])
    return now


def told(world: World, action: str = "keys:book:differs") -> list[Event]:
    from razdar.audit import lookup

    with scope(world.client):
        return [dated.event for dated in lookup.of_action(world.client, action, AT)]


def entry(minutes: float = 0, outcome: Outcome = Outcome.OK, level: Level = Level.CLEAR) -> Dated:
    seen = (FieldSeen("surname", level.name.lower(), SOMEBODY),)
    event = Event(client=CLIENT, action="customers:card:view", mode=Mode.VIEW, fields=seen, outcome=outcome)
    return Dated(event, round((AT + timedelta(minutes=minutes)).timestamp() * 1000))


def line(minutes: int = 0, purpose: str = "customers:card:view", customer: UUID = SOMEBODY) -> BookLine:
    return BookLine(AT + timedelta(minutes=minutes), "web", purpose, CLIENT, customer, 1, Handing.GIVEN)
