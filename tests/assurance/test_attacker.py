"""Erasure against somebody who holds the root passphrase, yesterday's data backup and a key bundle.

The attacker does not play by the rules of ``razdar restore``: whatever opens with what they have, opens.
"""

import shutil
from pathlib import Path

import pytest

from razdar.assurance import manifest
from razdar.core.crypto.age import Identity
from razdar.keys import bundles, setup
from razdar.runtime.postgres import copies
from tests.assurance.conftest import ONE, Scene, act, beside

pytestmark = pytest.mark.xdist_group("assurance")  # its scene is built once, by one process


def open_by_hand(scene: Scene, name: str, keys: Path) -> dict[str, int]:
    """Put yesterday's data and some keys folder together and open what opens; how much, by customer."""
    where = scene.other(name)
    where.var.mkdir()
    where.var.chmod(0o711)
    copies.put_back(scene.backup / "base.tar", where.var, manifest.sha256_of(scene.backup / "base.tar"))
    shutil.copytree(scene.backups / "objects", where.var / "objects")
    shutil.copytree(keys, where.var / "keys")
    try:
        found: dict[str, int] = act(where, "try")
        return found
    finally:
        copies.take_away(where.var)


def keys_from(scene: Scene, bundle: Path, name: str) -> Path:
    """The keys folder that a bundle holds, without the mark of an unfinished restore."""
    opened = bundles.open_bundle(bundle, Identity.parse(ONE.reveal()))
    folder = scene.base / name
    setup.put_back(folder, opened.store, opened.root, b"{}")
    (folder / setup.RESTORED_NAME).unlink()
    return folder


def test_with_the_newest_bundle_the_customer_stays_closed_and_others_open(scene: Scene) -> None:
    newest = scene.bundles()[-1]
    opened = open_by_hand(scene, "attack-newest", keys_from(scene, newest, "newest-keys"))
    assert opened.pop(scene.victim) == 0
    assert set(opened) == set(scene.others)
    assert all(count > 1 for count in opened.values())


def test_a_bundle_of_just_before_opens_it_as_the_certificate_says_for_this_root(scene: Scene) -> None:
    """With a passphrase file there is no date of finality: whoever kept an old bundle can still open old copies."""
    opened = open_by_hand(scene, "attack-before", keys_from(scene, scene.bundle_before(), "old-keys"))
    assert opened[scene.victim] > 1
    certificate = scene.live.run("keys", "status")
    assert "passphrase-file" in certificate.out


def test_control_keys_inside_the_backup_bring_the_customer_back(scene: Scene) -> None:
    opened = open_by_hand(scene, "attack-control", scene.stolen_keys)
    assert opened[scene.victim] > 1


def test_the_backup_holds_no_keys_and_nothing_that_opens_them(scene: Scene) -> None:
    names = {path.name for path in scene.backup.rglob("*") if path.is_file()}
    assert not names & {"keystore.sqlite3", "root.json", "passphrase", "roles.json"}
    assert not any(name.endswith(".age") for name in names)
    store = (scene.stolen_keys / "keystore.sqlite3").read_bytes()
    root = (scene.stolen_keys / "root.json").read_bytes()
    secrets = [store[at + 13 : at + 45] for at in range(0, len(store) - 64, 64) if any(store[at + 13 : at + 45])]
    everything = b"".join(path.read_bytes() for path in scene.backups.rglob("*") if path.is_file())
    assert root[-60:] not in everything
    assert not any(secret in everything for secret in secrets[50:] if len(set(secret)) > 25)
    assert b"forty quiet lanterns" not in everything


def test_no_blind_index_is_in_the_base_backup_or_its_log(scene: Scene) -> None:
    archive = (scene.backup / "base.tar").read_bytes()
    assert scene.tokens
    assert scene.indexed  # the scan finds them in the live database
    assert scene.sealed in archive
    assert beside(archive, scene.tokens, scene.victim) == 0


def test_the_notice_of_the_erasure_lies_beside_the_backups(scene: Scene) -> None:
    (notice,) = (scene.backups / "erasures").iterdir()
    assert scene.victim in notice.name
    assert "Surname0" not in notice.read_text()
