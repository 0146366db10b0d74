"""The embedded server of one installation: started, provisioned, and found by the other processes."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime import durable
from razdar.runtime.postgres import binaries, roles, server
from razdar.runtime.postgres.conninfo import RoleUrls, socket_url
from razdar.runtime.postgres.places import Places
from razdar.runtime.postgres.roles import Passwords


@dataclass(frozen=True)
class Embedded:
    """A running embedded server, its administrator's URL and the four roles' URLs."""

    server: server.Server
    admin_url: str
    urls: RoleUrls

    def __repr__(self) -> str:
        return "Embedded(...)"


def start(var: Path, settings: Mapping[str, str] = server.SETTINGS) -> Embedded:
    """Start the server under ``var/postgres``, making cluster, database and roles where they are missing.

    Raises:
        Unavailable: another process runs it, or it did not start.
        Misconfigured: the platform has no programs, or the folder is unusable.
    """
    places, programs = Places.under(var), binaries.find()
    places.make(programs)
    admin, passwords = _read(places.roles) or _generate(places)
    running = server.start(places, programs, admin, settings)
    try:
        admin_url = socket_url(running.socket_folder, server.ADMIN, admin, "postgres")
        urls = roles.provision(admin_url, passwords)
    except BaseException:
        running.stop()
        raise
    return Embedded(running, admin_url, urls)


@contextmanager
def available(var: Path) -> Iterator[RoleUrls]:
    """The server's URLs: of the running one, or of one started for the length of the block."""
    if server.is_running(Places.under(var)):
        found = urls(var)
        if found is None:
            raise Unavailable("The database in this folder is just being made; try again.")
        yield found
        return
    started = start(var)
    try:
        yield started.urls
    finally:
        started.server.stop()


def urls(var: Path) -> RoleUrls | None:
    """The four URLs of the server under ``var/postgres``, running or not; None before it was first started."""
    places = Places.under(var)
    known = _read(places.roles)
    if known is None:
        return None
    admin, passwords = known
    return roles.role_urls(socket_url(places.run.resolve(), server.ADMIN, admin, "postgres"), passwords)


def _read(path: Path) -> tuple[str, Passwords] | None:
    try:
        found = json.loads(path.read_text())
        return found.pop("admin"), Passwords(**found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Misconfigured(
            "roles.json in the database folder cannot be read; it holds the database's passwords."
        ) from None


def _generate(places: Places) -> tuple[str, Passwords]:
    if (places.data / "PG_VERSION").exists():
        raise Misconfigured("roles.json is missing from the database folder; it holds the database's passwords.")
    admin, passwords = secrets.token_urlsafe(32), Passwords.generate()
    durable.write(places.roles, [json.dumps({"admin": admin, **asdict(passwords)}).encode()])
    return admin, passwords
