"""Which TLS certificate a door serves: looked at from outside, as whoever comes to the door would see it.

Rules
-----
* A door is asked for its certificate and told nothing: no request, no password, no name of a person.
* The certificate is read whether or not it is believed, because one that ran out is what is looked for; who believes
  it is asked in a second handshake, against the system's authorities or those that the installation names.
* Names are compared as RFC 6125 says, by the library that clients use as well: in that second handshake.
"""

import socket
import ssl
import struct
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime.postgres import conninfo

SOON = timedelta(days=30)
SECONDS = 3.0
LOOPBACK = "127.0.0.1"
RECORDER_PORT = 8445
_POSTGRES_ASKS = struct.pack("!II", 8, 80877103)
"""SSLRequest (PostgreSQL manual, message formats)."""


@dataclass(frozen=True)
class Door:
    """Where certificates are served.

    Attributes:
        name: web, recorder, objects or database.
        host, port: where it is asked.
        called: the name that those who come there expect; the host where they expect none in particular.
        authority: a file of authorities of the installation's own; None for the system's.
        postgres: it begins as PostgreSQL does.
    """

    name: str
    host: str
    port: int
    called: str
    authority: Path | None = None
    postgres: bool = False


@dataclass(frozen=True)
class Served:
    """A certificate as it is served.

    Attributes:
        issuer: who signed it, by its common name or organisation.
        names: DNS names and addresses in it.
        begins, ends: when it holds.
        believed: those who come to the door believe it: its signature, its time and its name.
    """

    issuer: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    believed: bool = field(default=False)

    def days_left(self, now: datetime) -> int:
        """Whole days until it ends; negative once it has."""
        return (self.ends - now).days


class Verdict(StrEnum):
    """What is to be thought of a certificate."""

    GOOD = "good"
    SOON = "soon"
    OVER = "over"
    STRANGE = "strange"


def judged(door: str, ends: datetime, now: datetime, *, believed: bool) -> Verdict:
    """Whether it holds: over is worse than strange, that nobody would believe it, and that is worse than soon over.

    Args:
        door: its name. The recorder is asked by its address here and by its name from elsewhere, so that it is not
            believed here says nothing.
    """
    if ends <= now:
        return Verdict.OVER
    if not believed and door != "recorder":
        return Verdict.STRANGE
    return Verdict.SOON if ends - now <= SOON else Verdict.GOOD


def doors(
    base_url: str, urls: Mapping[str, str], recorder: tuple[str, Path], environment: Mapping[str, str]
) -> list[Door]:
    """The doors of this installation that serve TLS.

    Args:
        base_url: the public address.
        urls: the database's addresses by role, any of which will do.
        recorder: where it listens, as HOST:PORT or empty, and its folder on this host.
        environment: in which the address of the object store is found.

    Raises:
        Misconfigured: an address cannot be read.
    """
    found = [_web(base_url), _recorder(*recorder), _objects(environment), *map(_database, list(urls.values())[:1])]
    return [door for door in found if door is not None]


def served(door: Door) -> Served:
    """What the door serves now.

    Raises:
        Unavailable: nobody answers there with TLS.
    """
    try:
        encoded = _handshake(door, _believing_all())
    except (OSError, ValueError):
        raise Unavailable("Nobody answers there with TLS.") from None
    try:
        believed = bool(_handshake(door, _believing(door.authority)))
    except (OSError, ValueError):
        believed = False
    return read(encoded, believed=believed)


def read(encoded: bytes, *, believed: bool) -> Served:
    """What stands in a certificate, DER.

    Raises:
        Unavailable: it cannot be read.
    """
    try:
        parsed = x509.load_der_x509_certificate(encoded)
        return Served(
            _issuer(parsed), _names(parsed), parsed.not_valid_before_utc, parsed.not_valid_after_utc, believed
        )
    except ValueError:
        raise Unavailable("The certificate cannot be read.") from None


def _web(base_url: str) -> Door | None:
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    return Door("web", parts.hostname, parts.port or 443, parts.hostname)


def _recorder(address: str, folder: Path) -> Door:
    """On loopback it serves one of its own making, whose authority lies in its folder."""
    host, _, port = address.rpartition(":")
    number = int(port) if port.isdigit() else _own_port(folder)
    wide = host.strip("[]") in {"", "0.0.0.0", "::", LOOPBACK, "localhost"}  # noqa: S104 - compared, not listened on
    own = folder / "ca.pem"
    return Door("recorder", LOOPBACK if wide else host.strip("[]"), number, LOOPBACK, own if own.exists() else None)


def _own_port(folder: Path) -> int:
    """Where the recorder of this host said that it listens."""
    try:
        return urlsplit((folder / "address").read_text().strip()).port or RECORDER_PORT
    except (OSError, ValueError):
        return RECORDER_PORT


def _objects(environment: Mapping[str, str]) -> Door | None:
    """A store of one's own is named by its endpoint; those of the large services look after their certificates."""
    named = (
        environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or environment.get("AWS_ENDPOINT")
    )
    parts = urlsplit(named or "")
    if parts.scheme != "https" or not parts.hostname:
        return None
    return Door("objects", parts.hostname, parts.port or 443, parts.hostname)


def _database(url: str) -> Door | None:
    parts = conninfo.parse(url)
    host = parts.get("host", "").partition(",")[0]
    if not host or host.startswith("/"):
        return None
    authority = parts.get("sslrootcert", "")
    where = parts.get("hostaddr", "").partition(",")[0] or host
    port = parts.get("port", "").partition(",")[0] or "5432"
    if not port.isdigit():
        raise Misconfigured("The port in a database URL is no number.")
    named = Path(authority) if authority and authority != "system" else None
    return Door("database", where, int(port), host, named, postgres=True)


def _handshake(door: Door, context: ssl.SSLContext) -> bytes:
    with closing(_connected(door)) as plain:
        plain.settimeout(SECONDS)
        if door.postgres:
            plain.sendall(_POSTGRES_ASKS)
            if plain.recv(1) != b"S":
                raise ConnectionError
        with context.wrap_socket(plain, server_hostname=door.called) as wrapped:
            return wrapped.getpeercert(binary_form=True) or b""


def _connected(door: Door) -> socket.socket:
    """A connection; where the sandbox of this process lets it reach this host alone, by loopback."""
    try:
        return socket.create_connection((door.host, door.port), SECONDS)
    except OSError:
        if door.name != "web":
            raise
        return socket.create_connection((LOOPBACK, door.port), SECONDS)


def _believing_all() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _believing(authority: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority) if authority else None)


def _issuer(parsed: x509.Certificate) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for found in parsed.issuer.get_attributes_for_oid(kind):
            return str(found.value)
    return ""


def _names(parsed: x509.Certificate) -> tuple[str, ...]:
    try:
        named = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    dns = named.get_values_for_type(x509.DNSName)
    return (*dns, *map(str, named.get_values_for_type(x509.IPAddress)))
