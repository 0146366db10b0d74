"""Witnesses are asked, believed only as far as their key goes, told on when they refuse, and caught up with."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections

from razdar.audit import selectors
from razdar.audit.models import NIL, Inbox
from razdar.audit.sequencing import sequencer, signing, submission, witness_client
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.submission import Submission, submit
from razdar.audit.sequencing.witness_client import parse_url
from razdar.audit.witness.state import WitnessFolder
from razdar.audit.writer import Writer
from razdar.core.errors import BadInput, Unavailable
from razdar.core.ledger import encode, notes
from razdar.runtime.scope import scope
from tests.audit.fakes import A, B, Connection, auditor, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import sizes
from tests.audit.witnesses import add, new_folder, saying, serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


@pytest.fixture
def folder(tmp_path: Path, transactional_db: None) -> WitnessFolder:
    return new_folder(tmp_path / "witness")


@pytest.fixture
def at(folder: WitnessFolder) -> Iterator[str]:
    with serving(folder) as url:
        yield url


def log(count: int = 1) -> None:
    made_by = Writer()
    rows = [made_by.event(encode(look(A), 1_750_000_000_000)) for _ in range(count)]
    Inbox.objects.using("audit").bulk_create(rows)
    wait_until_sequenced()


def told(owner: Connection) -> list[str]:
    wait_until_sequenced()
    rows = owner.execute(
        "SELECT convert_from(payload, 'UTF8')::json #>> '{detail,reason}', action FROM audit_event "
        "WHERE log = %s AND action LIKE 'audit:witness:%%' ORDER BY \"index\"",
        [A],
    ).fetchall()
    return [f"{action.rpartition(':')[2]} {reason or ''}".strip() for reason, action in rows]


def cosigned(owner: Connection, folder: WitnessFolder) -> list[int]:
    """The sizes of A's checkpoints that bear the witness's valid signature."""
    rows = owner.execute("SELECT size, note FROM audit_checkpoint WHERE client_id = %s ORDER BY 1", [A]).fetchall()
    signed = [(size, notes.parse(bytes(note))) for size, note in rows]
    return [size for size, note in signed if folder.key.has_signed(note) and folder.key.check(note)]


def test_the_newest_checkpoint_is_co_signed_and_kept(owner: Connection, folder: WitnessFolder, at: str) -> None:
    add(at, folder)
    log(300)
    assert submit()
    assert cosigned(owner, folder) == [300]
    assert not submit()
    log(2)
    log(1)
    assert submit()
    assert cosigned(owner, folder) == [300, 303]
    assert {origin.log for origin in folder.state().logs} == {A, NIL}
    assert told(owner) == []


def test_a_witness_of_one_client_sees_that_log_alone(owner: Connection, folder: WitnessFolder, at: str) -> None:
    add(at, folder, B)
    log()
    assert submit()
    assert {origin.log for origin in folder.state().logs} == {B}


def test_a_witness_that_was_away_for_a_week_is_caught_up_with(
    owner: Connection, folder: WitnessFolder, tmp_path: Path
) -> None:
    with serving(folder) as url:
        add(url, folder)
        log(3)
        submit()
    with scope(A):
        assert not selectors.proof_state(auditor()).alarm
    for _ in range(4):
        log(200)
        assert submit()
    assert cosigned(owner, folder) == [3]
    with scope(A):
        assert selectors.proof_state(auditor(), datetime.now(UTC) + timedelta(minutes=16)).alarm
    with serving(folder, parse_url(url).port):
        submit()
    assert cosigned(owner, folder) == [3, 803]
    assert told(owner) == []


def test_a_cosignature_stays_when_a_newer_checkpoint_came_meanwhile(
    owner: Connection, folder: WitnessFolder, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(at, folder)
    log(3)
    ask = witness_client.ask

    def slowly(*args: object) -> witness_client.Answer:
        answer = ask(*args)  # type: ignore[arg-type]
        thread = threading.Thread(target=_log_more)
        thread.start()
        thread.join()
        return answer

    with monkeypatch.context() as slow:
        slow.setattr(witness_client, "ask", slowly)
        submit()
    assert cosigned(owner, folder) == [3]
    assert (sizes(owner, A)[0], len(sizes(owner, A))) == (3, 2)


def _log_more() -> None:
    log(1)
    for alias in ("audit", SEQUENCER):
        connections[alias].close()


def test_another_known_size_is_the_start_of_another_proof(owner: Connection, folder: WitnessFolder, at: str) -> None:
    add(at, folder)
    log(3)
    submit()
    log(3)
    for size in (0, 2):
        owner.execute("UPDATE audit_cosigning SET size = %s WHERE client_id = %s", [size, A])
        submit()
        log(1)
    assert cosigned(owner, folder) == [3, 6, 7]


def _restore_old_backup(owner: Connection) -> None:
    """The administrator puts the log back to where it had three entries."""
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index >= 3", [A])
    owner.execute("DELETE FROM audit_subject WHERE index >= 3")
    owner.execute("UPDATE audit_tile SET hashes = substring(hashes for 96) WHERE client_id = %s", [A])
    owner.execute("DELETE FROM audit_checkpoint WHERE client_id = %s", [A])
    owner.execute("UPDATE audit_log SET next_index = 3, hashed = 3, signed_size = 0 WHERE log = %s", [A])


def test_a_log_that_was_cut_is_refused_and_told_once(
    owner: Connection, folder: WitnessFolder, at: str, forgetful: Callable[[], None]
) -> None:
    add(at, folder)
    log(10)
    submit()
    _restore_old_backup(owner)
    forgetful()
    log(1)
    for _ in range(3):
        assert submit()
        assert told(owner) == ["refused larger"]
    assert cosigned(owner, folder) == []
    with scope(A):
        assert selectors.proof_state(auditor()).alarm
    log(20)
    submit()
    assert told(owner) == ["refused larger", "refused inconsistent"]


def test_a_log_that_was_rewritten_is_refused(
    owner: Connection, folder: WitnessFolder, at: str, forgetful: Callable[[], None]
) -> None:
    add(at, folder)
    log(10)
    submit()
    owner.execute("UPDATE audit_event SET payload = payload || ' '::bytea WHERE log = %s AND index = 4", [A])
    owner.execute(
        "UPDATE audit_tile SET hashes = overlay(hashes placing sha256('\\x00'::bytea || "
        "(SELECT payload FROM audit_event WHERE log = %s AND index = 4)) from 4 * 32 + 1) WHERE client_id = %s",
        [A, A],
    )
    owner.execute("DELETE FROM audit_checkpoint WHERE client_id = %s", [A])
    forgetful()
    log(1)
    submit()
    assert told(owner) == ["refused inconsistent"]
    assert cosigned(owner, folder) == []


def test_control_a_witness_that_agrees_to_everything_would_tell_nothing(
    owner: Connection, folder: WitnessFolder, at: str, monkeypatch: pytest.MonkeyPatch, forgetful: Callable[[], None]
) -> None:
    monkeypatch.setattr("razdar.core.ledger.merkle.verify_consistency", lambda *_: None)
    test_a = test_a_log_that_was_rewritten_is_refused
    with pytest.raises(AssertionError, match="refused inconsistent"):
        test_a(owner, folder, at, forgetful)


def test_a_witness_that_agrees_again_is_told_too(owner: Connection, folder: WitnessFolder, tmp_path: Path) -> None:
    stranger = WitnessFolder(tmp_path / "stranger", "witness.example.org")
    with serving(stranger) as url:
        add(url, stranger)
        log(2)
        submit()
        assert told(owner) == ["refused unknown"]
        stranger.trust(signing.log_key())
        submit()
    assert told(owner) == ["refused unknown", "agreed"]
    assert cosigned(owner, stranger) == [3]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (403, b"no", "unsigned"),
        (404, b"no", "unknown"),
        (422, b"no", "inconsistent"),
        (400, b"no", "malformed"),
        (409, b"99\n", "larger"),
        (409, b"0\n", "forked"),
        (409, b"x" * 100, "answer"),
        (200, b"", "answer"),
        (200, b"signed\n", "answer"),
        (200, b"\xe2\x80\x94 witness.example.org AAAAAAAAAAAAAAAA\n", "answer"),
    ],
)
def test_what_is_no_cosignature_is_refused(
    owner: Connection, folder: WitnessFolder, status: int, body: bytes, reason: str
) -> None:
    with saying(status, body) as (url, asked):
        add(url, folder)
        log()
        submit()
    assert len(asked) >= 1
    assert told(owner) == [f"refused {reason}"]
    assert cosigned(owner, folder) == []


@pytest.mark.parametrize("by", [-125, -86_400, 125, 10**9])
def test_a_witness_whose_clock_is_wrong_is_an_alarm_and_not_believed(
    owner: Connection, folder: WitnessFolder, at: str, monkeypatch: pytest.MonkeyPatch, by: int
) -> None:
    add(at, folder)
    log(3)
    answer = folder.answer
    with monkeypatch.context() as wrong:
        wrong.setattr(folder, "answer", lambda body, now_s: answer(body, now_s + by))
        assert submit()
    assert cosigned(owner, folder) == []
    assert told(owner) == ["refused clock"]
    with scope(A):
        assert selectors.proof_state(auditor()).refused
    submit()
    assert told(owner) == ["refused clock", "agreed"]
    assert len(cosigned(owner, folder)) == 1


@pytest.mark.parametrize("by", [-110, 110])
def test_clocks_may_be_two_minutes_apart(
    owner: Connection, folder: WitnessFolder, at: str, monkeypatch: pytest.MonkeyPatch, by: int
) -> None:
    add(at, folder)
    log(3)
    answer = folder.answer
    monkeypatch.setattr(folder, "answer", lambda body, now_s: answer(body, now_s + by))
    submit()
    assert cosigned(owner, folder) == [3]


def test_another_witnesss_signature_is_not_taken(
    owner: Connection, folder: WitnessFolder, tmp_path: Path, at: str
) -> None:
    impostor = new_folder(tmp_path / "impostor")
    with serving(impostor) as url:
        add(url, folder)
        log()
        submit()
    assert told(owner) == ["refused answer"]
    assert cosigned(owner, impostor) == []


@pytest.mark.parametrize(("status", "body"), [(500, b""), (503, b"x"), (302, b""), (429, b""), (200, b"x" * 70_000)])
def test_a_witness_that_cannot_answer_is_away(
    owner: Connection, folder: WitnessFolder, status: int, body: bytes
) -> None:
    with saying(status, body, location="http://127.0.0.1:1/") as (url, asked):
        add(url, folder)
        log()
        submit()
    assert len(asked) == 1
    assert told(owner) == []
    assert owner.execute("SELECT DISTINCT state FROM audit_cosigning").fetchall() == [("away",)]


def test_a_witness_that_is_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness_client, "SECONDS", 0.2)
    with saying(200, b"", pause=0.6) as (url, _), pytest.raises(Unavailable):
        witness_client.ask(parse_url(url), b"")
    monkeypatch.setattr(witness_client, "SECONDS", 5.0)
    monkeypatch.setattr(witness_client, "ALTOGETHER", 0.2)
    with saying(200, b"", pause=0.6) as (url, _), pytest.raises(Unavailable):
        witness_client.ask(parse_url(url), b"")


def test_no_transaction_is_open_while_a_witness_is_asked(
    folder: WitnessFolder, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(at, folder)
    log()
    seen: list[bool] = []
    ask = witness_client.ask

    def looks(*args: object) -> witness_client.Answer:
        seen.append(connections[SEQUENCER].in_atomic_block)
        return ask(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(witness_client, "ask", looks)
    submit()
    assert set(seen) == {False}


def test_the_thread_asks_soon_after_a_checkpoint_and_only_while_it_works(
    owner: Connection, folder: WitnessFolder, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.audit.turns import until

    monkeypatch.setattr(submission, "TICK", 0.05)
    add(at, folder)
    log()
    thread = Submission()
    thread.start()
    try:
        threading.Event().wait(0.3)
        assert cosigned(owner, folder) == []
        thread.working.set()
        until(lambda: cosigned(owner, folder) == [1])
        log()
        threading.Event().wait(0.3)
        assert cosigned(owner, folder) == [1]  # ten seconds have not passed
    finally:
        thread.end()
        thread.join()


def test_the_sequencer_has_witnesses_asked(owner: Connection, folder: WitnessFolder, at: str) -> None:
    from tests.audit.turns import running, until

    add(at, folder)
    log()
    with running():
        until(lambda: cosigned(owner, folder) != [])
    assert sequencer.sequence_once() == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://witness.example.org",
        "ftp://127.0.0.1/",
        "https://user@witness.example.org",
        "https://witness.example.org?x=1",
        "https://",
        "http://127.0.0.1:x",
        "witness.example.org",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(BadInput):
        parse_url(url)


def test_addresses_that_are_taken() -> None:
    assert parse_url("https://w.example.org/log/") == witness_client.Address(
        secure=True, host="w.example.org", port=443, path="/log/add-checkpoint"
    )
    assert parse_url("http://[::1]:8001").port == 8001
