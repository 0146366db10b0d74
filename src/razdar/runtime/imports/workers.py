"""Threads that take batches in. Decoding, sealing and waiting for the database let the others run meanwhile."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")


class Crew(Generic[T]):
    """So many threads, and few batches waiting for them, so that memory stays bounded.

    The first error ends it: it is raised at the next `give` or at the end of the block, when all threads are done.

    Args:
        count: of threads.
        work: does one batch; gets an event that is set when it should stop.
    """

    def __init__(self, count: int, work: Callable[[T, threading.Event], None]) -> None:
        self._work = work
        self._most = 2 * count
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(count, "import")
        self._given: deque[Future[None]] = deque()

    def __enter__(self) -> "Crew[T]":
        return self

    def give(self, batch: T) -> None:
        """Have a batch done; waits while enough are waiting."""
        while len(self._given) >= self._most:
            self._given.popleft().result()
        self._given.append(self._pool.submit(self._serve, batch))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            while kind is None and self._given:
                self._given.popleft().result()
        finally:
            self._stop.set()
            self._pool.shutdown(cancel_futures=True)

    def _serve(self, batch: T) -> None:
        try:
            if not self._stop.is_set():
                self._work(batch, self._stop)
        finally:
            for each in connections.all(initialized_only=True):
                each.close()  # back to the pool
