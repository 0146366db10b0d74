"""Making the key store's tables, and bringing those of an older version to the newest.

An upgrade is one transaction: a process that dies in it leaves the version it found.

* From version 1 rows are copied into tables of the new shape and the old tables are dropped, which overwrites their
  pages (``secure_delete``): no wrapped key is left where nothing would ever overwrite it.
* Version 3 added the log's heads, version 4 the tables of live streams, version 5 that of freezes.
"""

import sqlite3
from datetime import datetime
from importlib.resources import files
from uuid import UUID

from razdar.keys import erasures
from razdar.keys.columns import millis, wide

APPLICATION_ID = 0x52415A4B  # "RAZK"
SCHEMA_VERSION = 5

_OLD = ("customer_key", "index_key", "epoch", "installation", "tombstone")
"""Tables of version 1; those that point to others first."""

_COPY = (
    "INSERT INTO installation SELECT id, root_version + :o, wrapped, created_at FROM v1_installation",
    """INSERT INTO epoch SELECT id, client, number + :o, root_version + :o, wrapped, created_at
       FROM v1_epoch ORDER BY id""",
    """INSERT INTO customer_key SELECT id, key_id, client, customer, version, epoch + :o, wrapped, created_at
       FROM v1_customer_key ORDER BY id""",
    """INSERT INTO index_key SELECT id, client, field, epoch + :o, wrapped, created_at FROM v1_index_key ORDER BY id""",
    "INSERT INTO tombstone SELECT * FROM v1_tombstone",
)
_DESTROYED = "SELECT client, customer FROM tombstone GROUP BY 1, 2 ORDER BY min(destroyed_at), client, customer"


def make_tables(connection: sqlite3.Connection) -> None:
    """All tables of the newest version, in the caller's transaction."""
    for name in ("schema.sql", "streams.sql", "freezes.sql"):
        _run(connection, name)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def from_older(connection: sqlite3.Connection, version: int) -> None:
    """Bring a store of an older version to the newest, in the caller's transaction."""
    if version == 1:
        from_version_1(connection)
        return
    if version == 2:
        _add_log_heads(connection)
    if version < 4:
        _run(connection, "streams.sql")
    _run(connection, "freezes.sql")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def from_version_1(connection: sqlite3.Connection) -> None:
    """Bring a store of version 1 to the newest, in the caller's transaction."""
    for table in _OLD:
        connection.execute(f"ALTER TABLE {table} RENAME TO v1_{table}")
    make_tables(connection)
    for statement in _COPY:
        connection.execute(statement, {"o": wide(1) - 1} if ":o" in statement else {})
    for table in _OLD:
        connection.execute(f"DROP TABLE v1_{table}")
    statement = "INSERT INTO root (version, provider, since) SELECT root_version, ?, created_at FROM installation"
    connection.execute(statement, ("passphrase-file",))
    for client, customer in connection.execute(_DESTROYED).fetchall():
        erasures.append(connection, UUID(bytes=client), UUID(bytes=customer))


def found_root(connection: sqlite3.Connection, version: int, provider: str, at: datetime) -> None:
    """Note a root's version as the one in use, in the caller's transaction."""
    statement = "INSERT INTO root (version, provider, since) VALUES (?, ?, ?)"
    connection.execute(statement, (wide(version), provider, millis(at)))


def _add_log_heads(connection: sqlite3.Connection) -> None:
    """What version 2 lacked. What is signed next counts as the first."""
    connection.execute(
        next(statement for statement in _statements("schema.sql") if "CREATE TABLE log_head" in statement)
    )


def _run(connection: sqlite3.Connection, name: str) -> None:
    for statement in _statements(name):
        connection.execute(statement)


def _statements(name: str) -> list[str]:
    lines = (files("razdar.keys") / name).read_text().splitlines()
    return "\n".join(line for line in lines if not line.startswith("--")).split(";")
