"""Control runs: with one protection of the witness taken out of a child process, its test fails, and says why."""

import pytest

from tests import weakening

FILE = "tests/audit/test_witness_state.py::"


@pytest.mark.parametrize(
    ("test", "patch", "with_", "words"),
    [
        (
            "test_a_name_in_another_spelling_begins_no_other_history[0-True]",
            "razdar.core.ledger.origins:parse",
            "tests.core.ledger.weak:reads_any_number",
            "number: leading zero: Accepted",
        ),
        (
            "test_a_log_without_entries_is_not_co_signed",
            "razdar.core.ledger.witnessing:_extends",
            "tests.core.ledger.weak:accepts",
            "Accepted",
        ),
    ],
    ids=["one name", "no entries"],
)
def test_without_it_the_witness_signs_and_the_test_says_so(test: str, patch: str, with_: str, words: str) -> None:
    weakening.fails(FILE + test, patch=patch, with_=with_, words=words)
