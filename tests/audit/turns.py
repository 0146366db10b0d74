"""Sequencers that run beside the test."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from razdar.audit.sequencing import sequencer


@contextmanager
def running() -> Iterator[None]:
    """The process, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until(done: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)
