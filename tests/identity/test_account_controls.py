"""Control runs: with one protection of accounts taken out of a child process, its test fails, and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "link": Control(
        "tests/identity/test_accounts.py::TestClosing::test_no_link_opens_it",
        "razdar.identity.services:_check_not_closed",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "last administrator": Control(
        "tests/identity/test_accounts.py::TestClosing::test_an_administrator_who_can_sign_in_is_left",
        "razdar.identity.looking_after:keep_an_administrator",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "stripped": Control(
        "tests/identity/test_accounts.py::TestReset::test_nothing_of_the_old_sign_in_is_good_any_more",
        "razdar.identity.accounts:strip",
        "tests.weakening.patches:does_nothing",
        "AssertionError",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
