"""The four processes under four real accounts, as the units lay them out: everything works, and walls stand between."""

import json
from typing import Any

import pytest

from tests.needs import needs
from tests.production import machine

pytestmark = pytest.mark.timeout(300)

NO = "PermissionError"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the house answered."""
    for thing in ("machine", "systemd", "postgresql-15"):
        needs(thing)
    done = machine.run()
    assert done.returncode == 0, done.stderr[-3000:]
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_everything_works(found: dict[str, Any]) -> None:
    assert found["running"] == ["keyagent", "sequencer", "web", "worker"]
    assert found["links"] == 2
    assert found["sign-in page"] is True
    assert found["link page"] == 200
    assert found["sequenced and signed"] is True
    assert found["web asks for keys"] == "1"
    for command in ("check", "renew"):
        assert found[command].startswith("0 "), found[command]
    assert found["keys status"].startswith("1 "), found["keys status"]
    assert "There is no key bundle of the last day." in found["keys status"]


def test_stored_files_are_shared_by_those_who_work_on_them(found: dict[str, Any]) -> None:
    assert found["web stores a file"] == "done"
    assert found["worker reads and removes it"] == "sealed"
    assert found["sequencer looks for it"] == NO


def test_nobody_else_reads_the_key_store(found: dict[str, Any]) -> None:
    for account in ("web", "worker", "sequencer", "operator"):
        assert found[f"razdar-{account} reads the key store"] == NO


def test_the_log_is_signed_for_the_sequencer_alone(found: dict[str, Any]) -> None:
    assert found["razdar-sequencer signs"] == "1"
    assert found["razdar-web signs"] == found["razdar-worker signs"] == "NotYours"
    assert found["nobody signs"] not in {"1", ""}


def test_the_web_account_reads_nobodys_settings(found: dict[str, Any]) -> None:
    for name in ("keyagent", "web", "worker", "sequencer", "operator"):
        assert found[f"web reads {name}.env"] == NO
    assert found["web reads the passphrase"] == NO


def test_the_web_account_sees_nobody_elses_folder(found: dict[str, Any]) -> None:
    for folder in ("keyagent", "worker", "sequencer", "operator", "bundles"):
        assert found[f"web lists {folder}"] == NO
    assert "RAZDAR_OWNER_URL" not in found["settings"]["web"]


def test_control_in_one_account_the_walls_are_not_there(found: dict[str, Any]) -> None:
    """The questions tell a wall from a question that nobody could answer."""
    assert found["key agent's own account reads the key store"].isdigit()
    assert found["root reads web.env"].startswith("# Written by")
