"""Several processes on one host, started, watched and stopped together.

* Each child is a session of its own: Ctrl-C reaches this process only, which then stops them in order.
* Each child inherits the reading end of a pipe, its lifeline. When this process dies, however it dies, reading ends and
  the child stops as if it had been told to (:func:`follow_parent`).
* A child that ends unasked is started again after a growing pause. One that never stays up ends everything: what is
  wrong then is not going to pass.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from razdar.core.errors import Unavailable
from razdar.runtime import logs

LIFELINE = "RAZDAR_LIFELINE_FD"
STEADY_SECONDS = 10.0
MOST_FALSE_STARTS = 3
LONGEST_PAUSE = 30.0
STOP_SECONDS = 20.0
_LOOK_SECONDS = 0.1


@dataclass
class Child:
    """One process to keep running.

    Attributes:
        name: for people and logs.
        arguments: the command.
        hand_over: opens descriptors for it and says by which variables it finds them; they are closed here after the
            start.
        withhold: variables of this process that are not for the child.
    """

    name: str
    arguments: Sequence[str]
    hand_over: Callable[[], dict[str, int]]
    withhold: frozenset[str] = frozenset()
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0
    false_starts: int = field(default=0)


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = list(children)
        self._lifeline, self._held = os.pipe()

    def start(self, first: Callable[[], None] = lambda: None) -> None:
        """Start all children, in order.

        Args:
            first: called once the first has been started; the others wait until it returns.
        """
        for child in self._children:
            if child.process is None:
                self._start(child)
            if child is self._children[0]:
                first()

    def look(self) -> None:
        """Start again what ended and has paused long enough; to be called often.

        Raises:
            Unavailable: a child does not stay up.
        """
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.start_at:
                    self._start(child)
            elif child.process.poll() is not None:
                self._ended(child, child.process.returncode)

    def watch(self, stop: threading.Event, also: Callable[[], None]) -> None:
        """Look at the children, and call ``also``, until ``stop`` is set."""
        while not stop.wait(_LOOK_SECONDS):
            self.look()
            also()

    def stop(self) -> None:
        """Stop all children, the last started first, and wait for them."""
        running = [
            child.process for child in reversed(self._children) if child.process and child.process.poll() is None
        ]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in self._children:
            child.process = None

    def close(self) -> None:
        """Stop everything for good."""
        self.stop()
        for descriptor in (self._lifeline, self._held):
            os.close(descriptor)

    def _start(self, child: Child) -> None:
        handed = child.hand_over()
        descriptors = {**handed, LIFELINE: self._lifeline}
        environment = {name: value for name, value in os.environ.items() if name not in child.withhold}
        environment |= {name: str(number) for name, number in descriptors.items()}
        try:
            child.process = subprocess.Popen(
                child.arguments,
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=tuple(descriptors.values()),
                start_new_session=True,
            )
        finally:
            for descriptor in handed.values():
                os.close(descriptor)
        child.started_at = time.monotonic()

    def _ended(self, child: Child, status: int) -> None:
        steady = time.monotonic() - child.started_at >= STEADY_SECONDS
        child.false_starts = 0 if steady else child.false_starts + 1
        logs.event("child-ended", child=child.name, status=status, false_starts=child.false_starts)
        if child.false_starts > MOST_FALSE_STARTS:
            raise Unavailable(f"The process {child.name} does not stay up; its log says why.")
        child.process = None
        child.start_at = time.monotonic() + min(LONGEST_PAUSE, 0.5 * 2.0**child.false_starts)


def this_program(*arguments: str) -> tuple[str, ...]:
    """The command that runs Razdar again, with the same interpreter."""
    return (sys.executable, "-m", "razdar", *arguments)


def tell_ready() -> None:
    """Tell systemd that this process serves now (sd_notify(3)); nothing where a unit of it does not ask."""
    address = os.environ.pop("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        told.sendall(b"READY=1")


_following = threading.Event()


def is_child() -> bool:
    """Whether a supervisor has started this process: then that one speaks to whoever sits at the terminal."""
    return _following.is_set()


def follow_parent() -> None:
    """In a child: stop when the supervisor is gone. Does nothing in a process that has no lifeline."""
    number = os.environ.pop(LIFELINE, "")
    if not number.isdigit():
        return
    descriptor = int(number)
    os.set_inheritable(descriptor, False)
    _following.set()

    def wait() -> None:
        while os.read(descriptor, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
