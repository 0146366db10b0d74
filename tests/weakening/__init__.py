"""Weakened builds for control runs: a test of a protection must fail when the protection is gone.

A control run starts the product as usual in a child process whose environment comes from `environment(...)`. In that
process, and in every Python process it starts, one function of the product is exchanged right after its module is
imported. The product knows nothing of it: there is no variable, setting or flag that it reads.

    environment(patch="razdar.core.ledger.stamps:check", with_="tests.weakening.patches:agrees")

`patch` names the function where it is *defined* (`module:function` or `module:Class.method`); `with_` names a factory
that is called with the original and returns the stand-in. Both must exist, or `NoSuchFunction` is raised: after a
renaming the control run must be mended, not silently run the sound build.

A child takes some seconds before its test begins. So the control runs of a file share one where they can: `in_turn`.
"""

import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest

from tests.weakening.verdicts import named

ROOT = Path(__file__).resolve().parent.parent.parent
VERDICTS = "tests.weakening.verdicts"
START = Path(__file__).resolve().parent / "start"
SERVER = "PYTEST_RAZDAR_SERVER"
"""The variable by which a run of tests lends its database server to the runs that it starts: see tests/conftest.py."""


class NoSuchFunction(LookupError):
    """The name to be patched, or its replacement, is not defined where it was said to be."""


def environment(*, patch: str, with_: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a weakened child process, made from `base` (default: this process's own).

    Raises:
        NoSuchFunction: `patch` or `with_` does not name a definition in this repository.
    """
    _require_defined(patch, with_)
    return _started_with(os.environ if base is None else base, WEAKENED_FUNCTION=f"{patch} {with_}")


def fails(*tests: str, patch: str, with_: str, words: str) -> None:
    """Run tests of this repository in one weakened child process: each must fail, and say these words.

    A test that is named without its parameters stands for all its cases, of which at least one must fail like that.

    Raises:
        AssertionError: one of them passed, could not run, or failed for another reason.
        NoSuchFunction: as `environment`.
    """
    found = _run(tests, environment(patch=patch, with_=with_, base=_sound()))
    for test in tests:
        found.require(test, "", words)


@dataclass(frozen=True)
class Control:
    """One control run: with this function exchanged the test fails, and says these words; as for `fails`."""

    test: str
    patch: str
    with_: str
    words: str

    @property
    def exchange(self) -> str:
        return f"{self.patch} {self.with_}"


def in_turn(controls: Mapping[str, Control]) -> pytest.MarkDecorator:
    """Parametrizes a test with `control`, which is called and raises as `fails` does.

    One child process makes all the control runs, one after another: each exchange is made for its own test alone, and
    what tests share, a fixture of a module or of the run, is built soundly. So a function that acts while modules are
    imported, or that is no plain function, is left to `fails`.
    """
    together = tuple(controls.values())
    group = pytest.mark.xdist_group(f"controls of {together[0].test.partition('[')[0]}")  # a bracket ends no group
    given = [pytest.param(partial(_check, each, together), marks=group, id=name) for name, each in controls.items()]
    return pytest.mark.parametrize("control", given)


def _check(control: Control, together: tuple[Control, ...]) -> None:
    _run_in_turn(together).require(control.test, control.exchange, control.words)


@cache
def _run_in_turn(controls: tuple[Control, ...]) -> "Outcome":
    for each in controls:
        _require_defined(each.patch, each.with_)
    exchanges = dict.fromkeys(each.exchange for each in controls)
    environ = _started_with(_sound(), WEAKENED_IN_TURN="\n".join(exchanges))
    turns = json.dumps([(each.test, each.exchange) for each in controls])
    return _run(list(dict.fromkeys(each.test for each in controls)), environ, f"--turns={turns}")


@dataclass(frozen=True)
class Outcome:
    """What a child said of its tests; a verdict is what one of them failed with."""

    verdicts: list[dict[str, str]]
    said: str

    def require(self, test: str, exchange: str, words: str) -> None:
        """That it failed in its own body with these words, and neither before nor for another reason alone."""
        own = [each for each in self.verdicts if named(test, each["test"]) and each["exchange"] == exchange]
        assert not [each for each in own if each["when"] == "setup"], f"{test} could not begin:\n{self.said}"
        failed = [each["said"] for each in own if each["when"] == "call"]
        assert any(words in text for text in failed), f"{test} does not fail with {words!r}:\n{self.said}"


def _run(tests: Sequence[str], environ: Mapping[str, str], *options: str) -> Outcome:
    with tempfile.NamedTemporaryFile("r", prefix="razdar-verdicts-") as told:
        usual = ["-q", "-vv", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", VERDICTS, f"--verdicts={told.name}"]
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *usual, *options, *tests],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        outcome = Outcome([json.loads(line) for line in told], run.stdout + run.stderr)
    assert run.returncode == 1, outcome.said
    return outcome


def _sound() -> dict[str, str]:
    """The environment of a sound child; its database is a copy of the one that this run has migrated."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return environ | {name: os.environ[name] for name in (SERVER,) if name in os.environ}


def _started_with(environ: Mapping[str, str], **changes: str) -> dict[str, str]:
    path = [str(START), str(ROOT), *filter(None, [environ.get("PYTHONPATH")])]
    return {**environ, "PYTHONPATH": os.pathsep.join(path), **changes}


def _require_defined(*names: str) -> None:
    for name in names:
        if not _is_defined(name):
            raise NoSuchFunction(name)


def _is_defined(name: str) -> bool:
    """By reading the source, so that the process that runs the tests never imports the product for it."""
    module, _, path = name.partition(":")
    source = _source(module)
    if source is None or not path:
        return False
    body = ast.parse(source.read_text()).body
    for part in path.split("."):
        match = [node for node in body if part in _names(node)]
        if not match:
            return False
        body = match[-1].body if isinstance(match[-1], ast.ClassDef) else []
    return True


def _source(module: str) -> Path | None:
    place = Path(*module.split("."))
    for top in (ROOT / "src", ROOT):
        for file in (top / place.with_suffix(".py"), top / place / "__init__.py"):
            if file.exists():
                return file
    return None


def _names(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case _:
            return set()
