"""``razdar verify``: folders and .zip files, what it prints, and its exit status; without an installation."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from razdar.audit.exports import verification
from razdar.core.errors import BadInput
from razdar.core.ledger import verify_alone
from razdar.core.ledger.notes import Algorithm
from tests.core.ledger import (
    logs,
    misshapen,  # noqa: F401 (their cases are registered)
    uncovered,  # noqa: F401
)
from tests.core.ledger.logs import Export, entries, entry, export, time_of
from tests.core.ledger.tampered import CASES
from tests.weakening import environment

TRUSTED = ("--log-key", logs.LOG_KEY.format(), "--witness-key", logs.WITNESS_KEY.format())


def write(made: Export, folder: Path) -> Path:
    for path, data in made.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def pack(made: Export, file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in made.files.items():
            archive.writestr(path, data)
    return file


def razdar(*arguments: object, **weakened: str) -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "razdar", "verify", *map(str, arguments)]
    base = {"PATH": os.environ["PATH"]}
    environ = environment(patch=weakened["patch"], with_=weakened["with_"], base=base) if weakened else base
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    return done.returncode, done.stdout.splitlines()


def alone(program: Path, *arguments: object) -> tuple[int, list[str]]:
    program.write_bytes(verify_alone.source())
    command = [sys.executable, "-I", "-S", str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=program.parent)
    return done.returncode, done.stdout.splitlines()


def test_the_command_and_the_file_say_the_same(tmp_path: Path) -> None:
    made = export(entries(300), earlier=[(100, time_of(100))])
    for where in (write(made, tmp_path / "export"), pack(made, tmp_path / "export.zip")):
        status, lines = razdar(where, *TRUSTED)
        assert (status, lines[-1]) == (0, "OK")
        assert logs.WITNESS_KEY.fingerprint in lines[4]
        assert alone(tmp_path / "verify.py", where, *TRUSTED) == (status, lines)


def test_it_is_a_verb_of_the_log_too_and_needs_no_installation(tmp_path: Path) -> None:
    made = export(entries(20))
    where = write(made, tmp_path / "export")
    command = [sys.executable, "-m", "razdar", "log", "verify", str(where), *TRUSTED]
    environ = {"PATH": os.environ["PATH"], "RAZDAR_VAR": str(tmp_path / "var")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert (done.returncode, done.stdout.splitlines()) == razdar(where, *TRUSTED)
    assert list((tmp_path / "var").rglob("*")) == []


def test_a_tampering_ends_with_status_1(tmp_path: Path) -> None:
    made = export(entries(300))
    seen = tmp_path / "seen"
    seen.write_bytes(logs.checkpoint([*entries(299), entry(7)], time_of(299)).encode())
    where = write(made, tmp_path / "export")
    status, lines = razdar(where, "--seen", seen)
    assert (status, lines[-1]) == (1, "NOT OK")
    assert any(line.startswith("  forked: handed-in checkpoint 1 ") for line in lines)
    assert alone(tmp_path / "verify.py", where, "--seen", seen) == (status, lines)


def test_what_is_no_export_is_said_to_be_none(tmp_path: Path) -> None:
    made = export(entries(3))
    packed = pack(made, tmp_path / "cut.zip")
    packed.write_bytes(packed.read_bytes()[:-30])
    assert verification.verify(packed).codes == {"bad-export"}
    assert verification.verify(tmp_path / "absent").codes == {"bad-export"}
    (tmp_path / "empty").mkdir()
    assert verification.verify(tmp_path / "empty").codes == {"bad-manifest"}


def test_damage_within_a_zip_file_is_found(tmp_path: Path) -> None:
    made = export(entries(300))
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path, data in made.files.items():
            archive.writestr(path, data)
    place = packed.read_bytes().index(made.files["tile/0/000"])
    with packed.open("r+b") as file:
        file.seek(place)
        file.write(b"\0\0")
    report = verification.verify(packed)
    assert (report.ok, "bad-export" in report.codes) == (False, True)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    packed = pack(export(entries(3)), tmp_path / "export.zip")
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("checkpoint", b"another")
    assert verification.verify(packed).codes == {"bad-export"}
    status, lines = alone(tmp_path / "verify.py", packed)
    assert (status, "bad-export" in lines[0]) == (1, True)


def test_a_key_is_taken_for_what_it_is() -> None:
    assert verification.key(logs.LOG_KEY.format(), Algorithm.ED25519) == logs.LOG_KEY
    for text, kind in [
        (logs.LOG_KEY.format(), Algorithm.COSIGNATURE),
        (logs.WITNESS_KEY.format(), Algorithm.ED25519),
        ("key", Algorithm.ED25519),
    ]:
        with pytest.raises(BadInput):
            verification.key(text, kind)


def test_a_checkpoint_that_is_not_there_is_no_reason_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        verification.verify(write(export(entries(3)), tmp_path / "export"), seen=[tmp_path / "absent"])


@pytest.mark.parametrize(
    ("case", "patch", "with_"),
    [
        ("sealed_texts_exchanged", "razdar.core.ledger.exports:_Log._entries", "agrees"),
        ("delete", "razdar.core.ledger.exports:_Log._entries", "agrees"),
        ("signature_with_another_key_under_the_same_number", "razdar.core.crypto.signing:verifies", "agrees"),
        ("fork_within_the_export", "razdar.core.ledger.exports:_Log._apart", "does_nothing"),
        ("clock_back", "razdar.core.ledger.following:Follower._clock", "does_nothing"),
        ("pruned_without_a_word", "razdar.core.ledger.following:Follower._pruning", "finds_nothing"),
    ],
)
def test_without_its_check_a_tampering_goes_unseen(case: str, patch: str, with_: str, tmp_path: Path) -> None:
    """The control runs: the same export, and the one function that notices taken out."""
    goes_unseen(case, patch, f"tests.weakening.patches:{with_}", tmp_path)


@pytest.mark.parametrize(
    ("case", "patch", "with_"),
    [
        ("history_with_a_leading_zero", "origins:parse", "tests.core.ledger.weak:reads_any_number"),
        ("cosigned_before_there_was_anything", "covering:findings", "tests.weakening.patches:finds_nothing"),
        ("a_week_replaced_by_silence", "covering:findings", "tests.weakening.patches:finds_nothing"),
        ("cosigned_after_it_was_made", "covering:findings", "tests.weakening.patches:finds_nothing"),
    ],
)
def test_without_its_check_a_witness_seems_to_vouch(case: str, patch: str, with_: str, tmp_path: Path) -> None:
    """The same for a reader who trusts a witness."""
    goes_unseen(case, f"razdar.core.ledger.{patch}", with_, tmp_path, *TRUSTED)


def goes_unseen(case: str, patch: str, with_: str, tmp_path: Path, *trusted: str) -> None:
    code, make = CASES[case]
    where = write(make(), tmp_path / "export")
    status, lines = razdar(where, *trusted)
    assert status == 1
    assert any(line.startswith(f"  {code}: ") for line in lines)
    status, lines = razdar(where, *trusted, patch=patch, with_=with_)
    assert (status, lines[-1]) == (0, "OK")


FORGED = "x\x1b[2K\x1b[32mOK\x1b[0m\u202e"


def test_what_an_export_says_is_printed_escaped(tmp_path: Path) -> None:
    made = export(entries(3))
    made.files[FORGED] = b""
    where = pack(made, tmp_path / "export.zip")
    status, lines = razdar(where)
    assert status == 0
    assert any(line.endswith(r"not looked at: x\x1b[2K\x1b[32mOK\x1b[0m\u202e") for line in lines)
    assert alone(tmp_path / "verify.py", where) == (status, lines)
    _, lines = razdar(where, patch="razdar.core.ledger.findings:plain", with_="tests.core.ledger.weak:prints_as_it_is")
    assert any("\x1b" in line for line in lines)


def test_a_file_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    made = export(entries(3))
    made.files["checkpoint"] = bytes(verification.MAX_FILE + 1)
    for where in (pack(made, tmp_path / "export.zip"), write(made, tmp_path / "export")):
        report = verification.verify(where)
        assert report.codes >= {"bad-export"}
        assert alone(tmp_path / "verify.py", where) == (1, report.lines())


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    where = write(export(entries(3)), tmp_path / "export")
    (where / "checkpoint").unlink()
    os.mkfifo(where / "checkpoint")
    report = verification.verify(where)
    assert "bad-checkpoint" in report.codes
    assert alone(tmp_path / "verify.py", where) == (1, report.lines())
