"""The tool itself: it weakens what it names, in the child and its children, and notices a name that is gone."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.weakening import Control, NoSuchFunction, environment, in_turn

TARGET = "razdar.core.ids:uuid7"
CONSTANT = "tests.weakening.patches:does_nothing"
ASK = "from razdar.core.ids import uuid7; print(uuid7(1, bytes(10)))"
ASK_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ASK!r}], check=True)"


def run(code: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("code", [ASK, ASK_A_CHILD], ids=["child", "grandchild"])
def test_the_named_function_is_exchanged(code: str) -> None:
    weakened = run(code, environment(patch=TARGET, with_=CONSTANT))
    sound = run(code, dict(os.environ))
    assert weakened.stdout == "None\n", weakened.stderr
    assert sound.stdout.startswith("00000000-0001-7"), sound.stderr


@pytest.mark.parametrize(
    ("patch", "with_"),
    [
        ("razdar.core.ids:renamed", CONSTANT),
        ("razdar.core.gone:uuid7", CONSTANT),
        ("razdar.core.ids", CONSTANT),
        ("razdar.core.registry:Registry.gone", CONSTANT),
        (TARGET, "tests.weakening.patches:renamed"),
    ],
)
def test_a_name_that_is_gone_is_refused(patch: str, with_: str) -> None:
    with pytest.raises(NoSuchFunction):
        environment(patch=patch, with_=with_)


def test_methods_can_be_named() -> None:
    assert "WEAKENED_FUNCTION" in environment(patch="razdar.core.registry:Registry.register", with_=CONSTANT)


def test_the_child_refuses_a_name_that_only_the_source_holds() -> None:
    environ = environment(patch=TARGET, with_=CONSTANT) | {"WEAKENED_FUNCTION": f"razdar.core.ids:gone {CONSTANT}"}
    result = run(ASK, environ)
    assert result.returncode != 0
    assert "weakening: razdar.core.ids has no gone" in result.stderr


ALTERED = "tests/core/ledger/test_certificates.py::test_what_was_altered_is_called_that"
AGREES = "tests.weakening.patches:agrees"
IN_TURN = {
    "its own": Control(ALTERED, "razdar.core.crypto.signing:verifies", AGREES, "DID NOT RAISE"),
    "another": Control(ALTERED, "razdar.core.disclosure.personal:PersonalCell.holds", AGREES, "DID NOT RAISE"),
    "other words": Control(ALTERED, "razdar.core.crypto.signing:verifies", AGREES, "assert 1 == 2"),
}


@in_turn(IN_TURN)
def test_in_turn_each_exchange_holds_for_its_own_test(
    control: Callable[[], None], request: pytest.FixtureRequest
) -> None:
    """The first test fails as it should; the second passes, for its exchange has nothing to do with it."""
    if request.node.callspec.id == "its own":
        control()
    else:
        with pytest.raises(AssertionError, match="does not fail with"):
            control()


def test_the_product_knows_nothing_of_it() -> None:
    from tests.weakening import ROOT

    readers = [path for path in (ROOT / "src").rglob("*.py") if "WEAKENED" in path.read_text()]
    assert readers == []
