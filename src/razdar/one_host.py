"""Everything on one host: database, key agent, sequencer, worker, recorder and web, started in this order and watched.

The passphrase is in this process, to start the key agent again should it end, and goes to the key agent alone, through
a pipe. The others get its socket.
"""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from razdar import env
from razdar.core.errors import Unavailable
from razdar.keys import walls
from razdar.keys.callers import Role
from razdar.keys.remote import RemoteAgent
from razdar.runtime import logs, web_socket
from razdar.runtime.commands import COMMANDS
from razdar.runtime.processes import default_address
from razdar.runtime.supervise import Child, Supervisor, this_program
from razdar.unlocking import await_agent, keys_folder

if TYPE_CHECKING:
    from razdar.runtime.postgres.server import Server

KEY_AGENT = "keyagent"
CHILDREN = (KEY_AGENT, "sequencer", "worker", "recorder", "web")
READY_SECONDS = 60.0
# A child gets the database role it needs, where roles are named by variables; the key agent needs none.
WITHHELD = frozenset({"RAZDAR_OWNER_URL", "RAZDAR_SEQUENCER_URL", "RAZDAR_BACKUP_URL"})
OWN_URLS = {"sequencer": frozenset({"RAZDAR_SEQUENCER_URL"})}
ONLY_FOR_KEYS = frozenset({"RAZDAR_PASSPHRASE_FILE", "RAZDAR_PASSPHRASE_FD"})


def run_all(words: bytearray, say: Callable[[str], None], stop: threading.Event, ready: Callable[[], None]) -> None:
    """Start all parts, watch over them until ``stop`` is set, and stop them.

    To be called from the main thread: the database dies with the thread that started it.

    Args:
        words: the passphrase, for the key agent.
        say: shows one line to the person who started it.
        stop: ends it.
        ready: called once, when the web process answers.

    Raises:
        Unavailable: a part does not start or does not stay up.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(web_socket.listen(*default_address(env.base_url())))
        database = _Database(stack)
        migrate_in_child()
        supervisor = Supervisor([_child(name, words, listener) for name in CHILDREN if name in COMMANDS])
        stack.callback(supervisor.close)
        agent = RemoteAgent(env.key_agent_socket(), Role.OPERATOR)
        stack.callback(agent.close)
        supervisor.start(first=lambda: await_agent(agent, stop, supervisor.look))
        _wait_for_web(supervisor, stop)
        if stop.is_set():
            return
        say(f"Razdar is ready at {env.base_url()}")
        for line in walls.told(walls.absent(keys_folder(), agent.status().walls_missing)):
            say(line)
        ready()
        supervisor.watch(stop, lambda: database.look(supervisor))


class _Database:
    """The embedded server, where it is the one; started again when it ended."""

    def __init__(self, stack: ExitStack) -> None:
        self._server: Server | None = None
        if env.embedded_database():
            self._start()
            stack.callback(self._stop)

    def _start(self) -> None:
        from razdar.runtime.postgres import embedded

        self._server = embedded.start(env.var_folder()).server

    def _stop(self) -> None:
        if self._server:
            self._server.stop()

    def look(self, supervisor: Supervisor) -> None:
        if self._server is None or self._server.returncode() is None:
            return
        logs.event("database-ended", status=self._server.returncode())
        supervisor.stop()
        self._stop()
        self._start()


def _child(name: str, words: bytearray, listener: socket.socket) -> Child:
    from razdar.keys import passphrase as source

    def hand_over() -> dict[str, int]:
        if name == KEY_AGENT:
            return {env.HANDED_OVER: source.to_pipe(words)}
        return {web_socket.VARIABLE: os.dup(listener.fileno())} if name == "web" else {}

    withheld = (WITHHELD - OWN_URLS.get(name, frozenset())) | ONLY_FOR_KEYS
    return Child(name, this_program(name), hand_over, withheld)


def migrate_in_child() -> None:
    """Bring the database to this version, as the owner, in a process of its own."""
    if subprocess.run(this_program("migrate"), check=False, stdin=subprocess.DEVNULL).returncode:
        raise Unavailable("The database could not be brought to this version; the lines above say why.")


def _wait_for_web(supervisor: Supervisor, stop: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not stop.wait(0.05) and not web_socket.answers(*default_address(env.base_url()), env.base_url().host):
        supervisor.look()
        if time.monotonic() > deadline:
            raise Unavailable("The web process does not answer; its log says why.")
