"""Jobs of customers: keeping the search index whole, and forgetting what has had its time."""

from uuid import UUID

from razdar import audit
from razdar.core.ledger.events import Event, Mode
from razdar.customers import knowing, linking
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.runtime.jobs import job, periodic
from razdar.runtime.scope import scope
from razdar.vault import freezing, housekeeping, index, resealing

REBUILD = "customers:index:rebuild"


@job("customers.rebuild_index", alone=("client",))
def rebuild_index(client: UUID) -> None:
    """Build a client's blind index anew; nothing to do when it is whole."""
    if index.is_ready(client):
        return
    viewer = for_job("rebuild-index", client)
    made = index.rebuild(viewer, REBUILD)
    audit.record(Event.by(viewer, REBUILD, Mode.SYSTEM, detail=(("entries", made),)))


@periodic("customers.forget", "41 * * * *")
def forget() -> None:
    """Remove counters, assignments, grants and what agreed with a record, once they have been over for a day."""
    housekeeping.forget_counts()
    for client in people.clients():
        with scope(client.id):
            housekeeping.forget_old(client.id)
            linking.forget_old(client.id)
            knowing.forget_old(client.id)


@periodic("customers.watch_index", "* * * * * */10")
def watch_index() -> None:
    """Notice an index that a crash of the database has emptied, and resealing that broke off, within ten seconds."""
    for client in people.clients():
        if freezing.waits(client.id):
            continue
        with scope(client.id):
            if not index.is_ready(client.id):
                rebuild_index.defer(client.id)
            resealing.resume(client.id)
