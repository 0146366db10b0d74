"""A sequencer as a process of its own, on a test's database: `python -m tests.audit.child [SECONDS]`.

Its keys are the tests' own. SECONDS shortens the time after which the server lets go of a process that stands still.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "razdar.settings"
    from razdar import env

    env.use_databases("sequencer")
    import django

    django.setup()
    from razdar.audit.sequencing import sequencer, turn
    from razdar.keys import agent
    from tests.audit.fakes import FakeAgent

    fake: Any = FakeAgent(Path(os.environ["KEY_STORE"]))
    agent.install(fake)
    if len(sys.argv) > 1:
        turn.FROZEN_AFTER = float(sys.argv[1])  # type: ignore[misc]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sequencer.run(stop)


if __name__ == "__main__":
    main()
