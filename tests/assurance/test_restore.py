"""Backup and restore by their commands: erased customers stay closed, others open, every fault is one sentence."""

import json
import os
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from razdar.assurance import manifest, restoring
from razdar.core.crypto.age import Identity
from razdar.core.errors import Misconfigured
from razdar.keys import bundles, setup
from razdar.keys.store import KeyStore
from tests import weakening
from tests.assurance import forging
from tests.assurance.conftest import Scene, act
from tests.assurance.restored import WORDS, is_empty
from tests.leaks import house
from tests.leaks.installation import Installation

pytestmark = pytest.mark.xdist_group("assurance")  # its scene is built once, by one process


def plan_of(scene: Scene, var: Path, bundle: Path | None = None) -> restoring.Plan:
    return restoring.Plan(scene.backup, bundle or scene.bundles()[-1], scene.identity, None, var)


def opened_in(where: Installation) -> dict[str, int]:
    found: dict[str, int] = act(where, "try")
    return found


def destroyed_in(where: Installation) -> int:
    """How many customers' keys are destroyed in restored keys."""
    with closing(KeyStore.open(where.var / "keys" / setup.STORE_NAME)) as store:
        return store.bundles.erasures()


def test_with_the_newest_bundle_the_customer_is_gone_and_others_live(scene: Scene) -> None:
    where = scene.other("restored-after")
    done = scene.restore(where, scene.bundles()[-1])
    assert done.status == 0, done
    assert "Erased customers: 1. The bundle knew 1; 0 were erased after it" in done.out
    assert "0 opened." in done.out
    assert "Removed from the restored data: 1 field, 1 handle" in done.out
    opened = opened_in(where)
    assert opened.pop(scene.victim) == 0
    assert all(count > 1 for count in opened.values())


def test_with_the_bundle_of_just_before_the_customer_is_kept_shut(scene: Scene) -> None:
    """The bundle does not know of the erasure; the notice beside the backups does."""
    where = scene.other("restored-before")
    done = scene.restore(where, scene.bundle_before())
    assert done.status == 0, done
    assert "The bundle knew 0; 1 were erased after it and are kept shut." in done.out
    assert f"Kept shut: customer {scene.victim}" in done.out
    opened = opened_in(where)
    assert opened.pop(scene.victim) == 0
    assert all(count > 1 for count in opened.values())
    actions = act(where, "log")
    assert "assurance:backup:restore" in actions
    assert "audit:log:begin" in actions


def test_repeated_after_it_broke_off_it_says_the_same(scene: Scene) -> None:
    where = scene.other("restored-twice")
    restoring.restore(plan_of(scene, where.var, scene.bundle_before()), WORDS)
    broken = weakening.environment(
        patch="razdar.audit.sequencing.generations:begin_anew",
        with_="tests.assurance.weak:breaks_off",
        base=where.environ,
    )
    assert Installation(where.base, where.var, broken).run("restore", "finish").status == 1
    done = house.succeed(where.run("restore", "finish"))
    assert "The bundle knew 0; 1 were erased after it and are kept shut." in done
    assert f"Kept shut: customer {scene.victim}" in done


def test_without_notices_a_newer_export_of_the_log_keeps_all_shut_until_somebody_has_looked(scene: Scene) -> None:
    act(scene.live, "log")
    export = scene.base / "newer.zip"
    house.succeed(scene.live.run("log", "export", str(export)))
    alone = scene.base / "alone"
    shutil.copytree(scene.backups, alone, ignore=shutil.ignore_patterns("erasures"))
    where = scene.other("restored-export")
    done = scene.restore(where, scene.bundle_before(), "--log", str(export), backup=alone / scene.backup.name)
    assert done.status == 1
    assert f"Claimed: customer {scene.victim} of client " in done.err
    assert ", in the export of the log." in done.err
    assert where.run("keys", "status").status == 1
    assert destroyed_in(where) == 0  # nothing was destroyed
    looked = house.succeed(where.run("restore", "finish", "--destroy-claimed"))
    assert f"Kept shut: customer {scene.victim}" in looked
    assert "The log names a newer key bundle, number 2." in looked
    assert opened_in(where)[scene.victim] == 0


def test_a_restore_that_is_not_finished_opens_nothing(scene: Scene) -> None:
    where = scene.other("unfinished")
    restoring.restore(plan_of(scene, where.var), WORDS)
    refused = where.run("keys", "status")
    assert refused.status == 1
    assert "razdar restore finish" in refused.err
    done = where.run("restore", "finish")
    assert done.status == 0, done
    assert done.out.splitlines()[-1] == "The installation is open again. Start it with: razdar up"
    assert where.run("keys", "status").status == 0
    again = where.run("restore", "finish")
    assert again.status == 1
    assert "No restore waits to be finished here." in again.err


def test_a_restored_store_knows_its_bundle_and_that_there_may_be_another(scene: Scene) -> None:
    where = scene.other("restored-list")
    restoring.restore(plan_of(scene, where.var, scene.bundle_before()), WORDS)
    done = house.succeed(where.run("restore", "finish"))
    assert "New key bundle: 3." in done
    with closing(KeyStore.open(where.var / "keys" / setup.STORE_NAME)) as store:
        known = {bundle.number: bundle.sha256 for bundle in store.bundles.all()}
    assert list(known) == [1, 2, 3]
    assert known[1] == bundles.sha256_of(scene.bundle_before())
    assert known[2] == ""  # made, and lost with everything after the backup: nobody here can know its hash
    assert known[3] == bundles.sha256_of(where.var / "bundles" / bundles.file_name(3))


# --- Faults: one sentence, and nothing is left ------------------------------------------------------------------------


@pytest.fixture
def plan(scene: Scene, tmp_path: Path) -> restoring.Plan:
    """A copy of the backup that may be spoiled, and a place of its own."""
    root = tmp_path / "backups"
    shutil.copytree(scene.backups, root)
    bundle = tmp_path / "bundle.age"
    shutil.copy(scene.bundles()[-1], bundle)
    return restoring.Plan(root / scene.backup.name, bundle, scene.identity, None, tmp_path / "var")


def refused(plan: restoring.Plan, words: str, now: datetime | None = None) -> None:
    with pytest.raises(Misconfigured, match=words):
        restoring.restore(plan, WORDS, now)
    assert is_empty(plan.var)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def change(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("spoil", [cut, change, Path.unlink], ids=["cut", "changed", "missing"])
@pytest.mark.parametrize("name", ["base.tar", "objects.jsonl", "log/manifest.json", "manifest.json", "manifest.note"])
def test_a_backup_that_is_not_whole_is_refused(plan: restoring.Plan, name: str, spoil: object) -> None:
    (path,) = plan.backup.glob(name)
    assert callable(spoil)
    if name == "manifest.json" and spoil is change:
        members = json.loads(path.read_text())
        members["files"]["base.tar"] = "0" * 64
        path.write_text(json.dumps(members))
    else:
        spoil(path) if path.stat().st_size > 2000 or spoil is not cut else path.write_bytes(b"{")
    refused(plan, "not whole|no finished backup|damaged|not made by the installation")


def test_an_object_that_is_missing_or_changed_is_noticed(plan: restoring.Plan) -> None:
    (path, *_) = [path for path in (plan.backup.parent / "objects").rglob("*") if path.is_file()]
    whole = path.read_bytes()
    change(path)
    refused(plan, "object is missing, cut or changed")
    path.unlink()
    refused(plan, "object is missing, cut or changed")
    path.write_bytes(whole)
    manifest.check(plan.backup, manifest.read(plan.backup))


@pytest.mark.parametrize("spoil", [cut, change], ids=["cut", "changed"])
def test_a_bundle_that_was_cut_or_changed_is_refused(plan: restoring.Plan, spoil: object) -> None:
    assert callable(spoil)
    spoil(plan.bundle)
    refused(plan, "does not open")


def test_an_expired_bundle_is_refused_unless_exactly_that_one_is_asked_for(
    plan: restoring.Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime.now(UTC) + timedelta(days=14, minutes=5)
    refused(plan, "expired on .* --expired 2", later)
    refused(replace(plan, expired=1), "expired", later)
    monkeypatch.setattr(restoring, "_unpack", lambda *_: None)
    assert restoring.restore(replace(plan, expired=2), WORDS, later).bundle.number == 2


def test_another_passphrase_is_refused_before_anything_is_written(plan: restoring.Plan) -> None:
    with pytest.raises(Misconfigured, match="passphrase does not open the keys in this bundle"):
        restoring.restore(plan, b"another passphrase than that")
    assert is_empty(plan.var)


def test_another_file_under_the_number_of_the_backups_own_bundle_is_refused(plan: restoring.Plan, scene: Scene) -> None:
    """The same keys, sealed again by somebody who could open them: signed, and yet not what was made with it."""
    parts = forging.opened(scene.bundle_before())
    forging.seal(parts, plan.bundle)
    refused(plan, "not the key bundle 1 that the backup was made with")


def test_the_identity_of_somebody_else_is_refused(plan: restoring.Plan, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(Identity.generate(os.urandom).reveal())
    refused(replace(plan, identity=other), "does not open")
    other.write_text("no identity")
    refused(replace(plan, identity=other), "no age identity")


def test_another_installations_bundle_is_refused(plan: restoring.Plan) -> None:
    path = plan.backup / "manifest.json"
    members = json.loads(path.read_text())
    members["installation"] = "01970000-0000-4000-8000-000000000001"
    path.write_text(json.dumps(members))
    refused(plan, "another installation than the backup")


def test_a_folder_that_is_not_empty_is_left_as_it_is(plan: restoring.Plan) -> None:
    plan.var.mkdir()
    (plan.var / "somebody's").write_text("work")
    with pytest.raises(Misconfigured, match="not empty"):
        restoring.restore(plan, WORDS)
    assert [path.name for path in plan.var.iterdir()] == ["somebody's"]


def test_a_backup_must_not_lie_in_what_it_saves(scene: Scene) -> None:
    done = scene.live.run("backup", str(scene.live.var / "backups"))
    assert done.status == 1
    assert "another disk" in done.err


def test_without_a_folder_the_one_of_the_settings_counts(scene: Scene) -> None:
    for command in (["backup"], ["restore", "--bundle", "x", "--identity", "y"]):
        nowhere = scene.other("nowhere").run(*command, RAZDAR_BACKUP_FOLDER="")
        assert nowhere.status == 1
    where = scene.other("newest")
    none = where.run("restore", "--bundle", "x", "--identity", "y", RAZDAR_BACKUP_FOLDER=str(scene.base / "newest"))
    assert "There is no finished backup" in none.err
    identity = where.run("restore", "--bundle", "x", "--identity", "y")
    assert "There is no age identity in y." in identity.err  # so a backup was found


def test_a_second_backup_copies_no_object_twice(scene: Scene) -> None:
    done = house.succeed(scene.live.run("backup"))
    assert "0 of them new" in done
    assert not [path for path in scene.backups.iterdir() if path.name.startswith(".")]
