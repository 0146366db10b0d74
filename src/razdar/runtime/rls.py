"""Migration operations for walls that Django's models cannot express: policies, grants, composite keys.

Every table of a client's data gets ``ScopeToClient``; every reference inside a client's data gets a
``CompositeForeignKey``, because PostgreSQL checks foreign keys as the table's owner, past row-level security: a simple
key would accept another client's row and would tell whether it exists.

The owner's default privileges give the runtime role SELECT, INSERT, UPDATE and DELETE on a new table; ``Grants`` takes
all of it away and gives exactly what is named. Policies are for the runtime role; another role that is granted rights
on a scoped table (the sequencer) gets a policy of its own from ``Grants``, limited to the commands granted.

All operations can be reversed. Table and column names come from models in this repository, never from input.
"""

from collections.abc import Sequence
from typing import Any, Literal, cast

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model
from django.utils.text import camel_case_to_spaces

RUNTIME = "razdar_runtime"
SEQUENCER = "razdar_sequencer"
BACKUP = "razdar_backup"
# Wrapped in a sub-select so that it is computed once per query; nullif because a setting that ended with its
# transaction reads '' and not NULL.
POLICY = "client_id = (select nullif(current_setting('razdar.client', true), '')::uuid)"
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")

OnDelete = Literal["CASCADE", "RESTRICT"]


class _OnModel(Operation):
    """An operation that changes the database and leaves Django's picture of the models as it is."""

    reversible = True
    atomic = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes for Django."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        for statement in self.forwards(_Tables(app_label, to_state, self.model)):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002
    ) -> None:
        for statement in self.backwards(_Tables(app_label, from_state, self.model)):
            schema_editor.execute(statement)

    def forwards(self, tables: "_Tables") -> Sequence[str]:
        raise NotImplementedError

    def backwards(self, tables: "_Tables") -> Sequence[str]:
        raise NotImplementedError

    def describe(self) -> str:
        return f"{camel_case_to_spaces(type(self).__name__)} on {self.model}"


class _Tables:
    """Table names in a migration's state, quoted."""

    def __init__(self, app_label: str, state: ProjectState, model: str) -> None:
        self._app_label = app_label
        self._state = state
        self.own = self.of(model)

    def of(self, model: str) -> str:
        label, _, name = model.rpartition(".")
        found = cast("type[Model]", self._state.apps.get_model(label or self._app_label, name))
        return quote(found._meta.db_table)


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _bare(table: str) -> str:
    return table.strip('"')


def _constraint(table: str, columns: Sequence[str], kind: str) -> str:
    return quote(f"{_bare(table)}_{'_'.join(columns)}_{kind}"[-63:])


class ScopeToClient(_OnModel):
    """Row-level security by ``client_id``: the runtime role sees and writes only the open scope's rows."""

    def forwards(self, tables: _Tables) -> Sequence[str]:
        return (
            f"ALTER TABLE {tables.own} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY razdar_client ON {tables.own} TO {RUNTIME} USING ({POLICY}) WITH CHECK ({POLICY})",
        )

    def backwards(self, tables: _Tables) -> Sequence[str]:
        return (
            f"DROP POLICY razdar_client ON {tables.own}",
            f"ALTER TABLE {tables.own} DISABLE ROW LEVEL SECURITY",
        )


class Grants(_OnModel):
    """Take all rights on a table away and give exactly these: ``Grants("Inbox", runtime="INSERT")``.

    Args:
        model: the model's name.
        runtime: commands of the runtime role, comma separated ("SELECT, INSERT"); a column list may follow a command
            ("UPDATE (ended_at)"). Empty: none at all.
        sequencer: the same for the sequencer role. Where the table is scoped to clients, a policy without a client
            condition is added for each command: the sequencer serves all clients.
        backup: the same for the backup role; reads by default.
    """

    def __init__(self, model: str, runtime: str = "", sequencer: str = "", backup: str = "SELECT") -> None:
        super().__init__(model)
        self.runtime = runtime
        self.sequencer = sequencer
        self.backup = backup

    def forwards(self, tables: _Tables) -> Sequence[str]:
        statements = [f"REVOKE ALL ON {tables.own} FROM PUBLIC, {RUNTIME}, {SEQUENCER}, {BACKUP}"]
        for role, commands in ((RUNTIME, self.runtime), (SEQUENCER, self.sequencer), (BACKUP, self.backup)):
            if commands:
                statements.append(f"GRANT {commands} ON {tables.own} TO {role}")
        return (*statements, *self._policies(tables.own))

    def backwards(self, tables: _Tables) -> Sequence[str]:
        drops = [
            f"DROP POLICY IF EXISTS razdar_sequencer_{c.lower()} ON {tables.own}" for c in _commands(self.sequencer)
        ]
        return (
            *drops,
            f"REVOKE ALL ON {tables.own} FROM {RUNTIME}, {SEQUENCER}, {BACKUP}",
            f"GRANT {', '.join(COMMANDS)} ON {tables.own} TO {RUNTIME}",
            f"GRANT SELECT ON {tables.own} TO {BACKUP}",
        )

    def _policies(self, table: str) -> list[str]:
        # A policy on a table without row-level security is stored and has no effect until it is enabled.
        clauses = {"INSERT": "WITH CHECK (true)", "UPDATE": "USING (true) WITH CHECK (true)"}
        return [
            f"CREATE POLICY razdar_sequencer_{command.lower()} ON {table} FOR {command} TO {SEQUENCER} "
            + clauses.get(command, "USING (true)")
            for command in _commands(self.sequencer)
        ]

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        kwargs = {"runtime": self.runtime, "sequencer": self.sequencer, "backup": self.backup}
        return type(self).__qualname__, (self.model,), kwargs


def _commands(grants: str) -> list[str]:
    words = grants.upper().replace("(", " ").replace(",", " ").split()
    return [command for command in COMMANDS if command in words]


class UniquePair(_OnModel):
    """A unique constraint over columns, as the target of composite foreign keys: ``UniquePair("Customer", (...))``."""

    def __init__(self, model: str, columns: Sequence[str] = ("client_id", "id")) -> None:
        super().__init__(model)
        self.columns = tuple(columns)

    def forwards(self, tables: _Tables) -> Sequence[str]:
        name = _constraint(tables.own, self.columns, "pair")
        return (f"ALTER TABLE {tables.own} ADD CONSTRAINT {name} UNIQUE ({_list(self.columns)})",)

    def backwards(self, tables: _Tables) -> Sequence[str]:
        return (f"ALTER TABLE {tables.own} DROP CONSTRAINT {_constraint(tables.own, self.columns, 'pair')}",)


class CompositeForeignKey(_OnModel):
    """A foreign key that carries the client, so that a row can only point to a row of its own client.

    The check is deferred to the end of the transaction, as Django's own foreign keys are.
    """

    def __init__(
        self,
        model: str,
        columns: Sequence[str],
        to: str,
        to_columns: Sequence[str] = ("client_id", "id"),
        on_delete: OnDelete = "RESTRICT",
    ) -> None:
        super().__init__(model)
        if on_delete not in {"CASCADE", "RESTRICT"}:
            raise ValueError("on_delete is CASCADE or RESTRICT")
        self.columns = tuple(columns)
        self.to = to
        self.to_columns = tuple(to_columns)
        self.on_delete = on_delete

    def forwards(self, tables: _Tables) -> Sequence[str]:
        name = _constraint(tables.own, self.columns, "fk")
        # RESTRICT proper cannot wait for the end of the transaction; NO ACTION is the deferrable form of it.
        action = "CASCADE" if self.on_delete == "CASCADE" else "NO ACTION"
        return (
            f"ALTER TABLE {tables.own} ADD CONSTRAINT {name} FOREIGN KEY ({_list(self.columns)}) "
            f"REFERENCES {tables.of(self.to)} ({_list(self.to_columns)}) ON DELETE {action} "
            "DEFERRABLE INITIALLY DEFERRED",
        )

    def backwards(self, tables: _Tables) -> Sequence[str]:
        return (f"ALTER TABLE {tables.own} DROP CONSTRAINT {_constraint(tables.own, self.columns, 'fk')}",)


class Unlogged(_OnModel):
    """Keep a table out of the write-ahead log, and so out of base backups; it is empty after a crash."""

    def forwards(self, tables: _Tables) -> Sequence[str]:
        return (f"ALTER TABLE {tables.own} SET UNLOGGED",)

    def backwards(self, tables: _Tables) -> Sequence[str]:
        return (f"ALTER TABLE {tables.own} SET LOGGED",)


def _list(columns: Sequence[str]) -> str:
    return ", ".join(quote(column) for column in columns)
