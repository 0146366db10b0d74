"""`make requirements`: which of the mission's requirements a passing test shows, and which are not shown yet.

A requirement is shown when every test that carries its id ran and passed, control runs included. Skipped shows nothing.
This is a report, not a gate: it ends with 0 also when nothing is shown.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import pytest

from tests.mission.catalogue import Requirement, requirements

FOLDER = Path(__file__).resolve().parent
FOOTNOTE = "* a protection: the same test fails on a build from which it was taken out"


class Collector:
    """A pytest plugin that keeps each test's outcome under the requirement it carries."""

    def __init__(self) -> None:
        self.outcomes: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key, value in report.user_properties:
            if key == "requirement" and (report.when == "call" or report.outcome != "passed"):
                self.outcomes[str(value)][report.nodeid] = report.outcome


def state(outcomes: Mapping[str, str]) -> str:
    """`shown`, `failing`, `skipped`, or `not yet` for no test at all."""
    kinds = set(outcomes.values())
    if "failed" in kinds:
        return "failing"
    if "skipped" in kinds:
        return "skipped"
    return "shown" if kinds else "not yet"


def lines(states: Mapping[str, str], known: Iterable[Requirement]) -> list[str]:
    """The report, ready to print."""
    catalogue = list(known)
    shown = [each for each in catalogue if states[each.id] == "shown"]
    musts = [each for each in catalogue if each.priority == "must"]
    out = [f"{each.id:8} shown    {each.title}{' *' if each.protection else ''}" for each in shown]
    out += [FOOTNOTE] if any(each.protection for each in shown) else []
    out += ["", "Not yet shown, by feature:"]
    missing = sorted((each for each in catalogue if states[each.id] != "shown"), key=lambda each: each.feature)
    for feature, group in groupby(missing, key=lambda each: each.feature):
        out.append(f"{feature}")
        out += [f"  {each.id:8} {states[each.id]:8} {each.priority:8} {each.title}" for each in group]
    out.append("")
    out.append(
        f"shown {len(shown)} of {len(catalogue)} "
        f"(of the {len(musts)} that must be: {sum(states[each.id] == 'shown' for each in musts)})"
    )
    return out


def main(arguments: Sequence[str]) -> None:
    collector = Collector()
    options = ["-q", "--no-header", "-m", "requirement", *arguments]
    code = pytest.main([*options, str(FOLDER)], plugins=[collector])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
        sys.exit(f"the tests of the mission could not be run ({code!r})")
    catalogue = requirements()
    states = {each: state(collector.outcomes.get(each, {})) for each in catalogue}
    print("\n".join(lines(states, catalogue.values())))


if __name__ == "__main__":
    main(sys.argv[1:])
