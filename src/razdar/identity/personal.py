"""Exceptions as they hold: read at every request, believed only with their authenticator, ended by the clock alone.

Nothing has to run for an exception to end: it is asked at each request whether it still holds.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from razdar.core.disclosure import Cell, DataClass, Holder, Level, PersonalCell, Purpose, Role, with_personal
from razdar.identity import events, rights
from razdar.identity.models import MatrixException


def compiled(holder: Holder, row: Mapping[DataClass, Cell], at: datetime) -> Mapping[DataClass, Cell]:
    """The row of a role as it holds for this person at this moment; inside the client's scope."""
    return with_personal(row, _held(holder, at), holder, at)


def cell_of(row: MatrixException) -> Cell:
    """The cell that an exception puts in place."""
    purposes = frozenset(Purpose(name) for name in row.purposes.split())
    return Cell(Level[row.level.upper()], purposes, row.second_person)


def _held(holder: Holder, at: datetime) -> Iterator[PersonalCell]:
    rows = MatrixException.objects.filter(client_id=holder.client, user_id=holder.person, until__gt=at)
    for row in rows.filter(state=MatrixException.State.ACTIVE):
        if not rights.exception_is_genuine(row):
            events.record_forged_exception(row)
            continue
        yield PersonalCell(
            client=row.client_id,
            person=row.user_id,
            role=Role(row.role),
            grant=row.grant_id,
            data_class=DataClass(row.data_class),
            cell=cell_of(row),
            since=row.since,
            until=row.until,
        )
