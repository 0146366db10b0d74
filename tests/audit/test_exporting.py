"""Exports hold what a verifier needs, and whatever a database administrator does to the log is named by it."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from razdar.audit.exports import exporting, verification
from razdar.audit.exports.exporting import Source
from razdar.audit.models import NIL, Inbox
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.pruning import prune
from razdar.audit.sequencing.submission import submit
from razdar.audit.witness.state import WitnessFolder
from razdar.audit.writer import Writer
from razdar.core.errors import BadInput, NotFound, Unavailable
from razdar.core.ledger import encode, merkle
from razdar.core.ledger.exports import Report
from tests.audit.fakes import A, B, Connection, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.witnesses import add, new_folder, serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def put(count: int, client: UUID = A, at: datetime = NOW) -> None:
    made_by, at_ms = Writer(), int(at.timestamp() * 1000)
    rows = [made_by.event(encode(look(client, UUID(int=n + 1)), at_ms + n)) for n in range(count)]
    Inbox.objects.using("audit").bulk_create(rows)
    wait_until_sequenced(at)


def export(path: Path, *logs: UUID) -> Path:
    files = Source(SEQUENCER, nullcontext).files(logs or [A], signing.log_key(), NOW)
    (exporting.to_zip if path.suffix == ".zip" else exporting.to_folder)(path, files)
    return path


def verify(path: Path, witness: WitnessFolder | None = None, *seen: Path) -> Report:
    keys = [witness.key] if witness else []
    return verification.verify(path, [signing.log_key()], keys, list(seen))


@pytest.mark.parametrize("name", ["export", "export.zip"])
@pytest.mark.parametrize("logs", [(A,), (NIL, A, B)], ids=["one log", "all logs"])
def test_a_sound_export_verifies_and_its_own_verifier_agrees(tmp_path: Path, name: str, logs: tuple[UUID, ...]) -> None:
    put(1, B)
    put(300)
    put(300, at=NOW + timedelta(seconds=60))
    path = export(tmp_path / name, *logs)
    report = verify(path)
    assert report.ok, report.lines()
    assert len(report.logs) == len(logs)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extract("verify.py", tmp_path)
    script = tmp_path / "verify.py" if path.suffix == ".zip" else path / "verify.py"
    command = [sys.executable, "-I", str(script), str(path), "--log-key", signing.log_key().format()]
    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    assert alone.stdout.splitlines() == report.lines()
    assert alone.returncode == 0


def test_the_layout(tmp_path: Path, owner: Connection) -> None:
    put(300)
    owner.execute("UPDATE audit_checkpoint SET cosigned_at = at")
    put(1)
    path = export(tmp_path / "export")
    found = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()}
    assert found == {
        *("README.txt", "verify.py", "manifest.json", "checkpoint", "checkpoints/300"),
        *("tile/0/000", "tile/0/001.p/45", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/45"),
    }
    assert f"verify.py --log {A} --log-key KEY" in (path / "README.txt").read_text()
    (log,) = json.loads((path / "manifest.json").read_text())["logs"]
    assert (log["log"], log["size"], log["minimum"]) == (str(A), 301, 0)


def test_what_is_appended_meanwhile_is_not_in_it(tmp_path: Path) -> None:
    put(250)
    files = Source(SEQUENCER, nullcontext).files([A], signing.log_key(), NOW)
    begun = [next(files) for _ in range(4)]
    put(300)
    exporting.to_folder(tmp_path / "export", [*begun, *files])
    report = verify(tmp_path / "export")
    assert report.ok, report.lines()
    assert (tmp_path / "export" / "tile/entries/000.p/250").exists()


def test_what_is_pruned_meanwhile_ends_it(tmp_path: Path) -> None:
    put(600, at=NOW - timedelta(days=800))
    files = Source(SEQUENCER, nullcontext).files([A], signing.log_key(), NOW)
    begun = [next(files) for _ in range(4)]
    assert prune(NOW, 24) == {A: 512}
    with pytest.raises(Unavailable, match="Make it again"):
        exporting.to_zip(tmp_path / "export.zip", (file for part in (begun, files) for file in part))
    assert list(tmp_path.iterdir()) == []


def test_a_pruned_log_verifies(tmp_path: Path) -> None:
    put(600, at=NOW - timedelta(days=800))
    put(50)
    prune(NOW, 24)
    path = export(tmp_path / "export")
    report = verify(path)
    assert report.ok, report.lines()
    assert not (path / "tile/entries/001").exists()


def test_entries_in_odd_order_verify_because_the_log_says_so(tmp_path: Path) -> None:
    made_by = Writer()
    for seconds in (0, 200, 30, 31, 300, 10):
        at_ms = int((NOW + timedelta(seconds=seconds)).timestamp() * 1000)
        made_by.event(encode(look(A), at_ms)).save(using="audit", force_insert=True)
        wait_until_sequenced(NOW + timedelta(seconds=seconds))
    report = verify(export(tmp_path / "export"))
    assert report.ok, report.lines()
    assert "clock-set" in report.codes


def _edit(owner: Connection) -> None:
    other = encode(look(A, UUID(int=666)), int(NOW.timestamp() * 1000))
    owner.execute("UPDATE audit_event SET payload = %s WHERE log = %s AND index = 7", [other, A])


def _edit_with_tile(owner: Connection) -> None:
    _edit(owner)
    _rewrite_tiles(owner)


def _delete(owner: Connection) -> None:
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index = 7", [A])


def _exchange(owner: Connection) -> None:
    owner.execute(
        "UPDATE audit_event e SET payload = o.payload FROM audit_event o "
        "WHERE e.log = o.log AND e.log = %s AND (e.index, o.index) IN ((7, 8), (8, 7))",
        [A],
    )


def _cut(owner: Connection) -> None:
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index >= 290", [A])


def _cut_with_tiles(owner: Connection) -> None:
    _cut(owner)
    _rewrite_tiles(owner)


def _prune_early(owner: Connection) -> None:
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index < 256", [A])
    owner.execute("DELETE FROM audit_tile WHERE client_id = %s AND level = 0 AND index = 0", [A])


def _forge(owner: Connection) -> None:
    owner.execute("UPDATE audit_checkpoint SET note = overlay(note placing 'AAAA'::bytea from length(note) - 20)")


def _rewrite_tiles(owner: Connection) -> None:
    """As the sequencer would have made them of what is there now."""
    rows = owner.execute('SELECT payload FROM audit_event WHERE log = %s ORDER BY "index"', [A]).fetchall()
    leaves = [merkle.leaf_hash(bytes(payload)) for (payload,) in rows]
    for index in range(2):
        hashes = b"".join(leaves[index * 256 : (index + 1) * 256])
        owner.execute(
            "UPDATE audit_tile SET hashes = %s WHERE client_id = %s AND level = 0 AND index = %s", [hashes, A, index]
        )


TAMPERINGS: dict[str, tuple[Callable[[Connection], None], set[str]]] = {
    "edit": (_edit, {"edited"}),
    "edit, tile too": (_edit_with_tile, {"edited", "bad-tile"}),
    "delete": (_delete, {"deleted"}),
    "exchange": (_exchange, {"reordered"}),
    "cut": (_cut, {"truncated"}),
    "cut, tiles too": (_cut_with_tiles, {"truncated", "deleted"}),
    "prune early": (_prune_early, {"pruned-too-early"}),
    "forge": (_forge, {"bad-signature"}),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_a_database_administrator_does_is_named(owner: Connection, tmp_path: Path, what: str) -> None:
    tamper, names = TAMPERINGS[what]
    put(300)
    assert verify(export(tmp_path / "before")).ok
    tamper(owner)
    report = verify(export(tmp_path / "after"))
    assert not report.ok
    assert report.codes & names, report.lines()


def test_control_without_the_hashes_an_edit_would_pass(
    owner: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("razdar.core.ledger.comparing.compare", lambda *_: pytest.fail("compared"))
    with pytest.raises(pytest.fail.Exception, match="compared"):
        test_what_a_database_administrator_does_is_named(owner, tmp_path, "edit")


def test_a_log_put_back_to_a_co_signed_state_is_named_by_who_kept_a_checkpoint(
    owner: Connection, tmp_path: Path, transactional_db: None
) -> None:
    folder = new_folder(tmp_path / "witness")
    with serving(folder) as url:
        add(url, folder)
        put(280)
        submit(NOW)
        put(20)
        submit(NOW)
    kept = export(tmp_path / "yesterday") / "checkpoint"
    report = verify(tmp_path / "yesterday", folder)
    assert "not-cosigned" not in report.codes
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index >= 280", [A])
    owner.execute("DELETE FROM audit_checkpoint WHERE client_id = %s AND size > 280", [A])
    export(tmp_path / "today")
    unaware = verify(tmp_path / "today", folder)
    assert unaware.codes & {"truncated", "bad-tile"} == set(), unaware.lines()
    aware = verify(tmp_path / "today", folder, kept)
    assert "truncated" in aware.codes, aware.lines()


def test_only_new_places_are_written_to(tmp_path: Path) -> None:
    put(1)
    for name in ("there", "there.zip"):
        (tmp_path / name).mkdir()
        with pytest.raises(BadInput, match="must be a new"):
            export(tmp_path / name)
    with pytest.raises(NotFound):
        export(tmp_path / "new", B)


def test_a_zip_is_made_in_pieces() -> None:
    put(600)
    files = Source(SEQUENCER, nullcontext).files([A], signing.log_key(), NOW)
    pieces = list(exporting.zipped(files))
    assert len(pieces) > 8
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.read("tile/entries/001")[2:].startswith(b'{"action"')
