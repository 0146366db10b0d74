"""A stolen copy of ``var/``: everything sealed in it, as the database's superuser and a reader of files find it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from razdar.core.crypto import hierarchy
from razdar.core.crypto.hierarchy import KekPurpose
from razdar.vault.fields import SealedField
from razdar.vault.sealed import Sealed, SealedFile

Database = psycopg.Connection[DictRow]


@dataclass(frozen=True)
class StaffValue:
    """A value of staff: base64, bound to its owner and kind."""

    owner: UUID
    kind: str
    sealed: str = field(repr=False)


@dataclass(frozen=True)
class WrappedKey:
    """A key as the key store file keeps it.

    Attributes:
        wrapped: the bytes.
        binding: what it is bound to.
        purpose: what its key-encryption key is for; None when the root itself wraps it.
        epoch: client and number of the epoch it is wrapped under.
    """

    wrapped: bytes = field(repr=False)
    binding: bytes
    purpose: KekPurpose | None = None
    epoch: tuple[UUID, int] | None = None


def connect(admin_url: str) -> Database:
    """The product's database, as the server's superuser."""
    return psycopg.connect(admin_url, dbname="razdar", row_factory=dict_row)


def fields(database: Database) -> list[Sealed]:
    """Every sealed field of every table."""
    found = []
    for model in apps.get_models():
        names = [column.name for column in model._meta.fields if isinstance(column, SealedField)]
        rows = _rows(database, model) if names else []
        found += [value for row in rows for name in names if (value := getattr(row, name)).present]
    return found


def recordings(database: Database) -> list[SealedFile]:
    """Every sealed file."""
    from razdar.interactions.models import Recording

    return [row.sealed for row in _rows(database, Recording)]


def staff_values(database: Database) -> list[StaffValue]:
    """Names, seeds of second factors, sessions."""
    values = [
        StaffValue(row["id"], "name", row["sealed_name"])
        for row in database.execute("SELECT id, sealed_name FROM identity_user WHERE sealed_name <> ''")
    ]
    for row in database.execute("SELECT user_id, data FROM mfa_authenticator"):
        values += [StaffValue(row["user_id"], "factor", text) for text in _texts(row["data"])]
    for row in database.execute("SELECT key_hash, payload FROM identity_session"):
        values.append(StaffValue(UUID(bytes=bytes(row["key_hash"])[:16]), "session", row["payload"]))
    return values


def expected(database: Database) -> int:
    """How many sealed fields the living customers' rows hold, counted by the server."""
    count = 0
    columns = database.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type = 'bytea' AND table_name ~ '^(customers|interactions)_' "
        # Checksums stand in the clear.
        "AND table_name <> 'interactions_recordingsegment' AND column_name <> 'sealed_digest' ORDER BY 1, 2"
    ).fetchall()
    for column in columns:
        query = sql.SQL(
            "SELECT count(*) AS filled FROM {table} t JOIN customers_customer c ON c.id = t.{owner} "
            "WHERE c.erased_at IS NULL AND octet_length(t.{column}) > 0"
        )
        own = column["table_name"] == "customers_customer"
        names = {
            "table": column["table_name"],
            "owner": "id" if own else "customer_id",
            "column": column["column_name"],
        }
        row = database.execute(
            query.format(**{name: sql.Identifier(value) for name, value in names.items()})
        ).fetchone()
        count += int(row["filled"]) if row else 0
    return count


def wrapped_keys(store: Path) -> list[WrappedKey]:
    """Every wrapped key of a key store file that is not destroyed."""
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return list(_wrapped(connection))
    finally:
        connection.close()


def _wrapped(store: sqlite3.Connection) -> Iterator[WrappedKey]:
    for (wrapped,) in store.execute("SELECT wrapped FROM installation"):
        yield WrappedKey(wrapped, hierarchy.installation_binding())
    for client, number, wrapped in store.execute("SELECT client, number - 16777216, wrapped FROM epoch"):
        yield WrappedKey(wrapped, hierarchy.epoch_binding(UUID(bytes=client), number))
    for client, customer, version, epoch, wrapped in store.execute(
        "SELECT client, customer, version, epoch - 16777216, wrapped FROM customer_key WHERE wrapped <> zeroblob(61)"
    ):
        owner = UUID(bytes=client)
        binding = hierarchy.customer_binding(owner, UUID(bytes=customer), version)
        yield WrappedKey(wrapped, binding, KekPurpose.CUSTOMER, (owner, epoch))
    indexes = "SELECT client, field, epoch - 16777216, wrapped FROM index_key"
    for client, number, epoch, wrapped in store.execute(indexes):
        owner = UUID(bytes=client)
        yield WrappedKey(wrapped, hierarchy.index_binding(owner, number), KekPurpose.INDEX, (owner, epoch))


def _rows(database: Database, model: type[models.Model]) -> list[Any]:
    """The rows of a table as instances that no database of this process knows."""
    query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(model._meta.db_table))
    columns = {column.column: column.attname for column in model._meta.fields}
    return [
        model(**{columns[name]: value for name, value in row.items() if name in columns})
        for row in database.execute(query)
    ]


def _texts(document: Any) -> list[str]:
    """The sealed texts in an authenticator's document: long ones; counters and lists of used codes are not sealed."""
    values = document.values() if isinstance(document, dict) else ()
    return [value for value in values if isinstance(value, str) and len(value) >= 40]
