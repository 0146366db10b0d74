"""Erasing a customer: nothing opens, nothing is found, others live, the list of events remains."""

import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import NotFound, Refused, StepUpNeeded, Throttled
from razdar.customers import selectors as customers
from razdar.customers import services as records
from razdar.interactions import selectors as interactions
from razdar.interactions.models import Interaction, Recording, Transcript
from razdar.keys import agent
from razdar.privacy import jobs, selectors, services
from razdar.runtime.scope import scope
from razdar.vault.models import IndexEntry
from tests.privacy.erasing import with_a_call
from tests.world import HANDLES, World

pytestmark = pytest.mark.django_db(transaction=True)


def test_preview_counts_what_would_go_and_changes_nothing(world: World) -> None:
    customer, _ = with_a_call(world)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        counts = dict(selectors.preview(officer, customer).counts)
        assert counts == {"field": 7, "handle": 2, "interaction": 1, "recording": 2, "transcript": 2}
        assert dict(selectors.preview(officer, customer).counts) == counts


def test_everything_of_the_customer_is_gone_and_others_open(world: World, tmp_path: Path) -> None:
    customer, call = with_a_call(world)
    other = world.customer(surname="Stays")
    supervisor, officer = world.viewer(Role.SUPERVISOR), world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        names = list(Recording.objects.values_list("object_name", flat=True))
        services.erase(officer, customer, "request")
    jobs.finish(world.client, customer)
    with scope(world.client):
        record = selectors.record(officer, customer)
        assert dict(record.counts)["recording"] == 2
        assert record.key_ids
        card = customers.card(supervisor, customer)
        assert card.erased_at
        assert (card.fields, card.handles) == ((), ())
        assert customers.find(supervisor, *HANDLES[0]) == [other]
        with pytest.raises(NotFound):
            interactions.page(supervisor, call)
        with pytest.raises(NotFound):
            records.match(supervisor, customer, "birth_date", "1971-06-14")
        assert not any(m.objects.exists() for m in (Interaction, Recording, Transcript))
        assert not IndexEntry.objects.filter(customer_id=customer).exists()
        assert customers.card(supervisor, other).shown(DataClass.SURNAME).text == "Stays"
    kept = {path.name for path in (settings.VAR / "objects").rglob("*")}
    assert not kept & {str(name) for name in names}
    assert agent.current().is_destroyed(world.client, customer)
    steps = [dict(e.detail)["step"] for e in world.events() if e.action == jobs.ACTION]
    assert steps == ["done"]
    assert [e.action for e in world.events()].count(services.ASK) == 1


def test_the_bytes_of_the_wrapped_key_are_gone_from_the_key_store(world: World, tmp_path: Path) -> None:
    import sqlite3

    customer = world.customer()
    store = tmp_path / "keys"
    with sqlite3.connect(store / "keystore.sqlite3") as reading:
        wrapped = [
            bytes(value)
            for (table,) in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for row in reading.execute(f"SELECT * FROM {table}").fetchall()
            if customer.bytes in row or str(customer) in row
            for value in row
            if isinstance(value, bytes) and len(value) > 40
        ]
    assert wrapped
    with scope(world.client):
        services.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    jobs.finish(world.client, customer)
    everything = b"".join(path.read_bytes() for path in store.iterdir() if path.is_file())
    assert not any(value in everything for value in wrapped)


def test_erasing_is_for_privacy_officers_with_a_fresh_factor(world: World) -> None:
    customer = world.customer()
    for role in set(Role) - {Role.PRIVACY_OFFICER}:
        with scope(world.client), pytest.raises((Refused, NotFound)):
            services.erase(world.viewer(role), customer, "request")
    stale = world.viewer(Role.PRIVACY_OFFICER, assured_at=time.time() - 400)
    with scope(world.client), pytest.raises(StepUpNeeded):
        services.erase(stale, customer, "request")
    assert not agent.current().is_destroyed(world.client, customer)


def test_an_erasure_that_broke_off_hides_the_customer_disturbs_nobody_and_is_finished(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, _ = with_a_call(world)
    other = world.customer(surname="Stays")
    officer, supervisor = world.viewer(Role.PRIVACY_OFFICER), world.viewer(Role.SUPERVISOR)
    monkeypatch.setattr("razdar.vault.content.discard_all", lambda _names: 1 / 0)
    with scope(world.client):
        services.erase(officer, customer, "request")
    with pytest.raises(ZeroDivisionError):
        jobs.finish(world.client, customer)
    assert agent.current().is_destroyed(world.client, customer)
    with scope(world.client):
        assert customers.card(supervisor, customer).erased_at
        assert [card.id for card in customers.cards(supervisor, [customer, other])] == [other]
        assert customers.find(supervisor, *HANDLES[0]) == [other]
        assert selectors.record(officer, customer).destroyed_at is None
    monkeypatch.undo()
    jobs.finish(world.client, customer)
    with scope(world.client):
        record = selectors.record(officer, customer)
    assert record.destroyed_at
    assert record.key_ids
    assert dict(record.counts)["recording"] == 2
    jobs.finish(world.client, customer)  # a second time changes nothing
    assert [dict(e.detail)["step"] for e in world.events() if e.action == jobs.ACTION] == ["done"]


def test_what_is_written_beside_an_erasure_leaves_nothing(world: World) -> None:
    from razdar.customers.models import Customer, Handle

    customer = world.customer()
    supervisor, officer = world.viewer(Role.SUPERVISOR), world.viewer(Role.PRIVACY_OFFICER)
    began = threading.Event()

    def correct() -> None:
        try:
            for number in range(20):
                began.set()
                with scope(world.client):
                    records.correct(supervisor, customer, "surname", f"Again {number}")
                    records.add_handle(supervisor, customer, DataClass.EMAIL, f"late{number}@example.org")
        except NotFound:
            pass
        finally:
            connections.close_all()

    writers = [threading.Thread(target=correct) for _ in range(3)]
    for writer in writers:
        writer.start()
    began.wait()
    with scope(world.client):
        services.erase(officer, customer, "request")
    jobs.finish(world.client, customer)
    for writer in writers:
        writer.join()
    with scope(world.client):
        row = Customer.objects.get(id=customer)
        assert not row.surname.present
        assert not Handle.objects.filter(customer_id=customer).exists()
        assert not IndexEntry.objects.filter(customer_id=customer).exists()
        assert customers.find(supervisor, DataClass.SURNAME, "Again 1") == []


# --- Who carries it out -----------------------------------------------------------------------------------------------


def test_asking_destroys_nothing_and_leaves_a_job_for_the_worker(world: World) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    customer = world.customer()
    with scope(world.client):
        services.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    assert not agent.current().is_destroyed(world.client, customer)
    (row,) = ProcrastinateJob.objects.filter(task_name="privacy.finish")
    assert row.args == {"client": str(world.client), "customer": str(customer)}
    jobs.finish(world.client, customer)
    assert agent.current().is_destroyed(world.client, customer)


def test_too_many_destructions_wait_and_are_logged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = world.customer()
    with scope(world.client):
        services.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")

    def throttled(*_: object) -> None:
        raise Throttled("Too much.")

    with monkeypatch.context() as patch:
        patch.setattr(type(agent.current()), "destroy_customer", throttled)
        with pytest.raises(Throttled):  # a worker tries again: it is `Unavailable`
            jobs.finish(world.client, customer)
    (event,) = [event for event in world.events() if event.action == "keys:destroy:refused"]
    assert (event.client, event.outcome) == (world.client, "denied")
    jobs.finish(world.client, customer)
    with scope(world.client):
        assert selectors.record(world.viewer(Role.PRIVACY_OFFICER), customer).destroyed_at
