"""Control runs: with one protection taken out of a child process, the test of doors fails, and says why."""

import pytest

from tests import weakening

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
    weakening.fails(f"{TEST}[{call}]", patch=patch, with_=with_, words=words)
