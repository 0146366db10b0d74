"""A kept checkpoint is not passed over because a log says that it was pruned; by both verifiers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from razdar.core.ledger.following import FLOOR_MS
from tests.core.ledger import logs
from tests.core.ledger.logs import entries, entry, export, time_of
from tests.core.ledger.misshapen import aged
from tests.core.ledger.pretended import forged_and_given_up
from tests.core.ledger.tampered import HOUR_MS
from tests.core.ledger.verdicts import alone, both

BEFORE_MS = time_of(300) + HOUR_MS


def test_it_is_said_what_to_hand_in(tmp_path: Path) -> None:
    report = both(forged_and_given_up(), tmp_path)
    assert (
        "  checkpoint-pruned: handed-in checkpoint 1 is older than the entries still held and cannot be compared. "
        "Hand in one of 1024 entries or more."
    ) in report.lines()


@pytest.mark.parametrize(("size", "good"), [(77, False), (255, False), (256, True), (300, True)])
def test_an_honest_one_that_nobody_cosigned_is_compared_if_the_tiles_allow(
    size: int, good: bool, tmp_path: Path
) -> None:
    made = aged(BEFORE_MS, [(300, time_of(300))])
    made.seen = [logs.checkpoint(entries(size)).encode()]
    report = both(made, tmp_path)
    assert report.ok is good
    assert ("checkpoint-pruned" in report.codes) is not good


@pytest.mark.parametrize(("cosigned_ms", "good"), [(BEFORE_MS - 1000, True), (BEFORE_MS + 1000, False)])
def test_one_cosigned_before_what_was_given_up_is_excused(cosigned_ms: int, good: bool, tmp_path: Path) -> None:
    made = aged(BEFORE_MS, [(300, time_of(300))])
    made.seen = [logs.checkpoint(entries(77), cosigned_ms).encode()]
    report = both(made, tmp_path)
    assert report.ok is good
    assert "checkpoint-pruned" in report.codes


def test_a_witness_that_only_the_export_names_excuses_nothing(tmp_path: Path) -> None:
    made = aged(BEFORE_MS, [(300, time_of(300))])
    made.seen = [logs.checkpoint(entries(77), time_of(77)).encode()]
    status, lines = alone(made, tmp_path, "--log-key", logs.LOG_KEY.format())
    assert status == 1
    assert any(line.startswith("  checkpoint-pruned: ") for line in lines)


def test_a_log_that_runs_ahead_of_the_readers_clock_gives_up_nothing_younger(tmp_path: Path) -> None:
    """It says that it gave up, in two years, what will be older than one by then."""
    now_ms = int(datetime.now(UTC).timestamp()) * 1000
    detail = (("minimum", 256), ("before_ms", now_ms + FLOOR_MS))
    last = entry(599, now_ms + 2 * FLOOR_MS, "audit:log:prune", detail=detail)
    made = export([*entries(599), last], 256)
    made.seen = [logs.checkpoint(entries(77), now_ms).encode()]
    report = both(made, tmp_path)
    assert not report.ok
    assert report.codes == {"checkpoint-pruned", "silence", "from-the-future"}
