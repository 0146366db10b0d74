"""Control runs: with one protection taken out of a child process, the tests of links fail, and say why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "agreement": Control(
        "tests/customers/test_linking.py::test_without_something_unseen_that_agreed_nobody_is_linked[nothing]",
        "razdar.customers.linking:_agreed",
        "tests.weakening.patches:agrees",
        "DID NOT RAISE",
    ),
    "assignment": Control(
        "tests/customers/test_linking.py::test_an_agent_works_for_both[0]",
        "razdar.vault.assignments:assigned",
        "tests.customers.weak:everybody_works_for_everybody",
        "DID NOT RAISE",
    ),
    "circles": Control(
        "tests/customers/test_link_trees.py::test_no_link_twice_to_oneself_or_in_a_circle",
        "razdar.vault.persons:principals",
        "tests.customers.weak:nobody_is_linked",
        "DID NOT RAISE",
    ),
    "erasure": Control(
        "tests/privacy/test_linked_erasure.py::test_after_it_no_field_of_any_linked_record_opens[0]",
        "razdar.vault.persons:person",
        "tests.customers.weak:everybody_is_alone",
        "assert all(customers.card(supervisor, each).erased_at",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_fails(control: Callable[[], None]) -> None:
    control()
