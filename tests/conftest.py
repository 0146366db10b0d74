"""What every test can rely on.

* ``@pytest.mark.django_db``: a database, as the runtime role, in a transaction that is undone; the ``audit`` alias is
  the same connection, so what it "commits" can be read and is undone too.
* ``@pytest.mark.django_db(transaction=True)``: real commits, and ``audit`` is a connection of its own, as in life.
  Tests of the door, of events and of anything with threads, streams or jobs use this. Tables are emptied by the owner
  afterwards: the runtime role may not truncate.
* ``@pytest.mark.walls``: the gate runs these on an external server over TLS too (``--server=external`` with
  RAZDAR_TEST_ADMIN_URL).
* ``database`` gives the URLs of this process's database for tests that connect by themselves.
"""

import itertools
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from razdar.runtime.postgres.conninfo import RoleUrls
from tests import databases, weakening
from tests.databases import TestServer

# Helpers that check: what they find wrong is said as a test would say it.
pytest.register_assert_rewrite("tests.core.ledger.verdicts", "tests.live.whole", "tests.telephony.salvaged")

# A busy machine is no fault of what is tested; where time matters a test measures it.
hypothesis_settings.register_profile("patient", hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("patient")

_STACK = pytest.StashKey[ExitStack]()
_SERVER = pytest.StashKey[TestServer]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--server", choices=("embedded", "external"), default="embedded", help="which PostgreSQL to test on"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "walls: database, scope and door tests; run on an external server over TLS too")
    config.stash[_STACK] = ExitStack()
    if hasattr(config, "workerinput"):
        _start(config)
    _keep_out_of_the_installation(config.stash[_STACK])


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_STACK].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: the controller starts the one server and tells each worker."""
    node.workerinput["razdar_server"] = _start(node.config).pack()


def _start(config: pytest.Config) -> TestServer:
    if _SERVER not in config.stash:
        packed = getattr(config, "workerinput", {}).get("razdar_server")
        lent = os.environ.get(weakening.SERVER)
        if packed:
            config.stash[_SERVER] = TestServer.unpack(packed)
        elif lent:
            config.stash[_SERVER] = TestServer.unpack(json.loads(lent))
        else:
            url = os.environ.get("RAZDAR_TEST_ADMIN_URL") if config.getoption("--server") == "external" else None
            if config.getoption("--server") == "external" and not url:
                raise pytest.UsageError("--server=external needs RAZDAR_TEST_ADMIN_URL")
            config.stash[_SERVER] = config.stash[_STACK].enter_context(databases.running(url))
        os.environ[weakening.SERVER] = json.dumps(config.stash[_SERVER].pack())
    return config.stash[_SERVER]


def _keep_out_of_the_installation(stack: ExitStack) -> None:
    """Nothing a test writes may land in the working tree's own var folder."""
    from django.conf import settings

    var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="razdar-var-")))
    settings.VAR = var
    settings.STATIC_ROOT = var / "static"
    settings.RAZDAR_OBJECTS_URL = (var / "objects").as_uri()
    # Pages are rendered without the manifest that `razdar web` makes at its start.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


# --- databases --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> TestServer:
    """The run's PostgreSQL server."""
    return _start(request.config)


@pytest.fixture(scope="session")
def database(server: TestServer) -> Iterator[RoleUrls]:
    """The four roles' URLs of this process's own database."""
    with server.clone() as name:
        yield server.urls(name)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, server: TestServer, database: RoleUrls
) -> Iterator[None]:
    """Point Django at this process's database, as the runtime role."""
    from django.db import connections
    from django.test import TestCase, TransactionTestCase

    for alias in ("default", "audit"):
        known = connections.settings[alias]
        pool = known["OPTIONS"].get("pool")
        known.update(databases.alias_settings(database.runtime, pool))
    TransactionTestCase.databases = {"default", "audit"}
    TestCase.databases = {"default"}
    admin_url = server.database_url(conninfo_to_dict(database.owner)["dbname"])
    with psycopg.connect(admin_url, autocommit=True) as admin:
        TransactionTestCase._fixture_teardown = _emptying(admin)  # type: ignore[attr-defined]
        yield
    with django_db_blocker.unblock():
        for connection in connections.all(initialized_only=True):
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _audit_alias(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """In an ordinary test the audit alias is the test's own connection; in a transaction test it is real."""
    marker = request.node.get_closest_marker("django_db")
    asks = {"db", "transactional_db", "live_server"}.intersection(request.fixturenames)
    real = (marker and marker.kwargs.get("transaction")) or asks - {"db"}
    if real or not (marker or asks):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    from django.db import connections

    # Restored, not deleted: Django takes its lock off the connection that it put it on.
    own = connections["audit"]
    connections["audit"] = connections["default"]
    yield
    connections["audit"] = own


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """What a test does to this process's umask would decide which files the tests after it can share."""
    before = _current_umask()
    yield
    assert _current_umask() == before, "the test left another umask"


def _current_umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _emptying(admin: "psycopg.Connection[Any]") -> Any:
    """Rows are deleted without asking triggers and foreign keys; cutting tables down takes fifty times as long.

    Whoever still writes to one of them is waited for, and after a while it is an error: a test left something open.
    """
    names = [row[0] for row in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
    part = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    query = sql.SQL(" UNION ALL ").join(part.format(sql.Literal(name), sql.Identifier(name)) for name in names)
    # What the migrations put there stays.
    kept = {row[0] for row in admin.execute(query).fetchall()} if names else set()
    admin.execute("SET session_replication_role = replica")
    admin.execute("SET lock_timeout = '20s'")
    times = itertools.count(1)

    def empty(test_case: object) -> None:
        filled = [sql.Identifier(row[0]) for row in admin.execute(query).fetchall() if row[0] not in kept]
        if filled:
            with admin.transaction():
                admin.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.SQL(", ").join(filled)))
                admin.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in filled))
        if next(times) % 50 == 0:
            admin.execute("VACUUM")

    return empty
