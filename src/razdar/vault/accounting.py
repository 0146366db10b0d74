"""Every key that is handed out has its entry in the log, also where what it was for came to nothing.

The key agent writes down for which action it handed out whose keys, and `razdar.vault.reconciliation` looks for an
entry of that action that names the customer. A look is logged before anything is returned. A change is logged in its
own transaction, so a change that is undone would take its entry with it: it leaves one of its own, *failed*. Only a
process that dies in between leaves keys without an entry, and it should be seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Viewer
from razdar.core.errors import Unavailable
from razdar.core.ledger.events import Event, FieldSeen, Mode, Outcome
from razdar.runtime.scope import in_unit, on_rollback
from razdar.vault.sealed import Sealed

AT_ONCE = 1000
"""Customers that one event names; an event is at most 65,535 bytes long."""


def handed_out(client: UUID, customers: Iterable[UUID], action: str) -> None:
    """Keys were handed out for a change whose event stands or falls with the open transaction.

    Outside a transaction nothing is promised; there `told` surrounds the work.
    """
    if in_unit():
        on_rollback(partial(_undone, client, tuple(dict.fromkeys(customers)), action))


@contextmanager
def told(client: UUID, customers: Iterable[UUID], action: str) -> Iterator[None]:
    """Surrounds a change that seals before its transaction begins: if it fails, that is logged."""
    try:
        yield
    except BaseException:
        _undone(client, tuple(customers), action)
        raise


def unseen(customers: Iterable[UUID], data_class: DataClass = DataClass.TECHNICAL) -> tuple[FieldSeen, ...]:
    """Customers as an event names them of whom nothing was shown to anybody."""
    return tuple(FieldSeen(str(data_class), Level.NONE.name.lower(), customer) for customer in dict.fromkeys(customers))


def chunks(customers: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Customers in the order given, as many at once as one event may name."""
    return (customers[at : at + AT_ONCE] for at in range(0, len(customers), AT_ONCE))


@contextmanager
def processing(viewer: Viewer, values: Iterable[Sealed], action: str) -> Iterator[None]:
    """Surrounds work on opened values that shows nobody anything; what came of it is logged before it goes on.

    Raises:
        Unavailable: it could not be logged.
    """
    outcome = Outcome.FAILED
    try:
        yield
        outcome = Outcome.OK
    finally:
        for some in chunks(list(dict.fromkeys(value.customer for value in values))):
            audit.record_now(Event.by(viewer, action, Mode.SYSTEM, fields=unseen(some), outcome=outcome))


def _undone(client: UUID, customers: Sequence[UUID], action: str) -> None:
    with suppress(Unavailable):  # then the reconciliation will tell
        for some in chunks(customers):
            audit.record_now(
                Event(
                    client=client,
                    action=action,
                    mode=Mode.CHANGE,
                    role="system",
                    customer=some[0] if len(some) == 1 else None,
                    fields=unseen(some),
                    outcome=Outcome.FAILED,
                )
            )
