"""The only maker of viewers.

A viewer is made from a real session whose second factor is proven and whose role is held at this moment, or for a job
by its name. The matrix row, with the exceptions that hold for this person at this moment, and the permissions are
compiled into it once a request, so that nothing below has to ask again who somebody is.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from razdar.core.disclosure import (
    CATALOGUE,
    Category,
    Cell,
    DataClass,
    Holder,
    Level,
    Purpose,
    Role,
    Viewer,
    classes_in,
)
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.permissions import Permission
from razdar.identity import idle, personal
from razdar.identity.origin import device_of, zone_of
from razdar.identity.proofs import proof_of
from razdar.identity.workplaces import Workplace, active_workplace
from razdar.runtime.scope import scope
from razdar.vault import matrices

SYSTEM = "system"
NOBODY = UUID(int=0)

# Agents see a customer beside a contact or case of that customer, and at no other time.
NEEDS_ASSIGNMENT = frozenset({Role.AGENT})

_PIPELINE = (Category.IDENTITY, Category.GOVERNMENT_ID, Category.CONTACT, Category.FINANCIAL)
_PROCESSED = (*classes_in(*_PIPELINE), DataClass.REFERENCE_NO, DataClass.RECORDING, DataClass.TRANSCRIPT)
_JOB_CELLS = MappingProxyType(
    {
        data_class: Cell(Level.CLEAR, frozenset({Purpose.PROCESSING}))
        for data_class in _PROCESSED
        if CATALOGUE[data_class].storable
    }
)

# What commands and jobs do through the same services as people.
_JOB_PERMISSIONS = frozenset({Permission.CUSTOMERS_RECORD_CREATE, Permission.CUSTOMERS_RECORD_SEARCH})


def for_session(request: HttpRequest) -> Viewer | None:
    """The viewer of a request; None while the person is not signed in with a second factor at a chosen workplace, and
    while the session is locked."""
    if not request.user.is_authenticated or idle.is_locked(request):
        return None
    proof = proof_of(request)
    workplace = active_workplace(request) if proof.second_factor else None
    return _viewer(request, workplace, proof.assured_at) if workplace else None


def for_job(name: str, client: UUID) -> Viewer:
    """The viewer of a job or command: opens what the pipeline works on, for processing and for no other purpose.

    Args:
        name: what the log calls the job; letters, digits, ``_`` and ``-`` are kept.
        client: the client whose data the job works on.
    """
    session = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:64]
    return Viewer(NOBODY, SYSTEM, client, session, cells=_JOB_CELLS, permissions=_JOB_PERMISSIONS)


def for_sample(role: Role, cells: Mapping[DataClass, Cell]) -> Viewer:
    """A viewer who sees an invented customer as a role would, and nothing else.

    It belongs to no client, so that the door opens nothing for it; it has no permission and has proven nothing.
    """
    return Viewer(NOBODY, role.value, NOBODY, "sample", cells=cells)


def _viewer(request: HttpRequest, workplace: Workplace, assured_at: float) -> Viewer:
    person = UUID(str(request.user.pk))
    holder = Holder(workplace.client, person, workplace.role, workplace.grant, workplace.granted_at)
    with scope(workplace.client):
        row = matrices.current(workplace.client).row(workplace.role)
        cells = personal.compiled(holder, row, timezone.now())
    return Viewer(
        person=person,
        role=workplace.role.value,
        client=workplace.client,
        session=getattr(request.session, "pseudonym", ""),
        device=device_of(request),
        zone=zone_of(request),
        cells=cells,
        permissions=ROLE_PERMISSIONS.get(workplace.role, frozenset()),
        assured_at=assured_at,
        needs_assignment=workplace.role in NEEDS_ASSIGNMENT,
    )
