"""A witness's web server: ``POST /add-checkpoint`` (C2SP tlog-witness) and nothing else.

A request is bounded in size and time. One at a time is decided: what was decided is on the disk before it is answered.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final

import uvicorn

from razdar.audit.sequencing.witness_client import LOOPBACK, PATH
from razdar.audit.witness.state import WitnessFolder
from razdar.core.errors import Misconfigured
from razdar.core.ledger import witnessing
from razdar.core.ledger.witnessing import Accepted, Conflict
from razdar.runtime import logs, serving, web_socket

BODY_SECONDS: Final = 5.0
MOST_CONNECTIONS: Final = 64
GRACE_SECONDS: Final = 5
_TEXT: Final = "text/plain; charset=utf-8"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = tuple[int, str, bytes]


class TooLong(Exception):
    """The body of a request is longer than any good one."""


class Witness:
    """The ASGI application of one folder."""

    def __init__(self, folder: WitnessFolder) -> None:
        self._folder = folder

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope, receive)
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Message, receive: Receive) -> Answer:
        if scope["path"] != PATH:
            return 404, _TEXT, b"There is nothing here.\n"
        if scope["method"] != "POST":
            return 405, _TEXT, b"Checkpoints are posted.\n"
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive)
        except TooLong:
            return 413, _TEXT, b"The request is too long.\n"
        except TimeoutError:
            return 408, _TEXT, b"The request takes too long.\n"
        return self._decide(body)

    def _decide(self, body: bytes) -> Answer:
        try:
            decision, signed = self._folder.answer(body, int(time.time()))
        except (Misconfigured, OSError) as error:
            logs.error("witness-cannot-sign", error)
            return 500, _TEXT, b"This witness cannot sign at the moment.\n"
        if isinstance(decision, Accepted):
            return decision.status, _TEXT, signed
        if isinstance(decision, Conflict):
            return decision.status, witnessing.SIZE_TYPE, decision.body()
        logs.event("witness-refused", status=decision.status)
        return decision.status, _TEXT, f"{decision.reason}\n".encode()


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > witnessing.MAX_REQUEST:
            raise TooLong
        if not message.get("more_body"):
            return bytes(body)


def serve(folder: WitnessFolder, address: tuple[str, int], certificate: Path | None, key: Path | None) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Args:
        folder: the witness.
        address: host and port.
        certificate, key: for TLS, as PEM files; without them this host alone is listened to.

    Raises:
        Misconfigured: another host is to be reached without TLS, or only one of the files is given.
        Unavailable: something else listens there.
    """
    if (certificate is None) != (key is None):
        raise Misconfigured("A certificate needs its key, and a key its certificate.")
    if certificate is None and address[0] not in LOOPBACK:
        raise Misconfigured("Without --cert and --key a witness listens on 127.0.0.1 only, behind a TLS front.")
    with web_socket.listen(*address) as listener:
        config = serving.config(
            Witness(folder),
            connections=MOST_CONNECTIONS,
            grace_seconds=GRACE_SECONDS,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        uvicorn.Server(config).run(sockets=[listener])
