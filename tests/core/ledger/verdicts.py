"""What both verifiers say of an export."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from razdar.core.ledger import verify_alone
from razdar.core.ledger.exports import Report, verify_export
from tests.core.ledger import (
    logs,
    pretended,  # noqa: F401 (its cases are registered, and those it builds upon)
)
from tests.core.ledger.logs import Export

TRUSTED = ["--log-key", logs.LOG_KEY.format(), "--witness-key", logs.WITNESS_KEY.format()]


def alone(made: Export, folder: Path, *options: str) -> tuple[int, list[str]]:
    """What the single file says, in a Python that knows nothing of the product."""
    empty, program = folder / "empty", folder / "verify.py"
    empty.mkdir()
    program.write_bytes(verify_alone.source())
    for path, data in made.files.items():
        file = folder / "export" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for number, data in enumerate(made.seen):
        (folder / f"seen{number}").write_bytes(data)
        options += ("--seen", str(folder / f"seen{number}"))
    command = [sys.executable, "-I", "-S", str(program), str(folder / "export"), *options]
    done = subprocess.run(command, cwd=empty, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def both(made: Export, folder: Path) -> Report:
    """The verdict, if both verifiers agree to the letter."""
    report = verify_export(
        made.files,
        log_keys=[logs.LOG_KEY],
        witness_keys=[logs.WITNESS_KEY],
        seen=made.seen,
        now=datetime.now(UTC),
    )
    assert alone(made, folder, *TRUSTED) == (0 if report.ok else 1, report.lines())
    return report
