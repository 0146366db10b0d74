"""The single file runs on Python 3.9 and newer, and tells an older one so."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from razdar.core.ledger import verify_alone
from tests.core.ledger.logs import entries, export

SOURCE = verify_alone.source().decode()

LIKE_3_9 = """\
import builtins, datetime, itertools, runpy, sys
del datetime.UTC, itertools.pairwise
paired = zip
builtins.zip = lambda *rows: paired(*rows)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
LIKE_OLDER = """\
import runpy, sys
sys.version_info = {}
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(tmp_path: Path, start: str) -> "subprocess.CompletedProcess[str]":
    program = tmp_path / "export" / "verify.py"
    for path, data in (export(entries(300)).files | {"verify.py": SOURCE.encode()}).items():
        (tmp_path / "export" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "export" / path).write_bytes(data)
    command = [sys.executable, "-I", "-S", "-c", start, str(program)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_its_syntax_is_that_of_python_3_9() -> None:
    """Even of 3.6, so that a version that is too old reads as far as the sentence that says so."""
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    asked = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg)]
    asked += [node.returns for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert not any(isinstance(node, ast.BinOp) for node in asked)  # a union is evaluated, unless it is in quotes
    assert not any(isinstance(node, ast.NamedExpr) for node in ast.walk(tree))


def test_it_asks_for_no_default_that_came_later() -> None:
    """The order of bytes has a default since Python 3.11."""
    called = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Call)]
    bytes_ = [node for node in called if getattr(node.func, "attr", "") in {"from_bytes", "to_bytes"}]
    assert bytes_
    assert all(len(node.args) == 2 for node in bytes_)


def test_it_uses_nothing_newer_than_python_3_9(tmp_path: Path) -> None:
    done = run(tmp_path, LIKE_3_9)
    assert not done.stderr
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "OK")


@pytest.mark.parametrize("version", [(3, 8, 20, "final", 0), (3, 6, 15, "final", 0)])
def test_an_older_python_is_told_so(tmp_path: Path, version: tuple[object, ...]) -> None:
    done = run(tmp_path, LIKE_OLDER.format(version))
    assert done.returncode == 1
    assert done.stderr == f"This needs Python 3.9 or newer; this is Python {version[0]}.{version[1]}.\n"
