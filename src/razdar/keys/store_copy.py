"""A copy of the key store in memory, as a key bundle carries it: what it says, without a file of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from razdar.core.crypto import hierarchy
from razdar.core.errors import Unopenable
from razdar.keys.bundle_book import LEARN, row_of
from razdar.keys.columns import narrow
from razdar.keys.providers import RootProvider
from razdar.keys.records import Bundle


def installation_secret(store: bytes, root: RootProvider) -> bytearray:
    """The installation's secret in a copy, opened by the root that belongs to it; the caller wipes it.

    Raises:
        Unopenable: no key store, or the root is not the one that everything in it is wrapped under.
    """
    with _opened(store) as connection:
        try:
            row = connection.execute("SELECT root_version, wrapped FROM installation").fetchone()
        except sqlite3.Error:
            raise Unopenable from None
    if row is None or narrow(row[0]) != root.version:
        raise Unopenable
    return root.unwrap(row[1], hierarchy.installation_binding())


@contextmanager
def _opened(store: bytes) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        try:
            connection.deserialize(store)
        except sqlite3.Error:
            raise Unopenable from None
        connection.execute("PRAGMA trusted_schema=OFF")
        yield connection


def with_bundle(store: bytes, bundle: Bundle) -> bytes:
    """A copy in which a bundle, the one it comes from, is noted as finished.

    Raises:
        Unopenable: no key store.
    """
    with _opened(store) as connection:
        try:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(LEARN, row_of(bundle))
            return connection.serialize()
        except sqlite3.Error:
            raise Unopenable from None
