"""Control runs: with one protection taken out of a child process, the test of doors fails, and says why."""

import os
import subprocess
import sys

import pytest

from tests.weakening import ROOT, environment

TEST = "tests/doors/test_doors.py::test_an_answer_holds_what_the_matrix_gives_and_nothing_else"


@pytest.mark.parametrize(
    ("patch", "with_", "call", "words"),
    [
        ("razdar.vault.door:_level", "tests.doors.weak:always_clear", "customers:card", "agent: meets phone"),
        (
            "razdar.ui.pages:_guarded",
            "tests.doors.weak:opens_every_gate",
            "customers:card",
            "auditor: 200 in place of 404",
        ),
        (
            "razdar.audit.services:record_now",
            "tests.weakening.patches:does_nothing",
            "customers:card",
            "agent: surname is not in the log",
        ),
    ],
    ids=["matrix", "gate", "log"],
)
def test_without_it_the_doors_stand_open_and_the_test_says_so(patch: str, with_: str, call: str, words: str) -> None:
    sound = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-vv",
        f"{TEST}[{call}]",
    ]
    weakened = environment(patch=patch, with_=with_, base=sound)
    run = subprocess.run(command, cwd=ROOT, env=weakened, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert words in run.stdout
