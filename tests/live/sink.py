"""A recorder that only counts: what Asterisk streams to it stays in memory, frame by frame, with its time of arrival.

It shows that a call reaches a recorder whole, and asks of Asterisk what a real one asks: TLS, the node's credentials,
and an id that it was told of and that has not come before.
"""

import asyncio
import base64
import hmac
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.live.asterisk import Asterisk
from tests.ports import HOST


@dataclass
class Stream:
    """What came under one id."""

    tap: str
    start: str = ""  # the text of MEDIA_START
    frames: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # time.monotonic()
    texts: list[str] = field(default_factory=list)  # any other text
    closed: int | None = None  # the code that Asterisk closed with


class Sink:
    """`async with Sink(asterisk, "a", taps) as sink:` listens where Asterisk looks for recorder A."""

    def __init__(
        self, asterisk: Asterisk, which: str, taps: Iterable[str], context: ssl.SSLContext | None = None
    ) -> None:
        self.asterisk, self.port = asterisk, asterisk.recorder_ports[which]
        self.context = context or asterisk.authority.server()
        self.told = set(taps)
        self.password = asterisk.recorder_password
        self.streams: dict[str, Stream] = {}
        self.refused: list[HTTPStatus] = []
        self.began = asyncio.Condition()
        self._server: Server | None = None

    async def __aenter__(self) -> "Sink":
        self._server = await serve(
            self._take,
            HOST,
            self.port,
            ssl=self.context,
            process_request=self._admit,
            subprotocols=["media"],  # type: ignore[list-item]
            compression=None,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let what is ending end first."""
        for _attempt in range(100):
            if self._server and self._server.connections:
                await asyncio.sleep(0.01)
        await self._close()

    async def _close(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def die(self) -> None:
        """Vanish as a killed process does: every connection is broken, nobody listens any more."""
        if self._server:
            for connection in list(self._server.connections):
                connection.transport.abort()
            await self._close()

    async def wait(self, streams: int, seconds: float = 2.0) -> None:
        """Until so many streams have begun.

        Raises:
            TimeoutError: they did not.
        """
        async with asyncio.timeout(seconds), self.began:
            await self.began.wait_for(lambda: len(self.streams) >= streams)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        wanted = base64.b64encode(f"{self.asterisk.recorder_user}:{self.password}".encode()).decode()
        given = request.headers.get("Authorization", "")
        url = urlsplit(request.path)
        tap = parse_qs(url.query).get("tap", [""])[0]
        if not hmac.compare_digest(given.encode(), f"Basic {wanted}".encode()):
            return self._refuse(connection, HTTPStatus.UNAUTHORIZED)
        if url.path != "/stream" or tap not in self.told:
            return self._refuse(connection, HTTPStatus.NOT_FOUND)
        if tap in self.streams:
            return self._refuse(connection, HTTPStatus.CONFLICT)
        self.streams[tap] = Stream(tap)
        return None

    def _refuse(self, connection: ServerConnection, status: HTTPStatus) -> Response:
        self.refused.append(status)
        return connection.respond(status, "")

    async def _take(self, connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else ""
        stream = self.streams[parse_qs(urlsplit(path).query)["tap"][0]]
        async with self.began:
            self.began.notify_all()
        try:
            async for message in connection:
                self._keep(stream, message)
        except ConnectionClosed:
            pass
        stream.closed = connection.close_code

    @staticmethod
    def _keep(stream: Stream, message: str | bytes) -> None:
        if isinstance(message, bytes):
            stream.frames.append(message)
            stream.times.append(time.monotonic())
        elif message.startswith("MEDIA_START "):
            stream.start = message
        else:
            stream.texts.append(message)
