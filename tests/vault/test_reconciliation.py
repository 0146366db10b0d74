"""The key agent's own book against the log: a day's work agrees, a key taken around the application shows up."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Purpose, RevealRequest, Role
from razdar.core.errors import BadInput, KeysLocked, Unopenable
from razdar.core.ledger import Event, FieldSeen, Mode, Outcome
from razdar.customers import jobs as index_jobs
from razdar.customers import selectors as cards
from razdar.customers import services as customers
from razdar.identity import approvals
from razdar.identity.viewers import for_job
from razdar.interactions import jobs, originals, selectors
from razdar.interactions.services import import_call
from razdar.keys import agent
from razdar.keys.agent import BookLine
from razdar.privacy import jobs as erasing
from razdar.privacy import services as privacy
from razdar.runtime.scope import scope
from razdar.vault import grants, reconcile_command, reconciliation
from razdar.vault.models import IndexState
from razdar.vault.reconciliation import without_entry, without_line
from tests import weakening
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.interactions.taking_in import incoming
from tests.vault.reconciled import AT, entry, in_the_log, line, reconciled, told
from tests.world import HANDLES, World

__all__ = ["_sequencer_alias"]

database = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
REQUEST = RevealRequest(Purpose.PRIVACY_REQUEST, "asked for it in writing")


# --- A day's work -----------------------------------------------------------------------------------------------------


def on_the_phone(world: World, customer: UUID) -> None:
    """What agents and supervisors do with a record."""
    at_work, supervisor = world.viewer(Role.AGENT), world.viewer(Role.SUPERVISOR)
    world.assign(at_work, customer)
    with scope(world.client):
        assert customer in cards.find(at_work, *HANDLES[0])
        cards.find(at_work, DataClass.SURNAME, "Nobody At All")
        for viewer in (at_work, supervisor):
            cards.card(viewer, customer)
            cards.cards(viewer, [customer])
        customers.match(at_work, customer, "birth_date", "1971-06-14")
        customers.correct(supervisor, customer, "given_name", "Ottilie")
        customers.correct(supervisor, customer, "given_name", "")
        customers.add_handle(supervisor, customer, DataClass.EMAIL, "second@example.org")
        customers.reveal(supervisor, customer, "postal_address", RevealRequest(Purpose.COMPLAINT, "a letter came back"))


def with_a_second_person(world: World, customer: UUID) -> None:
    """A reveal that somebody else has to agree to."""
    officer, second = world.viewer(Role.PRIVACY_OFFICER), world.viewer(Role.SECURITY_OFFICER)
    with scope(world.client):
        assert customers.reveal(officer, customer, "national_id", REQUEST) is None
        request = approvals.waiting_for(second)[-1]
        approvals.approve(second, request.id)
        grant = next(each for each in customers.waiting(officer, customer) if each.approved)
        customers.open_granted(officer, customer, "national_id", grant.grant)
        grants.reason_of(second, grant.grant)


def calls(world: World, customer: UUID) -> None:
    """A recorded call through the pipeline, heard and read, its original too."""
    call = import_call(for_job("import-call", world.client), incoming(customer))
    for _ in ("transcribe", "redact"):
        jobs.advance(world.client, call)
    officer, second = world.viewer(Role.PRIVACY_OFFICER), world.viewer(Role.SECURITY_OFFICER)
    for data_class in (DataClass.RECORDING, DataClass.TRANSCRIPT):
        with scope(world.client):
            originals.ask(officer, call, data_class, REQUEST)
            approvals.approve(second, approvals.waiting_for(second)[-1].id)
            grant = next(o.grant for o in originals.askable(officer, call) if o.data_class is data_class and o.grant)
            originals.open_original(officer, call, data_class, grant)
    for role in (Role.SUPERVISOR, Role.QUALITY_REVIEWER, Role.PRIVACY_OFFICER):
        with scope(world.client):
            page = selectors.page(world.viewer(role), call)
            heard = [r for r in page.recordings if r.redacted is not (role is Role.PRIVACY_OFFICER)]
            for recording in heard:
                selectors.sound_piece(world.viewer(role), call, recording.id, "bytes=0-1000")


def undone(world: World, work: Callable[[], object]) -> None:
    with suppress(ZeroDivisionError), scope(world.client):
        work()
        1 / 0  # noqa: B018


def what_comes_to_nothing(world: World, customer: UUID) -> None:
    """Keys were handed out, and what it was for was undone."""
    draft = customers.Draft({DataClass.SURNAME: "Never", DataClass.GENDER: "male"})
    undone(world, lambda: customers.correct(world.viewer(Role.SUPERVISOR), customer, "surname", "Undone"))
    undone(world, lambda: customers.create(for_job("test", world.client), [draft, draft]))
    with pytest.raises(BadInput):
        import_call(for_job("import-call", world.client), incoming(customer, transcript=b"no transcript"))


def after_a_crash(world: World) -> None:
    """The index is gone and is built anew."""
    with scope(world.client):
        IndexState.objects.all().delete()
    index_jobs.rebuild_index(world.client)


@database
def test_a_days_work_agrees(world: World) -> None:
    customer, leaving = world.customer(), world.customer(surname="Leaving")
    on_the_phone(world, customer)
    with_a_second_person(world, customer)
    calls(world, customer)
    what_comes_to_nothing(world, customer)
    after_a_crash(world)
    with scope(world.client):
        privacy.erase(world.viewer(Role.PRIVACY_OFFICER), leaving, "request")
    erasing.finish(world.client, leaving)
    found = reconciled(world)
    assert [(line.purpose, line.count) for line in found.accounts[world.client].differs] == []
    assert found.accounts[world.client].log_only == 0
    assert found.agrees
    account = found.accounts[world.client]
    assert account.lines == account.agreed > 10
    (event,) = told(world, "keys:book:agrees")
    assert dict(event.detail)["lines"] == account.lines


@database
def test_an_import_that_fails_after_sealing_is_accounted_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = world.customer()
    monkeypatch.setattr("razdar.interactions.services._store", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_call(for_job("import-call", world.client), incoming(customer))
    assert reconciled(world).agrees


@database
def test_a_stored_value_that_was_altered_is_accounted_for(world: World) -> None:
    from razdar.customers.models import Customer, Handle

    customer = world.customer()
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        for rows in (Customer.objects.filter(id=customer), Handle.objects.filter(customer_id=customer)):
            for row in rows:
                for name in ("birth_date", "phone"):
                    blob = getattr(getattr(row, name, None), "blob", b"")
                    if blob:
                        type(row).objects.filter(id=row.id).update(**{name: blob[:-1] + bytes([blob[-1] ^ 1])})
        with pytest.raises(Unopenable):
            customers.match(supervisor, customer, "birth_date", "1971-06-14")
        with pytest.raises(Unopenable):
            cards.find(supervisor, *HANDLES[0])
    assert reconciled(world).agrees


# --- What does not agree ----------------------------------------------------------------------------------------------


@database
def test_a_key_taken_around_the_application_shows_up(world: World) -> None:
    """Whoever reaches the key agent takes a key for a purpose that sounds right; no entry names that customer."""
    seen, taken = world.customer(), world.customer(surname="Taken")
    with scope(world.client):
        cards.card(world.viewer(Role.SUPERVISOR), seen)
        refs = agent.current().newest(world.client, [taken])
    agent.current().unwrap([refs[taken]] * 3, "customers:card:view")
    found = reconciled(world)
    (line,) = found.accounts[world.client].differs
    assert (line.customer, line.purpose, line.count) == (taken, "customers:card:view", 3)
    assert not found.agrees
    (event,) = told(world)
    assert (event.customer, event.outcome) == (taken, Outcome.FAILED)
    assert dict(event.detail) | {"until": 0, "minute": 0} == {
        "caller": "here",
        "count": 3,
        "purpose": "customers:card:view",
        "minute": 0,
        "until": 0,
    }


@database
def test_a_line_is_told_once_however_often_it_is_compared(world: World) -> None:
    customer = world.customer()
    with scope(world.client):
        refs = agent.current().newest(world.client, [customer])
    agent.current().unwrap([refs[customer]], "curiosity, and a name: Ünal")
    first = reconciled(world)
    assert len(first.accounts[world.client].differs) == 1
    again = reconciled(world, since=datetime.now(UTC) - timedelta(hours=1))
    account = again.accounts[world.client]
    assert (account.differs, account.told, account.lines) == ([], 1, account.agreed + 1)
    assert not again.agrees
    assert len(told(world)) == 1
    (event,) = told(world)
    assert dict(event.detail)["purpose"] == "curiosity__and_a_name:__nal"
    assert reconciled(world).accounts[world.client].told == 1
    assert len(told(world)) == 1


@database
def test_an_entry_that_claims_what_the_book_does_not_know_is_counted(world: World) -> None:
    from razdar import audit

    customer = world.customer()
    seen = (FieldSeen("surname", "clear", customer),)
    audit.record_now(Event.by(world.viewer(Role.AGENT), "customers:card:view", Mode.VIEW, fields=seen))
    found = reconciled(world)
    assert found.accounts[world.client].log_only == 1
    assert not found.agrees
    (event,) = told(world)
    assert dict(event.detail)["log_only"] == 1


@database
def test_nothing_is_compared_before_the_log_can_be_complete(world: World) -> None:
    world.customer()
    wait_until_sequenced()
    found = reconciliation.reconcile(None, datetime.now(UTC))
    assert found.accounts[world.client].lines == 0
    assert found.until <= datetime.now(UTC) - reconciliation.LAG
    standing_still = reconciliation.reconcile(None, datetime.now(UTC) + timedelta(hours=1))
    assert "stands still" in standing_still.waiting
    assert standing_still.accounts[world.client].lines == 0
    assert reconciled(world).accounts[world.client].lines == 1


@database
def test_without_a_key_agent_it_says_so_and_the_next_run_catches_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.customer()
    now = in_the_log(world)

    def away(*_: object) -> None:
        raise KeysLocked("The keys are locked.")

    with monkeypatch.context() as patch:
        patch.setattr(type(agent.current()), "book", away)
        found = reconciliation.reconcile(None, now)
    assert "does not answer" in found.waiting
    assert found.since == found.until
    assert reconciled(world).accounts[world.client].lines == 1


@database
def test_the_command_says_what_adds_up_and_ends_with_1_when_they_differ(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = world.customer()
    found = reconciled(world)
    monkeypatch.setattr(reconciliation, "reconcile", lambda _since: found)
    assert reconcile_command.run(argparse.Namespace(since=None)) == 0
    said = capsys.readouterr().out
    assert f"Client {world.client}: 1 lines of the book: 1 agree with the log, 0 have no entry" in said
    assert said.endswith("Book and log agree.\n")
    line = BookLine(AT, "web", "customers:card:view", world.client, customer, 2)
    found.accounts[world.client].differs.append(line)
    assert reconcile_command.run(argparse.Namespace(since=None)) == 1
    said = capsys.readouterr().out
    assert f"keys of customer {customer} for “customers:card:view”, 2 times, to web: not in the log." in said
    assert said.endswith("Book and log DIFFER.\n")


# --- The comparison ---------------------------------------------------------------------------------------------------


@given(st.floats(-10, 10))
def test_an_entry_accounts_for_lines_within_two_minutes(minutes: float) -> None:
    at = entry(minutes)
    near = -2 <= (at.at_ms // 60_000 - AT.timestamp() // 60) <= 2
    assert without_entry([line()], [at]) == ([] if near else [line()])
    assert without_line([at], [line()]) == (0 if near else 1)


@pytest.mark.parametrize(
    "other",
    [line(purpose="customers:card:print"), line(purpose="seal"), line(customer=UUID(int=7))],
    ids=["action", "no action", "customer"],
)
def test_another_action_or_customer_is_not_accounted_for(other: BookLine) -> None:
    assert without_entry([other], [entry()]) == [other]
    assert without_line([entry()], [other]) == 1


def test_a_refusal_accounts_for_nothing_and_a_failure_does() -> None:
    assert without_entry([line()], [entry(outcome=Outcome.DENIED)]) == [line()]
    assert without_entry([line()], [entry(outcome=Outcome.FAILED)]) == []


def test_what_was_only_masked_needs_no_line() -> None:
    assert without_line([entry(level=Level.MASKED), entry(outcome=Outcome.FAILED)], []) == 0


def test_with_a_comparison_that_matches_anything_the_planted_key_is_missed() -> None:
    """Control run."""
    weakening.fails(
        "tests/vault/test_reconciliation.py::test_a_key_taken_around_the_application_shows_up",
        patch="razdar.vault.reconciliation:agrees",
        with_="tests.weakening.patches:agrees",
        words="not enough values to unpack",
    )


@pytest.mark.parametrize("until", [(1 << 53) - 1, -(1 << 53) + 1, -1, 4_000_000_000_000])
@database
def test_an_entry_that_says_nonsense_of_its_time_moves_nothing_on(world: World, until: int) -> None:
    with scope(world.client):
        audit.record(
            Event(client=world.client, action="keys:book:agrees", mode=Mode.SYSTEM, detail=(("until", until),))
        )
    assert reconciled(world).since < datetime.now(UTC) - timedelta(days=1)
