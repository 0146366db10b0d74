"""What tests do inside an installation, as a process of its own: ``python -m tests.assurance.acts WHAT ...``.

Through the product's own services; the answer is JSON. ``try`` is the attacker's: whoever has data, keys and passphrase
removes the mark of an unfinished restore and opens what opens.
"""

import json
import os
import sys
import time
from contextlib import ExitStack
from uuid import UUID

from razdar import __main__ as product
from razdar.runtime import logs
from razdar.runtime.commands import Needs


def main() -> None:
    os.umask(0o077)
    logs.configure("acts", product.make_var() / "log")
    what, *rest = sys.argv[1:]
    with ExitStack() as stack:
        product.prepare(Needs.KEYS | Needs.SEQUENCER, stack)
        from razdar.identity import selectors

        (client,) = selectors.clients()
        acts = {"try": _try, "erase": _erase, "fill": _fill, "log": _log}
        json.dump(acts[what](client.id, *rest), sys.stdout)


def _fill(client: UUID, *recipients: str) -> dict[str, list[str]]:
    """Recipients of bundles, three customers with one phone each, a stored object, and what stands of the first."""
    from razdar.vault import keeping

    for number, recipient in enumerate(recipients):
        keeping.add_recipient(f"recipient-{number}", recipient)
    made = _customers(client)
    _log(client)
    return {"customers": [str(customer) for customer in made], "stored": _stored(client, made[0])}


def _customers(client: UUID) -> list[UUID]:
    from razdar.core.disclosure import DataClass
    from razdar.customers.services import Draft, create
    from razdar.identity.viewers import for_job
    from razdar.runtime import objects
    from razdar.runtime.ids import uuid7
    from razdar.runtime.scope import scope

    drafts = [
        Draft({DataClass.SURNAME: f"Surname{number}"}, [(DataClass.PHONE, f"+4420794607{number:02}")], "en")
        for number in range(3)
    ]
    with scope(client):
        made = create(for_job("fill", client), drafts)
    objects.put(uuid7(), os.urandom(20_000))
    return made


def _try(client: UUID) -> dict[str, int]:
    """How many keys and values open, for every customer of the installation."""
    from razdar.customers.models import Customer
    from razdar.runtime.scope import scope
    from razdar.vault import resurrection

    with scope(client):
        known = list(Customer.objects.filter(client_id=client).values_list("id", flat=True))
        return {str(one): resurrection.attempt(client, one, (1,)).opened for one in known}


def _erase(client: UUID, erased: str) -> dict[str, bool]:
    """Erase a customer, then do the job that every erasure asks for: a worker would at once."""
    customer = UUID(erased)
    from razdar.core.disclosure import Role, Viewer
    from razdar.core.duties import ROLE_PERMISSIONS
    from razdar.keys import agent
    from razdar.privacy import jobs, services
    from razdar.runtime.ids import uuid7
    from razdar.runtime.scope import scope
    from razdar.vault import keeping_jobs

    role = Role.PRIVACY_OFFICER
    viewer = Viewer(uuid7(), role.value, client, "acts", permissions=ROLE_PERMISSIONS[role], assured_at=time.time())
    with scope(client):
        services.erase(viewer, customer, "request")
    jobs.finish(client, customer)
    keeping_jobs.after_erasure(client, customer)
    return {"destroyed": agent.current().is_destroyed(client, customer)}


def _stored(client: UUID, customer: UUID) -> list[str]:
    """The customer's blind indexes, and a sealed value for comparison."""
    from razdar.customers.models import Customer
    from razdar.runtime.scope import scope
    from razdar.vault.models import IndexEntry

    with scope(client):
        tokens = IndexEntry.objects.filter(client_id=client, customer_id=customer).values_list("token", flat=True)
        sealed = Customer.objects.get(id=customer).surname.blob
        return [*(bytes(token).hex() for token in tokens), sealed.hex()]


def _log(client: UUID) -> list[str]:
    """Have everything sequenced that waits; the actions of the log."""
    from razdar.audit.models import Entry
    from tests.audit.sequencing import wait_until_sequenced

    wait_until_sequenced()
    return list(Entry.objects.using("sequencer").order_by("index").values_list("action", flat=True))


if __name__ == "__main__":
    main()
