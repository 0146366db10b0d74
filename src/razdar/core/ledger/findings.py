"""What a verification says: findings with stable codes, and the lines a person reads.

The single-file verifier prints the same lines; a test compares them. Names in an export are whatever its maker wrote:
only printable ASCII reaches a terminal, everything else is escaped as in a Python string, backslashes too, so that no
line, colour or reading direction can be forged. Codes never change their meaning:

=================  =====================================================================================
edited             entries were altered (or, if nothing more can be told, put in another order)
deleted            entries are missing
inserted           entries are there that were never logged
reordered          entries are not in their place
truncated          the end of the log is missing
forked             the log signed two histories that do not belong together
old-backup         the log went on from an older state
clock-back         times run back, or do not fit those of the witness
bad-signature      a signature is absent or does not verify
bad-aad            sealed texts were exchanged between entries
pruned-too-early   entries were given up before their time, or nothing says why
rows-removed       rows vanished before they were logged (a warning: the log says so itself)
not-cosigned       no trusted witness has co-signed the log
not-covered        the log goes on for more than 15 minutes after the last co-signature, what it did not cover is older
                   than that, or the log's clock was set back since
log-missing        a log that was asked for, or of which a checkpoint was handed in, is not in the export
log-unexpected     the export holds a log that was not asked for
bad-manifest, bad-checkpoint, bad-tile, bad-bundle, bad-entry, bad-export, unexpected-file    malformed
clock-set          a warning: the log says that its clock was set back
silence            a remark: more than three minutes without an entry
key-from-export    a remark: no trusted key was given
checkpoint-pruned  a checkpoint is older than what the log still holds, and cannot be compared (a remark, unless it was
                   handed in, and not known to be as old as what was given up)
from-the-future    a remark: entries are newer than this computer's clock
=================  =====================================================================================
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import groupby
from typing import Final

SHOWN: Final = 10
"""Findings with the same code, and ranges in a sentence, that are spelled out."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Gravity(IntEnum):
    """How grave. Only a fault makes the verdict bad."""

    FAULT = 0
    WARNING = 1
    REMARK = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say.

    Attributes:
        code: of the list above.
        sentence: for people.
        gravity: how grave.
    """

    code: str
    sentence: str
    gravity: Gravity = Gravity.FAULT

    @property
    def label(self) -> str:
        return self.code if self.gravity is Gravity.FAULT else f"{self.gravity.name.lower()} {self.code}"


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was found about one log.

    Attributes:
        header: what it is, what was checked, who signed.
        findings: in the order in which they were made.
    """

    header: tuple[str, ...]
    findings: tuple[Finding, ...]

    def lines(self) -> list[str]:
        """For people: the header, then the findings by gravity and code."""
        return [*self.header, *_lines(self.findings)]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole verdict.

    Attributes:
        logs: one for each log of the export.
        findings: about the export itself.
    """

    logs: tuple[LogReport, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        return (*self.findings, *(finding for log in self.logs for finding in log.findings))

    @property
    def ok(self) -> bool:
        """Whether nothing worse than a warning was found."""
        return all(finding.gravity is not Gravity.FAULT for finding in self.all_findings)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of everything found, remarks included."""
        return frozenset(finding.code for finding in self.all_findings)

    def lines(self) -> list[str]:
        """What ``razdar verify`` prints."""
        logs = [line for log in self.logs for line in log.lines()]
        return [*map(plain, logs), *map(plain, _lines(self.findings)), "OK" if self.ok else "NOT OK"]


def _lines(findings: Iterable[Finding]) -> list[str]:
    lines = []
    ordered = sorted(findings, key=lambda finding: (finding.gravity, finding.code))
    for label, group in groupby(ordered, key=lambda finding: finding.label):
        sentences = [finding.sentence for finding in group]
        lines += [f"  {label}: {sentence}" for sentence in sentences[:SHOWN]]
        if len(sentences) > SHOWN:
            lines.append(f"  {label}: and {len(sentences) - SHOWN} more.")
    return lines


def plain(line: str) -> str:
    """A line with everything escaped that is not printable ASCII."""
    return line.encode("unicode_escape").decode("ascii")


def indexes(numbers: Sequence[int]) -> str:
    """Entry numbers in a sentence: ``3, 5 to 9``. ``numbers`` ascend."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:SHOWN]]
    return ", ".join(shown) + (f" and {len(ranges) - SHOWN} more" if len(ranges) > SHOWN else "")


def moment(at_ms: int) -> str:
    """A time in a sentence, in seconds."""
    try:
        return (_EPOCH + timedelta(seconds=at_ms // 1000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return f"{at_ms} ms"
