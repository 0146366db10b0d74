"""How much work something is, on a machine that has other work too."""

import gc
import time
from collections.abc import Callable

AT_LEAST = 0.15  # seconds: below, a clock's tick and a cold cache count for more than the work


def cpu_seconds(work: Callable[[], object], *, runs: int = 3) -> float:
    """The best of some runs, in seconds of this thread's CPU.

    Without the garbage collector: a whole collection walks over every object of the test run, takes as long as the
    work that is measured, and comes when it likes.
    """
    best = float("inf")
    gc.collect()
    gc.disable()
    try:
        for _ in range(runs):
            begun = time.thread_time()
            work()
            best = min(best, time.thread_time() - begun)
    finally:
        gc.enable()
    return best


def assert_grows_with(work: Callable[[int], Callable[[], object]], small: int) -> None:
    """Four times as much takes four times as long, give or take: not the sixteen times of a square.

    ``work(n)`` is what there is to do for ``n`` units.
    """
    less, more = cpu_seconds(work(small)), cpu_seconds(work(small * 4))
    assert more < 4 * 2.5 * less + AT_LEAST, f"{less:.3f} s became {more:.3f} s"
