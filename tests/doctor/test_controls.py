"""Control runs: with one protection taken out of a child process, its test fails, and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "secrets": Control(
        "tests/doctor/test_secrets.py::test_a_reason_that_quotes_a_secret_is_printed_without_it",
        "razdar.runtime.checkup:Site.hidden",
        "tests.doctor.weak:hides_nothing",
        "AssertionError",
    ),
    "keys": Control(
        "tests/assurance/test_pages.py::test_a_page_may_not_ask_for_keys_or_destruction",
        "razdar.assurance.working:run_now",
        "tests.doctor.weak:asks_for_any_work",
        "DID NOT RAISE",
    ),
    "clients": Control(
        "tests/assurance/test_pages.py::test_only_own_jobs_are_counted_and_tried_again",
        "razdar.assurance.working:_of_client",
        "tests.doctor.weak:counts_everybodys",
        "At index 1 diff: 3 != 2",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
