"""What the entries themselves say, read in their order: times, pruning, rows that never came.

1. An entry is canonical JSON with at least a client, an action, a time and a detail, and its client is the one whose
   log this is (none in the installation's own, whose id is nil). Anything else is named, never passed over: the entries
   of one log do not stand in another's.
2. An entry may be up to 120 seconds older than what is known before it: the newest time of an earlier entry or of a
   witness that co-signed a size before it. If the clock was really set back (or an entry waited that long), an entry
   ``audit:clock:back`` stands before the first such entry; the reckoning begins anew after it, and it is shown.
3. No entry is more than 120 seconds newer than a co-signature over it.
4. ``audit:log:prune`` says ``minimum`` and ``before_ms``: every entry below ``minimum`` is older than ``before_ms``,
   which is at least 365 days before the entry. A size that a witness co-signed after ``before_ms`` and that is below
   ``minimum`` shows that this is not true. It stands in the log that was pruned.
5. ``audit:stamp:missing`` names rows (``writer``, ``first``, ``last``) that never came; ``audit:stamp:found``
   (``writer``, ``counter``) takes one of them back.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.core.ledger.findings import Finding, Gravity, indexes, moment
from razdar.core.ledger.hashing import leaf_hash

TOLERANCE_MS: Final = 120_000
"""How far times may run back, in milliseconds."""
SILENCE_MS: Final = 180_000
"""Longest time between two entries that goes unremarked."""
FLOOR_MS: Final = 365 * 24 * 3600 * 1000
"""No entry younger than this is given up."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A size that a trusted witness saw.

    Attributes:
        size: number of entries.
        at_ms: when, in milliseconds since 1970.
    """

    size: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Tail:
    """What the entries from a certain one on say.

    Attributes:
        earliest_ms: the earliest time of any of them.
        set_back: whether one of them is ``audit:clock:back``.
    """

    earliest_ms: int | None = None
    set_back: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """As much of an entry as matters here."""

    action: str
    at_ms: int
    detail: dict[str, Any]


def read(payload: bytes, log: UUID) -> Said:
    """Read an entry, whatever its version.

    Args:
        payload: its bytes.
        log: whose it must be.

    Raises:
        BadInput: it is not canonical JSON, lacks client, action, time or detail, or is another log's.
    """
    try:
        body = json.loads(payload)
        said = Said(body["action"], body["at"], body["detail"])
        canonical, client = _canonical(body), body["client"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput("The bytes are not an entry.") from error
    if canonical != payload or (type(said.action), type(said.at_ms), type(said.detail)) != (str, int, dict):
        raise BadInput("The bytes are not an entry.")
    if client != (str(log) if log.int else None):
        raise BadInput("The entry is of another log.")
    return said


def with_sealed_text_of(payload: bytes, other: bytes) -> bytes | None:
    """The leaf hash of an entry with another entry's sealed reason; ``None`` if either has none."""
    try:
        body, donor = json.loads(payload), json.loads(other)
        if not body["sealed_reason"] or not donor["sealed_reason"]:
            return None
        return leaf_hash(_canonical(body | {"sealed_reason": donor["sealed_reason"]}))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _canonical(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(slots=True)
class Follower:
    """Takes the entries in their order; afterwards ``findings`` says what was wrong.

    Attributes:
        log: whose entries they are.
        first: number of the first entry.
        cosigned: what witnesses saw, by size.
        wanted: numbers of entries whose time the caller wants to know.
        tail_from: number of the entry from which on ``tail`` is told.
        tail: what they say.
        times: the times wanted, in milliseconds.
        newest_ms: the latest time of any entry.
    """

    log: UUID
    first: int
    cosigned: Sequence[Cosigned]
    wanted: frozenset[int] = frozenset()
    tail_from: int = 0
    tail: Tail = Tail()
    times: dict[int, int] = field(default_factory=dict)
    newest_ms: int = 0
    _next: int = 0
    _floor: int | None = None
    _last: int | None = None
    _gaps: list[int] = field(default_factory=list)
    _set_back: list[int] = field(default_factory=list)
    _prunes: list[tuple[int, int, int, int]] = field(default_factory=list)
    _missing: list[tuple[str, int, int, int]] = field(default_factory=list)
    _found: set[tuple[str, int]] = field(default_factory=set)
    _bad: list[int] = field(default_factory=list)
    _findings: list[Finding] = field(default_factory=list)

    def take(self, number: int, payload: bytes) -> None:
        """The next entry."""
        try:
            said = read(payload, self.log)
            self._note(number, said)
        except (BadInput, KeyError, ValueError, TypeError):
            self._bad.append(number)
            return
        if number in self.wanted:
            self.times[number] = said.at_ms
        if self._last is not None and said.at_ms - self._last > SILENCE_MS:
            self._gaps.append(said.at_ms - self._last)
        self._last = said.at_ms
        self.newest_ms = max(self.newest_ms, said.at_ms)
        if number >= self.tail_from:
            earliest = said.at_ms if self.tail.earliest_ms is None else min(self.tail.earliest_ms, said.at_ms)
            self.tail = Tail(earliest, self.tail.set_back or said.action == "audit:clock:back")
        self._clock(number, said)

    def _note(self, number: int, said: Said) -> None:
        detail = said.detail
        if said.action == "audit:log:prune":
            self._prunes.append((number, said.at_ms, int(detail["minimum"]), int(detail["before_ms"])))
        elif said.action == "audit:stamp:missing":
            first, last = int(detail["first"]), int(detail["last"])
            if not 1 <= first <= last:
                raise ValueError("no run of numbers")
            self._missing.append((str(detail["writer"]), first, last, number))
        elif said.action == "audit:stamp:found":
            self._found.add((str(detail["writer"]), int(detail["counter"])))

    def _clock(self, number: int, said: Said) -> None:
        while self._next < len(self.cosigned) and self.cosigned[self._next].size <= number:
            self._raise(self.cosigned[self._next].at_ms)
            self._next += 1
        if self._next < len(self.cosigned):
            seen = self.cosigned[self._next]
            if said.at_ms > seen.at_ms + TOLERANCE_MS:
                self._fault(number, said.at_ms, f"was co-signed before that, at {moment(seen.at_ms)}")
        if said.action == "audit:clock:back":
            self._set_back.append(number)
            self._floor = None
        elif self._floor is not None and said.at_ms < self._floor - TOLERANCE_MS:
            self._fault(number, said.at_ms, f"comes after {moment(self._floor)}")
            self._floor = said.at_ms
        else:
            self._raise(said.at_ms)

    def _raise(self, at_ms: int) -> None:
        self._floor = at_ms if self._floor is None else max(self._floor, at_ms)

    def _fault(self, number: int, at_ms: int, but: str) -> None:
        self._findings.append(Finding("clock-back", f"Entry {number} is dated {moment(at_ms)}, but {but}."))

    def findings(self, now_ms: int, cosigned: Sequence[Cosigned]) -> list[Finding]:
        """Everything found, once the last entry was taken.

        Args:
            now_ms: the present, in milliseconds since 1970.
            cosigned: what witnesses saw, also of sizes that can no longer be checked.
        """
        found = [*self._findings, *self._pruning(cosigned), *self._rows()]
        if self._bad:
            found.append(Finding("bad-entry", f"Not readable, or of another log, are entries {indexes(self._bad)}."))
        if self._set_back:
            sentence = f"The log says that times run back from entries {indexes(self._set_back)} on."
            found.append(Finding("clock-set", sentence, Gravity.WARNING))
        if self._gaps:
            sentence = (
                f"No entry for more than three minutes: {len(self._gaps)} times, {max(self._gaps) // 1000} s at most."
            )
            found.append(Finding("silence", sentence, Gravity.REMARK))
        if self._last is not None and self._last > now_ms + TOLERANCE_MS:
            sentence = f"The last entry is dated {moment(self._last)}, later than this computer's clock."
            found.append(Finding("from-the-future", sentence, Gravity.REMARK))
        return found

    def given_up_before(self, now_ms: int) -> int:
        """Entries that are gone are older than this, as the log says; and than a year, by the reader's clock."""
        said = [before_ms for _, _, minimum, before_ms in self._prunes if minimum == self.first]
        return min(*said, now_ms - FLOOR_MS) if said else 0

    def _pruning(self, cosigned: Sequence[Cosigned]) -> Iterator[Finding]:
        for number, at_ms, minimum, before_ms in self._prunes:
            if before_ms > at_ms - FLOOR_MS:
                sentence = f"Entry {number} gives up entries below {minimum} that are younger than 365 days."
                yield Finding("pruned-too-early", sentence)
        said = [before_ms for _, _, minimum, before_ms in self._prunes if minimum == self.first]
        if self.first and not said:
            yield Finding("pruned-too-early", f"Entries below {self.first} are gone, and no entry says so.")
        for seen in cosigned:
            if said and seen.size < self.first and seen.at_ms > min(said):
                sentence = (
                    f"Entries {seen.size} to {self.first - 1} were made after {moment(seen.at_ms)}, yet given up."
                )
                yield Finding("pruned-too-early", sentence)

    def _rows(self) -> Iterator[Finding]:
        absent, where = 0, []
        for writer, first, last, number in self._missing:
            back = sum(1 for who, counter in self._found if who == writer and first <= counter <= last)
            absent += last - first + 1 - back
            where.append(number)
        if absent:
            sentence = f"{absent} rows never came to the log, as entries {indexes(where)} say."
            yield Finding("rows-removed", sentence, Gravity.WARNING)
