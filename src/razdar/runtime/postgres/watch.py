"""Ends a process when its starter is gone: the portable half of "dies with its parent".

The watcher holds the reading end of a pipe whose writing end only the starter has. When the starter dies, however it
dies, reading ends and the watcher sends SIGINT to the process it was given. It is run as a script, without the rest of
the package, so that it starts fast and needs nothing.
"""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path


class Watcher:
    """Watches over one process as long as this process lives and :meth:`dismiss` was not called."""

    def __init__(self, pid: int) -> None:
        reading, self._writing = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(Path(__file__).resolve()), str(pid)],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(reading)

    def dismiss(self) -> None:
        """End the watcher without a signal to anyone: its process has ended and the number may be another's soon."""
        self._process.kill()
        self._process.wait()
        os.close(self._writing)


def _main() -> None:
    pid = int(sys.argv[1])
    while os.read(0, 1):
        pass
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)


if __name__ == "__main__":
    _main()
