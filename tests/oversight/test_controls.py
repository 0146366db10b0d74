"""Control runs: an entry that nobody checks, and watching that nobody is told of: their tests fail, and say so."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "changed": Control(
        "tests/oversight/test_proofs.py::test_what_was_changed_after_it_was_signed_is_said[entry]",
        "razdar.core.ledger.merkle:verify_inclusion",
        "tests.weakening.patches:does_nothing",
        "assert 'This is not what was signed' in",
    ),
    "unseen": Control(
        "tests/oversight/test_monitor.py::test_opening_is_an_event_and_refreshing_is_none",
        "razdar.audit.watching:begin",
        "tests.weakening.patches:does_nothing",
        "assert 0 == 1",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
