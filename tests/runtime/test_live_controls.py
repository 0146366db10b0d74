"""Control runs: with one protection of the live feed taken out of a child process, its test fails, and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "clients": Control(
        "tests/runtime/test_live.py::test_each_client_hears_its_own_alone",
        "razdar.runtime.fanout:Fanout.deliver",
        "tests.runtime.weak:tells_every_client",
        "At index 0 diff",
    ),
    "permissions": Control(
        "tests/identity/test_live.py::test_each_topic_needs_its_permission",
        "razdar.identity.live:_wanted",
        "tests.runtime.weak:asks_for_no_permission",
        "At index 1 diff: 200 != 404",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
