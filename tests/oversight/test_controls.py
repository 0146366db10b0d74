"""Control run: where an entry is shown without being checked, the test of its page fails, and says why."""

from tests import weakening

TEST = "tests/oversight/test_proofs.py::test_what_was_changed_after_it_was_signed_is_said[entry]"


def test_without_the_check_a_changed_entry_passes_for_signed_and_the_test_says_so() -> None:
    weakening.fails(
        TEST,
        patch="razdar.core.ledger.merkle:verify_inclusion",
        with_="tests.weakening.patches:does_nothing",
        words="assert 'This is not what was signed' in",
    )
