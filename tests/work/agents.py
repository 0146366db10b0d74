"""Agents beside the one of the world."""

from uuid import UUID

from razdar.core.disclosure import Role
from tests.world import World


def another_agent(world: World) -> UUID:
    from django.utils import timezone

    from razdar.identity.models import RoleGrant, User
    from razdar.identity.rights import sealed
    from razdar.runtime.ids import uuid7

    person = User.objects.filter(username="another").first()
    if person is None:
        person = User(id=uuid7(), username="another", is_active=True, last_active_at=timezone.now())
        person.save(force_insert=True)
        grant = RoleGrant(user=person, client_id=world.client, role=Role.AGENT, state=RoleGrant.State.ACTIVE)
        sealed(grant).save(force_insert=True)
    return person.pk
