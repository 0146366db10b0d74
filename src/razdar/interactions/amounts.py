"""How much there is of a client, counted without opening anything, for who looks after the client."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.customers.models import Customer
from razdar.interactions.models import Interaction, Recording

MOST = 100_000
"""Counting goes no further: the page must not grow slower with the client."""


@dataclass(frozen=True)
class Amounts:
    """Numbers of rows; one that is more than `MOST` is told as `MOST` + 1.

    Attributes:
        customers: records that were not erased, those of unknown callers included.
    """

    customers: int
    contacts: int
    recordings: int


def of(viewer: Viewer) -> Amounts:
    """How much there is of the viewer's client; inside its scope.

    Raises:
        NotYours: looking after people and clients is not among the viewer's duties.
    """
    if not viewer.may(Permission.IDENTITY_PERSON_LIST):
        raise NotYours("Looking after the client is not among your duties.")
    return Amounts(
        customers=_count(Customer.objects.filter(client_id=viewer.client, erased_at=None)),
        contacts=_count(Interaction.objects.filter(client_id=viewer.client)),
        recordings=_count(Recording.objects.filter(client_id=viewer.client).order_by().distinct("interaction_id")),
    )


def _count(rows: QuerySet[Model]) -> int:
    return rows[: MOST + 1].count()
