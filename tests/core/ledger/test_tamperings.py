"""Every tampering is called by its name, by both verifiers, in the same words."""

import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from razdar.core.ledger import layout, verify_alone
from razdar.core.ledger.exports import verify_export
from razdar.core.ledger.layout import Manifest
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from tests.core.ledger import (
    logs,
    pretended,  # noqa: F401 (its cases are registered, and those it builds upon)
)
from tests.core.ledger.logs import Export, entries, entry, export, time_of
from tests.core.ledger.misshapen import aged, missing
from tests.core.ledger.tampered import CASES, HOUR_MS, plain
from tests.core.ledger.verdicts import TRUSTED, alone, both

NIL = UUID(int=0)


WORDS = {"clock-set", "silence", "rows-removed"}  # said, without making the verdict bad
BESIDE = {"silence", "checkpoint-pruned", "unexpected-file"}  # may be said beside what the case is about


@pytest.mark.parametrize("name", CASES)
def test_each_is_named_by_both(name: str, tmp_path: Path) -> None:
    code, make = CASES[name]
    report = both(make(), tmp_path)
    assert report.codes | BESIDE == {code} | BESIDE, report.lines()
    assert code in report.codes
    assert report.ok is (code in WORDS)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_an_honest_export_is_good(size: int, tmp_path: Path) -> None:
    made = export(entries(size), earlier=[(count, time_of(count)) for count in range(0, size, 50)])
    made.seen = [logs.checkpoint(entries(size // 2), time_of(size // 2)).encode()]
    report = both(made, tmp_path)
    assert report.ok
    assert not report.codes
    assert report.lines()[-1] == "OK"


def test_the_twelve_tamperings_are_all_here() -> None:
    """Each of the list, by the code that names it."""
    twelve = {
        "edited", "deleted", "inserted", "reordered", "truncated", "forked", "clock-back", "bad-signature", "bad-aad",
        "pruned-too-early", "old-backup", "rows-removed",
    }  # fmt: skip
    assert twelve <= {code for code, _ in CASES.values()}


def test_found_rows_are_not_missed(tmp_path: Path) -> None:
    writer = ("writer", "00000000-0000-0000-0000-000000000001")
    found = [entry(21 + n, action="audit:stamp:found", detail=(writer, ("counter", str(4 + n)))) for n in (0, 1)]
    assert not both(missing(*found), tmp_path).codes


def _installations() -> Export:
    return export([entry(n, client=None) for n in range(30)], origin=f"{logs.NAME}/{NIL}/1")


def test_several_logs_lie_in_folders(tmp_path: Path) -> None:
    one, other = plain(), _installations()
    manifests = [layout.parse_manifest(made.files.pop(layout.MANIFEST)) for made in (one, other)]
    listed = tuple(manifest.logs[0] for manifest in manifests)
    files = {layout.MANIFEST: Manifest("2026-01-01T00:00:00Z", listed).encode(), "note.txt": b""}
    for made, log in zip((one, other), listed, strict=True):
        files |= {f"{log.log}/{path}": data for path, data in made.files.items() if path != "README.txt"}
    report = both(Export(files), tmp_path)
    assert report.ok
    assert report.codes == {"unexpected-file"}
    files[f"{NIL}/tile/entries/000.p/30"] = b"\0"
    (tmp_path / "again").mkdir()
    assert "bad-bundle" in both(Export(files), tmp_path / "again").codes


def test_keys_of_the_export_itself_are_shown_but_remarked_on(tmp_path: Path) -> None:
    report = verify_export(plain().files, now=datetime.now(UTC))
    assert report.ok
    assert report.codes == {"key-from-export"}
    assert logs.LOG_KEY.fingerprint in "\n".join(report.lines())
    assert alone(plain(), tmp_path) == (0, report.lines())


def test_a_trusted_key_of_another_log_is_not_enough(tmp_path: Path) -> None:
    other = VerifierKey(SignerName("razdar/other"), Algorithm.ED25519, logs.LOG_KEY.public_key)
    report = verify_export(plain().files, log_keys=[other], witness_keys=[logs.WITNESS_KEY], now=datetime.now(UTC))
    assert "bad-signature" in report.codes
    options = ["--log-key", other.format(), "--witness-key", logs.WITNESS_KEY.format()]
    assert alone(plain(), tmp_path, *options) == (1, report.lines())


def test_an_old_checkpoint_below_what_is_held_is_not_passed_over(tmp_path: Path) -> None:
    made = aged(time_of(300) + HOUR_MS, [(300, time_of(300))])
    made.seen = [logs.checkpoint(entries(77), time_of(77)).encode()]
    report = both(made, tmp_path)
    assert report.ok
    assert "checkpoint-pruned" in report.codes


def test_the_file_stands_alone(tmp_path: Path) -> None:
    source = verify_alone.source().decode()
    assert "import razdar" not in source
    assert "from razdar" not in source
    compile(source, "verify.py", "exec")


def test_a_zip_file_is_read_as_it_is(tmp_path: Path) -> None:
    made, packed = plain(), tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in made.files.items():
            archive.writestr(path, data)
    program = tmp_path / "verify.py"
    program.write_bytes(verify_alone.source())
    command = [sys.executable, "-I", "-S", str(program), str(packed), *TRUSTED]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "OK")
    packed.write_bytes(packed.read_bytes()[:-40])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "bad-export" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ([logs.LOG], set()),
        ([NIL], {"log-missing", "log-unexpected"}),
        ([logs.LOG, NIL], {"log-missing"}),
    ],
)
def test_only_the_log_that_was_asked_for(asked: list[UUID], codes: set[str], tmp_path: Path) -> None:
    report = verify_export(
        plain().files, log_keys=[logs.LOG_KEY], witness_keys=[logs.WITNESS_KEY], expected=asked, now=datetime.now(UTC)
    )
    assert (report.codes, report.ok) == (codes, not codes)
    options = [word for log in asked for word in ("--log", str(log).upper())]
    assert alone(plain(), tmp_path, *TRUSTED, *options) == (0 if report.ok else 1, report.lines())
