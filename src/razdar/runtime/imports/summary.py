"""What a run says at its end: sums in words that add up, where the files are, and what must go."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from razdar.runtime.imports.targets import Target

MOST_REASONS = 20


def sums(target: Target, rows: int, totals: Mapping[str, int], resumed: bool) -> Iterator[str]:
    """The sums of a whole file, however often its import was begun."""
    imported = totals["imported"] + totals["verified"]
    yield f"{rows:,} {_rows(rows)} in the table" + (", this and earlier tries together:" if resumed else ":")
    yield f"  {imported:>11,}  {target.things} imported"
    yield f"  {totals['present']:>11,}  there already"
    yield f"  {totals['bad']:>11,}  set aside"
    yield f"  {'=':>11}  {imported + totals['present'] + totals['bad']:,}"


def reasons(found: Mapping[str, int], sentences: Mapping[str, str]) -> Iterator[str]:
    """Why rows were set aside, the most frequent reasons first."""
    for code, number in list(found.items())[:MOST_REASONS]:
        yield f"  {number:>11,}  {code}: {sentences.get(code, code)}"


def set_aside(rejects: Path, report: Path) -> Iterator[str]:
    """Where the rows set aside are, and that they are in the clear there."""
    yield f"To correct and import again: {rejects}"
    yield "That file holds personal data in clear. When you are done with it, remove it:"
    yield f"  razdar shred {rejects}"
    yield f"Lines and reasons, without personal data: {report}"


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"
