"""How far back is compared, and whose entries count: a worker's or a web process's rights mute neither."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from razdar import audit
from razdar.core.ledger import Event, Mode
from razdar.keys import agent
from razdar.runtime.scope import scope
from razdar.vault import keeping_jobs, reconciliation
from razdar.vault.reconciliation import without_entry
from tests.audit.conftest import _sequencer_alias
from tests.vault.reconciled import entry, in_the_log, line, reconciled
from tests.vault.test_reconciliation import database
from tests.world import World

__all__ = ["_sequencer_alias"]

SPANS = [None, reconciliation.DAILY_SPAN]


@database
@pytest.mark.parametrize("span", SPANS, ids=["operator", "daily"])
def test_an_entry_that_says_all_was_compared_hides_nothing(world: World, span: timedelta | None) -> None:
    """Whoever has a worker's rights logs that a run ended now, and takes a key before."""
    customer = world.customer()
    with scope(world.client):
        refs = agent.current().newest(world.client, [customer])
    agent.current().unwrap([refs[customer]], "customers:card:view")
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    with scope(world.client):
        audit.record(
            Event(client=world.client, action="keys:book:agrees", mode=Mode.SYSTEM, detail=(("until", now_ms),))
        )
    found = reconciled(world, datetime.now(UTC) - span if span else None)
    assert [line.customer for line in found.accounts[world.client].differs] == [customer]


@database
def test_the_daily_run_goes_back_to_where_the_last_one_ended_and_two_days_at_least(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = in_the_log(world)
    for days, back in ((5, 5), (1, 2), (None, 90)):
        ended = now - timedelta(days=days) if days else None
        monkeypatch.setattr("razdar.vault.book_events.compared_until", lambda *_, ended=ended: ended)
        found = reconciliation.reconcile(now - reconciliation.DAILY_SPAN, now)
        assert timedelta() <= now - timedelta(days=back) - found.since < timedelta(minutes=1)


def test_once_a_day_a_job_compares_the_last_two_days(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = []
    monkeypatch.setattr(reconciliation, "reconcile", lambda since, now: spans.append(now - since))
    keeping_jobs.reconcile()
    assert spans == [timedelta(days=2)]
    assert keeping_jobs.reconcile.every


@pytest.mark.parametrize(
    ("caller", "action", "missing"),
    [
        ("web", "vault:mode:reseal", True),
        ("worker", "vault:mode:reseal", False),
        ("web", "customers:card:view", False),
        ("sequencer", "customers:card:view", True),
        ("here", "vault:mode:reseal", False),
    ],
)
def test_an_entry_that_the_caller_may_not_write_accounts_for_nothing(caller: str, action: str, missing: bool) -> None:
    taken = replace(line(purpose=action), caller=caller)
    done = replace(entry(), event=replace(entry().event, action=action))
    assert bool(without_entry([taken], [done])) is missing
