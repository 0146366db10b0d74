"""A customer erased, and certified to be."""

from uuid import UUID

from razdar.core.disclosure import Role
from razdar.privacy import jobs, selectors, services
from razdar.runtime.scope import scope
from tests.audit.sequencing import wait_until_sequenced
from tests.interactions.taking_in import incoming
from tests.world import World


def erased(world: World) -> UUID:
    customer = world.customer()
    with scope(world.client):
        services.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    jobs.finish(world.client, customer)
    return customer


def certified(world: World) -> tuple[UUID, bytes]:
    customer = erased(world)
    wait_until_sequenced()
    jobs.certify()
    with scope(world.client):
        return customer, selectors.certificate(world.viewer(Role.AUDITOR), customer)


def with_a_call(world: World) -> tuple[UUID, UUID]:
    from razdar.identity.viewers import for_job
    from razdar.interactions import jobs
    from razdar.interactions.services import import_call

    customer = world.customer()
    call = import_call(for_job("import-call", world.client), incoming(customer))
    jobs.advance(world.client, call)
    jobs.advance(world.client, call)
    return customer, call
