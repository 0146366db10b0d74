"""Control runs: with one protection of notes taken out of a child process, its test fails, and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "assignment": Control(
        "tests/work/test_notes.py::test_who_does_not_work_for_the_customer_writes_nothing",
        "razdar.vault.door:require_assignment",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "sealing": Control(
        "tests/work/test_notes.py::test_nothing_of_a_note_is_stored_in_clear",
        "razdar.core.crypto.suites:by_id",
        "tests.weakening.patches:keeps_plain",
        "assert not True",
    ),
    "cards": Control(
        "tests/work/test_notes.py::test_a_card_number_does_not_reach_the_store_whatever_is_chosen",
        "razdar.work.detecting:storable",
        "tests.work.weak:takes_it_as_it_is",
        "Undecided",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
