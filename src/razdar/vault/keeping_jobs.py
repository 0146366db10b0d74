"""Jobs that keep the keys: rotation, bundles and the book by the clock, and what every erasure asks for."""

from uuid import UUID

from django.conf import settings

from razdar.runtime.jobs import job, periodic
from razdar.runtime.scope import scope
from razdar.vault import freezing, keeping, notices, reconciliation, sighting


@periodic("vault.keep", "43 3 * * *")
def keep() -> None:
    """Once a day: rotate epochs that are due, make a bundle, remove expired ones."""
    keeping.keep(settings.RAZDAR_EPOCH_DAYS, each=sighting.told)


@periodic("vault.reconcile", "13 4 * * *")
def reconcile() -> None:
    """Once a day: the key agent's book against the log."""
    reconciliation.daily()


@periodic("vault.cover", "7 * * * *")
def cover() -> None:
    """Once an hour: a bundle that should have followed an erasure and did not."""
    keeping.cover_erasures()


@periodic("vault.freezes", "* * * * *")
def freezes() -> None:
    """Once a minute: a freeze that the log knows and the key store does not, because an older one was put back."""
    for known in reconciliation.CLIENTS.values():
        for client in known():
            with scope(client):
                freezing.set_again(client)


@job("vault.after_erasure", attempts=50, scoped=False)
def after_erasure(client: UUID, customer: UUID) -> None:
    """The notice of an erasure and a bundle that holds it; tried again until both are there."""
    if settings.RAZDAR_BACKUP_FOLDER:
        notices.leave(settings.RAZDAR_BACKUP_FOLDER, client, customer)
    keeping.cover_erasures()


def ask_after_erasure(client: UUID, customer: UUID) -> None:
    """Have it done, in the transaction that completes the erasure; that it fails undoes nothing."""
    after_erasure.defer(client, customer)
