"""Control runs: with one protection taken out of a child process, the test of doors fails, and says why."""

from collections.abc import Callable

from tests import weakening
from tests.weakening import Control, in_turn

TEST = "tests/doors/test_doors.py::test_an_answer_holds_what_the_matrix_gives_and_nothing_else[customers:card]"
CONTROLS = {
    "matrix": Control(TEST, "razdar.vault.door:_level", "tests.doors.weak:always_clear", "agent: meets phone"),
    "log": Control(
        TEST,
        "razdar.audit.services:record_now",
        "tests.weakening.patches:does_nothing",
        "agent: surname is not in the log",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_doors_stand_open_and_the_test_says_so(control: Callable[[], None]) -> None:
    control()


def test_pages_that_ask_nobody_who_they_are_are_noticed() -> None:
    """In a child of its own: the gate is put before each page while the product is imported."""
    weakening.fails(
        TEST,
        patch="razdar.ui.pages:_guarded",
        with_="tests.doors.weak:opens_every_gate",
        words="auditor: 200 in place of 404",
    )
