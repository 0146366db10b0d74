"""The runner of control runs: sound must pass, weakened must fail for the named reason, and nothing is borrowed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.house import ROOT

HEAD = """
import subprocess, sys
import pytest

CODE = "import sys; sys.path.insert(0, 'src'); from razdar.core.ids import uuid7; print(uuid7(1, bytes(10)))"
PATCH = "razdar.core.ids:uuid7"

def ask(build):
    return subprocess.run([sys.executable, "-c", CODE], env=build.environ, capture_output=True, text=True).stdout

@pytest.mark.requirement("S003-5")
@pytest.mark.control(patch=PATCH, with_="tests.weakening.patches:does_nothing", fails_with="no identifier")
"""
NOTICING = 'def test_it(build):\n    assert ask(build).startswith("0000"), "no identifier"\n'
CRASHING = 'def test_it(build):\n    if build.name == "weakened":\n        raise OSError("no identifier")\n'

CASES = {
    "noticed": (NOTICING, "2 passed"),
    "silent": ("def test_it(build):\n    ask(build)\n", "this test did not notice"),
    "other reason": (NOTICING.replace("no identifier", "something else"), "1 failed, 1 passed"),
    "crash": (CRASHING, "1 failed, 1 passed"),
    "skipped": ('def test_it(build):\n    pytest.skip("no identifier")\n', "2 skipped"),
    "without build": ("def test_it():\n    pass\n", "must start the fixture `build`"),
    "borrowing": ("def test_it(build, borrowed):\n    pass\n", "uses fixtures from outside tests/mission: borrowed"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The framework without the tests, and the one module that the planted test asks."""
    for folder in ("tests/mission", "tests/weakening"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("test_*", "__pycache__"))
    for file in ("tests/__init__.py", "docs/requirements.csv", "src/razdar/__init__.py", "src/razdar/core/ids.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "src/razdar/core/__init__.py").touch()
    (tmp_path / "tests/conftest.py").write_text("import pytest\n\n@pytest.fixture\ndef borrowed():\n    return 1\n")
    markers = "markers =\n  requirement(id): x\n  control: x\n"
    options = "addopts = --import-mode=importlib -p no:django -p no:cacheprovider -p no:xdist\n"
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = .\n{options}{markers}")
    return tmp_path


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES.keys())
def test_control_runs(copy: Path, body: str, expected: str) -> None:
    (copy / "tests/mission/test_planted.py").write_text(HEAD + body)
    command = [sys.executable, "-m", "pytest", "-q", "tests/mission"]
    result = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120, check=False)
    assert expected in result.stdout + result.stderr, result.stdout + result.stderr


def test_the_report_counts_what_was_shown(copy: Path) -> None:
    (copy / "tests/mission/test_planted.py").write_text(HEAD + NOTICING)
    command = [sys.executable, "-m", "tests.mission.report"]
    result = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120, check=True)
    assert "S003-5   shown" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("shown 1 of 160")
