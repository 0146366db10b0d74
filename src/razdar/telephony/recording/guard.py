"""The guard of a recorder: a process of its own that ends one which does not move any more.

An exchange leaves a recorder that stopped reading only when its buffers are full (Asterisk after 39 seconds, all of
which are lost then), but one that died at once. So who stands still must die:

* The recorder's event loop writes a byte into a pipe twice a second. When none came for three seconds of the guard's
  own running time, the guard kills the recorder. Seconds in which the whole machine stood still do not count.
* The recorder is killed through a descriptor of its process (pidfd_open(2)): never another one of the same number.
* The guard ends with the recorder: the pipe closes. One that was killed is started again.

This file is run by its path and imports the standard library alone.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

STILL_SECONDS = 3.0
_LOOK_SECONDS = 0.25


class Guard:
    """A running guard of this process."""

    def __init__(self) -> None:
        self._beats = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._start()

    def beat(self) -> None:
        """Show that this process moves."""
        try:
            os.write(self._beats, b".")
        except BlockingIOError:
            pass  # what it did not read yet is enough
        except BrokenPipeError:
            self.close()
            self._start()

    def close(self) -> None:
        """Let the guard go."""
        os.close(self._beats)
        if self._process:
            self._process.wait()

    def _start(self) -> None:
        beats, self._beats = os.pipe()
        os.set_blocking(self._beats, False)
        recorder = os.pidfd_open(os.getpid())
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, str(recorder), str(STILL_SECONDS)],
                env={},
                stdin=beats,
                stdout=subprocess.DEVNULL,
                pass_fds=(recorder,),
                start_new_session=True,
            )
        finally:
            os.close(beats)
            os.close(recorder)


@contextlib.contextmanager
def guarded() -> Iterator[Guard]:
    """This process is guarded while the block runs."""
    guard = Guard()
    try:
        yield guard
    finally:
        guard.close()


def watch(beats: int, recorder: int, seconds: float) -> None:
    """Wait for beats until the recorder is gone, and end it when none come."""
    still, looked = 0.0, time.monotonic()
    while still < seconds:
        came, _, _ = select.select([beats], [], [], _LOOK_SECONDS)
        now = time.monotonic()
        if came:
            if not os.read(beats, 4096):
                return
            still = 0.0
        else:
            still += min(now - looked, 2 * _LOOK_SECONDS)
        looked = now
    sys.stderr.write("event=recorder-stood-still\n")
    signal.pidfd_send_signal(recorder, signal.SIGKILL)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # these are for the recorder, which ends in order
        signal.signal(number, signal.SIG_IGN)
    watch(0, int(sys.argv[1]), float(sys.argv[2]))
