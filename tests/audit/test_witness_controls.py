"""Control runs: with one protection of the witness taken out of a child process, its test fails, and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "one name": Control(
        "tests/audit/test_witness_state.py::test_a_name_in_another_spelling_begins_no_other_history[0-True]",
        "razdar.core.ledger.origins:parse",
        "tests.core.ledger.weak:reads_any_number",
        "number: leading zero: Accepted",
    ),
    "no entries": Control(
        "tests/audit/test_witness_state.py::test_a_log_without_entries_is_not_co_signed",
        "razdar.core.ledger.witnessing:_extends",
        "tests.core.ledger.weak:accepts",
        "Accepted",
    ),
    "clock": Control(
        "tests/audit/test_submission.py::test_a_witness_whose_clock_is_wrong_is_an_alarm_and_not_believed[125]",
        "razdar.audit.sequencing.submission:_on_time",
        "tests.weakening.patches:agrees",
        "assert cosigned(owner, folder) == []",
    ),
    "on the record": Control(
        "tests/audit/test_witnesses.py::test_each_log_says_who_was_added_and_removed_for_all",
        "razdar.audit.sequencing.witnesses:_told",
        "tests.core.ledger.weak:changes_in_silence",
        "assert told(owner) == added",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_witness_signs_and_the_test_says_so(control: Callable[[], None]) -> None:
    control()
