"""What people do to link customers, each act in a transaction of its own."""

from uuid import UUID

from razdar.core.disclosure import DataClass as C
from razdar.core.disclosure import Viewer
from razdar.customers import linking, services
from razdar.customers.callers import who_calls
from razdar.customers.models import CustomerLink
from razdar.identity.viewers import for_job
from razdar.runtime.scope import scope
from tests.world import VALUES, World


def unknown(world: World, number: str | None = None) -> UUID:
    with scope(world.client):
        return who_calls(for_job("telephony", world.client), number).customer


def match(
    viewer: Viewer,
    customer: UUID,
    data_class: C = C.BIRTH_DATE,
    claim: str = VALUES[C.BIRTH_DATE],
    *,
    caller: UUID | None = None,
) -> bool:
    with scope(viewer.client):
        return services.match(viewer, customer, data_class, claim, caller)


def identify(viewer: Viewer, caller: UUID, customer: UUID) -> UUID:
    with scope(viewer.client):
        return linking.identify(viewer, caller, customer)


def merge(viewer: Viewer, customer: UUID, principal: UUID) -> UUID:
    with scope(viewer.client):
        return linking.merge(viewer, customer, principal)


def undo(viewer: Viewer, customer: UUID, link: UUID) -> None:
    with scope(viewer.client):
        linking.undo(viewer, customer, link)


def linked(world: World) -> int:
    with scope(world.client):
        return CustomerLink.objects.filter(undone_at=None).count()
