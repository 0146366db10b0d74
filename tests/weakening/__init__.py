"""Weakened builds for control runs: a test of a protection must fail when the protection is gone.

A control run starts the product as usual in a child process whose environment comes from `environment(...)`. In that
process, and in every Python process it starts, one function of the product is exchanged right after its module is
imported. The product knows nothing of it: there is no variable, setting or flag that it reads.

    environment(patch="razdar.core.ledger.stamps:check", with_="tests.weakening.patches:agrees")

`patch` names the function where it is *defined* (`module:function` or `module:Class.method`); `with_` names a factory
that is called with the original and returns the stand-in. Both must exist, or `NoSuchFunction` is raised: after a
renaming the control run must be mended, not silently run the sound build.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START = Path(__file__).resolve().parent / "start"


class NoSuchFunction(LookupError):
    """The name to be patched, or its replacement, is not defined where it was said to be."""


def environment(*, patch: str, with_: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a weakened child process, made from `base` (default: this process's own).

    Raises:
        NoSuchFunction: `patch` or `with_` does not name a definition in this repository.
    """
    for name in (patch, with_):
        if not _is_defined(name):
            raise NoSuchFunction(name)
    environ = dict(os.environ if base is None else base)
    path = [str(START), str(ROOT), *filter(None, [environ.get("PYTHONPATH")])]
    return environ | {"PYTHONPATH": os.pathsep.join(path), "WEAKENED_FUNCTION": f"{patch} {with_}"}


def fails(test: str, *, patch: str, with_: str, words: str) -> None:
    """Run one test of this repository in a weakened child process: it must fail, and say these words.

    Raises:
        AssertionError: it passed, could not run, or failed for another reason.
        NoSuchFunction: as `environment`.
    """
    sound = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-vv"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, test],
        cwd=ROOT,
        env=environment(patch=patch, with_=with_, base=sound),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert words in run.stdout, run.stdout


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
