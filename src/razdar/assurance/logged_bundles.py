"""What the log says of key bundles, beside the one that a restore uses.

The number and the hash of every bundle stand in the log. A bundle that is newer than the data is not in the restored
log, which is normal; one that the log knows by another hash is not the one it says it is. Several entries for a number
can only be forged: it is enough that one of them fits.

Entries are written by processes that are reached over the network, and can say anything. One that cannot be true counts
for nothing, and is told of. What is true of the others changes one thing only: from which number on the restored key
store counts. It learns of no bundle as made, so none of them can pass for the newest.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from razdar.audit import lookup
from razdar.core.errors import Misconfigured
from razdar.core.ledger.events import Event
from razdar.keys import bundles
from razdar.keys.columns import moment
from razdar.keys.records import Bundle

ACTION = "keys:bundle:make"
MOST_NEWER = 10_000
"""How many bundles may have been made after the one that is used; one a day and one an erasure are far fewer."""
_AHEAD = timedelta(minutes=2)
"""How far clocks may differ."""
_OTHER = (
    "Key bundle {number} is not the one that the log names under this number: the hash differs. Everything stays shut. "
    "Restore again with another copy of it, or with the bundle that the backup was made with, and find out where this "
    "one comes from."
)
_FORGED = (
    "The log names another key bundle under number {number}, which the signed backup contradicts: it counts for "
    "nothing. Find out which process wrote that."
)
_IMPOSSIBLE = (
    "Entries of the log that name a newer key bundle which cannot be, and count for nothing: {count}. Find out which "
    "process wrote them."
)


@dataclass(frozen=True)
class Compared:
    """What the log says.

    Attributes:
        newer: bundles that were made after the one that is used, as far as the log tells, in order.
        said: what somebody should know, in sentences.
    """

    newer: tuple[Bundle, ...]
    said: tuple[str, ...]


def in_database() -> list[Bundle]:
    """Bundles in the restored log of the installation."""
    return list(_bundles(dated.event for dated in lookup.of_installation(ACTION)))


def in_events(events: Iterable[Event]) -> list[Bundle]:
    """Bundles among the entries of a newer export."""
    return list(_bundles(events))


def compare(used: Bundle, logged: Iterable[Bundle], now: datetime, *, made_with: bool = False) -> Compared:
    """Compare the bundle that is used with the log.

    Args:
        used: the bundle.
        logged: what the log names.
        now: the time.
        made_with: the signed backup names this very bundle; what the log says otherwise is forged, before there was a
            bundle of this number even, and must not keep the backup from being restored.

    Raises:
        Misconfigured: the log knows another bundle under its number.
    """
    known = sorted(logged, key=lambda bundle: bundle.number)
    same = [one for one in known if one.number == used.number]
    if same and not any((one.sha256, one.expires_at) == (used.sha256, used.expires_at) for one in same):
        if not made_with:
            raise Misconfigured(_OTHER.format(number=used.number))
        same = []
    later = [one for one in known if one.number > used.number]
    newer = tuple(one for one in later if _can_be(one, used, now))
    said = [*_said(used, newer, named=bool(same), now=now)]
    if made_with and len(same) < sum(one.number == used.number for one in known):
        said.append(_FORGED.format(number=used.number))
    if len(newer) < len(later):
        said.append(_IMPOSSIBLE.format(count=len(later) - len(newer)))
    return Compared(newer, tuple(said))


def unknown(used: Bundle, newer: Iterable[Bundle], now: datetime) -> Bundle:
    """What stands for all bundles that were made after the used one: those of the log, and those nobody here knows of.

    They would open what the used one opens, until they expire; none expires later than this says. No number of the log
    is given out again.
    """
    number = max([used.number, *(one.number for one in newer)]) + 1
    return Bundle(number, now, now + _AHEAD + bundles.LIFE, used.erasures, "")


def _can_be(one: Bundle, used: Bundle, now: datetime) -> bool:
    in_time = one.made_at <= now + _AHEAD and one.made_at < one.expires_at <= one.made_at + bundles.LIFE
    return in_time and one.number <= used.number + MOST_NEWER and one.erasures >= used.erasures


def _said(used: Bundle, newer: tuple[Bundle, ...], *, named: bool, now: datetime) -> Iterator[str]:
    if used.expires_at <= now:
        yield f"Key bundle {used.number} expired on {used.expires_at:%Y-%m-%d}. It was used because you said so."
    if newer:
        yield (
            f"The log names a newer key bundle, number {newer[-1].number}. With it, customers made since "
            f"{used.made_at:%Y-%m-%d %H:%M} UTC would open as well."
        )
    if newer and not named:
        yield f"The log does not name key bundle {used.number}, though it was signed here."


def _bundles(events: Iterable[Event]) -> Iterator[Bundle]:
    for event in events:
        if event.action == ACTION and event.client is None and event.outcome == "ok":
            with suppress(KeyError, ValueError, OverflowError, OSError):
                yield _bundle(dict(event.detail))


def _bundle(said: Mapping[str, str | int]) -> Bundle:
    number, erasures, *times = (_count(said[name]) for name in ("number", "erasures", "made_ms", "expires_ms"))
    made_at, expires_at = map(moment, times)
    return Bundle(number, made_at, expires_at, erasures, bytes.fromhex(str(said["sha256"])).hex())


def _count(value: str | int) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no count")
    return value
