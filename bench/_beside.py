"""Two ways of doing the same, measured in turns: what is reported is the ratio."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]

ROUNDS = 21
SLICE = 0.02  # seconds of one turn: long against the clock's steps, short against changes of the machine's load


@dataclass(frozen=True)
class Pair:
    """Seconds for one call of each, and the median of the rounds' own ratios."""

    ours: float
    baseline: float
    ratio: float

    def line(self, what: str, beside: str) -> str:
        ours, baseline = self.ours * 1e6, self.baseline * 1e6
        return f"{what:32} {ours:10.1f} us   {beside:10} {baseline:10.1f} us   ratio {self.ratio:6.2f}"


def measure(ours: Work, baseline: Work, rounds: int = ROUNDS) -> Pair:
    """Time both, in turns, so many times, after one unmeasured turn of each."""
    counts = _calls_per_slice(ours), _calls_per_slice(baseline)
    pairs = [(_turn(ours, counts[0]), _turn(baseline, counts[1])) for _ in range(rounds)]
    return Pair(
        median(mine for mine, _ in pairs), median(theirs for _, theirs in pairs), median(m / t for m, t in pairs)
    )


def _calls_per_slice(work: Work) -> int:
    calls, started = 0, time.perf_counter()
    while time.perf_counter() - started < SLICE:
        work()
        calls += 1
    return calls


def _turn(work: Work, calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - started) / calls
