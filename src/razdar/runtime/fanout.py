"""One LISTEN connection for each process, and any number of listeners in its event loop.

Rules
-----
* The connection is of its own, outside every pool, as the runtime role; it never stands in a transaction, so it holds
  nothing back. It is opened for the first listener and closed some time after the last.
* A connection can die without a word. Every few seconds in which nothing came the server is asked for a sign of life,
  and has a few seconds to give it; below that the kernel's own keep-alive runs. What is lost is opened again, after a
  pause that grows.
* While it is away listeners know (:attr:`Ear.away`). What happened meanwhile is known to nobody, so once it is back
  everybody is told to look again.
* An ear hears of its own client, and of what it asked for; which it may is asked before (`razdar.identity.live`).
* Each ear keeps a bounded number of words, and each of them once. If a reader is too slow for that it loses them all
  and is told to look again, which is all that the words would have said.
* The words of the last half minute are kept, so that a page that was made a moment ago, or was away for one, is told
  what it missed and need not look again for nothing.
"""

import asyncio
import contextvars
import os
import random
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from razdar.runtime import logs
from razdar.runtime.live import CHANNEL, Change, Wanted

QUIET_SECONDS: Final = 10.0
"""After so long without a word the server is asked whether it is there."""
ANSWER_SECONDS: Final = 5.0
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
LINGER_SECONDS: Final = 30.0
REMEMBERED_SECONDS: Final = 30.0
REMEMBERED: Final = 2000
MOST_WORDS: Final = 32
# A peer that is gone without a word is noticed by the kernel after some fifteen seconds too; of no use to a socket of
# this host, and not refused there.
_KEEP_ALIVE: Final = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}
_Key = tuple[UUID, Wanted]


class Ear:
    """One listener: what it has not read yet.

    Attributes:
        words: what changed, each once, in order.
        reload: words were lost, or may have been: everything is to be looked at again.
        away: whether the connection to the database is.
        closed: nothing more will come; the process ends.
    """

    def __init__(self, client: UUID, wanted: Iterable[Wanted]) -> None:
        self.client = client
        self.wanted = frozenset(wanted)
        self.words: dict[Wanted, None] = {}
        self.reload = False
        self.away = False
        self.closed = False
        self._stir = asyncio.Event()

    async def heard(self, seconds: float) -> bool:
        """Wait until there is something to read, at most so long; says whether there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stir.wait()
        stirred = self._stir.is_set()
        self._stir.clear()
        return stirred

    def take(self) -> tuple[list[Wanted], bool]:
        """What changed since the last time, and whether to look at everything again."""
        words, reload = list(self.words), self.reload
        self.words, self.reload = {}, False
        return ([], True) if reload else (words, False)

    def say(self, what: Wanted) -> None:
        if len(self.words) >= MOST_WORDS and what not in self.words:
            self.words, self.reload = {}, True
        if not self.reload:
            self.words[what] = None
        self._stir.set()

    def stir(self) -> None:
        """Let the reader look: something other than a word is new."""
        self._stir.set()


class Fanout:
    """The connection of one event loop and the ears on it."""

    def __init__(self) -> None:
        self._ears: dict[_Key, set[Ear]] = {}
        self._all: set[Ear] = set()
        self._recent: deque[tuple[float, Change]] = deque(maxlen=REMEMBERED)
        self._task: asyncio.Task[None] | None = None
        self._since: float | None = None  # from when on nothing was missed; None while the connection is away
        self._closed = False

    def __len__(self) -> int:
        return len(self._all)

    @contextmanager
    def listening(self, client: UUID, wanted: Iterable[Wanted], since: float | None = None) -> Iterator[Ear]:
        """An ear for the length of a block.

        Args:
            since: Unix time from which on the listener wants to have missed nothing.
        """
        ear = Ear(client, wanted)
        ear.closed, ear.away = self._closed, self._since is None
        for what in ear.wanted:
            self._ears.setdefault((client, what), set()).add(ear)
        self._all.add(ear)
        self._remind(ear, since)
        self._start()
        try:
            yield ear
        finally:
            self._all.discard(ear)
            for what in ear.wanted:
                ears = self._ears[client, what]
                ears.discard(ear)
                if not ears:
                    del self._ears[client, what]

    async def close(self) -> None:
        """Tell every listener that this process ends, and let go of the connection."""
        self._closed = True
        for ear in self._all:
            ear.closed = True
            ear.stir()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def deliver(self, change: Change) -> None:
        """To whom it concerns: who listens to the topic at that client, and who listens to that very thing."""
        self._recent.append((time.time(), change))
        for what in {change.what, Wanted(change.what.topic)}:
            for ear in self._ears.get((change.client, what), ()):
                ear.say(what)

    def _remind(self, ear: Ear, since: float | None) -> None:
        if since is None:
            return
        covered = self._since is not None and self._since <= since and self._remembers(since)
        if not covered:
            ear.reload = True
        else:
            for at, change in self._recent:
                if at >= since and change.client == ear.client:
                    for what in {change.what, Wanted(change.what.topic)} & ear.wanted:
                        ear.say(what)
        ear.stir()

    def _remembers(self, since: float) -> bool:
        """Whether all words from then on are still here."""
        full = len(self._recent) == REMEMBERED and self._recent[0][0] > since
        return not full and since >= time.time() - REMEMBERED_SECONDS

    # --- The connection -----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if not self._closed and (self._task is None or self._task.done()):
            # Of nobody's request: what belongs to the request that happens to be the first ends with it.
            self._task = asyncio.get_running_loop().create_task(self._run(), context=contextvars.Context())

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while self._all:
            try:
                await self._listen()
                pause = FIRST_PAUSE
            except (psycopg.Error, OSError) as error:
                logs.error("live-feed-waits", error)
                pause = FIRST_PAUSE if self._since else min(pause * 2, LONGEST_PAUSE)
                self._lost()
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 (spreads what comes back at once)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(**parameters(), autocommit=True)
        try:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._back()
            await self._hear(connection)
            self._lost()
        finally:
            # Not left as a context: that would ask a server that is gone to roll back, and wait for its answer.
            await connection.close()

    async def _hear(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        """Hand on what comes, until the connection is lost or nobody listens any more."""
        lonely: float | None = None
        while lonely is None or time.monotonic() - lonely < LINGER_SECONDS:
            async for word in connection.notifies(timeout=QUIET_SECONDS):
                if (change := Change.parse(word.payload)) is not None:
                    self.deliver(change)
            await _sign_of_life(connection)
            lonely = None if self._all else lonely or time.monotonic()

    def _back(self) -> None:
        was_away, self._since = self._since is None, time.time()
        self._recent.clear()
        for ear in self._all if was_away else ():
            ear.away, ear.reload = False, True
            ear.stir()

    def _lost(self) -> None:
        self._since = None
        for ear in self._all:
            ear.away = True
            ear.stir()


async def _sign_of_life(connection: "psycopg.AsyncConnection[Any]") -> None:
    """Ask the server whether it is there.

    A question that was cancelled would still wait for its answer, so the socket is shut in place of that.

    Raises:
        psycopg.OperationalError: it is not.
    """
    asked = asyncio.ensure_future(connection.execute("SELECT 1"))
    done, _ = await asyncio.wait({asked}, timeout=ANSWER_SECONDS)
    if not done:
        with socket.socket(fileno=os.dup(connection.fileno())) as ours:
            ours.shutdown(socket.SHUT_RDWR)
    await asked


def parameters() -> dict[str, Any]:
    """How the runtime role connects, from the settings of the alias that pages use, without its pool."""
    known = connections.settings[DEFAULT_DB_ALIAS]
    options = {key: value for key, value in known["OPTIONS"].items() if key != "pool"}
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    own = {key: known[name] for key, name in named.items() if known[name]}
    return {**options, **own, **_KEEP_ALIVE, "application_name": "razdar live"}


_FANOUTS: "WeakKeyDictionary[asyncio.AbstractEventLoop, Fanout]" = WeakKeyDictionary()


def here() -> Fanout:
    """The one of the running event loop."""
    return _FANOUTS.setdefault(asyncio.get_running_loop(), Fanout())


async def close() -> None:
    """End everything that listens in the running event loop."""
    if (found := _FANOUTS.get(asyncio.get_running_loop())) is not None:
        await found.close()
