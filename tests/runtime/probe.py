"""Two tables of a room that exists in tests only: made by the same operations as every room's, by the owner.

``probe_customer`` and ``probe_note`` are cut by client; a note points to a customer of its own client;
``probe_inbox`` takes rows and gives none back; ``probe_index`` is unlogged.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, migrations, models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from razdar.runtime import rls
from tests import databases

APP = "probe"


def _fields(*names: str) -> list[tuple[str, Any]]:
    columns: list[tuple[str, Any]] = [("id", models.UUIDField(primary_key=True))]
    columns += [(name, models.UUIDField()) for name in names]
    return [*columns, ("text", models.TextField(default=""))]


OPERATIONS: Sequence[Operation] = (
    migrations.CreateModel("Customer", _fields("client_id")),
    migrations.CreateModel("Note", _fields("client_id", "customer_id")),
    migrations.CreateModel("Inbox", _fields("client_id")),
    migrations.CreateModel("Index", _fields("client_id")),
    rls.ScopeToClient("Customer"),
    rls.ScopeToClient("Note"),
    rls.ScopeToClient("Index"),
    rls.ScopeToClient("Inbox"),
    rls.UniquePair("Customer", ("client_id", "id")),
    rls.CompositeForeignKey("Note", columns=("client_id", "customer_id"), to="Customer", on_delete="CASCADE"),
    rls.Grants("Inbox", runtime="INSERT", sequencer="SELECT, DELETE"),
    rls.Unlogged("Index"),
)


@contextmanager
def tables(owner_url: str) -> Iterator[None]:
    """The tables, for the length of the block; taking the operations back must leave nothing."""
    settings = {**connections.settings["default"], **databases.alias_settings(owner_url, None)}
    # Reachable by name, yet not among the aliases of the settings: the tests' guard over those would forbid it.
    owner = connections["probe_owner"] = DatabaseWrapper(settings, alias="probe_owner")
    try:
        states = _run_forwards(owner)
        yield
        _run_backwards(owner, states)
    finally:
        owner.close()
        del connections["probe_owner"]


def _run_forwards(owner: DatabaseWrapper) -> list[ProjectState]:
    states = [ProjectState()]
    for operation in OPERATIONS:
        state = states[-1].clone()
        operation.state_forwards(APP, state)
        with owner.schema_editor(atomic=False) as editor:
            operation.database_forwards(APP, editor, states[-1], state)
        states.append(state)
    return states


def _run_backwards(owner: DatabaseWrapper, states: list[ProjectState]) -> None:
    for number in range(len(OPERATIONS), 0, -1):
        with owner.schema_editor(atomic=False) as editor:
            OPERATIONS[number - 1].database_backwards(APP, editor, states[number], states[number - 1])


def add_customer(client: UUID, alias: str = "default") -> UUID:
    """A row in the open scope."""
    customer = uuid4()
    with connections[alias].cursor() as cursor:
        cursor.execute("INSERT INTO probe_customer (id, client_id, text) VALUES (%s, %s, 'x')", [customer, client])
    return customer


def add_note(client: UUID, customer: UUID) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO probe_note (id, client_id, customer_id, text) VALUES (%s, %s, %s, 'x')",
            [uuid4(), client, customer],
        )


def seen(alias: str = "default") -> int:
    """How many customers a query finds."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM probe_customer")
        return int(cursor.fetchone()[0])


def setting() -> str | None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('razdar.client', true)")
        found: str | None = cursor.fetchone()[0]
        return found
