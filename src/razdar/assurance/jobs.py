"""What the worker looks at for the pages about this installation."""

from razdar.assurance import doors_seen
from razdar.identity import selectors as people
from razdar.runtime.jobs import periodic
from razdar.vault import sighting


@periodic("assurance.look_at_keys", "*/5 * * * *")
def look_at_keys() -> None:
    """Every five minutes: how each client's keys are kept; and the doors, for a client that was founded since."""
    doors_seen.look_for_newcomers()  # which needs no key agent
    sighting.look([client.id for client in people.clients()])


@periodic("assurance.look_at_doors", "11 * * * *")
def look_at_doors() -> None:
    """Once an hour: which certificates are served."""
    doors_seen.look()
