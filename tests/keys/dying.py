"""A process that is killed at a named function of the product, before or after it."""

import signal
import subprocess
import sys
from pathlib import Path

from tests import weakening

_SCRIPT = """
import importlib, os, signal, sys
from pathlib import Path
from razdar.keys import setup
from tests.keys import dying

module, _, path = sys.argv[2].partition(":")
owner = importlib.import_module(module)
*above, name = path.split(".")
for part in above:
    owner = getattr(owner, part)
original, left = getattr(owner, name), int(sys.argv[4])

def deadly(*args, **kwargs):
    global left
    left -= 1
    if not left and sys.argv[3] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*args, **kwargs)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, deadly)
agent = setup.unlock(Path(sys.argv[1]), bytearray(dying.WORDS))
exec(sys.argv[5])
"""
WORDS = b"correct horse battery staple"


def killed(folder: Path, at: str, when: str, code: str, call: int = 1) -> None:
    """Run code with ``agent`` unlocked from a keys folder, in a process that is killed at a call of a function.

    Args:
        folder: the keys folder.
        at: ``module:Class.function``.
        when: ``before`` or ``after`` it.
        code: what to do.
        call: which call of it, from 1.
    """
    command = [sys.executable, "-c", _SCRIPT, str(folder), at, when, str(call), code]
    done = subprocess.run(command, cwd=weakening.ROOT, check=False, timeout=120, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
