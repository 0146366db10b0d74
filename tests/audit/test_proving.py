"""What pages tell about the proof: true, logged, for one's own client only."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from razdar import audit
from razdar.audit import selectors
from razdar.audit.exports import verification
from razdar.audit.selectors import Filters, ProofState
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.generations import begin_anew
from razdar.audit.sequencing.submission import submit
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, NotYours, Unverifiable
from razdar.core.ledger import Event, FieldSeen, Mode, proofs
from razdar.runtime.scope import scope
from tests.audit.fakes import CUSTOMER, OTHER, PERSON, A, B, Connection, auditor, change, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import newest, payloads
from tests.audit.witnesses import add, new_folder, serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def state(client: UUID = A, now: datetime | None = None) -> ProofState:
    with scope(client):
        return selectors.proof_state(auditor(client), now)


def test_the_state_before_and_after_the_first_checkpoint_and_cosignature(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "witness")
    empty = state()
    assert (empty.size, empty.signed_at, empty.cosigned_at, empty.witness, empty.alarm) == (0, None, None, None, False)
    audit.record_now(look())
    wait_until_sequenced()
    signed = state()
    assert (signed.size, signed.cosigned_at, signed.witness, signed.alarm) == (1, None, None, False)
    assert signed.signed_at is not None
    assert signed.key_fingerprint == signing.log_key().fingerprint
    with serving(folder) as url:
        add(url, folder)
        assert (state().witness, state().alarm) == ("witness.example.org", True)
        submit()
    done = state()
    assert done.cosigned_at is not None
    assert datetime.now(UTC) - done.cosigned_at < timedelta(seconds=30)
    assert (done.witness, done.alarm) == ("witness.example.org", False)
    assert not state(now=done.cosigned_at + timedelta(minutes=15)).alarm
    assert state(now=done.cosigned_at + timedelta(minutes=15, seconds=1)).alarm
    assert state(B) == ProofState(0, None, None, "witness.example.org", False, signed.key_fingerprint)


def test_a_proof_of_one_entry_holds_for_it_alone_and_is_logged(owner: Connection, tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "witness")
    for number in range(5):
        audit.record_now(look(A, UUID(int=number + 1)))
    wait_until_sequenced()
    with serving(folder) as url:
        add(url, folder)
        submit()
    audit.record_now(look())
    wait_until_sequenced()
    with scope(A):
        proof = selectors.proof_of(auditor(), 3)
        latest = selectors.proof_of(auditor(), 5)
    held, key = payloads(owner, A), signing.log_key()
    verified = proofs.verify(proof, held[3], key, [folder.key])
    assert (verified.checkpoint.size, [name for name, _ in verified.cosigned]) == (5, ["witness.example.org"])
    assert proofs.verify(latest, held[5], key, [folder.key]).cosigned == ()
    with pytest.raises(Unverifiable):
        proofs.verify(proof, held[2], key)
    wait_until_sequenced()
    rows = owner.execute("SELECT action, mode FROM audit_event WHERE log = %s AND index > 6 ORDER BY index", [A])
    assert rows.fetchall() == [("oversight:log:export", "export")] * 2


@pytest.mark.parametrize("index", [-1, 1, 1 << 60])
def test_what_is_not_there_has_no_proof(index: int) -> None:
    audit.record_now(look())
    audit.record_now(look(B))
    audit.record_now(look(B))
    wait_until_sequenced()
    with scope(A), pytest.raises(NotFound):
        selectors.proof_of(auditor(), index)


def test_an_export_for_a_page_is_logged_and_holds_ones_own_log_alone(owner: Connection, tmp_path: Path) -> None:
    audit.record_now(look())
    audit.record_now(look(B))
    wait_until_sequenced()
    pieces = b"".join(selectors.export_zip(auditor()))
    (tmp_path / "export.zip").write_bytes(pieces)
    report = verification.verify(tmp_path / "export.zip", [signing.log_key()], [], [])
    assert report.ok, report.lines()
    with zipfile.ZipFile(io.BytesIO(pieces)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert str(A).encode() in everything
    assert str(B).encode() not in everything
    wait_until_sequenced()
    rows = owner.execute("SELECT action FROM audit_event WHERE log = %s ORDER BY index", [A]).fetchall()
    assert rows == [(look().action,), ("oversight:log:export",)]


def test_a_viewer_in_another_clients_scope_gets_nothing_of_either() -> None:
    audit.record_now(look())
    audit.record_now(look(B))
    wait_until_sequenced()
    for read in (lambda: selectors.proof_state(auditor(A)), lambda: list(selectors.export_zip(auditor(A)))):
        with pytest.raises(Exception, match="scope of another client"), scope(B):
            read()


def test_without_the_right_nothing_is_told_and_the_attempt_is_logged(owner: Connection) -> None:
    audit.record_now(look())
    wait_until_sequenced()
    agent = Viewer(PERSON, "agent", A, "s1")
    for read in (
        lambda: selectors.proof_state(agent),
        lambda: selectors.proof_of(agent, 0),
        lambda: list(selectors.export_zip(agent)),
    ):
        with pytest.raises(NotYours), scope(A):
            read()
    wait_until_sequenced()
    rows = owner.execute("SELECT mode, outcome FROM audit_event WHERE log = %s AND index > 0", [A]).fetchall()
    assert rows == [("deny", "denied")] * 3


def count(filters: Filters) -> int:
    with scope(A):
        found = selectors.events(auditor(), filters).lines
    return len([line for line in found if line.event and line.event.action != "oversight:log:view"])


def test_filters_by_customer_class_and_purpose() -> None:
    audit.record_now(look())
    audit.record_now(look(A, OTHER))
    audit.record_now(change())
    seen = (FieldSeen("phone", "masked", OTHER), FieldSeen("national_id", "masked", CUSTOMER))
    audit.record_now(Event(client=A, action="customers:list:view", mode=Mode.LIST_ROW, fields=seen, purpose="quality"))
    wait_until_sequenced()
    assert count(Filters()) == 4
    assert count(Filters(customer=CUSTOMER)) == 3
    assert count(Filters(customer=OTHER)) == 2
    assert count(Filters(customer=PERSON)) == 0
    assert count(Filters(data_class="surname")) == 2
    assert count(Filters(data_class="phone")) == 1
    assert count(Filters(data_class="id")) == 0
    assert count(Filters(data_class="%")) == 0
    assert count(Filters(purpose="service")) == 2
    assert count(Filters(purpose="quality", customer=OTHER, data_class="phone")) == 1
    assert count(Filters(purpose="quality", customer=OTHER, data_class="surname")) == 0


def test_heartbeats_are_shown_to_whoever_asks() -> None:
    now = datetime.now(UTC)
    audit.record_now(look())
    wait_until_sequenced(now)
    wait_until_sequenced(now + timedelta(seconds=61))
    assert count(Filters()) == 1
    assert count(Filters(heartbeats=True)) == 2
    assert count(Filters(action="audit:log:heartbeat")) == 1


def test_a_restored_log_goes_on_under_a_new_name_once_the_witness_agrees(owner: Connection, tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "witness")
    with serving(folder) as url:
        add(url, folder)
        for _ in range(5):
            audit.record_now(look())
        wait_until_sequenced()
        submit()
        owner.execute("DELETE FROM audit_event WHERE log = %s AND index >= 2", [A])
        owner.execute("UPDATE audit_tile SET hashes = substring(hashes for 64) WHERE client_id = %s", [A])
        owner.execute("UPDATE audit_log SET next_index = 2, hashed = 2, signed_size = 2 WHERE log = %s", [A])
        owner.execute("DELETE FROM audit_checkpoint WHERE client_id = %s", [A])
        assert begin_anew(datetime.now(UTC))[A] == 2
        assert newest(owner, A).origin.endswith(f"/{A}/2")
        submit()
        assert state().alarm
        folder.trust(signing.log_key())
        submit()
    assert not state().alarm
    wait_until_sequenced()
    pieces = b"".join(selectors.export_zip(auditor()))
    (tmp_path / "export.zip").write_bytes(pieces)
    assert verification.verify(tmp_path / "export.zip", [signing.log_key()], [folder.key], []).ok
