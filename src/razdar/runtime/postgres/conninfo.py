"""Connection URLs: what is accepted, and how they become Django's settings.

A server is reached over a Unix socket, or over TLS with the certificate and the host name checked
(``sslmode=verify-full``, https://www.postgresql.org/docs/current/libpq-ssl.html). Everything weaker is refused, also
``service=`` and a missing host, because libpq would then take the address from files or variables nobody checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from razdar.core.errors import Misconfigured

_OWN_KEYS = {"host", "port", "user", "password", "dbname"}


@dataclass(frozen=True)
class RoleUrls:
    """One connection URL per role. They hold passwords and therefore have no text form."""

    owner: str
    runtime: str
    sequencer: str
    backup: str

    def __repr__(self) -> str:
        return "RoleUrls(...)"


def parse(url: str) -> dict[str, str]:
    """The parts of a connection URL, checked.

    Raises:
        Misconfigured: not a PostgreSQL URL, or one that would connect without a verified server.
    """
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        raise Misconfigured("A database URL cannot be read; it starts with postgresql://") from None
    hosts = [host for key in ("host", "hostaddr") for host in parts.get(key, "").split(",") if host]
    if "service" in parts or not hosts or not parts.get("user") or not parts.get("dbname"):
        raise Misconfigured("A database URL must name its host, user and database itself.")
    if not all(host.startswith("/") for host in hosts) and parts.get("sslmode") != "verify-full":
        raise Misconfigured("A database on another host needs sslmode=verify-full in its URL.")
    return parts


def socket_url(folder: Path, user: str, password: str, database: str) -> str:
    """A URL for a server's Unix socket."""
    return f"postgresql://{user}:{quote(password, safe='')}@/{database}?{urlencode({'host': str(folder)})}"


def with_user(url: str, user: str, password: str, database: str) -> str:
    """The same server, another role and database."""
    parts = conninfo_to_dict(url) | {"user": user, "password": password, "dbname": database}
    rest = {key: str(value) for key, value in parts.items() if key not in {"user", "password", "dbname"}}
    return f"postgresql://{user}:{quote(password, safe='')}@/{quote(database, safe='')}?{urlencode(rest)}"


def alias(url: str, pool: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Django's settings for one database alias.

    Args:
        url: checked as in :func:`parse`.
        pool: keyword arguments of ``psycopg_pool.ConnectionPool``; None connects without a pool.
    """
    parts = parse(url)
    options: dict[str, Any] = {key: value for key, value in parts.items() if key not in _OWN_KEYS}
    if pool is not None:
        options["pool"] = dict(pool)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "USER": parts["user"],
        "PASSWORD": parts.get("password", ""),
        "NAME": parts["dbname"],
        "OPTIONS": options,
        # A pooled connection may have died with the server; one round trip finds out before work starts on it.
        "CONN_HEALTH_CHECKS": pool is not None,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
