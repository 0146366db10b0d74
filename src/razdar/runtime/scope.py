"""The client scope: which client's rows the current transaction may see.

Rules
-----
* Row-level security compares ``client_id`` with the setting ``razdar.client``. Nothing but this module sets it, and
  only for the length of one transaction (``set_config(..., true)``): a session-level setting would stay on the pooled
  connection and leak into the next request.
* Without a scope the setting is empty and a query of a client's table finds nothing.
* ``scope(b)`` inside ``scope(a)`` is refused: releasing a savepoint keeps the setting, so the outer code would go on
  as ``b``. The same client nests. Inside ``unit()`` a scope may open and close; inside a scope, ``unit()`` only adds a
  savepoint and the client stays.
* On leaving, the setting is what it was before, also where an outer transaction goes on.
* State belongs to the thread, as the database connection does. A thread that did not open the scope has none: streamed
  bodies and server-sent events use :mod:`razdar.runtime.streams`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, transaction

from razdar.core.errors import ScopeNesting

SETTING = "razdar.client"


class _Watch:
    """Tells whether the work it was registered in reached the end of the outermost transaction."""

    def __init__(self, undo: Callable[[], None]) -> None:
        self.undo = undo
        self._committed = False

    def keep(self) -> None:
        self._committed = True

    @property
    def kept(self) -> bool:
        # Django forgets the commit hooks of a savepoint that is rolled back: a hook still waiting means that the work
        # stands and only the surrounding transaction (a test's) is yet to end.
        return self._committed or any(hook[1] == self.keep for hook in connection.run_on_commit)


@dataclass
class _Frame:
    client: UUID | None
    watches: list[_Watch] = field(default_factory=list)


class _State(threading.local):
    def __init__(self) -> None:
        self.frames: list[_Frame] = []


_STATE = _State()


def current_client() -> UUID | None:
    """The client whose scope is open in this thread, else None."""
    return _STATE.frames[-1].client if _STATE.frames else None


def in_unit() -> bool:
    """True inside ``scope()`` or ``unit()``, that is, inside a transaction that this module ends."""
    return bool(_STATE.frames)


@contextmanager
def scope(client: UUID) -> Iterator[None]:
    """Open a transaction in which exactly this client's rows can be read and written.

    Raises:
        ScopeNesting: a scope of another client is open in this thread.
    """
    # A hook that runs after the commit finds the frame still there, but its transaction, and the setting, are over.
    outer = current_client() if connection.in_atomic_block else None
    if outer is not None and outer != client:
        raise ScopeNesting("A scope of another client is already open.")
    # The end of a real transaction clears the setting by itself; a savepoint does not.
    restore = outer is None and connection.in_atomic_block
    with _frame(client):
        if outer is None:
            _set_client(str(client))
        yield
        if restore and not connection.needs_rollback:
            _set_client("")


@contextmanager
def unit() -> Iterator[None]:
    """Open a transaction for installation-wide work, without a client of its own."""
    with _frame(current_client()):
        yield


def on_rollback(undo: Callable[[], None]) -> None:
    """Call ``undo`` once the outermost transaction has ended, if what was done here did not survive it.

    That is so when the whole transaction fails, when its commit fails, and when only a savepoint around this call was
    rolled back. ``undo`` runs outside the failed transaction; an error in it reaches the caller with the first error as
    its context.

    Raises:
        RuntimeError: outside ``scope()`` and ``unit()``.
    """
    if not _STATE.frames:
        raise RuntimeError("on_rollback needs an open scope or unit")
    watch = _Watch(undo)
    transaction.on_commit(watch.keep, using=DEFAULT_DB_ALIAS)
    _STATE.frames[0].watches.append(watch)


@contextmanager
def _frame(client: UUID | None) -> Iterator[None]:
    frame = _Frame(client)
    _STATE.frames.append(frame)
    try:
        with transaction.atomic(using=DEFAULT_DB_ALIAS):
            yield
    finally:
        _STATE.frames.pop()
        _call([watch.undo for watch in frame.watches if not watch.kept])


def _call(undos: Sequence[Callable[[], None]]) -> None:
    """Call all, in order, also after one that fails; the first error of the work stays the context of what comes."""
    if undos:
        try:
            undos[0]()
        finally:
            _call(undos[1:])


def _set_client(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])
