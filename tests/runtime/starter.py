"""A process that starts the embedded server, says so, and waits to be killed: ``starter.py VAR [thread]``."""

import sys
import threading
from pathlib import Path

from razdar.core.errors import RazdarError
from razdar.runtime.postgres import embedded
from tests.databases import TEST_SETTINGS


def _start() -> None:
    try:
        started = embedded.start(Path(sys.argv[1]), TEST_SETTINGS)
    except RazdarError as error:
        sys.stdout.write(f"refused {error.code}\n")
    else:
        sys.stdout.write(f"running {started.server.pid} {started.admin_url}\n")
        _KEPT.append(started)
    sys.stdout.flush()


_KEPT: list[object] = []
if sys.argv[2:] == ["thread"]:
    thread = threading.Thread(target=_start)
    thread.start()
    thread.join()
else:
    _start()
sys.stdin.read()
