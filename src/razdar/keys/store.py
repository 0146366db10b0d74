"""The key store: every wrapped key of an installation, in one SQLite file apart from the data.

Nothing in it opens without the root. What it promises is *absence*: once ``destroy`` returns, the wrapped keys of that
customer are in neither the file nor its journal, whatever other processes have it open, and no crash brings them back
(``schema.sql`` and ``sqlite_file`` say how). Blocks that the file system has freed, and copies somebody made before,
are outside its reach.

A store is made by ``create`` and opened by ``open``; opening never makes one, because an empty store in the place of a
lost one would lock every customer's data for good while looking healthy.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Self
from uuid import UUID

from razdar.core.crypto.hierarchy import WRAPPED_BYTES
from razdar.core.errors import BadInput, Misconfigured, NotFound, Unopenable
from razdar.keys import erasures, private_files, upgrade
from razdar.keys.bundle_book import BundleBook
from razdar.keys.columns import millis, moment, narrow, wide
from razdar.keys.epochs import Epochs, Roots, insert_epoch, require_living, require_root
from razdar.keys.freeze_store import Freezes
from razdar.keys.log_heads import Heads
from razdar.keys.records import DestroyedKeys, Found, KeyRef, Stored, WrappedEpoch, WrappedIndexKey, WrappedKey
from razdar.keys.sqlite_file import SqliteFile
from razdar.keys.stream_store import Streams, overwrite
from razdar.runtime import durable

_MISSING = (
    "The key store is missing, so no customer data can be opened. Put the newest copy of it back; "
    "only a new installation makes a new one."
)
_ADD_KEY = """
    INSERT INTO customer_key (key_id, client, customer, version, epoch, wrapped, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_NEWEST_VERSION = """
    SELECT max(version), EXISTS (SELECT 1 FROM tombstone WHERE client = ?1 AND customer = ?2)
    FROM customer_key WHERE client = ?1 AND customer = ?2
"""
_NEWEST_EPOCH = """
    SELECT client, number, root_version, wrapped FROM epoch WHERE client = ? ORDER BY number DESC LIMIT 1
"""
_EPOCH = "SELECT client, number, root_version, wrapped FROM epoch WHERE client = ? AND number = ?"
_KEY = "SELECT key_id, epoch, wrapped FROM customer_key WHERE client = ? AND customer = ? AND version = ?"
# CROSS JOIN keeps SQLite from turning the order round: one search of the index for each key asked for.
_KEYS = """
    WITH asked (place, client, customer, version) AS (VALUES {})
    SELECT place, epoch, wrapped FROM asked CROSS JOIN customer_key USING (client, customer, version)
"""
_AT_ONCE = 100
_LIVING = """
    SELECT client, number, root_version, wrapped FROM epoch WHERE client = ?1
    AND number NOT IN (SELECT number FROM epoch_end WHERE client = ?1) ORDER BY number
"""
_TOMBSTONES = "SELECT version, key_id, destroyed_at FROM tombstone WHERE client = ? AND customer = ? ORDER BY version"
_BURY = """
    INSERT INTO tombstone (client, customer, version, key_id, destroyed_at)
    SELECT client, customer, version, key_id, ? FROM customer_key WHERE client = ? AND customer = ?
"""
_OVERWRITE = "UPDATE customer_key SET wrapped = ? WHERE client = ? AND customer = ?"
_COUNTS = """
    SELECT (SELECT count(DISTINCT client) FROM epoch),
           (SELECT count(*) FROM customer_key WHERE version = 1),
           (SELECT count(*) FROM (SELECT DISTINCT client, customer FROM tombstone))
"""


class KeyStore:
    """One process's access to the key store; safe to share between its threads, not across a fork.

    Every method may raise ``Unavailable`` (busy, disk full or failing) or ``Misconfigured`` (read-only, moved, damaged)
    with a sentence that says what to do; nothing was changed then. After ``close`` they raise ``KeysLocked``.

    Attributes:
        epochs: rotation of a client's epochs.
        roots: versions of the root.
        bundles: key bundles and whom they are for.
        heads: what was signed last of each log.
        streams: keys of live streams.
        freezes: clients that stopped the reading of their data.
    """

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self.epochs = Epochs(file)
        self.roots = Roots(file)
        self.bundles = BundleBook(file)
        self.heads = Heads(file)
        self.streams = Streams(file)
        self.freezes = Freezes(file)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty store, 0600, in a folder only its owner can reach.

        Raises:
            Misconfigured: the file is there already, or the folder is missing, open to others or read-only.
        """
        _require_private_folder(path)
        try:
            private_files.write_new(path, b"")
        except FileExistsError:
            raise Misconfigured("There is a key store already. Nothing was changed.") from None
        file = SqliteFile(path)
        try:
            with file.writing() as connection:
                upgrade.make_tables(connection)
        except BaseException:
            file.close()
            path.unlink()
            raise
        durable.sync(path.parent)
        return cls(file)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing store; one of an older version is brought to this one.

        Raises:
            Misconfigured: it is missing, open to other accounts, damaged, of another program or a newer version.
        """
        _require_private_folder(path)
        if not path.is_file():
            raise Misconfigured(_MISSING)
        private_files.require_private(path)
        file = SqliteFile(path)
        try:
            _bring_to_version(file)
        except BaseException:
            file.close()
            raise
        return cls(file)

    def close(self) -> None:
        self._file.close()

    # --- the installation ---------------------------------------------------------------------------------------------

    def put_installation(
        self, wrapped: bytes, root_version: int, at: datetime, provider: str = "passphrase-file"
    ) -> None:
        """Keep the wrapped installation secret, and which root wrapped it; once.

        Raises:
            Misconfigured: there is one already.
        """
        with self._file.writing() as connection:
            if connection.execute("SELECT 1 FROM installation").fetchone():
                raise Misconfigured("The key store belongs to an installation already. Nothing was changed.")
            statement = "INSERT INTO installation (id, root_version, wrapped, created_at) VALUES (1, ?, ?, ?)"
            connection.execute(statement, (wide(root_version), wrapped, millis(at)))
            upgrade.found_root(connection, root_version, provider, at)

    def installation(self) -> bytes:
        """The wrapped installation secret.

        Raises:
            Misconfigured: the store was never finished.
        """
        with self._file.reading() as connection:
            row = connection.execute("SELECT wrapped FROM installation").fetchone()
        if row is None:
            raise Misconfigured("The key store was never finished. Remove it and set up the installation again.")
        wrapped: bytes = row[0]
        return wrapped

    def counts(self) -> tuple[int, int, int]:
        """How many clients, customers and destroyed customers there are."""
        with self._file.reading() as connection:
            row: tuple[int, int, int] = connection.execute(_COUNTS).fetchone()
            return row

    def living_keys(self) -> int:
        """How many customer keys can be opened."""
        with self._file.reading() as connection:
            query = "SELECT (SELECT count(*) FROM customer_key) - (SELECT count(*) FROM tombstone)"
            count: int = connection.execute(query).fetchone()[0]
            return count

    # --- clients ------------------------------------------------------------------------------------------------------

    def add_epoch(self, epoch: WrappedEpoch, at: datetime) -> None:
        """Keep a client's epoch; the one that is there stays.

        Raises:
            EpochEnded: another version of the root is in use.
        """
        with self._file.writing() as connection:
            require_root(connection, epoch.root_version)
            insert_epoch(connection, epoch, at)

    def newest_epoch(self, client: UUID) -> WrappedEpoch:
        """The epoch new keys are wrapped under.

        Raises:
            NotFound: an unknown client.
        """
        with self._file.reading() as connection:
            return _newest_epoch(connection, client)

    def living_epochs(self, client: UUID) -> list[WrappedEpoch]:
        """The client's epochs whose secrets are still there, in their order."""
        with self._file.reading() as connection:
            return [_read_epoch(client, row) for row in connection.execute(_LIVING, (client.bytes,))]

    def add_index_key(self, key: WrappedIndexKey, at: datetime) -> None:
        """Keep the index key of a client's field; the one that is there stays."""
        statement = """
            INSERT OR IGNORE INTO index_key (client, field, epoch, wrapped, created_at) VALUES (?, ?, ?, ?, ?)
        """
        with self._file.writing() as connection:
            require_living(connection, key.client, key.epoch)
            connection.execute(statement, (key.client.bytes, key.field, wide(key.epoch), key.wrapped, millis(at)))

    def index_key(self, client: UUID, field: int) -> tuple[WrappedIndexKey, WrappedEpoch] | None:
        """The index key of a field and the epoch it needs; ``None`` before its first use.

        Raises:
            NotFound: an unknown client.
        """
        with self._file.reading() as connection:
            statement = "SELECT epoch, wrapped FROM index_key WHERE client = ? AND field = ?"
            row = connection.execute(statement, (client.bytes, field)).fetchone()
            if row is None:
                _newest_epoch(connection, client)
                return None
            epoch = narrow(row[0])
            return WrappedIndexKey(client, field, epoch, row[1]), _epoch(connection, client, epoch)

    # --- customers ----------------------------------------------------------------------------------------------------

    def add_customer_keys(self, keys: Sequence[WrappedKey], at: datetime) -> list[int]:
        """Keep versions of customers' keys, in one commit; returns each customer's newest version.

        A version that is there stays, so that a repeated request gets the key the first one made.

        Raises:
            Unopenable: a customer's keys were destroyed; the customer gets no new ones, and nothing was added.
        """
        with self._file.writing() as connection:
            for key in keys:
                _add_key(connection, key, at)
            return [_newest_version(connection, key.ref.client, key.ref.customer) for key in keys]

    def newest_versions(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, int]:
        """The newest version of each customer's key, in the order asked.

        Raises:
            NotFound: an unknown client or customer.
            Unopenable: a customer's keys were destroyed.
        """
        with self._file.reading() as connection:
            return {customer: _newest_version(connection, client, customer) for customer in customers}

    def find(self, refs: Sequence[KeyRef]) -> Found:
        """Wrapped customer keys and their epochs, as of one moment.

        Raises:
            NotFound: an unknown client or customer.
            Unopenable: an unknown version, or destroyed keys.
        """
        with self._file.reading() as connection:
            keys = _keys(connection, refs)
            needed = {(ref.client.int, key.epoch): ref.client for ref, key in zip(refs, keys, strict=True)}
            return Found(keys, [_epoch(connection, client, epoch) for (_, epoch), client in needed.items()])

    def destroy(self, client: UUID, customer: UUID, at: datetime) -> DestroyedKeys:
        """Overwrite every version of a customer's key, and the keys of the customer's streams, and leave tombstones.

        Repeating it changes nothing.

        Raises:
            NotFound: an unknown client or customer.
        """
        owner = _owner(client, customer)
        with self._file.writing() as connection:
            if not connection.execute(_TOMBSTONES, owner).fetchone():
                connection.execute(_BURY, (millis(at), *owner))
                connection.execute(_OVERWRITE, (bytes(WRAPPED_BYTES), *owner))
                overwrite(connection, client, customer)
                if connection.execute(_TOMBSTONES, owner).fetchone():
                    erasures.append(connection, client, customer)
            return _destroyed(connection, client, customer)

    def destroyed(self, client: UUID, customer: UUID) -> DestroyedKeys:
        """What was destroyed of a customer.

        Raises:
            NotFound: an unknown client or customer.
            BadInput: the customer's keys live.
        """
        with self._file.reading() as connection:
            if not connection.execute(_TOMBSTONES, _owner(client, customer)).fetchone():
                _newest_version(connection, client, customer)
                raise BadInput("The keys of this customer were not destroyed.")
            return _destroyed(connection, client, customer)

    def is_destroyed(self, client: UUID, customer: UUID) -> bool:
        """Whether the customer's keys were destroyed; false for a customer that never had any."""
        with self._file.reading() as connection:
            return connection.execute(_TOMBSTONES, _owner(client, customer)).fetchone() is not None


def _require_private_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise Misconfigured(_MISSING)
    private_files.require_private(path.parent)


def _bring_to_version(file: SqliteFile) -> None:
    with file.reading() as connection:
        version = _version(connection)
    if 1 <= version < upgrade.SCHEMA_VERSION:
        with file.writing() as connection:
            version = _version(connection)
            if version < upgrade.SCHEMA_VERSION:  # no other process was faster
                upgrade.from_older(connection, version)
    elif version != upgrade.SCHEMA_VERSION:
        raise Misconfigured("The key store was made by another version of Razdar. Run that version, or a newer one.")


def _version(connection: sqlite3.Connection) -> int:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != upgrade.APPLICATION_ID:
        raise Misconfigured("The file in the place of the key store is not one. Put the newest copy of it back.")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _newest_epoch(connection: sqlite3.Connection, client: UUID) -> WrappedEpoch:
    row = connection.execute(_NEWEST_EPOCH, (client.bytes,)).fetchone()
    if row is None:
        raise NotFound("There is no such client.")
    return _read_epoch(client, row)


def _epoch(connection: sqlite3.Connection, client: UUID, number: int) -> WrappedEpoch:
    row = connection.execute(_EPOCH, (client.bytes, wide(number))).fetchone()
    return _read_epoch(client, row)


def _read_epoch(client: UUID, row: tuple[bytes, int, int, bytes]) -> WrappedEpoch:
    return WrappedEpoch(client, narrow(row[1]), narrow(row[2]), row[3])


def _add_key(connection: sqlite3.Connection, key: WrappedKey, at: datetime) -> None:
    owner = _owner(key.ref.client, key.ref.customer)
    if connection.execute(_TOMBSTONES, owner).fetchone():
        raise Unopenable  # a destroyed customer gets no new key
    if connection.execute(_KEY, (*owner, key.ref.version)).fetchone() is None:
        require_living(connection, key.ref.client, key.epoch)
        values = (key.key_id, *owner, key.ref.version, wide(key.epoch), key.wrapped, millis(at))
        connection.execute(_ADD_KEY, values)


def _newest_version(connection: sqlite3.Connection, client: UUID, customer: UUID) -> int:
    newest: int | None
    newest, destroyed = connection.execute(_NEWEST_VERSION, _owner(client, customer)).fetchone()
    if newest is None:
        raise NotFound("There is no such customer.")
    if destroyed:
        raise Unopenable
    return newest


def _destroyed(connection: sqlite3.Connection, client: UUID, customer: UUID) -> DestroyedKeys:
    rows = connection.execute(_TOMBSTONES, _owner(client, customer)).fetchall()
    if not rows:
        raise NotFound("There is no such customer.")
    versions, key_ids, times = zip(*rows, strict=True)
    return DestroyedKeys(client, customer, versions, tuple(key.hex() for key in key_ids), moment(times[0]))


def _keys(connection: sqlite3.Connection, refs: Sequence[KeyRef]) -> list[Stored]:
    """The keys in the order asked; a hundred in one question, which takes a fourth of the time of a hundred questions.

    Raises:
        NotFound, Unopenable: as ``KeyStore.find``, for the first that is not there.
    """
    found: dict[int, Stored] = {}
    for start in range(0, len(refs), _AT_ONCE):
        asked = refs[start : start + _AT_ONCE]
        values: list[int | bytes] = []
        for place, ref in enumerate(asked, start):
            values += (place, ref.client.bytes, ref.customer.bytes, ref.version)
        rows = connection.execute(_KEYS.format(",".join(["(?,?,?,?)"] * len(asked))), values)
        found |= {place: Stored(narrow(epoch), wrapped) for place, epoch, wrapped in rows}
    if len(found) < len(refs):
        missing = next(ref for place, ref in enumerate(refs) if place not in found)
        _newest_version(connection, missing.client, missing.customer)
        raise Unopenable
    return [found[place] for place in range(len(refs))]


def _owner(client: UUID, customer: UUID) -> tuple[bytes, bytes]:
    return client.bytes, customer.bytes
