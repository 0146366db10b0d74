"""Control runs: with one protection of the witness taken out of a child process, its test fails, and says why."""

import pytest

from tests import weakening

ROOM = "tests/audit/"


@pytest.mark.parametrize(
    ("test", "patch", "with_", "words"),
    [
        (
            "test_witness_state.py::test_a_name_in_another_spelling_begins_no_other_history[0-True]",
            "razdar.core.ledger.origins:parse",
            "tests.core.ledger.weak:reads_any_number",
            "number: leading zero: Accepted",
        ),
        (
            "test_witness_state.py::test_a_log_without_entries_is_not_co_signed",
            "razdar.core.ledger.witnessing:_extends",
            "tests.core.ledger.weak:accepts",
            "Accepted",
        ),
        (
            "test_submission.py::test_a_witness_whose_clock_is_wrong_is_an_alarm_and_not_believed[125]",
            "razdar.audit.sequencing.submission:_on_time",
            "tests.weakening.patches:agrees",
            "assert cosigned(owner, folder) == []",
        ),
        (
            "test_witnesses.py::test_each_log_says_who_was_added_and_removed_for_all",
            "razdar.audit.sequencing.witnesses:_told",
            "tests.core.ledger.weak:changes_in_silence",
            "assert told(owner) == added",
        ),
    ],
    ids=["one name", "no entries", "clock", "on the record"],
)
def test_without_it_the_witness_signs_and_the_test_says_so(test: str, patch: str, with_: str, words: str) -> None:
    weakening.fails(ROOM + test, patch=patch, with_=with_, words=words)
