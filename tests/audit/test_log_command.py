"""`razdar log`: what it prints, what it leaves in the log, what it refuses."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from razdar import audit
from razdar.audit import log_command
from razdar.audit.exports import verification
from razdar.audit.models import NIL, Inbox
from razdar.audit.sequencing import signing
from razdar.audit.witness.state import WitnessFolder
from razdar.audit.writer import Writer
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger import encode
from tests.audit.fakes import A, B, Connection, installation, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    log_command._arguments(parser)
    return log_command._run(parser.parse_args(words))


def actions(owner: Connection) -> list[str]:
    wait_until_sequenced()
    return [action for action in installation(owner) if not action.startswith("system:")]


def test_the_key_is_shown_as_a_verifier_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("key") == 0
    key = signing.log_key()
    assert capsys.readouterr().out == f"{key.format()}\nFingerprint: {key.fingerprint}\n"


@pytest.mark.parametrize("name", ["export", "export.zip"])
def test_an_export_of_all_logs_is_an_event_of_the_installation(owner: Connection, tmp_path: Path, name: str) -> None:
    audit.record_now(look(A))
    audit.record_now(look(B))
    wait_until_sequenced()
    assert run("export", str(tmp_path / name)) == 0
    report = verification.verify(tmp_path / name, [signing.log_key()], [], [])
    assert report.ok, report.lines()
    assert len(report.logs) == 3
    assert actions(owner) == ["oversight:log:export"]


def test_an_export_of_one_client_is_an_event_of_its_log(owner: Connection, tmp_path: Path) -> None:
    audit.record_now(look(A))
    audit.record_now(look(B))
    wait_until_sequenced()
    run("export", str(tmp_path / "export"), "--client", str(A))
    files = [path for path in (tmp_path / "export").rglob("*") if path.is_file()]
    assert str(B) not in "".join(path.read_text("latin-1") for path in files)
    assert actions(owner) == []
    rows = owner.execute("SELECT action FROM audit_event WHERE log = %s AND index = 1", [A]).fetchall()
    assert rows == [("oversight:log:export",)]
    with pytest.raises(NotFound):
        run("export", str(tmp_path / "another"), "--client", str(B).replace("b", "c"))


def test_witnesses_are_added_listed_and_removed_on_the_record(
    owner: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = WitnessFolder(tmp_path / "witness", "witness.example.org").key
    run("witness", "add", "https://witness.example.org", key.format())
    run("witness", "list")
    run("witness", "remove", "https://witness.example.org")
    said = capsys.readouterr().out
    assert f"Its fingerprint: {key.fingerprint}" in said
    assert f"https://witness.example.org for all logs: {key.format()}" in said
    assert actions(owner) == ["audit:witness:added", "audit:witness:removed"]
    with pytest.raises(BadInput):
        run("witness", "add", "http://witness.example.org", key.format())
    assert actions(owner) == ["audit:witness:added", "audit:witness:removed"]


def test_pruning_says_what_went(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("prune") == 0
    assert "older than 24 months" in capsys.readouterr().out
    made_by, at = Writer(), datetime.now(UTC) - timedelta(days=800)
    rows = [made_by.event(encode(look(), int(at.timestamp() * 1000))) for _ in range(300)]
    Inbox.objects.using("audit").bulk_create(rows)
    wait_until_sequenced()
    run("prune")
    assert capsys.readouterr().out == f"{A}: 256 entries\n"


def test_beginning_anew_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    wait_until_sequenced()
    run("begin-anew")
    assert f"{NIL}: generation 2\n" in capsys.readouterr().out
