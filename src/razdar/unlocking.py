"""How a process comes by the keys: through the key agent's socket, or by unlocking the key store itself.

* The parts that serve (web, worker, sequencer, recorder) only ever ask the key agent. They wait for it at the start,
  and take its coming and going in their stride afterwards.
* A command asks the key agent where there is one, and reads the passphrase only where there is none.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from razdar import env
from razdar.core.errors import Misconfigured, Unavailable, Unopenable
from razdar.keys import wipe
from razdar.keys.callers import Role
from razdar.keys.remote import RemoteAgent

if TYPE_CHECKING:
    from razdar.keys.agent import Agent, LocalAgent

SERVING = {"web": Role.WEB, "worker": Role.WORKER, "sequencer": Role.SEQUENCER, "recorder": Role.RECORDER}
WAIT_SECONDS = 60.0
_WITHOUT_SECRET = frozenset({Role.SEQUENCER, Role.RECORDER})
"""Roles that sign nothing with Django's key, and do not get it."""


def hold_keys(command: str, stack: ExitStack) -> None:
    """Install the keys for a command: the key agent's where it answers, else unlocked here.

    Raises:
        Unavailable: a part that serves, and no key agent within a minute.
        Misconfigured: a wrong passphrase, or a key store that is missing or damaged.
        NotYours: the key agent does not know this account.
    """
    role = SERVING.get(command)
    if role is not None:
        _install(_awaited(role), role, stack)
    elif _asked(Role.OPERATOR, stack) is None:
        _unlock_here(stack)


def _unlock_here(stack: ExitStack) -> None:
    if not keys_folder().exists():
        raise Misconfigured(f"{env.whereabouts()} Nothing is set up there yet. To set it up, run: razdar init")
    try:
        with passphrase() as words:
            unlock(words, stack)
    except Misconfigured as error:
        raise Misconfigured(f"{error} {env.whereabouts()}") from None


def hold_restored(stack: ExitStack) -> None:
    """Install restored keys for the command that finishes the restore, whatever key agent may be about.

    Raises:
        Misconfigured: a wrong passphrase, or a key store that is missing or damaged.
    """
    with passphrase() as words:
        unlock(words, stack, unfinished=True)


def ask_agent(role: Role, stack: ExitStack, stop: threading.Event | None = None) -> RemoteAgent:
    """Install the running key agent.

    Raises:
        Unavailable: there is none.
    """
    remote = _awaited(role, stop)
    _install(remote, role, stack)
    return remote


def _asked(role: Role, stack: ExitStack) -> RemoteAgent | None:
    remote = RemoteAgent(env.key_agent_socket(), role.value)
    if not remote.answers():
        return None
    _install(remote, role, stack)
    return remote


def _awaited(role: Role, stop: threading.Event | None = None) -> RemoteAgent:
    remote = RemoteAgent(env.key_agent_socket(), role.value)
    await_agent(remote, stop or threading.Event())
    return remote


def await_agent(remote: RemoteAgent, stop: threading.Event, look: Callable[[], None] = lambda: None) -> None:
    """Wait for the key agent to answer, or for ``stop``.

    Raises:
        Unavailable: it did not for a minute.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while not remote.answers() and not stop.wait(0.1):
        look()
        if time.monotonic() > deadline:
            raise Unavailable(
                f"The key agent does not answer at {env.key_agent_socket()}. Start it with: razdar keyagent"
            )


def _install(opened: "Agent", role: Role, stack: ExitStack) -> None:
    """Make an agent this process's own, and hold what Django signs with."""
    from razdar.keys import agent

    agent.install(opened)
    stack.callback(agent.install, None)
    if role not in _WITHOUT_SECRET:
        secret = opened.installation_subkey(b"django secret key")
        env.hold_secret_key(secret.hex())
        wipe(secret)


def unlock(words: bytearray, stack: ExitStack, *, unfinished: bool = False) -> None:
    """Unlock the key store in this process.

    Args:
        words: the passphrase.
        stack: closes it.
        unfinished: also where a restore is to be finished by this very command.

    Raises:
        Misconfigured: a wrong passphrase, or a key store that is missing or damaged.
    """
    _install(stack.enter_context(contextlib.closing(opened(words, unfinished=unfinished))), Role.OPERATOR, stack)


def opened(words: bytearray, *, unfinished: bool = False) -> "LocalAgent":
    """The unlocked key store; the caller closes it.

    Raises:
        Misconfigured: a wrong passphrase, or a key store that is missing or damaged.
    """
    from razdar.keys import setup

    try:
        return setup.unlock(keys_folder(), words, env.bundles_folder(), unfinished=unfinished)
    except Unopenable:
        raise Misconfigured("The passphrase does not open the key store.") from None


def keys_folder() -> Path:
    """Where the key store is."""
    return env.var_folder() / "keys"


@contextmanager
def passphrase(*, new: bool = False) -> Iterator[bytearray]:
    """The passphrase: from the inherited pipe, the file outside ``var``, or typed; wiped at the end.

    Args:
        new: it is being chosen now, and is asked for twice.
    """
    from razdar.keys import passphrase as source

    pipe, file = env.passphrase_pipe(), env.passphrase_file()
    if pipe is not None:
        words = source.from_pipe(pipe)
    elif file is not None:
        words = source.from_file(file, env.var_folder())
    elif new:
        words = source.typed("New passphrase: ", "The same again: ")
    else:
        words = source.typed("Passphrase: ")
    try:
        yield words
    finally:
        wipe(words)
