"""How much of a log witnesses vouch for.

1. A co-signature covers the entries below the size it was given for, once that size was found to be the beginning of
   the log at hand. One of size 0 covers nothing and is never counted.
2. Everything else is on the operator's word, who may have shown it to no witness at all. So the last co-signature must
   not be older than 15 minutes where the log goes on after it. It is measured against the latest time the export itself
   admits, that of its making or of any entry in it: whoever withholds checkpoints from the witness can neither show
   later entries nor say that an export is newer. The reader's clock is left out: what was good stays so in an archive.
   A witness that is shown the same size again signs it again, at a later time. So the earliest date of what is not
   covered counts as well (it may be older than the co-signature by the 120 seconds that times may run back). Where the
   log says among those entries that its clock was set back, their dates show nothing, and they are not covered at once.
3. The other way about, no co-signature is newer than that time by more than 120 seconds. A witness whose clock is ahead
   would seem to vouch for what it has yet to see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from razdar.core.ledger.findings import Finding, Gravity, moment
from razdar.core.ledger.following import TOLERANCE_MS, Tail
from razdar.core.ledger.trusting import Keys, Known

ALARM: Final = timedelta(minutes=15)
"""How old the last co-signature of a log may be that goes on after it."""
_ALARM_MS: Final = ALARM // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The largest size that a trusted witness co-signed.

    Attributes:
        size: number of entries; 0 if none is covered.
        at_ms: when, in milliseconds since 1970.
        by: the witness.
        of: number of entries in the log.
    """

    size: int
    at_ms: int
    by: str
    of: int

    def line(self, *, compared: bool) -> str:
        """For people: what is covered, and what is not if checkpoints were compared with the log."""
        if not self.size:
            return "  never co-signed"
        line = f"  last co-signed {moment(self.at_ms)} at {self.size} of {self.of} entries by {self.by}"
        return f"{line}; not co-signed: {self.rest()}" if compared and self.size < self.of else line

    def rest(self) -> str:
        """The entries that are not covered."""
        return f"{self.size} to {self.of - 1}" if self.size + 1 < self.of else f"{self.size}"


def coverage(known: Sequence[Known], size: int) -> Coverage:
    """How much of a log of that size these checkpoints cover."""
    seen = [(item.size, at_ms, who) for item in known for at_ms, who in item.cosigned if item.size <= size]
    newest = max(seen, default=(0, 0, ""))
    return Coverage(*newest, of=size)


def findings(known: Sequence[Known], size: int, until_ms: int, tail: Tail, keys: Keys) -> Iterator[Finding]:
    """What is wrong with it.

    Args:
        known: the checkpoints that are the beginning of the log.
        size: of the log.
        until_ms: the latest time the export admits, in milliseconds since 1970.
        tail: what the entries say that are not covered.
        keys: whom the reader believes. Of witnesses that only the export names, it is a warning.
    """
    for item in known:
        for at_ms, who in item.cosigned:
            if at_ms > until_ms + TOLERANCE_MS:
                sentence = f"{item.label} was co-signed by {who} at {moment(at_ms)}, but the export is not newer than"
                yield Finding("clock-back", f"{sentence} {moment(until_ms)}.")
    found = coverage(known, size)
    if not found.size and keys.witnesses_given:
        yield Finding("not-cosigned", "No trusted witness has co-signed this log.")
    elif 0 < found.size < size and (why := _why_not(found.at_ms, until_ms, tail)):
        sentence = f"No witness vouches for entries {found.rest()}: {why}."
        yield Finding("not-covered", sentence, Gravity.FAULT if keys.witnesses_given else Gravity.WARNING)


def _why_not(cosigned_ms: int, until_ms: int, tail: Tail) -> str:
    """Why entries after the last co-signature cannot be believed yet; empty if they are merely new."""
    later = f"and the export goes on until {moment(until_ms)}, more than 15 minutes later"
    if until_ms - cosigned_ms > _ALARM_MS:
        return f"the last co-signature is of {moment(cosigned_ms)}, {later}"
    if tail.earliest_ms is not None and until_ms - tail.earliest_ms - TOLERANCE_MS > _ALARM_MS:
        return f"the earliest of them is dated {moment(tail.earliest_ms)}, {later}"
    return "among them the log says that times run back" if tail.set_back else ""
