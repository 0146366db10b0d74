"""The proof on pages: its state in words, one entry checked against what was signed, the export that verifies."""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse

from razdar import audit
from razdar.audit import selectors as log
from razdar.audit.exports import verification
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.submission import submit
from razdar.audit.witness.state import WitnessFolder
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, KeysLocked
from razdar.core.ledger import Event, Mode, proofs
from tests.audit.fakes import CUSTOMER, OTHER, PERSON, A, B, Connection, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import payloads
from tests.audit.witnesses import add, new_folder, saying, serving
from tests.oversight.proving import EXPORT, LOG, PROOF, STATE, badge, logged, plain, post
from tests.oversight.reading import get, text_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

PAGES = [LOG, PROOF, STATE, EXPORT, "/log/0/", "/log/0/proof/", "/log/0/bytes/"]


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessFolder]:
    """A witness that is asked and has signed what there is."""
    folder = new_folder(tmp_path / "witness")
    logged(3)
    with serving(folder) as url:
        add(url, folder)
        submit()
        yield folder


def pill_count(response: HttpResponse) -> int:
    return len(re.findall(r'<td><span class="pill ', plain(response)))


# --- The state --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [LOG, PROOF, STATE, EXPORT])
def test_a_log_that_nobody_signed_yet(url: str) -> None:
    response = get(url)
    assert response.status_code == 200
    assert badge(response) == ("idle", "Not signed yet")


def test_without_a_witness_the_page_says_what_that_means_and_what_to_do() -> None:
    logged()
    response = get(PROOF)
    assert badge(response) == ("warn", "Signed, no witness yet")
    text, key = text_of(response), signing.log_key()
    for words in (
        "Only a witness catches an operator who holds that key",
        f"razdar witness trust --folder witness {key.format()}",
        "razdar log witness add",
        key.fingerprint,
        f"python3 -I verify.py \\ --log {A} \\ --log-key {key.format()}",
    ):
        assert words in text
    assert "--witness-key" not in text
    assert "Only a witness" in text_of(get(LOG))


def test_who_cosigned_and_how_long_ago(witness: WitnessFolder) -> None:
    response = get(PROOF)
    look, words = badge(response)
    assert look == "ok"
    assert re.fullmatch(r"Co-signed (\d+ s ago|just now)", words)
    text = text_of(response)
    for words in (
        "3 entries signed",
        "Witness: witness.example.org",
        "co-signs",
        f"--witness-key {witness.key.format()}",
    ):
        assert words in text
    assert re.search(r'<time datetime="[0-9T:+-]+" title="[^"]+">(\d+ s ago|just now)</time>', plain(response))


def test_after_a_quarter_of_an_hour_it_is_an_alarm(witness: WitnessFolder, owner: Connection) -> None:
    earlier = datetime.now(UTC) - timedelta(minutes=16)
    owner.execute("UPDATE audit_checkpoint SET cosigned_at = %s WHERE cosigned_at IS NOT NULL", [earlier])
    response = get(PROOF)
    assert badge(response) == ("bad", "Alarm: last co-signed 16 min ago")
    assert "See whether the witness runs" in text_of(response)
    assert badge(get(LOG))[0] == "bad"


def test_a_witness_that_refuses_is_an_alarm_with_its_reason(tmp_path: Path) -> None:
    logged()
    with saying(422, b"") as (url, _):
        add(url, new_folder(tmp_path / "witness"))
        submit()
    response = get(PROOF)
    assert badge(response) == ("bad", "Alarm: a witness refuses this log")
    text = text_of(response)
    assert "this log does not extend what it signed before" in text
    assert "Keep everything as it is" in text


@pytest.mark.parametrize(
    ("error", "says"), [(KeysLocked, "The key of the log is away"), (BadInput, "Alarm: the checkpoint is damaged")]
)
def test_the_log_can_be_read_where_its_state_cannot_be_told(
    error: type[Exception], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged()

    def fails(_: Viewer) -> Any:
        raise error

    monkeypatch.setattr(log, "proof_state", fails)
    response = get(LOG)
    assert badge(response) == ("bad", says)
    assert pill_count(response) == 1


def test_the_state_brings_itself_up_to_date(witness: WitnessFolder) -> None:
    response = get(LOG)
    for answer in (response, get(STATE)):
        assert f'data-live="proof" data-live-every="5" data-quiet data-refreshing hx-get="{STATE}"' in plain(answer)
        assert 'hx-trigger="razdar:live, every 30s"' in plain(answer)
    assert "<html" not in plain(get(STATE))


def test_looking_at_the_state_leaves_no_event(owner: Connection) -> None:
    logged()
    get(PROOF)
    get(STATE)
    get(EXPORT)
    wait_until_sequenced()
    assert owner.execute("SELECT count(*) FROM audit_event WHERE log = %s", [A]).fetchone() == (1,)


# --- One entry --------------------------------------------------------------------------------------------------------


def test_an_entry_tells_everything_and_its_proof(witness: WitnessFolder, owner: Connection) -> None:
    text = text_of(get("/log/1/"))
    held = payloads(owner, A)[1]
    for words in (
        str(PERSON),
        str(CUSTOMER),
        "Opening the customer's card",
        "Surname (Shown)",
        "Serving the customer",
        "in the checkpoint of 3 entries",
        "witness.example.org",
        held.decode(),
        f"{len(held)} bytes",
    ):
        assert words in text
    assert sha256(b"\0" + held).hexdigest() in text


def test_an_entry_before_and_after_its_signature(owner: Connection) -> None:
    logged()
    assert "No witness has seen it" in text_of(get("/log/0/"))
    owner.execute("DELETE FROM audit_checkpoint")
    text = text_of(get("/log/0/"))
    assert "It is signed in a moment" in text
    assert "Download proof" not in text


def test_looking_at_an_entry_is_a_look_at_its_customer(owner: Connection) -> None:
    logged()
    get("/log/0/")
    wait_until_sequenced()
    rows = owner.execute("SELECT action, customer FROM audit_event WHERE log = %s AND index = 1", [A]).fetchall()
    assert rows == [("oversight:log:view", CUSTOMER)]
    assert "Entry: 0" in text_of(get(f"/customers/{CUSTOMER}/events/"))


def _replacing(table: str, column: str, old: str, new: str) -> str:
    changed = f"replace(convert_from({column}, 'UTF8'), '{old}', '{new}')"
    return f"UPDATE {table} SET {column} = convert_to({changed}, 'UTF8')"


@pytest.mark.parametrize(
    "change",
    [
        _replacing("audit_event", "payload", "service", "quality"),
        "UPDATE audit_tile SET hashes = decode(repeat('00', 32), 'hex') || substring(hashes from 33)",
        _replacing("audit_checkpoint", "note", "\n3\n", "\n4\n"),
        "UPDATE audit_event SET payload = 'x'",
    ],
    ids=["entry", "tree", "checkpoint", "bytes"],
)
def test_what_was_changed_after_it_was_signed_is_said(witness: WitnessFolder, owner: Connection, change: str) -> None:
    assert "This is not what was signed" not in text_of(get("/log/1/"))
    owner.execute(change)
    response = get("/log/1/")
    assert response.status_code == 200
    text = text_of(response)
    assert "This is not what was signed" in text
    assert "Does not verify" in text
    assert "Download proof" not in text


def test_the_downloaded_proof_proves_the_downloaded_entry(witness: WitnessFolder) -> None:
    proof, entry = get("/log/2/proof/"), get("/log/2/bytes/")
    verified = proofs.verify(proof.content, entry.content, signing.log_key(), [witness.key])
    assert [name for name, _ in verified.cosigned] == ["witness.example.org"]
    assert proof["Content-Disposition"] == 'attachment; filename="entry-2.tlog-proof"'
    assert entry["Content-Disposition"] == 'attachment; filename="entry-2.json"'


@pytest.mark.parametrize("index", ["7", "9" * 19, "0"])
@pytest.mark.parametrize("what", ["", "proof/", "bytes/"])
def test_what_is_not_in_ones_own_log_is_not_found(index: str, what: str) -> None:
    audit.record_now(look(B))
    wait_until_sequenced()
    assert get(f"/log/{index}/{what}").status_code == 404


@pytest.mark.parametrize("url", PAGES)
def test_without_the_permission_there_is_no_such_page(url: str) -> None:
    logged()
    assert get(url, Viewer(PERSON, "agent", A, "s1")).status_code == 404


# --- The list ---------------------------------------------------------------------------------------------------------


def test_rows_lead_to_their_entry_and_to_who_looked_at_the_customer() -> None:
    logged()
    page = plain(get(LOG))
    assert f'href="/customers/{CUSTOMER}/events/"' in page
    assert 'href="/log/0/"' in page
    assert f'href="?customer={CUSTOMER}"' in page
    assert f">{CUSTOMER.hex[-8:]}<" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"customer": str(CUSTOMER)}, 1),
        ({"customer": str(PERSON)}, 0),
        ({"data_class": "surname"}, 2),
        ({"data_class": "iban"}, 0),
        ({"purpose": "service"}, 2),
        ({"purpose": "legal"}, 0),
        ({"customer": str(OTHER), "purpose": "service", "data_class": "surname"}, 1),
    ],
)
def test_filters_by_customer_field_and_purpose(query: dict[str, str], shown: int) -> None:
    audit.record_now(look())
    audit.record_now(look(A, OTHER))
    audit.record_now(Event(client=A, actor=PERSON, action="customers:field:reveal", mode=Mode.REVEAL))
    wait_until_sequenced()
    assert pill_count(get(LOG, query=query)) == shown


@pytest.mark.parametrize("query", [{"customer": CUSTOMER.hex[-8:]}, {"data_class": "x"}, {"purpose": "fun"}])
def test_a_filter_that_makes_no_sense_is_shown_again(query: dict[str, str]) -> None:
    response = get(LOG, query=query)
    assert response.status_code == 422
    assert '<details class="panel filter" open>' in plain(response)


def test_asking_for_a_customer_is_a_look_at_a_known_one_and_leaves_no_trace_of_another() -> None:
    audit.record_now(look())
    audit.record_now(look(B, OTHER))
    wait_until_sequenced()
    get(LOG, query={"customer": str(CUSTOMER)})
    get(LOG, query={"customer": str(OTHER)})
    wait_until_sequenced()
    assert "Reading the log" in text_of(get(f"/customers/{CUSTOMER}/events/"))
    assert get(f"/customers/{OTHER}/events/").status_code == 404


def test_signs_of_life_are_hidden_unless_asked_for() -> None:
    now = datetime.now(UTC)
    audit.record_now(look())
    wait_until_sequenced(now)
    wait_until_sequenced(now + timedelta(seconds=61))
    assert "A sign of life of the log" not in text_of(get(LOG))
    assert "A sign of life of the log" in text_of(get(LOG, query={"heartbeats": "on"}))


# --- The export -------------------------------------------------------------------------------------------------------


def body(response: StreamingHttpResponse) -> bytes:
    async def collect() -> bytes:
        found: Any = response.streaming_content
        return b"".join([piece async for piece in found])

    return asyncio.run(collect())


def test_an_export_streams_holds_no_connection_and_verifies(
    witness: WitnessFolder, owner: Connection, tmp_path: Path
) -> None:
    response = post("legal")
    assert isinstance(response, StreamingHttpResponse)
    assert response.is_async
    assert re.fullmatch(r'attachment; filename="log-\d{8}-\d{6}\.zip"', response["Content-Disposition"])
    assert not connection.in_atomic_block
    whole = body(response)
    (tmp_path / "log.zip").write_bytes(whole)
    report = verification.verify(tmp_path / "log.zip", [signing.log_key()], [witness.key], [])
    assert report.ok, report.lines()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert "verify.py" in archive.namelist()
    wait_until_sequenced()
    rows = owner.execute("SELECT action, mode, purpose FROM audit_event WHERE log = %s AND index > 3", [A]).fetchall()
    assert rows == [("oversight:log:export", "export", "legal")]


@pytest.mark.parametrize("purpose", ["", "processing", "fun"])
def test_an_export_needs_a_purpose(purpose: str, owner: Connection) -> None:
    logged()
    response = post(purpose)
    assert response.status_code == 422
    wait_until_sequenced()
    assert owner.execute("SELECT count(*) FROM audit_event WHERE log = %s", [A]).fetchone() == (1,)


def test_where_nothing_is_signed_there_is_nothing_to_export() -> None:
    assert "Nothing to export yet" in text_of(get(EXPORT))
    assert post("legal").status_code == 404


@pytest.mark.parametrize("witnessed", [True, False])
def test_the_verdict_on_the_page_is_the_one_that_is_printed(
    witnessed: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Every line of the sample, without what is left open in it, stands in a real verdict, and in that order."""
    trusted = [request.getfixturevalue("witness").key] if witnessed else []
    logged()
    sample = re.search(r'<code class="exact" id="check-verdict" dir="ltr">(.*?)</code>', plain(get(EXPORT)), re.S)
    assert sample
    response = post("legal")
    assert isinstance(response, StreamingHttpResponse)
    (tmp_path / "log.zip").write_bytes(body(response))
    printed = verification.verify(tmp_path / "log.zip", [signing.log_key()], trusted, []).lines()
    wanted = [".*".join(map(re.escape, line.split("…"))) for line in sample[1].split("\n")]
    assert re.fullmatch("\n".join(wanted), "\n".join(printed))
