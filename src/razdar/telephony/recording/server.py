"""The recorder's server: exchanges come in over TLS, show who they are and which stream they bring.

Bounds: the time a connection has to say what it wants, the number of streams, the size of what is said, the time a
stream may be silent and how long it may be. A connection that wants nothing costs a socket for five seconds. Whoever is
turned away learns a status and nothing else: 401 for credentials, 404 for an id that is unknown, used or too old, 503
when there is no room.
"""

import asyncio
import logging
import resource
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from razdar.core.errors import BadInput, NotFound, NotYours, RazdarError, Unavailable
from razdar.keys.recording import Reason
from razdar.runtime import logs
from razdar.runtime.ids import uuid7
from razdar.telephony.recording import recovery, register, wire
from razdar.telephony.recording.connection import Connection, Means, unix_ms
from razdar.telephony.recording.keeper import Waiting
from razdar.telephony.recording.register import End, Taken
from razdar.telephony.recording.spool import Spool

HELLO_SECONDS = 5.0
CLOSE_SECONDS = 2.0
GRACE_SECONDS = 10.0
MOST_STREAMS = 500
MOST_FRAMES_WAITING = 64
HEED_SECONDS = 0.2
"""A pause, or a call's end, is heeded so soon after the database has it, and the time of one query."""
WATCH_SECONDS = 0.25
BEAT_SECONDS = 0.5
SIGN_SECONDS = 5.0
RECOVER_SECONDS = 30.0
ONE_SIDED_MS = 1000
NEARLY_FULL = 0.8
ALARM_SECONDS = 600.0
THREADS = 4
"""Of each kind: the database, the key agent, this host's disk, the object store."""
_FILES = 65_536

T = TypeVar("T")


@dataclass(frozen=True)
class Setup:
    """How a recorder runs.

    Attributes:
        name: of this recorder, for people.
        address: host and port.
        tls: its certificate.
        spool: folder of its spool.
        spool_bytes: what the spool may hold.
    """

    name: str
    address: tuple[str, int]
    tls: ssl.SSLContext = field(repr=False)
    spool: Path
    spool_bytes: int


class Recorder:
    """One run of a recorder."""

    def __init__(self, setup: Setup) -> None:
        self.id = uuid7()
        self._setup = setup
        self._heeding = _threads(1)  # of its own: a pause waits for nothing else
        self._pool, keys, disk, store = (_threads(THREADS) for _ in range(4))
        self._pools = (self._heeding, self._pool, keys, disk, store)
        self._means = Means(Spool(setup.spool, setup.spool_bytes), keys, disk, store, self._pool, Waiting())
        self._taken: dict[ServerConnection, Taken] = {}
        self._running: dict[UUID, Connection] = {}
        self._alarmed_at = -ALARM_SECONDS

    async def run(
        self,
        stop: asyncio.Event,
        ready: Callable[[int], None] = lambda _port: None,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        """Serve until ``stop`` is set; running streams are then ended, so that their exchanges go to another recorder.

        Args:
            ready: called with the port once it serves.
            alive: called twice a second while the event loop moves.
        """
        raise_file_limit()
        beating = asyncio.create_task(self._beat(alive))
        try:
            await self._run(stop, ready, beating)
        finally:
            beating.cancel()

    async def _run(self, stop: asyncio.Event, ready: Callable[[int], None], beating: asyncio.Task[None]) -> None:
        await self._do(lambda: register.sign_on(self.id, self._setup.name))
        recovery.move_in(self._setup.spool, self.id)
        await self._empty_spool()
        server = await self._listening()
        besides = (stop.wait(), self._heed(), self._watch(), self._sign(), self._recover())
        tasks = [asyncio.create_task(task) for task in besides]
        try:
            ready(server.sockets[0].getsockname()[1])
            done, _ = await asyncio.wait([*tasks, beating], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # without one of them it must not go on
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._wind_up(server)

    async def _listening(self) -> Server:
        host, port = self._setup.address
        return await serve(
            self._serve,
            host,
            port,
            ssl=self._setup.tls,
            ssl_handshake_timeout=HELLO_SECONDS,
            open_timeout=HELLO_SECONDS,
            close_timeout=CLOSE_SECONDS,
            process_request=self._admit,
            subprotocols=[Subprotocol(wire.PROTOCOL)],
            compression=None,
            server_header=None,
            max_size=wire.MOST_TEXT,
            max_queue=MOST_FRAMES_WAITING,
            logger=_silent(),
        )

    async def _wind_up(self, server: Server) -> None:
        server.close(close_connections=False)
        for connection in list(self._running.values()):
            connection.stop(Reason.STOPPED)
        with suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), GRACE_SECONDS)
        for task in list(server.handler_tasks):
            task.cancel()
        await asyncio.gather(*server.handler_tasks, return_exceptions=True)
        emptied = not any(True for _ in self._means.spool.parts())
        with suppress(RazdarError):
            await self._do(lambda: register.sign_off(self.id, emptied=emptied))
        for pool in self._pools:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._means.spool.release()

    # --- one connection -----------------------------------------------------------------------------------------------

    async def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        """Whether a request becomes a stream; its one-time id is used up then."""
        try:
            await self._require_known(request.headers.get("Authorization", ""))
            self._require_room()
            token = wire.token(request.path)
            wire.require_protocol(request.headers.get("Sec-WebSocket-Protocol", ""))
            self._taken[socket] = await self._do(lambda: register.take(token, self.id))
        except NotYours:
            return _refused(socket, HTTPStatus.UNAUTHORIZED)
        except (BadInput, NotFound):
            return _refused(socket, HTTPStatus.NOT_FOUND)
        except RazdarError as error:
            logs.error("stream-not-taken", error)
            return _refused(socket, HTTPStatus.SERVICE_UNAVAILABLE)
        asyncio.get_running_loop().call_later(HELLO_SECONDS + 1, self._drop_unbegun, socket)
        return None

    async def _require_known(self, authorization: str) -> None:
        try:
            name, secret = wire.credentials(authorization)
        except BadInput:
            raise NotYours from None
        if not await self._do(lambda: register.admit(name, secret)):
            raise NotYours

    def _require_room(self) -> None:
        full = len(self._running) + len(self._taken) >= MOST_STREAMS or self._means.spool.fullness > NEARLY_FULL
        if full or any(connection.stalled for connection in self._running.values()):
            raise Unavailable("This recorder takes no more streams now.")

    def _drop_unbegun(self, socket: ServerConnection) -> None:
        """The exchange went away between its request and our answer."""
        if taken := self._taken.pop(socket, None):
            end = End(Reason.BROKEN, 0, None)
            self._pool.submit(register.ended, taken, end)

    async def _serve(self, socket: ServerConnection) -> None:
        taken = self._taken.pop(socket)
        connection = Connection(socket, taken, self._means)
        self._running[taken.stream] = connection
        try:
            await connection.run()
        finally:
            del self._running[taken.stream]

    # --- besides ------------------------------------------------------------------------------------------------------

    async def _beat(self, alive: Callable[[], None]) -> None:
        while True:
            alive()
            for connection in self._running.values():
                connection.beat()
            await asyncio.sleep(BEAT_SECONDS)

    async def _heed(self) -> None:
        """Heed pauses and ends of calls."""
        while True:
            await asyncio.sleep(HEED_SECONDS)
            with suppress(RazdarError):  # the database is away; the next look comes soon
                await self._heed_calls()

    async def _watch(self) -> None:
        """Say when a side is missing or the spool fills."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            with suppress(RazdarError):
                await self._miss_sides()
                await self._mind_spool()

    async def _heed_calls(self) -> None:
        by_client: dict[UUID, list[Connection]] = {}
        for connection in self._running.values():
            by_client.setdefault(connection.taken.client, []).append(connection)
        for client, connections in by_client.items():
            calls = list({connection.taken.call for connection in connections})
            asked = partial(register.states, client, calls)
            states = await asyncio.get_running_loop().run_in_executor(self._heeding, asked)
            for connection in connections:
                state = states.get(connection.taken.call)
                if state is None or state.closed:
                    connection.stop(Reason.HUNG_UP)
                else:
                    connection.pause(state.paused)

    async def _miss_sides(self) -> None:
        flowing = {(one.taken.call, one.taken.side) for one in self._running.values() if one.side.flowing_ms}
        for connection in list(self._running.values()):
            taken, since = connection.taken, connection.side.flowing_ms
            other = (taken.call, "out" if taken.side == "in" else "in")
            if connection.alarmed or other in flowing or since is None or unix_ms() - since < ONE_SIDED_MS:
                continue
            connection.alarmed = True
            if not await self._do(lambda taken=taken: register.other_side_flows(taken)):  # type: ignore[misc]
                logs.event("call-one-sided", call=taken.call, side=taken.side)
                await self._do(lambda taken=taken: register.alarm_one_sided(taken))  # type: ignore[misc]

    async def _mind_spool(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._means.spool.fullness > NEARLY_FULL and now - self._alarmed_at > ALARM_SECONDS:
            percent = round(100 * self._means.spool.fullness)
            logs.event("spool-fills", percent=percent)
            await self._do(lambda: register.alarm_spool(self.id, percent))
            self._alarmed_at = now

    async def _sign(self) -> None:
        while True:
            with suppress(RazdarError):
                await self._do(lambda: register.still_here(self.id))
            await asyncio.sleep(SIGN_SECONDS)

    async def _recover(self) -> None:
        while True:
            await asyncio.sleep(RECOVER_SECONDS)
            await self._empty_spool()

    async def _empty_spool(self) -> None:
        """Hand on what belongs to no running stream; a store that is away keeps nobody from recording."""
        spool, folder = self._means.spool, self._setup.spool
        try:
            await self._do(lambda: recovery.recover(spool, folder, self.id, lambda: self._running))
        except RazdarError as error:
            logs.error("spool-not-emptied", error)

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def raise_file_limit() -> None:
    """Let a crowd of idle connections be no trouble: each is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _threads(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix="recorder")


def _refused(socket: ServerConnection, status: HTTPStatus) -> Response:
    logs.event("stream-refused", status=status.value)
    return socket.respond(status, f"{status.phrase}\n")


def _silent() -> logging.Logger:
    """What the library would log of strangers is nobody's business here; our own events say what counts."""
    logger = logging.getLogger("razdar.recorder.websockets")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger
