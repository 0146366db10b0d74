"""How many keys a role may have in a short time.

A stolen web process can ask for everything it may ask for; this bounds how fast. Each role has a bucket for each thing
that is counted: full at first, refilled evenly. What does not fit is refused whole, without taking anything, and the
refusal is noted in the book.

==============  ============================  ========================================================================
what            rate a second, at once        why
==============  ============================  ========================================================================
keys, web       500, 5,000                    a card opens one key, a list 50 at most: ten lists a second for ever, a
                                              hundred at once. All keys of 500,000 customers: 17 minutes, not seconds
keys, worker    2,000, 20,000                 rebuilding the index of 2,000 customers, a batch of an import
streams,        200, 4,000                    keys of streams that are kept: two for each call that begins, and all
recorder                                      running calls at once when another recorder ends
keys, others    1,000, 10,000                 a person's commands
values          20 times the keys             blind indexes: six values a customer and more. A dictionary of 10^9
                                              numbers takes a web process a day and more
signatures      50, 500                       the log is signed at most ten times a second
==============  ============================  ========================================================================
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from razdar.core.errors import Throttled
from razdar.keys.callers import Role


class Counted(Enum):
    """What is counted."""

    KEYS = auto()
    VALUES = auto()
    SIGNATURES = auto()


@dataclass(frozen=True)
class Rate:
    """A bucket's size.

    Attributes:
        each_second: how much is refilled.
        at_once: how much it holds.
    """

    each_second: float
    at_once: float


_KEYS: Mapping[Role, Rate] = {
    Role.WEB: Rate(500, 5_000),
    Role.WORKER: Rate(2_000, 20_000),
    Role.RECORDER: Rate(200, 4_000),
}
_OTHER_KEYS = Rate(1_000, 10_000)
_VALUES_FOR_A_KEY = 20
_SIGNATURES = Rate(50, 500)


def rate(role: Role, what: Counted) -> Rate:
    """How much a role may have."""
    if what is Counted.SIGNATURES:
        return _SIGNATURES
    keys = _KEYS.get(role, _OTHER_KEYS)
    many = _VALUES_FOR_A_KEY if what is Counted.VALUES else 1
    return Rate(keys.each_second * many, keys.at_once * many)


def cost(call: str, arguments: tuple[object, ...]) -> tuple[Counted, int]:
    """What a call is counted as."""
    match call, arguments:
        case "unwrap" | "unwrap_streams", (list() as refs, *_):
            return Counted.KEYS, len(refs)
        case "open_stream", _:
            return Counted.KEYS, 1
        case "blind", (_, _, list() as values):
            return Counted.VALUES, len(values)
        case "sign", _:
            return Counted.SIGNATURES, 1
        case _:
            return Counted.KEYS, 0


class Limits:
    """The buckets of one agent; all processes of a role share them. Safe to share between threads.

    Args:
        now: seconds that only grow.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._buckets: dict[tuple[Role, Counted], tuple[float, float]] = {}

    def take(self, role: Role, what: Counted, amount: int) -> None:
        """Take from a bucket.

        Raises:
            Throttled: there is not enough in it; nothing was taken.
        """
        if amount == 0:
            return
        allowed = rate(role, what)
        with self._lock:
            now = self._now()
            left, at = self._buckets.get((role, what), (allowed.at_once, now))
            left = min(allowed.at_once, left + (now - at) * allowed.each_second)
            enough = amount <= left
            self._buckets[role, what] = (left - amount if enough else left, now)
        if not enough:
            raise Throttled("More keys were asked for than this process may have in so short a time. Try again later.")
