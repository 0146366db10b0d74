"""A restore where the database is on a server of the operator's: keys, then PostgreSQL's own tools, then the end."""

from pathlib import Path

import pytest

from razdar.assurance import commands
from tests.assurance import own_server
from tests.assurance.conftest import Scene, act

pytestmark = pytest.mark.xdist_group("assurance")  # its scene is built once, by one process

AWAY = "postgresql://razdar_{role}@/razdar?host=/nonexistent"


def away() -> dict[str, str]:
    """A server that is not there yet."""
    names = {"DATABASE": "runtime", "OWNER": "owner", "SEQUENCER": "sequencer", "BACKUP": "backup"}
    return {f"RAZDAR_{name}_URL": AWAY.format(role=role) for name, role in names.items()}


def test_keys_then_database_then_every_erasure_is_repeated(scene: Scene) -> None:
    where = scene.other("own-server")
    where.environ = {**where.environ, **away()}
    whole = scene.restore(where, scene.bundle_before())
    assert whole.status == 1
    assert "razdar restore --keys-only" in whole.err
    keys = scene.restore(where, scene.bundle_before(), "--keys-only")
    assert keys.status == 0, keys
    assert keys.out.splitlines()[-1].endswith("repeated: razdar restore finish")
    assert not (where.var / "postgres").exists()
    early = where.run("restore", "finish")
    assert early.status == 1
    assert "The database does not answer." in early.err
    with own_server.restored(scene, scene.base / "server") as named:
        where.environ = {**where.environ, **named}
        assert where.run("keys", "status").status == 1
        done = where.run("restore", "finish")
        assert done.status == 0, done
        assert "The bundle knew 0; 1 were erased after it and are kept shut." in done.out
        assert f"Kept shut: customer {scene.victim}" in done.out
        assert done.out.splitlines()[-1] == "The installation is open again. Start it with: razdar up"
        assert sorted(path.name for path in (where.var / "objects").glob("*/*")) == sorted(
            path.name for path in (scene.backups / "objects").glob("*/*")
        )
        opened: dict[str, int] = act(where, "try")
    assert opened.pop(scene.victim) == 0
    assert all(count > 1 for count in opened.values())


def test_keys_only_is_for_a_server_of_ones_own(scene: Scene) -> None:
    where = scene.other("keys-only-embedded")
    done = scene.restore(where, scene.bundles()[-1], "--keys-only")
    assert done.status == 1
    assert "RAZDAR_DATABASE_URL" in done.err
    assert not where.var.exists() or not [path for path in where.var.iterdir() if path.name != "log"]


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize("units", [True, False])
def test_the_last_line_says_how_it_is_started_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded: bool, units: bool
) -> None:
    from django.conf import settings

    target = tmp_path / "razdar.target"
    if units:
        target.touch()
    monkeypatch.setattr(settings, "RAZDAR_EMBEDDED", embedded)
    monkeypatch.setattr(commands, "_TARGET", target)
    last = commands._next_steps()[-1]
    if units and not embedded:
        assert last == "systemd-tmpfiles --create razdar.conf && systemctl start razdar.target"
    else:
        assert last.endswith("razdar up")
