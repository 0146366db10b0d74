"""The database of a test run.

One server per run: the embedded one, started by the xdist controller (or by the only process), or with
``--server=external`` the one that RAZDAR_TEST_ADMIN_URL names. A template database is made and migrated once, as the
owner, by the product's own command; each process clones it and connects as the runtime role, as the product does.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from razdar.runtime.postgres import conninfo, embedded, roles, server
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.postgres.roles import Passwords

TEST_SETTINGS = {**server.SETTINGS, **server.UNSAFE_FAST}


@dataclass(frozen=True)
class TestServer:
    """What a process needs to clone a database for itself; travels to xdist's workers as a plain dict."""

    __test__ = False

    admin_url: str
    template: str
    passwords: Passwords

    def urls(self, database: str) -> RoleUrls:
        return roles.role_urls(self.admin_url, self.passwords, database)

    def database_url(self, database: str) -> str:
        """The administrator's URL for one of the databases."""
        return roles.with_database(self.admin_url, database)

    @contextmanager
    def clone(self) -> Iterator[str]:
        """A copy of the template, dropped at the end."""
        name = f"razdar_test_{secrets.token_hex(6)}"
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            statement = "CREATE DATABASE {} TEMPLATE {} OWNER razdar_owner"
            admin.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(self.template)))
            roles.lock_down_database(admin, name)
            try:
                yield name
            finally:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def pack(self) -> dict[str, str]:
        return {"admin_url": self.admin_url, "template": self.template, **asdict(self.passwords)}

    @classmethod
    def unpack(cls, packed: dict[str, str]) -> "TestServer":
        rest = dict(packed)
        return cls(rest.pop("admin_url"), rest.pop("template"), Passwords(**rest))


@contextmanager
def running(external: str | None) -> Iterator[TestServer]:
    """The run's server with its migrated template database."""
    if external:
        with _template(external) as prepared:
            yield prepared
        return
    with folder() as var:
        started = embedded.start(var, TEST_SETTINGS)
        try:
            with _template(started.admin_url) as prepared:
                yield prepared
        finally:
            started.server.stop()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder with a short path that the server's account may pass when the tests run as root."""
    path = Path(tempfile.mkdtemp(prefix="razdar-test-"))
    path.chmod(0o711)
    try:
        yield path / "var"
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _template(admin_url: str) -> Iterator[TestServer]:
    prepared = TestServer(admin_url, f"razdar_template_{secrets.token_hex(6)}", Passwords.generate())
    urls = roles.provision(admin_url, prepared.passwords, prepared.template)
    try:
        migrate(urls)
        yield prepared
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(prepared.template)))


def migrate(urls: RoleUrls) -> None:
    """Run ``razdar migrate`` on a database."""
    environment = os.environ | {"RAZDAR_DATABASE_URL": urls.runtime, "RAZDAR_OWNER_URL": urls.owner}
    command = [sys.executable, "-m", "razdar", "migrate"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"razdar migrate failed:\n{result.stdout}{result.stderr}")


def alias_settings(url: str, pool: dict[str, object] | None) -> dict[str, object]:
    """What replaces an alias's settings in a test process."""
    return conninfo.alias(url, pool)
