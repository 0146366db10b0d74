"""Pages about the proof: while the keys are away, alarms in red, and commands that are those of the documentation."""

import argparse
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from razdar.audit import log_command
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.submission import submit
from razdar.audit.witness import command
from razdar.core.errors import KeysLocked
from razdar.oversight.proofs import WITNESS_STEPS
from tests.audit.fakes import A, Connection
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.witnesses import add, new_folder, serving
from tests.oversight.proving import EXPORT, LOG, PROOF, STATE, badge, logged, plain, post
from tests.oversight.reading import get, text_of
from tests.weakening import ROOT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has an entry, and then nothing of the key agent answers."""
    logged()

    def fails(*_: object) -> object:
        raise KeysLocked

    monkeypatch.setattr(signing, "log_key", fails)


@pytest.fixture
def cosigned(tmp_path: Path) -> Iterator[None]:
    logged()
    folder = new_folder(tmp_path / "witness")
    with serving(folder) as url:
        add(url, folder)
        submit()
        yield


@pytest.mark.parametrize("url", [LOG, PROOF, STATE, EXPORT])
def test_while_the_keys_are_away_a_page_says_so(away: None, url: str) -> None:
    response = get(url)
    assert response.status_code == 200
    assert badge(response) == ("bad", "The key of the log is away")


@pytest.mark.parametrize("url", [PROOF, EXPORT])
def test_and_neither_shows_keys_nor_offers_what_it_cannot_do(away: None, url: str) -> None:
    response = get(url)
    text = text_of(response)
    assert "The keys are away" in text
    assert "notice-bad" in plain(response)
    for words in ("verify.py", "Fingerprint", "Download the log"):
        assert words not in text


def test_an_export_asked_for_meanwhile_is_refused_on_the_same_page_and_on_no_record(
    away: None, owner: Connection
) -> None:
    response = post("legal")
    assert response.status_code == 503
    assert "The keys are away" in response.content.decode()
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM audit_event WHERE log = %s", [A]).fetchone() == (1,)


@pytest.mark.parametrize("url", [LOG, PROOF])
def test_a_late_witness_is_an_alarm_in_red_wherever_it_is_shown(cosigned: None, owner: Connection, url: str) -> None:
    assert 'class="notice notice-bad">' not in plain(get(url))
    earlier = datetime.now(UTC) - timedelta(minutes=16)
    owner.execute("UPDATE audit_checkpoint SET cosigned_at = %s WHERE cosigned_at IS NOT NULL", [earlier])
    response = get(url)
    assert badge(response)[0] == "bad"
    assert 'class="notice notice-bad"><strong>No witness has co-signed for a quarter of an hour' in plain(response)
    assert "notice-warn" not in plain(response)


def test_the_commands_for_a_witness_are_those_of_the_documentation() -> None:
    documented = (ROOT / "docs" / "production.md").read_text()
    assert "\n".join(WITNESS_STEPS) in documented
    logged()
    text = " ".join(text_of(get(PROOF)).split())
    for step in WITNESS_STEPS:
        assert " ".join(step.replace("LOG-KEY", signing.log_key().format()).split()) in text


def test_and_the_command_line_takes_them() -> None:
    for step in WITNESS_STEPS:
        program, name, *words = shlex.split(step.replace("\\\n", " "))
        assert program == "razdar"
        parser = argparse.ArgumentParser()
        {"witness": command, "log": log_command}[name]._arguments(parser)
        parser.parse_args(words)


def test_what_was_done_at_the_console_is_the_operators(cosigned: None) -> None:
    wait_until_sequenced()
    text = text_of(get(LOG))
    assert "Adding a witness" in text
    assert "Operator, at the console" in text
