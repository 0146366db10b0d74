"""Control runs: with the lock taken out of a child process, its tests fail, and say why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "lock": Control(
        "tests/identity/test_idle.py::TestLocked::test_a_fragment_and_a_stream_are_answered_as_if_a_factor_were_missing",
        "razdar.identity.idle:is_locked",
        "tests.weakening.patches:does_nothing",
        "(401, b'')",
    ),
    "background": Control(
        "tests/identity/test_idle.py::TestWhatCounts::test_what_a_page_asks_for_by_itself_is_no_act",
        "razdar.identity.idle:is_background",
        "tests.weakening.patches:does_nothing",
        "acted_at == before",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
