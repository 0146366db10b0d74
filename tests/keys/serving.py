"""A key agent served over a socket, in a thread or in a process of its own."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from razdar.keys import server
from razdar.keys.agent import LocalAgent
from razdar.keys.callers import Callers
from razdar.keys.limits import Limits
from razdar.keys.remote import RemoteAgent


class NoLimits(Limits):
    """For tests of everything else."""

    def take(self, *_arguments: object) -> None:
        pass


@contextmanager
def served(
    agent: LocalAgent, path: Path, role: str = "", *, known: Callers | None = None, allowed: Limits | None = None
) -> Iterator[RemoteAgent]:
    """Serve an agent from a thread; what a process in this role sees of it."""
    stop = threading.Event()
    with server.bound(server.Place(path, shared=False)) as listener:
        serving = server.Server(agent, known or Callers(os.geteuid(), {}), allowed=allowed or NoLimits())
        thread = threading.Thread(target=serving.serve, args=(listener, stop))
        thread.start()
        remote = RemoteAgent(path, role)
        try:
            while not remote.answers():
                time.sleep(0.01)
            yield remote
        finally:
            remote.close()
            stop.set()
            thread.join()
