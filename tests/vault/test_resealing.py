"""Resealing: a class brought to another mode, or to newer keys, while people go on reading and writing."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import Rebuilding, Unopenable
from razdar.customers import selectors, services
from razdar.customers.models import Customer
from razdar.keys import agent
from razdar.keys.agent import KeyRef
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.vault import choosing, modes, resealing, ring
from razdar.vault import services as vault
from razdar.vault.models import IndexEntry, Resealing, Token
from tests import weakening
from tests.core.crypto.holding import PERSON, brought
from tests.world import VALUES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]
BORN, NATIONAL, ADDRESS = DataClass.BIRTH_DATE, DataClass.NATIONAL_ID, DataClass.POSTAL_ADDRESS
KEEPER = PERSON.recipient.text


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)


def choose(world: World, data_class: DataClass, mode: str, *recipients: str) -> None:
    choosing.choose(None, world.client, data_class, mode, recipients)


def blobs(world: World, data_class: DataClass) -> dict[UUID, bytes]:
    with scope(world.client):
        return {row.id: getattr(row, data_class).blob for row in Customer.objects.filter(client_id=world.client)}


def suites(world: World, data_class: DataClass) -> set[int]:
    return {blob[0] for blob in blobs(world, data_class).values()}


def opened(world: World, customer: UUID, data_class: DataClass, second: Any = None) -> str:
    with scope(world.client):
        sealed = getattr(Customer.objects.get(id=customer), data_class)
        with ring.opened([sealed], "test") as keys:
            return keys.open(sealed, second)


def put_back(world: World, customer: UUID, data_class: DataClass, blob: bytes) -> None:
    """What somebody with hostile SQL and an old copy does."""
    with scope(world.client):
        Customer.objects.filter(id=customer).update(**{str(data_class): blob})


def test_a_class_is_brought_to_its_mode_and_progress_shows(world: World) -> None:
    customers = [world.customer() for _ in range(5)]
    choose(world, BORN, "sealed")
    (before,) = resealing.progress(world.client)
    assert (before.total, before.done, before.finished_at) == (5, 0, None)
    resealing.run(world.client, BORN)
    (after,) = resealing.progress(world.client)
    assert (after.done, after.changed, after.failed, after.waiting) == (5, 5, 0, 0)
    assert after.finished_at
    assert suites(world, BORN) == {0x22}
    assert {opened(world, customer, BORN) for customer in customers} == {VALUES[BORN]}
    assert modes.current(world.client).of(BORN).also == ()
    (applied,) = [e for e in world.events() if e.action == "vault:mode:applied"]
    assert dict(applied.detail)["changed"] == 5


def test_every_step_between_the_modes_and_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "TOKEN_CLASSES", frozenset({ADDRESS}))
    customers = [world.customer() for _ in range(3)]
    for mode, suite in (("token", 0x51), ("sealed", 0x22), ("standard", 0x11), ("token", 0x51), ("standard", 0x11)):
        choose(world, ADDRESS, mode)
        resealing.run(world.client, ADDRESS)
        assert suites(world, ADDRESS) == {suite}
        assert {opened(world, customer, ADDRESS) for customer in customers} == {VALUES[ADDRESS]}
        with scope(world.client):
            assert Token.objects.count() == (3 if mode == "token" else 0)


def test_once_resealed_an_older_copy_of_a_row_does_not_open(world: World) -> None:
    customer = world.customer()
    older = blobs(world, BORN)[customer]
    choose(world, BORN, "sealed")
    assert opened(world, customer, BORN) == VALUES[BORN]  # until resealing is done
    resealing.run(world.client, BORN)
    put_back(world, customer, BORN, older)
    with pytest.raises(Unopenable):
        opened(world, customer, BORN)


def test_a_second_run_changes_nothing(world: World) -> None:
    world.customer()
    choose(world, BORN, "sealed")
    resealing.run(world.client, BORN)
    first = blobs(world, BORN)
    resealing.run(world.client, BORN)
    with scope(world.client):
        resealing.begin(world.client, BORN)
    resealing.run(world.client, BORN)
    assert blobs(world, BORN) == first


def test_a_correction_in_between_wins(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customers = [world.customer() for _ in range(3)]
    choose(world, BORN, "sealed")
    correct_while_resealing(world, monkeypatch, customers[1])
    resealing.run(world.client, BORN)
    assert [opened(world, c, BORN) for c in customers] == [VALUES[BORN], "1999-09-09", VALUES[BORN]]
    (done,) = resealing.progress(world.client)
    assert (done.done, done.changed) == (3, 2)


def correct_while_resealing(world: World, monkeypatch: pytest.MonkeyPatch, customer: UUID) -> None:
    """Between reading and replacing, a supervisor types another date in a thread of their own."""
    import threading

    from django.db import connections

    texts = resealing._texts
    done: list[int] = []

    def correct() -> None:
        with scope(world.client):
            services.correct(world.viewer(Role.SUPERVISOR), customer, "birth_date", "1999-09-09")
        connections.close_all()

    def slowly(values: Any) -> Any:
        found = texts(values)
        if not done and any(value.customer == customer for value in values):
            done.append(1)
            typing = threading.Thread(target=correct)
            typing.start()
            typing.join(20)
            assert not typing.is_alive()  # resealing keeps nobody waiting
        return found

    monkeypatch.setattr(resealing, "_texts", slowly)


def test_control_without_comparing_the_correction_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.vault.dying import overwrites_whatever_stands_there

    customers = [world.customer() for _ in range(2)]
    choose(world, BORN, "sealed")
    correct_while_resealing(world, monkeypatch, customers[1])
    monkeypatch.setattr(resealing, "_replaced", overwrites_whatever_stands_there(resealing._replaced))
    resealing.run(world.client, BORN)
    assert opened(world, customers[1], BORN) == VALUES[BORN]


def test_control_without_closing_the_older_copy_opens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.vault.dying import closes_nothing

    customer = world.customer()
    older = blobs(world, BORN)[customer]
    choose(world, BORN, "sealed")
    monkeypatch.setattr(resealing, "_with", closes_nothing(resealing._with))
    resealing.run(world.client, BORN)
    put_back(world, customer, BORN, older)
    assert opened(world, customer, BORN) == VALUES[BORN]


def test_killed_in_the_middle_it_goes_on(world: World, tmp_path: Path, database: RoleUrls) -> None:
    customers = [world.customer() for _ in range(9)]
    choose(world, BORN, "sealed")
    environ = weakening.environment(
        patch="razdar.vault.resealing:_replaced",
        with_="tests.vault.dying:dies_in_the_third_batch",
        base=os.environ | {"RAZDAR_DATABASE_URL": database.runtime},
    )
    command = [sys.executable, "-m", "tests.vault.dying", str(tmp_path / "keys"), str(world.client), str(BORN)]
    killed = subprocess.run(
        command, env=environ, cwd=weakening.ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert killed.returncode == -9, killed.stderr
    (half,) = resealing.progress(world.client)
    assert (half.done, half.changed, half.finished_at) == (4, 4, None)
    assert suites(world, BORN) == {0x11, 0x22}
    assert {opened(world, customer, BORN) for customer in customers} == {VALUES[BORN]}
    with scope(world.client):
        resealing.resume(world.client)
    resealing.run(world.client, BORN)
    (whole,) = resealing.progress(world.client)
    assert (whole.done, whole.changed) == (9, 9)
    assert suites(world, BORN) == {0x22}


def test_search_before_while_and_after(world: World) -> None:
    customer, supervisor = world.customer(), world.viewer(Role.SUPERVISOR)

    def find() -> list[UUID]:
        with scope(world.client):
            return list(selectors.find(supervisor, NATIONAL, VALUES[NATIONAL]))

    assert find() == [customer]
    choose(world, NATIONAL, "sealed")
    resealing.run(world.client, NATIONAL)
    choose(world, NATIONAL, "searchable")
    later = world.customer()
    with pytest.raises(Rebuilding):
        find()
    resealing.run(world.client, NATIONAL)
    assert set(find()) == {customer, later}
    with scope(world.client):
        assert IndexEntry.objects.filter(customer_id=customer).count() == 5


def test_back_to_search_from_standard_builds_the_index_too(world: World) -> None:
    """Both modes store alike, so nothing is sealed anew for it, but every value has to be indexed."""
    customer, supervisor = world.customer(), world.viewer(Role.SUPERVISOR)
    choose(world, NATIONAL, "standard")
    resealing.run(world.client, NATIONAL)
    choose(world, NATIONAL, "searchable")
    resealing.run(world.client, NATIONAL)
    with scope(world.client):
        assert list(selectors.find(supervisor, NATIONAL, VALUES[NATIONAL])) == [customer]


def test_what_persons_keep_stays_theirs(world: World) -> None:
    choose(world, BORN, "dual_control", KEEPER)
    customer = world.customer()
    kept = blobs(world, BORN)[customer]
    found = choosing.consequence(world.client, BORN, "standard")
    assert found.cannot_leave
    choose(world, BORN, "standard")
    resealing.run(world.client, BORN)
    (run,) = resealing.progress(world.client)
    assert (run.waiting, run.changed, run.failed) == (1, 0, 0)
    assert modes.current(world.client).of(BORN).also == ("dual_control",)
    assert opened(world, customer, BORN, brought(kept)) == VALUES[BORN]
    with scope(world.client):
        services.correct(world.viewer(Role.SUPERVISOR), customer, "birth_date", "1999-09-09")
        resealing.begin(world.client, BORN)
    resealing.run(world.client, BORN)
    assert modes.current(world.client).of(BORN).also == ()
    put_back(world, customer, BORN, kept)
    with pytest.raises(Unopenable):
        opened(world, customer, BORN, brought(kept))


def test_what_does_not_open_is_left_counted_and_stops_nothing(world: World) -> None:
    customers = [world.customer() for _ in range(4)]
    stored = blobs(world, BORN)
    put_back(world, customers[0], BORN, stored[customers[1]])
    with scope(world.client):
        vault.shred(world.client, customers[2])
    choose(world, BORN, "sealed")
    resealing.run(world.client, BORN)
    (run,) = resealing.progress(world.client)
    assert (run.done, run.changed, run.failed) == (4, 2, 2)
    assert opened(world, customers[1], BORN) == opened(world, customers[3], BORN) == VALUES[BORN]


def test_everything_is_brought_under_the_newest_keys(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = world.customer()
    rotated(world, customer, monkeypatch)
    classes = resealing.renew(world.client)
    assert {BORN, NATIONAL, DataClass.PHONE, DataClass.TRANSCRIPT, DataClass.REASON} <= set(classes)
    for data_class in classes:
        resealing.run(world.client, data_class)
    assert blobs(world, BORN)[customer][1:3] == b"\x00\x02"
    assert all(run.finished_at for run in resealing.progress(world.client))
    with scope(world.client):
        found = selectors.find(world.viewer(Role.SUPERVISOR), DataClass.PHONE, "+442079460777")
        assert list(found) == [customer]


def rotated(world: World, customer: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second version of the customer's key, as a rotation makes it: here the first one under another name."""
    real = agent.current()
    newest, unwrap = type(real).newest, type(real).unwrap

    def newer(self: Any, client: UUID, customers: Any) -> Any:
        return {c: KeyRef(client, c, 2) for c in newest(self, client, customers)}

    def either(self: Any, refs: Any, purpose: str) -> Any:
        keys = unwrap(self, [KeyRef(ref.client, ref.customer, 1) for ref in refs], purpose)
        for ref, key in zip(refs, keys, strict=True):
            key[0] ^= ref.version - 1
        return keys

    monkeypatch.setattr(type(real), "newest", newer)
    monkeypatch.setattr(type(real), "unwrap", either)
    assert customer


def test_each_batch_names_in_the_log_whose_keys_were_used(world: World) -> None:
    customers = {world.customer() for _ in range(3)}
    choose(world, BORN, "sealed")
    resealing.run(world.client, BORN)
    named = [e for e in world.events() if e.action == resealing.ACTION]
    assert {field.subject for event in named for field in event.fields} == customers
    assert {field.level for event in named for field in event.fields} == {"none"}


def test_another_choice_in_between_starts_over(world: World) -> None:
    for _ in range(5):
        world.customer()
    choose(world, BORN, "sealed")
    resealing._step(world.client, BORN)
    choose(world, BORN, "standard")
    resealing.run(world.client, BORN)
    assert suites(world, BORN) == {0x11}
    assert modes.current(world.client).of(BORN).also == ()
    with scope(world.client):
        assert Resealing.objects.count() == 1
