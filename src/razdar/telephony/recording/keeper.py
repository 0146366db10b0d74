"""Parts that are closed become segments in the object store, one after the other, while the call runs.

Order: composed and sealed at once, so that nothing plain waits; stored; its row committed; the part removed from the
spool. What cannot be stored is tried again with growing pauses, sealed as it is. When too much waits in memory, a
stream's further parts stay in the spool as they are and become segments later (``salvage``), for the chain of segments
has no gaps.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from razdar.core.errors import BadInput, Unavailable
from razdar.keys.recording import LiveStream, Sealed
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.telephony.recording import register
from razdar.telephony.recording.live import Piece
from razdar.telephony.recording.register import Gone, Taken
from razdar.telephony.recording.spool import Spool

MOST_WAITING = 64 << 20
"""Bytes of sealed segments that may wait in memory, over all streams: some twenty minutes of ten calls."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0

T = TypeVar("T")


@dataclass
class Waiting:
    """How much waits in memory, over all streams; used from the event loop only."""

    most: int = MOST_WAITING
    bytes: int = 0


@dataclass(frozen=True)
class _Made:
    """A sealed segment, the part it was made from, and the name it is stored under however often it is tried."""

    part: int
    sealed: Sealed
    name: UUID = field(default_factory=uuid7)


@dataclass
class Keeper:
    """Keeps the segments of one stream.

    Attributes:
        behind: segments of it are left to the spool; it must be salvaged.
        gone: its rows are not there any more; nothing of it may be kept.
    """

    taken: Taken
    key: LiveStream
    spool: Spool
    disk: Executor
    store: Executor
    waiting: Waiting
    behind: bool = False
    gone: bool = False
    _queue: "asyncio.Queue[_Made | None]" = field(default_factory=asyncio.Queue)

    async def close_part(self, piece: Piece) -> None:
        """Make a closed part a segment that waits to be stored."""
        composer = piece.closed
        if composer is None:
            return
        if self.behind or self.gone or self.waiting.bytes > self.waiting.most:
            self.behind = True
            composer.forget()
            return
        frames = composer.frames
        sealed = await _in(self.disk, lambda: self.key.segment(frames, composer.content(piece.next), last=piece.last))
        self.waiting.bytes += len(sealed.data)
        self._queue.put_nowait(_Made(piece.part, sealed))

    def finish(self) -> None:
        """No further part comes."""
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Store what waits, in order, until ``finish`` and everything is stored."""
        try:
            while (made := await self._queue.get()) is not None:
                try:
                    await self._stored(made)
                finally:
                    self.waiting.bytes -= len(made.sealed.data)
        finally:
            while not self._queue.empty():
                if made := self._queue.get_nowait():
                    self.waiting.bytes -= len(made.sealed.data)

    async def _stored(self, made: _Made) -> None:
        pause = FIRST_PAUSE
        while not self.gone:
            try:
                await _in(self.store, lambda: self._store(made))
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Gone:
                self.gone = True
            else:
                await _in(self.disk, lambda: self.spool.remove(self.taken.client, self.taken.stream, made.part))
                return

    def _store(self, made: _Made) -> None:
        with suppress(BadInput):  # it is there already: the answer was lost
            objects.put(made.name, made.sealed.data)
        try:
            register.keep(self.taken, made.sealed, made.name)
        except Gone:
            objects.delete(made.name)
            raise


async def _in(pool: Executor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
