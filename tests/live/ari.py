"""ARI over the connection that Asterisk makes: requests and events of one Stasis application on one WebSocket.

Asterisk dials this program's TLS server, checks its certificate and shows its password; a request is a message
`RESTRequest`, its answer a `RESTResponse` with the same id, and everything else is an event. This was taken rather than
REST on loopback because Asterisk then needs no HTTP server at all, so that there is no /media, /metrics or /ari to
deny, and because a node is controlled that way in production.
"""

import asyncio
import json
import ssl
import uuid
from collections.abc import Callable
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, basic_auth, serve
from websockets.exceptions import ConnectionClosed

from tests.ports import HOST

Event = dict[str, Any]


class Failed(Exception):
    """Asterisk refused a request, or went away; says what was asked and how it was answered."""


class Ari:
    """`async with Ari(port, password, context, on_event) as ari:` waits until Asterisk is connected."""

    def __init__(self, port: int, password: str, context: ssl.SSLContext, on_event: Callable[[Event], None]) -> None:
        self._port, self._password, self._context, self._on_event = port, password, context, on_event
        self._waiting: dict[str, asyncio.Future[Event]] = {}
        self._connection: ServerConnection | None = None
        self._connected = asyncio.Event()
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._talk,
            HOST,
            self._port,
            ssl=self._context,
            process_request=basic_auth("controller", credentials=("asterisk", self._password)),
            subprotocols=["ari"],  # type: ignore[list-item]
            compression=None,
            ssl_handshake_timeout=5,  # Asterisk waits without end for who is silent; this makes it try again
        )
        try:
            async with asyncio.timeout(60):  # Asterisk's start is part of it, on a machine that does other things too
                await self._connected.wait()
        except TimeoutError:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    async def request(self, method: str, uri: str, **query: str) -> Any:
        """What Asterisk answers, as JSON; None for an empty answer.

        Raises:
            Failed: it refused.
        """
        if self._connection is None:
            raise Failed(f"{method} {uri}: not connected")
        number = str(uuid.uuid4())
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        strings = [{"name": name, "value": value} for name, value in query.items()]
        asked = {"type": "RESTRequest", "request_id": number, "method": method, "uri": uri, "query_strings": strings}
        try:
            await self._connection.send(json.dumps(asked))
            async with asyncio.timeout(5):
                response = await answer
        except (ConnectionClosed, TimeoutError) as error:
            raise Failed(f"{method} {uri}: no answer") from error
        finally:
            self._waiting.pop(number, None)
        if response["status_code"] >= 300:
            raise Failed(f"{method} {uri}: {response['status_code']} {response.get('message_body', '')}")
        body = response.get("message_body")
        return json.loads(body) if body else None

    async def _talk(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._connected.set()
        try:
            async for text in connection:
                message = json.loads(text)
                if message["type"] == "RESTResponse":
                    waiting = self._waiting.get(message["request_id"])
                    if waiting and not waiting.done():
                        waiting.set_result(message)
                else:
                    self._on_event(message)
        except ConnectionClosed:
            pass
        finally:
            if self._connection is connection:
                self._connection = None
                self._connected.clear()
