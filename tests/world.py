"""A small installation for tests: keys, two clients, a person for every role, customers with known values.

Everything is made by the product's own services. Viewers are put together here as identity compiles them from a
session, so that a test of the door need not go through a browser.
"""

import atexit
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import psycopg
from django.utils import timezone

from razdar.core.crypto import passphrase
from razdar.core.crypto.passphrase import Cost
from razdar.core.disclosure import DataClass, Role, Viewer
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.ledger.events import Event, decode
from razdar.identity import services as people
from razdar.identity.models import RoleGrant, User
from razdar.identity.rights import sealed
from razdar.identity.services import Newcomer
from razdar.identity.viewers import for_job
from razdar.keys import agent, setup
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.vault import assignments, matrices
from razdar.vault.staff import seal_staff

PASSPHRASE = b"a passphrase that only tests know"
CHEAP = Cost(memory_kib=64 * 1024, iterations=2, lanes=2)

VALUES: Mapping[DataClass, str] = {
    DataClass.SURNAME: "Quillfeather",
    DataClass.GENDER: "female",
    DataClass.GIVEN_NAME: "Ottoline",
    DataClass.BIRTH_DATE: "1971-06-14",
    DataClass.NATIONAL_ID: "51912307648",
    DataClass.POSTAL_ADDRESS: "7 Nettlebrook Rise, Ostravelle",
    DataClass.REFERENCE_NO: "QX-771204",
}
HANDLES = ((DataClass.PHONE, "+442079460777"), (DataClass.EMAIL, "ottoline.q@example.org"))


@cache
def _new_keys() -> Path:
    """The folder of a key store in which nothing is kept yet."""
    made = Path(tempfile.mkdtemp(prefix="razdar-world-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    setup.create(made / "keys", PASSPHRASE, cost=CHEAP)
    return made / "keys"


_stretched = cache(passphrase._stretch)


@contextmanager
def unlocked_keys(folder: Path) -> Iterator[None]:
    """A new key store in a folder, unlocked in this process.

    The slow part, from the passphrase to the key of the root file, is done once in each process: these tests are not
    about it, and it would take half of their time.
    """
    shutil.copytree(_new_keys(), folder)
    with patch.object(
        passphrase, "_stretch", lambda words, salt, cost: bytearray(_stretched(bytes(words), salt, cost))
    ):
        opened = setup.unlock(folder, PASSPHRASE)
    agent.install(opened)
    try:
        yield
    finally:
        agent.install(None)
        opened.close()


@dataclass(frozen=True)
class World:
    """Two clients with their people; `viewer` makes a viewer of a role at one of them."""

    client: UUID
    other: UUID
    people: Mapping[tuple[UUID, Role], UUID]
    owner_url: str = field(repr=False)

    def viewer(self, role: Role, client: UUID | None = None, **changes: object) -> Viewer:
        """A viewer of this role, its strong factor just proven."""
        where = client or self.client
        made = Viewer(
            person=self.people[where, role],
            role=role.value,
            client=where,
            session="test-session",
            cells=matrices.current(where).row(role),
            permissions=ROLE_PERMISSIONS[role],
            assured_at=time.time(),
            needs_assignment=role is Role.AGENT,
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def second(self, role: Role) -> Viewer:
        """Another person of the same role."""
        return self.viewer(role, person=self.people[self.other, role])

    def customer(self, client: UUID | None = None, **changes: str) -> UUID:
        """A customer with the known values; `changes` by data class name."""
        from razdar.customers.services import create
        from razdar.customers.storing import Draft

        where = client or self.client
        fields = {**VALUES, **{DataClass(name): value for name, value in changes.items()}}
        job = for_job("test", where)
        with scope(where):
            (made,) = create(job, [Draft(fields, HANDLES, "en")])
        return made

    def events(self) -> list[Event]:
        """All events written so far, in their order, read by the owner; none is sequenced in these tests."""
        query = "SELECT payload FROM audit_inbox WHERE length(payload) > 0 ORDER BY writer, counter"
        with psycopg.connect(self.owner_url) as owner:
            return [decode(bytes(payload)).event for (payload,) in owner.execute(query)]

    def assign(self, viewer: Viewer, customer: UUID) -> None:
        """Let a viewer work for a customer for a while."""
        with scope(viewer.client):
            assignments.assign_for_a_while(viewer.client, customer, viewer.person, "contact")


def build(owner_url: str) -> World:
    """Two clients and a person for every role at each."""
    found: dict[tuple[UUID, Role], UUID] = {}
    clients = []
    for number, name in enumerate(("Quillmere Test", "Tarnwick Test")):
        administrators = [Newcomer(f"admin{n}.{number}", f"Administrator {n}", ()) for n in (1, 2)]
        client = people.create_client(name, administrators).client
        clients.append(client)
        for role in Role:
            person = User(id=uuid7(), username=f"{role}.{number}", is_active=True, last_active_at=timezone.now())
            person.sealed_name = seal_staff(person.pk, "name", f"Person {role} {number}")
            person.save(force_insert=True)
            sealed(RoleGrant(user=person, client_id=client, role=role, state=RoleGrant.State.ACTIVE)).save()
            found[client, role] = person.pk
    return World(clients[0], clients[1], found, owner_url)
