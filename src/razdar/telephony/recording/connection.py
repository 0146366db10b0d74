"""One connection of an exchange, from the moment its stream was taken until everything of it is kept.

Three things go on at once: frames are taken from the socket; what came is sealed and written to the spool every half
second; closed parts become stored segments (``keeper``). None of them waits for another. The stream's key is made and
kept while the first half second is already heard, in memory; where it cannot be kept, nothing was recorded and the
exchange goes to another recorder. There it goes too when nothing could be sealed or written for some seconds: it would
not notice by itself until its buffers are full.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from razdar.core.errors import BadInput, RazdarError, Unavailable
from razdar.keys.recording import RATE, LiveStream, Place, Reason
from razdar.runtime import logs
from razdar.telephony.recording import register, wire
from razdar.telephony.recording.keeper import FIRST_PAUSE, LONGEST_PAUSE, Keeper, Waiting
from razdar.telephony.recording.live import LiveSide, Piece
from razdar.telephony.recording.register import Gone, Taken
from razdar.telephony.recording.spool import Full, Spool

FLUSH_SECONDS = 0.5
BEGIN_SECONDS = 5.0
"""Within which the first frame must come."""
IDLE_SECONDS = 30.0
LONGEST_SECONDS = 12 * 3600.0
MOST_UNSEALED = 5 * 8000
"""Bytes that may be heard and not be in the spool: more than any half second, also while the key is still made."""
MOST_TEXTS = 10_000
STALL_BEATS = 6
"""Beats of the server, two a second, between one flush and the next."""
KEY_BEATS = 16
"""Until the stream's key is kept; what is heard meanwhile waits in memory, and then in the exchange."""

T = TypeVar("T")

_CODES = {
    Reason.MALFORMED: CloseCode.UNSUPPORTED_DATA,
    Reason.STOPPED: CloseCode.GOING_AWAY,
    Reason.NO_ROOM: CloseCode.TRY_AGAIN_LATER,
    Reason.SILENT: CloseCode.TRY_AGAIN_LATER,
    Reason.STALLED: CloseCode.TRY_AGAIN_LATER,
    Reason.BROKEN: CloseCode.INTERNAL_ERROR,
}


def unix_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Means:
    """What connections share.

    Attributes:
        spool: where ciphertext goes first.
        keys: threads for the key agent.
        disk: threads for the spool and for making segments; they wait for nothing but this host's disk.
        store: threads for the object store, which may take its time.
        register: threads for the database.
        waiting: how much is sealed and not stored.
    """

    spool: Spool
    keys: Executor
    disk: Executor
    store: Executor
    register: Executor
    waiting: Waiting


class Connection:
    """A running stream.

    Attributes:
        taken: which stream.
        side: what was heard.
        alarmed: that the other side is missing was said.
        stalled: it was given up, and its threads still wait.
    """

    def __init__(self, socket: ServerConnection, taken: Taken, means: Means) -> None:
        self.taken = taken
        self.side = LiveSide(time.monotonic, unix_ms)
        self.side.pause(taken.paused)
        self.alarmed = self.stalled = False
        self._socket, self._means = socket, means
        self._reason: Reason | None = None
        self._waking, self._keyed, self._reading = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._ending = False
        self._writing = asyncio.Lock()
        self._key: LiveStream | None = None
        self._keeper: Keeper | None = None
        self._telling: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._beats: int | None = 0
        self._began = time.monotonic()

    def stop(self, reason: Reason) -> None:
        """End the stream; only the first reason counts."""
        self._reason = self._reason or reason
        self._ending = True
        self._waking.set()
        self._reading.set()

    def beat(self) -> None:
        """Some time has passed for this process; a stream that did not move meanwhile is given up."""
        if self._beats is None or self.stalled:
            return
        self._beats += 1
        if self._beats > (STALL_BEATS if self._keyed.is_set() else KEY_BEATS):
            logs.event("stream-stalled", stream=self.taken.stream)
            self.stalled = True
            self.stop(Reason.STALLED)
            self._leaving = asyncio.create_task(self._close_socket())

    def pause(self, reason: Reason | None) -> None:
        """Keep nothing of what is heard from now on, or everything again; heeded before the next frame is taken."""
        if self.side.pause(reason):
            self._waking.set()
            self._reading.set()

    async def run(self) -> None:
        """Record until the stream ends, and return when all of it is kept or left to be salvaged."""
        hearing = asyncio.create_task(self._hear())
        try:
            if key := await _in(self._means.keys, self._begin_key):
                await self._record(key)
            else:
                await self._close_socket()
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, *filter(None, [self._telling, self._leaving]), return_exceptions=True)
            self.side.forget()
        await self._tell_end()

    # --- hearing ------------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        try:
            await self._listen()
        except BadInput:
            self.stop(Reason.MALFORMED)
        except ConnectionClosed as closed:
            orderly = closed.rcvd is not None and closed.rcvd.code in {CloseCode.NORMAL_CLOSURE, CloseCode.GOING_AWAY}
            self.stop(Reason.HUNG_UP if orderly else Reason.BROKEN)
        except TimeoutError:
            self.stop(Reason.SILENT)

    async def _listen(self) -> None:
        loop, texts = asyncio.get_running_loop(), 0
        async with asyncio.timeout(BEGIN_SECONDS) as patience:
            wire.begins(await self._socket.recv())
            while True:
                if sound := wire.frame(await self._socket.recv()):
                    self._heard(sound)
                    patience.reschedule(loop.time() + IDLE_SECONDS)
                    if self.side.waits > MOST_UNSEALED and not (self.side.paused or self._ending):
                        await self._catch_up()
                elif (texts := texts + 1) > MOST_TEXTS:
                    raise BadInput("These are too many messages without sound.")

    def _heard(self, sound: bytes) -> None:
        self.side.frame(sound)
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell_flow(self.side.flowing_ms or unix_ms()))
        if max(self.side.heard / RATE, time.monotonic() - self._began) > LONGEST_SECONDS:
            self.stop(Reason.TOO_LONG)

    async def _tell_flow(self, at_ms: int) -> None:
        with suppress(RazdarError):  # it is told again at the end
            await self._do(lambda: register.flowing(self.taken, at_ms))

    async def _catch_up(self) -> None:
        """Let whoever sends faster than in life wait: nothing is read until what came is in the spool.

        A pause does not wait, or what is said in it would be read when it is over.
        """
        self._reading.clear()
        self._waking.set()
        await self._reading.wait()

    # --- writing ------------------------------------------------------------------------------------------------------

    def _begin_key(self) -> LiveStream | None:
        try:
            return LiveStream.begin(self.taken.client, Place(self.taken.call, self.taken.stream))
        except RazdarError as error:
            logs.error("stream-without-key", error, stream=self.taken.stream)
            self._reason = self._reason or Reason.BROKEN
            return None

    async def _record(self, key: LiveStream) -> None:
        means = self._means
        self._key, self._keeper = key, Keeper(self.taken, key, means.spool, means.disk, means.store, means.waiting)
        self._keyed.set()
        self._beats = 0
        storing = asyncio.create_task(self._keeper.run())
        try:
            while not self._ending:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._waking.wait(), FLUSH_SECONDS)
                self._waking.clear()
                await self._flush()
            async with self._writing:
                await self._write(self.side.end(key, self._reason or Reason.HUNG_UP))
            self._beats = None
            await self._close_socket()
        except BaseException:
            storing.cancel()
            raise
        finally:
            key.wipe()
            self._keeper.finish()
        await storing

    async def _flush(self) -> None:
        """Seal and write what came."""
        async with self._writing:
            if self._key is None or self._keeper is None or self._ending:
                return
            if self._keeper.gone:
                self.stop(Reason.STOPPED)
                return
            await self._write(self.side.take(self._key))
            self._beats = 0
            self._reading.set()

    async def _write(self, pieces: list[Piece]) -> None:
        client, stream, spool = self.taken.client, self.taken.stream, self._means.spool
        for piece in pieces:
            try:
                await _in(self._means.disk, partial(spool.append, client, stream, piece.part, piece.data))
            except Full:
                self.stop(Reason.NO_ROOM)
            if piece.closed and self._keeper:
                spool.close(stream, piece.part)
                await self._keeper.close_part(piece)

    async def _close_socket(self) -> None:
        await self._socket.close(_CODES.get(self._reason or Reason.HUNG_UP, CloseCode.NORMAL_CLOSURE))

    # --- the end ------------------------------------------------------------------------------------------------------

    async def _tell_end(self) -> None:
        """Write down that the stream ended; what was left to the spool is not all of it, and ``recovery`` says so."""
        if self._keeper and self._keeper.gone:
            await _in(self._means.disk, self._forget_parts)
        elif self._keeper is None or not self._keeper.behind:
            await self._do_until_done(self._write_end)

    def _write_end(self) -> None:
        end = register.End(self._reason or Reason.HUNG_UP, self.side.frames, self.side.flowing_ms)
        with suppress(Gone):
            register.ended(self.taken, end)

    def _forget_parts(self) -> None:
        for part in list(self._means.spool.parts()):
            if part.stream == self.taken.stream:
                self._means.spool.remove(part.client, part.stream, part.number)

    async def _do_until_done(self, work: Callable[[], None]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._do(work)
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _do(self, work: Callable[[], T]) -> T:
        return await _in(self._means.register, work)


async def _in(pool: Executor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
