"""For the child of control runs: which test failed under which exchange, in which of its parts, and what it said.

Exchanges that are made in turn are made here, each for its own test from setup to teardown. What tests share, a fixture
of a module or of the run, is built soundly.
"""

import json
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

Turn = tuple[str, str]
"""A test and the exchange under which it is run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--verdicts", type=Path, help="the file that is written to")
    parser.addoption("--turns", type=json.loads, default=[], help="tests with the exchange for each")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Turns(config.getoption("--verdicts"), config.getoption("--turns")))


def named(test: str, nodeid: str) -> bool:
    """Whether it is the test, or one of its cases."""
    return nodeid == test or nodeid.startswith(f"{test}[")


class _Turns:
    def __init__(self, file: Path, turns: list[Turn]) -> None:
        self._file, self._turns = file, turns

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Each test under its own exchange; one test can be there several times."""
        if not self._turns or session.testsfailed:
            return None
        steps = [
            (exchange, item) for test, exchange in self._turns for item in session.items if named(test, item.nodeid)
        ]
        # What the next one shares is kept. A test that is its own next would be kept as well: only what it shares is.
        following = [item.parent for _, item in steps[1:]]
        for (exchange, item), after in zip(steps, [*following, None], strict=True):
            _switch(exchange)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            _switch("")
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: "pytest.FixtureDef[Any]") -> Generator[None, Any, Any]:
        before = _weakened()
        if fixturedef.scope != "function":
            _switch("")
        try:
            return (yield)
        finally:
            _switch(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What failed while it was set up or taken down is no verdict on what is weakened, and told as such."""
        if report.failed:
            said = "\n".join([report.longreprtext, *(text for _, text in report.sections)])
            verdict = {"test": report.nodeid, "exchange": _weakened(), "when": report.when, "said": said}
            with self._file.open("a") as file:
                file.write(json.dumps(verdict) + "\n")


def _weakened() -> str:
    return str(getattr(sys.modules.get("sitecustomize"), "weakened", ""))


def _switch(exchange: str) -> None:
    if "sitecustomize" in sys.modules:
        sys.modules["sitecustomize"].weakened = exchange  # type: ignore[attr-defined]
