"""What the log says of key bundles, beside the one that a restore uses.

The number and the hash of every bundle stand in the log. A bundle that is newer than the data is not in the restored
log, which is normal; one that the log knows by another hash is not the one it says it is. Several entries for a number
can only be forged: it is enough that one of them fits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from razdar.audit import lookup
from razdar.core.errors import Misconfigured
from razdar.core.ledger.events import Event
from razdar.keys import bundles
from razdar.keys.columns import moment
from razdar.keys.records import Bundle

ACTION = "keys:bundle:make"
_OTHER = (
    "Key bundle {number} is not the one that the log names under this number: the hash differs. Everything stays shut. "
    "Restore again with another copy of it, and find out where this one comes from."
)


@dataclass(frozen=True)
class Compared:
    """What the log says.

    Attributes:
        newer: bundles that were made after the one that is used, as far as the log tells.
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


def compare(used: Bundle, logged: Iterable[Bundle], now: datetime) -> Compared:
    """Compare the bundle that is used with the log.

    Raises:
        Misconfigured: the log knows another bundle under its number.
    """
    known = sorted(logged, key=lambda bundle: bundle.number)
    same = [one for one in known if one.number == used.number]
    if same and not any((one.sha256, one.expires_at) == (used.sha256, used.expires_at) for one in same):
        raise Misconfigured(_OTHER.format(number=used.number))
    newer = tuple(one for one in known if one.number > used.number)
    return Compared(newer, tuple(_said(used, newer, named=bool(same), now=now)))


def unknown(used: Bundle, newer: Iterable[Bundle], now: datetime) -> Bundle:
    """What stands for bundles that were made after everything that was saved, and of which nobody here knows.

    They would open what the used one opens, until they expire. The first of them, if there were any, had this number.
    """
    number = max([used.number, *(one.number for one in newer)]) + 1
    return Bundle(number, now, now + bundles.LIFE, used.erasures, "")


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
            said = dict(event.detail)
            try:
                times = moment(int(said["made_ms"])), moment(int(said["expires_ms"]))
                digest = bytes.fromhex(str(said["sha256"])).hex()
                yield Bundle(int(said["number"]), *times, int(said["erasures"]), digest)
            except (KeyError, ValueError, OverflowError, OSError):
                continue
