"""Contacts of the tests: running and ended calls with an agent, as telephony opens and closes them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import connections

from razdar.identity.viewers import for_job
from razdar.interactions.models import Interaction
from razdar.runtime.ids import uuid7
from razdar.telephony import services as telephony
from razdar.telephony.services import NewCall
from tests.world import World


def running(world: World, customer: UUID, agent: UUID) -> UUID:
    """A call that runs."""
    made = telephony.open_call(for_job("telephony", world.client), NewCall(customer=customer, agent=agent))
    return made.interaction


def over(world: World, customer: UUID, agent: UUID) -> UUID:
    """A call that is over since a moment ago."""
    call = running(world, customer, agent)
    telephony.close_call(for_job("telephony", world.client), call)
    return call


def past(world: World, customer: UUID, agent: UUID | None, at: datetime, seconds: int, **more: str) -> UUID:
    """A contact of another day, written down as it would be; inside the client's scope."""
    row = Interaction(
        id=uuid7(),
        client_id=world.client,
        customer_id=customer,
        direction=more.get("direction", "inbound"),
        channel=more.get("channel", "call"),
        agent=agent,
        started_at=at,
        duration_ms=seconds * 1000,
        created_at=datetime.now(UTC),
    )
    row.save(force_insert=True)
    return row.id


def meanwhile(act: Callable[[], object]) -> threading.Thread:
    """Something in a transaction of its own; it has come as far as it can when this returns."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(1)
    return thread
