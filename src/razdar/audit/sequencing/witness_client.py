"""Asking a witness over HTTP (C2SP tlog-witness, ``add-checkpoint``): one request, one bounded answer, no redirects.

Plain HTTP is for this host only; everything else is TLS with the system's authorities. A witness that is slow, silent
or endless costs a few seconds, and is then treated as one that is away.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from razdar.core.errors import BadInput, Unavailable
from razdar.core.ledger import witnessing

PATH: Final = "/add-checkpoint"
SECONDS: Final = 5.0
"""For connecting, and for each piece of the answer."""
ALTOGETHER: Final = 10.0
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a witness listens."""

    secure: bool
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What it said."""

    status: int
    body: bytes


def parse_url(url: str) -> Address:
    """Split a witness's address.

    Raises:
        BadInput: it is not a plain http(s) address, or http for another host than this.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput("This is not the address of a witness.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise BadInput("The address of a witness looks like https://witness.example.org.")
    secure = parts.scheme == "https"
    if not secure and parts.hostname not in LOOPBACK:
        raise BadInput("A witness on another host is asked over https only.")
    return Address(secure, parts.hostname, port or (443 if secure else 80), parts.path.rstrip("/") + PATH)


def ask(address: Address, body: bytes) -> Answer:
    """Send one request.

    Raises:
        Unavailable: no answer, or one that is too slow or too long.
    """
    try:
        with closing(_connection(address)) as connection:
            connection.connect()
            with _deadline(connection.sock):
                connection.request("POST", address.path, body, {"Content-Type": "text/plain; charset=utf-8"})
                response = connection.getresponse()
                answer = response.read(witnessing.MAX_REQUEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable("The witness does not answer.") from error
    if len(answer) > witnessing.MAX_REQUEST:
        raise Unavailable("The witness answers without end.")
    return Answer(response.status, answer)


def _connection(address: Address) -> http.client.HTTPConnection:
    if address.secure:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(address.host, address.port, timeout=SECONDS, context=context)
    return http.client.HTTPConnection(address.host, address.port, timeout=SECONDS)


@contextmanager
def _deadline(sock: socket.socket) -> Iterator[None]:
    """Cut the connection when all of it takes too long: a byte now and then keeps every single wait short."""

    def cut() -> None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is over already

    timer = threading.Timer(ALTOGETHER, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
