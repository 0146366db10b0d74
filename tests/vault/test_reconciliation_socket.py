"""The same over the key agent's socket: a process that takes a key there, and asks nobody else, shows up."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from razdar.core.disclosure import Role
from razdar.customers import selectors as cards
from razdar.keys import agent
from razdar.privacy import jobs as erasing
from razdar.privacy import services as privacy
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.vault import reconciliation
from tests.audit.conftest import _sequencer_alias
from tests.keys.agency import Agency, agency, remote
from tests.vault.reconciled import in_the_log, reconciled, told
from tests.world import World, build

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


@pytest.fixture
def running() -> Iterator[Agency]:
    with agency() as started:
        held = remote(started)
        agent.install(held)
        try:
            yield started
        finally:
            agent.install(None)
            held.close()


@pytest.fixture
def apart(transactional_db: None, running: Agency, database: RoleUrls) -> World:
    return build(database.owner)


def test_a_direct_unwrap_through_the_socket_shows_up(apart: World, running: Agency) -> None:
    seen, taken = apart.customer(), apart.customer(surname="Taken")
    with scope(apart.client):
        cards.card(apart.viewer(Role.SUPERVISOR), seen)
    code = (
        f"ref = KeyRef(UUID({str(apart.client)!r}), UUID({str(taken)!r}), 1)\n"
        "print(len(agent.unwrap([ref], 'customers:card:view')))"
    )
    assert running.call(os.geteuid(), code, role="web") == "1"
    found = reconciled(apart)
    account = found.accounts[apart.client]
    (line,) = account.differs
    assert (line.caller, line.customer, line.purpose, line.count) == ("web", taken, "customers:card:view", 1)
    assert account.lines == account.agreed + 1
    assert [event.customer for event in told(apart)] == [taken]


def test_a_direct_destruction_through_the_socket_shows_up_and_one_that_was_asked_for_does_not(
    apart: World, running: Agency
) -> None:
    leaving, planted = apart.customer(), apart.customer(surname="Planted")
    with scope(apart.client):
        privacy.erase(apart.viewer(Role.PRIVACY_OFFICER), leaving, "request")
    erasing.finish(apart.client, leaving)
    destroy = f"print(agent.destroy_customer(UUID({str(apart.client)!r}), UUID({str(planted)!r})).versions)"
    assert running.call(os.geteuid(), destroy, role="web") == "NotYours"
    assert running.call(os.geteuid(), destroy, role="worker") == "(1,)"
    found = reconciliation.reconcile(None, in_the_log(apart))
    (line,) = found.accounts[apart.client].differs
    assert (line.caller, line.customer, line.purpose) == ("worker", planted, erasing.ACTION)
    (alarm,) = [event for event in apart.events() if event.action == "keys:destroy:refused"]
    detail = dict(alarm.detail)
    assert (alarm.client, detail["caller"], detail["count"], detail["outcome"]) == (None, "web", 1, "denied")
    again = in_the_log(apart)  # from here on only what is new is seen
    reconciliation.reconcile(None, again)
    assert [event for event in apart.events() if event.action == "keys:destroy:refused"] == []


def test_an_agent_that_is_gone_for_long_is_said_and_caught_up_with(apart: World, running: Agency) -> None:
    apart.customer()
    now = in_the_log(apart)
    agent.current().book(now, now)  # the book writes what is younger than a second
    running.process.kill()
    running.process.wait()
    found = reconciliation.reconcile(None, now)
    assert "does not answer" in found.waiting
    assert found.since == found.until <= datetime.now(UTC)
    running.restart()
    assert reconciled(apart).accounts[apart.client].lines == 1
