"""What a witness vouches for is said plainly, and what it does not is a fault once it is old; by both verifiers."""

from pathlib import Path

import pytest

from razdar.core.ledger.findings import moment
from razdar.core.ledger.notes import parse
from tests.core.ledger import logs
from tests.core.ledger.logs import Export, entries, entry, export, time_of
from tests.core.ledger.pretended import kept_from_the_witness, set_back
from tests.core.ledger.uncovered import WEEK_MS, covered, made_at, without_head
from tests.core.ledger.verdicts import alone, both

MINUTE_MS = 60_000


def test_what_is_covered_and_what_is_not_is_said(tmp_path: Path) -> None:
    report = both(covered(590), tmp_path)
    assert report.ok
    assert not report.codes
    assert report.lines()[1:3] == [
        f"  made {moment(time_of(599))}, as the export says",
        f"  last co-signed {moment(time_of(589))} at 590 of 600 entries by witness.example; not co-signed: 590 to 599",
    ]


def test_a_witness_that_was_away_is_said_in_full(tmp_path: Path) -> None:
    report = both(covered(300), tmp_path)
    assert report.codes == {"not-covered"}
    assert report.lines()[-2] == (
        f"  not-covered: No witness vouches for entries 300 to 599: the last co-signature is of "
        f"{moment(time_of(299))}, and the export goes on until {moment(time_of(599))}, more than 15 minutes later."
    )


@pytest.mark.parametrize(("late_ms", "good"), [(15 * MINUTE_MS, True), (15 * MINUTE_MS + 1000, False)])
def test_a_quarter_of_an_hour_is_the_limit(late_ms: int, good: bool, tmp_path: Path) -> None:
    assert both(made_at(covered(599), time_of(598) + late_ms), tmp_path).ok is good


def test_of_a_log_that_is_wholly_covered_an_old_export_is_good(tmp_path: Path) -> None:
    report = both(made_at(export(entries(300)), time_of(299) + WEEK_MS), tmp_path)
    assert not report.codes
    assert "not co-signed" not in "\n".join(report.lines())


def test_dating_the_end_back_hides_nothing(tmp_path: Path) -> None:
    """The latest time of any entry counts, not that of the last one."""
    late = [entry(n, time_of(n) + WEEK_MS) for n in range(300, 310)]
    back = entry(310, time_of(299) + 1000, "audit:clock:back")
    items = [*entries(300), *late, back, entry(311, time_of(299) + 2000)]
    report = both(without_head(export(items, earlier=[(300, time_of(299))])), tmp_path)
    assert {"not-covered", "clock-set"} <= report.codes
    assert not report.ok


def test_a_cosigned_checkpoint_that_was_kept_covers_too(tmp_path: Path) -> None:
    made = covered(300)
    made.seen = [logs.checkpoint(entries(600), time_of(599)).encode()]
    report = both(made, tmp_path)
    assert not report.codes
    assert f"last co-signed {moment(time_of(599))} at 600 of 600 entries" in report.lines()[2]


def test_one_of_another_history_covers_nothing(tmp_path: Path) -> None:
    made = covered(300)
    forked = [*entries(599), entry(7, time_of(599))]
    made.seen = [logs.checkpoint(forked, time_of(599)).encode()]
    report = both(made, tmp_path)
    assert report.codes == {"forked", "not-covered"}
    assert " at 300 of 600 entries " in report.lines()[2]


def test_of_a_witness_that_only_the_export_names_it_is_a_warning(tmp_path: Path) -> None:
    status, lines = alone(covered(300), tmp_path)
    assert (status, lines[-1]) == (0, "OK")
    assert any(line.startswith("  warning not-covered: ") for line in lines)


def test_a_signature_of_no_entries_is_not_shown_as_one(tmp_path: Path) -> None:
    made: Export = without_head(export(entries(20), earlier=[(0, time_of(19))]))
    assert parse(made.files["checkpoints/0"]).signatures[1].name == "witness.example"
    report = both(made, tmp_path)
    assert report.lines()[2] == "  never co-signed"


def test_a_size_signed_again_does_not_make_what_came_after_it_newer(tmp_path: Path) -> None:
    """The clock was set back, says the log; so nothing tells that its entries are older than the co-signature."""
    report = both(kept_from_the_witness(5, set_back(300, time_of(299) + 1000)), tmp_path)
    assert report.codes == {"not-covered", "clock-set", "silence"}
    assert not report.ok
    assert any(f"the earliest of them is dated {moment(time_of(299) + 1000)}, and" in line for line in report.lines())


def test_without_such_a_word_the_times_run_back(tmp_path: Path) -> None:
    assert {"not-covered", "clock-back"} <= both(kept_from_the_witness(5), tmp_path).codes


@pytest.mark.parametrize(("late_ms", "good"), [(17 * MINUTE_MS, True), (17 * MINUTE_MS + 1000, False)])
def test_an_entry_may_have_waited_for_two_minutes_when_the_witness_signed(
    late_ms: int, good: bool, tmp_path: Path
) -> None:
    at_ms = time_of(299)
    made = without_head(export([*entries(300), entry(300, at_ms)], earlier=[(300, at_ms + 2 * MINUTE_MS)]))
    assert both(made_at(made, at_ms + late_ms), tmp_path).ok is good


@pytest.mark.parametrize("number", [298, 299, 300, 301])
def test_a_clock_set_back_since_the_last_cosignature_is_not_covered(number: int, tmp_path: Path) -> None:
    items = entries(302)
    items[number] = set_back(number, time_of(number))
    report = both(without_head(export(items, earlier=[(300, time_of(299))])), tmp_path)
    assert report.ok is (number < 300)
    said = "  not-covered: No witness vouches for entries 300 to 301: among them the log says that times run back."
    assert (said in report.lines()) is not report.ok
