"""Control runs: with one protection taken out of a child process, the tests of links fail, and say why."""

import os
import subprocess
import sys

import pytest

from tests.weakening import ROOT, environment

LINKING, TREES = "tests/customers/test_linking.py", "tests/customers/test_link_trees.py"
ERASING = "tests/privacy/test_linked_erasure.py"


@pytest.mark.parametrize(
    ("patch", "with_", "test"),
    [
        (
            "razdar.customers.linking:_agreed",
            "tests.weakening.patches:agrees",
            f"{LINKING}::test_without_something_unseen_that_agreed_nobody_is_linked[nothing]",
        ),
        (
            "razdar.vault.assignments:assigned",
            "tests.customers.weak:everybody_works_for_everybody",
            f"{LINKING}::test_an_agent_works_for_both",
        ),
        (
            "razdar.vault.persons:principals",
            "tests.customers.weak:nobody_is_linked",
            f"{TREES}::test_no_link_twice_to_oneself_or_in_a_circle",
        ),
        (
            "razdar.vault.persons:person",
            "tests.customers.weak:everybody_is_alone",
            f"{ERASING}::test_after_it_no_field_of_any_linked_record_opens",
        ),
    ],
    ids=["agreement", "assignment", "circles", "erasure"],
)
def test_without_it_the_test_fails(patch: str, with_: str, test: str) -> None:
    sound = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-x", test]
    weakened = environment(patch=patch, with_=with_, base=sound)
    run = subprocess.run(command, cwd=ROOT, env=weakened, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "FAILED" in run.stdout
    assert "ERROR" not in run.stdout
