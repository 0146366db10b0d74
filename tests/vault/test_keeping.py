"""Keeping the keys: what the daily job and an erasure ask for, and what the log says about it."""

import argparse
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from razdar.core.crypto.age import Identity
from razdar.core.disclosure import Role
from razdar.core.errors import Misconfigured, NotYours, Unavailable
from razdar.keys import agent, bundles
from razdar.keys.agent import SigningPurpose
from razdar.privacy import jobs as erasing
from razdar.privacy import services as privacy
from razdar.runtime.commands import COMMANDS
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.vault import commands as _commands  # noqa: F401 - registers them
from razdar.vault import keeping, keeping_jobs, notices
from tests.world import PASSPHRASE, World, build, unlocked_keys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


@pytest.fixture
def with_recipients(world: World) -> World:
    for name in ("one", "two"):
        keeping.add_recipient(name, Identity.generate(os.urandom).recipient.text)
    return world


def details(world: World, action: str) -> list[dict[str, object]]:
    return [dict(event.detail) for event in world.events() if event.action == action]


def test_a_bundles_number_and_hash_are_in_the_log(with_recipients: World, tmp_path: Path) -> None:
    made = keeping.make_bundle()
    (logged,) = details(with_recipients, "keys:bundle:make")
    assert (logged["number"], logged["sha256"]) == (made.number, made.sha256)
    assert bundles.sha256_of(tmp_path / "bundles" / bundles.file_name(made.number)) == made.sha256


def test_a_bundle_that_could_not_be_made_is_logged_too(world: World) -> None:
    with pytest.raises(Misconfigured):
        keeping.make_bundle()
    (event,) = [event for event in world.events() if event.action == "keys:bundle:make"]
    assert event.outcome == "failed"
    assert keeping.is_late(keeping.state())


def status() -> int:
    arguments = argparse.ArgumentParser()
    COMMANDS["keys"].add_arguments(arguments)
    return COMMANDS["keys"].run(arguments.parse_args(["status"]))


def test_the_status_ends_with_1_while_there_is_no_bundle_of_the_last_day(
    with_recipients: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = "There is no key bundle of the last day. Make one now: razdar keys bundle"
    assert status() == 1
    assert late in capsys.readouterr().err
    keeping.make_bundle()
    assert status() == 0
    assert late not in capsys.readouterr().err
    monkeypatch.setattr(keeping, "LATE", timedelta(0))
    assert status() == 1
    said = capsys.readouterr()
    assert late in said.err
    assert "Newest key bundle: number 1," in said.out


def test_the_status_names_the_step_that_comes_before_a_bundle(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert status() == 1
    said = capsys.readouterr().err
    assert "there are 0. Add them first: razdar keys recipients add NAME RECIPIENT" in said
    assert "razdar keys bundle" not in said


def test_the_daily_job_does_what_is_due_and_no_more(with_recipients: World, tmp_path: Path) -> None:
    first = keeping.keep(7)
    assert (first.rotated, first.dropped) == ((), ())
    assert first.bundle
    assert keeping.keep(7).bundle is None
    later = keeping.keep(7, datetime.now(UTC) + timedelta(days=7))
    assert set(later.rotated) == {with_recipients.client, with_recipients.other}
    assert later.bundle
    steps = [logged["step"] for logged in details(with_recipients, "keys:epoch:rotate")]
    assert steps == ["begun", "done"] * 2
    assert [logged["epoch"] for logged in details(with_recipients, "keys:epoch:destroy")] == [1, 1]
    assert {epoch.number for epoch in keeping.state().epochs} == {2}
    assert not keeping.is_late(keeping.state())


def test_an_erasure_asks_for_a_bundle_and_leaves_a_notice(
    with_recipients: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = with_recipients
    monkeypatch.setattr(settings, "RAZDAR_BACKUP_FOLDER", tmp_path / "backups")
    customer = world.customer()
    keeping.make_bundle()
    with scope(world.client):
        privacy.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    erasing.finish(world.client, customer)
    assert not keeping.is_covered(keeping.state())
    keeping_jobs.after_erasure(world.client, customer)
    assert keeping.is_covered(keeping.state())
    keeping_jobs.after_erasure(world.client, customer)  # a second time changes nothing
    assert len(keeping.state().bundles) == 2
    public = agent.current().verifying_key(SigningPurpose.NOTICE)
    installation = keeping.state().installation
    (found,), refused = notices.read(tmp_path / "backups", installation, public)
    assert (found.client, found.customer, refused) == (world.client, customer, [])
    (path,) = (tmp_path / "backups" / "erasures").iterdir()
    path.write_text(path.read_text().replace(str(customer), str(world.client)))
    assert notices.read(tmp_path / "backups", installation, public) == ([], [path.name])


def test_a_bundle_that_fails_does_not_undo_the_erasure(with_recipients: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world, customer = with_recipients, with_recipients.customer()
    with scope(world.client):
        privacy.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    erasing.finish(world.client, customer)
    with monkeypatch.context() as patch:
        patch.setattr(bundles, "_write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(Unavailable):
            keeping_jobs.after_erasure(world.client, customer)
    assert agent.current().is_destroyed(world.client, customer)
    assert not keeping.is_covered(keeping.state())
    keeping_jobs.cover()
    assert keeping.is_covered(keeping.state())


def test_a_customers_new_key_and_a_new_root_are_logged(with_recipients: World) -> None:
    world, customer = with_recipients, with_recipients.customer()
    (ref,) = keeping.rotate_customers(world.client, [customer])
    assert ref.version == 2
    with pytest.raises(NotYours):
        keeping.rotate_root(b"not the one in use", b"another passphrase altogether")
    keeping.rotate_root(PASSPHRASE, b"another passphrase altogether")
    assert [logged["version"] for logged in details(world, "keys:customer:rotate")] == [2]
    steps = [logged.get("step", logged.get("code")) for logged in details(world, "keys:root:rotate")]
    assert steps == ["begun", "not-yours", "begun", "done"]
    with scope(world.client):
        assert agent.current().unwrap([ref], "test")
