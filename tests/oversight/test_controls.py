"""Control run: where an entry is shown without being checked, the test of its page fails, and says why."""

import os
import subprocess
import sys

from tests.weakening import ROOT, environment

TEST = "tests/oversight/test_proofs.py::test_what_was_changed_after_it_was_signed_is_said"


def test_without_the_check_a_changed_entry_passes_for_signed_and_the_test_says_so() -> None:
    sound = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    weakened = environment(
        patch="razdar.core.ledger.merkle:verify_inclusion", with_="tests.weakening.patches:does_nothing", base=sound
    )
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-vv"]
    command = [sys.executable, "-m", "pytest", *options, f"{TEST}[entry]"]
    run = subprocess.run(command, cwd=ROOT, env=weakened, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "assert 'This is not what was signed' in" in run.stdout
