"""Control runs: without the authenticator, and without the rule of whose it is and until when, the tests fail."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "authenticator": Control(
        "tests/identity/test_exceptions.py::test_a_row_that_was_not_written_here_gives_nothing[level]",
        "razdar.identity.rights:exception_is_genuine",
        "tests.weakening.patches:agrees",
        "Level.CLEAR",
    ),
    "rule": Control(
        "tests/core/disclosure/test_personal.py::test_it_holds_for_nobody_else_nowhere_else_and_at_no_other_time",
        "razdar.core.disclosure.personal:PersonalCell.holds",
        "tests.weakening.patches:agrees",
        "AssertionError",
    ),
    "ending": Control(
        "tests/identity/test_exceptions.py::TestShowingLess::test_refused_it_goes_on",
        "razdar.identity.exceptions:ending_opens",
        "tests.weakening.patches:does_nothing",
        "IndexError",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
