"""How much a role may have in a short time.

A stolen process can ask for everything its role may ask for; this bounds how fast. Each role has a bucket for each
thing that is counted (``charges``): full at first, refilled evenly. What does not fit is refused whole, without taking
anything, and the refusal is noted in the book. Nothing is free.

=====================  ===================  ============================================================================
what                   rate a second,       why
                       at once
=====================  ===================  ============================================================================
keys, web              500, 5,000           a card opens one key, a list 50 at most: ten lists a second for ever, a
                                            hundred at once. All keys of 500,000 customers: 17 minutes, not seconds
keys, worker           2,000, 20,000        rebuilding the index of 2,000 customers, a batch of an import
keys, others           1,000, 10,000        a person's commands
values                 20 times the keys    blind indexes: six values a customer and more. A dictionary of 10^9 numbers
                                            takes a web process a day and more
look-ups               4 times the keys     which version, which public key, whether destroyed
creations, web         20, 500              a person creates one customer at a time; imports are the worker's
creations, recorder    200, 4,000           keys of streams that are kept: two for each call that begins, and all
                                            running calls at once when another recorder ends
creations, others      200, 5,000           an import; new versions of keys; streams given to their customers
destructions           one a minute, 20     each is a person's decision, proved with a factor, or a repeat of it. What
                                            is above is an alarm (``server``). 500,000 customers: a year, not a minute
drops                  10, 20,000           keys of streams: all of one client that may wait, or
                                            whose sound was destroyed in a day
subkeys                2,000, 20,000        several for each page, the same every time
signatures             50, 500              the log is signed at most ten times a second, up to 250 logs in one question
certificates           10, 500              one and a notice for each erasure
bundles                1 in 20 s, 40        one a day, one after each erasure
steps of a rotation    50, 1,000            a step works for two seconds, or finds nothing to do; recipients as well
passphrases            one a minute, 5      guesses of the passphrase over the socket
questions              1,000, 30,000        how things stand; comparing 90 days of the book asks 13,000 times
=====================  ===================  ============================================================================
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from razdar.core.errors import Throttled
from razdar.keys import charges
from razdar.keys.callers import Role
from razdar.keys.charges import Counted


@dataclass(frozen=True)
class Rate:
    """A bucket's size.

    Attributes:
        each_second: how much is refilled.
        at_once: how much it holds.
    """

    each_second: float
    at_once: float

    def times(self, many: int) -> "Rate":
        return Rate(self.each_second * many, self.at_once * many)


_KEYS: Mapping[Role, Rate] = {
    Role.WEB: Rate(500, 5_000),
    Role.WORKER: Rate(2_000, 20_000),
}
_OTHER_KEYS = Rate(1_000, 10_000)
_TIMES_THE_KEYS = {Counted.KEYS: 1, Counted.VALUES: 20, Counted.LOOKUPS: 4}
_RATES: Mapping[Counted, Rate] = {
    Counted.CREATIONS: Rate(200, 5_000),
    Counted.DESTRUCTIONS: Rate(1 / 60, 20),
    Counted.DROPS: Rate(10, 20_000),
    Counted.SUBKEYS: Rate(2_000, 20_000),
    Counted.SIGNATURES: Rate(50, 500),
    Counted.CERTIFICATES: Rate(10, 500),
    Counted.BUNDLES: Rate(1 / 20, 40),
    Counted.STEPS: Rate(50, 1_000),
    Counted.PASSPHRASES: Rate(1 / 60, 5),
    Counted.QUESTIONS: Rate(1_000, 30_000),
}
_OF_A_ROLE: Mapping[tuple[Role, Counted], Rate] = {
    (Role.WEB, Counted.CREATIONS): Rate(20, 500),
    (Role.RECORDER, Counted.CREATIONS): Rate(200, 4_000),
}


def rate(role: Role, what: Counted) -> Rate:
    """How much a role may have."""
    if what in _TIMES_THE_KEYS:
        return _KEYS.get(role, _OTHER_KEYS).times(_TIMES_THE_KEYS[what])
    return _OF_A_ROLE.get((role, what)) or _RATES[what]


def cost(call: str, arguments: charges.Arguments) -> tuple[Counted, int]:
    """What a call is counted as."""
    charge = charges.of(call)
    return charge.what, charge.amount(arguments)


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
        allowed = rate(role, what)
        with self._lock:
            now = self._now()
            left, at = self._buckets.get((role, what), (allowed.at_once, now))
            left = min(allowed.at_once, left + (now - at) * allowed.each_second)
            enough = amount <= left
            self._buckets[role, what] = (left - amount if enough else left, now)
        if not enough:
            raise Throttled("More was asked for than this process may have in so short a time. Try again later.")
