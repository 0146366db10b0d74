"""Colleagues for the administrator to act on, one for each act that can be done once."""

from uuid import UUID

from django.utils import timezone

from razdar.core.disclosure import Role
from razdar.identity import accounts, invitations
from razdar.identity import services as people
from razdar.identity.models import RoleGrant, User
from razdar.identity.rights import sealed
from razdar.identity.services import Newcomer
from razdar.runtime.ids import uuid7
from razdar.vault.staff import seal_staff
from tests.doors import planted as p
from tests.world import World


def colleagues(world: World, once: dict[str, UUID]) -> str:
    """People and proposals for the administrator to act on; the token of a link that nobody has used."""
    first = world.viewer(Role.ADMINISTRATOR, person=User.objects.get(username="admin1.0").pk)
    for act in ("approve", "refuse", "end"):
        person = join(world, f"{act}d", Role.AUDITOR)
        once |= {f"person {act}": person, f"role {act}": people.propose_role(first, person, Role.SUPERVISOR)}
    for act in ("reset", "close", "reopen", "leave"):
        once[f"person {act}"] = join(world, f"{act}.spare", Role.AUDITOR)
    accounts.close(first, once["person reopen"])
    once["colleague"] = join(world, "colleague", Role.AUDITOR)
    link = people.invite(first, world.client, Newcomer("invited", p.INVITED.texts[0], (Role.AUDITOR,)))
    assert isinstance(link, invitations.Link)
    return link.token


def join(world: World, name: str, role: Role) -> UUID:
    """Somebody who works at the planted customer's client, in this role."""
    person = User(id=uuid7(), username=name, is_active=True, last_active_at=timezone.now())
    person.sealed_name = seal_staff(person.pk, "name", f"Person {name} 0")
    person.save(force_insert=True)
    grant = RoleGrant(user=person, client_id=world.client, role=role, state=RoleGrant.State.ACTIVE)
    sealed(grant).save(force_insert=True)
    return person.pk
