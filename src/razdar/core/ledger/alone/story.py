"""The entries alone: what they say, and how the log goes with checkpoints known before."""

import json
from typing import Any

from razdar.core.ledger.alone.formats import (
    FAULT,
    REMARK,
    WARNING,
    Checkpoint,
    canonical,
    moment,
    spans,
)
from razdar.core.ledger.alone.log import (
    Log,
)

SLACK, QUIET, ALARM, YEAR = 120_000, 180_000, 900_000, 365 * 86_400_000  # milliseconds


class Story:
    """What the entries say, in their order: times, pruning, rows that never came."""

    def __init__(self, log: Log, known: "list[Checkpoint]", now: int) -> None:
        self.log, self.known, self.now = log, known, now
        self.fits, self.apart, self.gone = list[Checkpoint](), list[Checkpoint](), list[Checkpoint]()
        self.floor, self.times = -(2**63), dict[int, int]()
        self.noted: dict[str, list[tuple[int, int, Any]]] = {}

    def tell(self) -> None:
        for point in self.known:
            self.sort(point)
        self.seen = sorted((point.size, at) for point in self.fits for at, _ in point.seen)
        for number, entry in enumerate(self.log.stored(), self.log.first):
            self.take(number, entry)
        for point in self.apart:
            self.judge(point)
        for point in self.gone:
            self.pass_over(point)
        self.pruning()
        self.rest()
        self.log.fits = self.fits
        self.vouching(max([0, self.log.made_at, *self.times.values()]))

    def sort(self, point: Checkpoint) -> None:
        try:
            same = point.size <= self.log.size and self.log.root(0, point.size) == point.root
        except ValueError:
            self.gone.append(point)
        else:
            (self.fits if same else self.apart).append(point)

    def judge(self, point: Checkpoint) -> None:
        """Say what it means that the log does not continue this checkpoint."""
        size = min(point.size, self.log.size)
        seen, end = max(point.seen, default=(0, ""))[0], self.times.get(size - 1)
        if point.seen and end is not None and end > seen + SLACK:
            sentence = f"{point.label} was co-signed at {moment(seen)} with {point.size} entries; this log reached"
            self.log.say("old-backup", f"{sentence} {size} only at {moment(end)}.")
        elif point.size > self.log.size:
            sentence = f"{point.label} has {point.size} entries; this log ends at {self.log.size}."
            self.log.say("truncated", sentence)
        else:
            sentence = f"{point.label} and this log do not have the same first {point.size} entries."
            self.log.say("forked", sentence)

    def pass_over(self, point: Checkpoint) -> None:
        """It cannot be compared: one handed in must have been co-signed before everything given up was made."""
        said, seen = self.befores(), max(point.seen, default=(0, ""))[0]
        before = min([*said, self.now - YEAR]) if said else 0
        sentence = f"{point.label} is older than the entries still held and"
        if point in self.log.points or (self.log.given.witness_key and point.seen and seen < before):
            self.log.say("checkpoint-pruned", f"{sentence} was not compared.", REMARK)
        else:
            sentence += f" cannot be compared. Hand in one of {self.log.first} entries or more."
            self.log.say("checkpoint-pruned", sentence)

    def take(self, number: int, entry: bytes) -> None:
        try:
            body = json.loads(entry)
            action, at, detail = body["action"], body["at"], body["detail"]
            if (
                body["client"] != self.log.client
                or canonical(body) != entry
                or (type(action), type(at), type(detail)) != (str, int, dict)
            ):
                raise ValueError
            self.noted.setdefault(action, []).append((number, at, noted(action, detail)))
        except (ValueError, TypeError, KeyError, RecursionError):
            self.noted.setdefault("", []).append((number, 0, None))
        else:
            self.times[number] = at
            self.clock(number, action, at)

    def clock(self, number: int, action: str, at: int) -> None:
        while self.seen and self.seen[0][0] <= number:
            self.floor = max(self.floor, self.seen.pop(0)[1])
        said = f"Entry {number} is dated {moment(at)}, but"
        if self.seen and at > self.seen[0][1] + SLACK:
            self.log.say("clock-back", f"{said} was co-signed before that, at {moment(self.seen[0][1])}.")
        if action == "audit:clock:back":
            self.floor = -(2**63)
        elif at < self.floor - SLACK:
            self.log.say("clock-back", f"{said} comes after {moment(self.floor)}.")
            self.floor = at
        else:
            self.floor = max(self.floor, at)

    def numbers(self, action: str) -> list[int]:
        return [number for number, _, _ in self.noted.get(action, [])]

    def befores(self) -> list[int]:
        prunes = self.noted.get("audit:log:prune", [])
        return [before for _, _, (minimum, before) in prunes if minimum == self.log.first]

    def pruning(self) -> None:
        first, prunes = self.log.first, self.noted.get("audit:log:prune", [])
        for number, at, (minimum, before) in prunes:
            if before > at - YEAR:
                sentence = f"Entry {number} gives up entries below {minimum} that are younger than 365 days."
                self.log.say("pruned-too-early", sentence)
        befores = self.befores()
        if first and not befores:
            self.log.say("pruned-too-early", f"Entries below {first} are gone, and no entry says so.")
        for point in self.known if befores else []:
            seen = max(point.seen, default=(0, ""))[0]
            if point.size < first and seen > min(befores):
                sentence = f"Entries {point.size} to {first - 1} were made after {moment(seen)}, yet given up."
                self.log.say("pruned-too-early", sentence)

    def vouching(self, until: int) -> None:
        """The last co-signature against the latest time the export admits: of its making or of an entry."""
        size, last, _ = self.log.covered()
        for point in self.fits:
            for at, who in point.seen:
                if at > until + SLACK:
                    sentence = f"{point.label} was co-signed by {who} at {moment(at)}, but the export is not newer than"
                    self.log.say("clock-back", f"{sentence} {moment(until)}.")
        if not size and self.log.given.witness_key:
            self.log.say("not-cosigned", "No trusted witness has co-signed this log.")
        why = self.unbelieved(size, last, until) if 0 < size < self.log.size else ""
        if why:
            sentence = f"No witness vouches for entries {self.log.uncovered()}: {why}."
            self.log.say("not-covered", sentence, FAULT if self.log.given.witness_key else WARNING)

    def unbelieved(self, size: int, last: int, until: int) -> str:
        """Why entries after the last co-signature are more than merely new."""
        later = f"and the export goes on until {moment(until)}, more than 15 minutes later"
        earliest = min([until, *(at for number, at in self.times.items() if number >= size)])
        if until - last > ALARM:
            return f"the last co-signature is of {moment(last)}, {later}"
        if until - earliest - SLACK > ALARM:
            return f"the earliest of them is dated {moment(earliest)}, {later}"
        back = any(number >= size for number in self.numbers("audit:clock:back"))
        return "among them the log says that times run back" if back else ""

    def rest(self) -> None:
        found = {both for _, _, both in self.noted.get("audit:stamp:found", [])}
        absent = sum(
            last - low + 1 - sum(who == writer and low <= counter <= last for who, counter in found)
            for _, _, (writer, low, last) in self.noted.get("audit:stamp:missing", [])
        )
        if absent:
            where = spans(self.numbers("audit:stamp:missing"))
            self.log.say("rows-removed", f"{absent} rows never came to the log, as entries {where} say.", WARNING)
        bad, back = self.numbers(""), self.numbers("audit:clock:back")
        if bad:
            self.log.say("bad-entry", f"Not readable, or of another log, are entries {spans(bad)}.")
        if back:
            self.log.say("clock-set", f"The log says that times run back from entries {spans(back)} on.", WARNING)
        times = list(self.times.values())
        gaps = [later - at for at, later in zip(times, times[1:]) if later - at > QUIET]
        if gaps:
            sentence = f"No entry for more than three minutes: {len(gaps)} times, {max(gaps) // 1000} s at most."
            self.log.say("silence", sentence, REMARK)
        if times and times[-1] > self.now + SLACK:
            sentence = f"The last entry is dated {moment(times[-1])}, later than this computer's clock."
            self.log.say("from-the-future", sentence, REMARK)


def noted(action: str, detail: "dict[str, Any]") -> Any:
    if action == "audit:log:prune":
        return int(detail["minimum"]), int(detail["before_ms"])
    if action == "audit:stamp:missing":
        first, last = int(detail["first"]), int(detail["last"])
        if not 1 <= first <= last:
            raise ValueError
        return str(detail["writer"]), first, last
    if action == "audit:stamp:found":
        return str(detail["writer"]), int(detail["counter"])
    return None
