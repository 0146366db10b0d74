"""Tests of one group run in one process, so that what a group shares is built once. pytest-xdist has ignored groups
without a word before (pytest-xdist #1386)."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import os, pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(8))
def test_where(number):
    with open("workers", "a") as file:
        print(os.environ["PYTEST_XDIST_WORKER"], file=file)
"""


def test_a_group_stays_together(tmp_path: Path) -> None:
    (tmp_path / "test_where.py").write_text(TESTS)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_", "RAZDAR_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=loadgroup", "-p", "no:django", "-c", os.devnull]
    child = subprocess.run(
        [*command, "--rootdir=.", "test_where.py"], cwd=tmp_path, env=own, capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stdout
    workers = (tmp_path / "workers").read_text().split()
    assert len(workers) == 8
    assert len(set(workers)) == 1
