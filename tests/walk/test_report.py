"""What `make walk` starts comes up by itself: it runs before anything of Django is set up."""

import os
import subprocess
import sys

from tests.weakening import ROOT


def test_the_walk_can_be_started() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    command = [sys.executable, "-m", "tests.walk.report", "--collect-only", "-k", "no such screen"]
    run = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=240, check=False)
    assert "walked 0 screens" in run.stdout, run.stderr
