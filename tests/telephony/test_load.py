"""Thirty calls at once, as `bench/recorder.py` makes them: sealed, coded, stored and written down, no frame is lost."""

import re
import subprocess
import sys

import pytest

from tests.weakening import ROOT


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_thirty_calls_at_once_lose_no_frame() -> None:
    command = [sys.executable, ROOT / "bench" / "recorder.py", "--calls", "30", "--seconds", "30"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=800, check=False)
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stderr
    lost = re.search(r"frames lost +(\d+) of (\d+)", done.stdout)
    assert lost
    assert lost.groups() == ("0", "90000")
