"""`make walk`: runs the walk and says what was done in a few lines; the last one is meant to be quoted."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

COUNTED = "walked"
"""The property under which a test tells the report what it did. It stands here because this module runs before Django
is set up, and what the tests import cannot."""
FOLDER = Path(__file__).resolve().parent
FAULTS = {
    "axe": "axe violations",
    "console": "CSP violations or console errors",
    "english": "texts left in English",
    "scrolls sideways at 320 px": "screens that scroll sideways",
    "fetches sound": "sounds fetched unasked",
}


class Collector:
    """A pytest plugin that keeps what the tests say they did, and how they ended."""

    def __init__(self) -> None:
        self.done: dict[str, list[str]] = {}
        self.outcomes: Counter[str] = Counter()
        self.begun = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome] += 1
        if report.when == "call":
            for name, value in report.user_properties:
                if name == COUNTED:
                    kind, _, what = str(value).partition("|")
                    self.done.setdefault(kind, []).append(what)


def lines(collector: Collector) -> list[str]:
    """The report, ready to print."""
    parts = [what.split("|") for what in collector.done.get("visit", [])]
    screens, roles, spoken = ({part[n] for part in parts} for n in range(3))
    faults = Counter(collector.done.get("fault", []))
    minutes = (time.monotonic() - collector.begun) / 60
    out = [f"{language:8} {sum(part[2] == language for part in parts):5} visits" for language in sorted(spoken)]
    out += [f"{role:18} {sum(part[1] == role for part in parts):5} visits" for role in sorted(roles)]
    out += [f"{name}: {faults[key]}" for key, name in FAULTS.items()]
    actions, searched = len(collector.done.get("action", [])), len(collector.done.get("searched", []))
    out.append(f"primary actions by keyboard alone: {actions}")
    out.append(f"pages of agents whose traffic was searched, beside those of the suite: {searched}")
    wrong = collector.outcomes["failed"]
    out.append(
        f"walked {len(screens)} screens as {len(roles)} kinds of people in {len(spoken)} languages: "
        f"{len(parts)} visits, {sum(faults.values())} faults; {actions} actions by keyboard; "
        f"{wrong} tests failed; {minutes:.1f} minutes"
    )
    return out


def main(arguments: Sequence[str]) -> int:
    collector = Collector()
    options = ["-q", "--no-header", "-n", "auto", "--dist", "loadgroup", "-m", "walk", *arguments]
    code = pytest.main([*options, str(FOLDER)], plugins=[collector])
    print("\n".join(lines(collector)))  # noqa: T201 - what it prints is what it is for
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
