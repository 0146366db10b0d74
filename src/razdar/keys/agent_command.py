"""``razdar keyagent``: the process that holds the keys.

It hardens itself, makes sure that it is the only one, and only then reads the passphrase. What it needs of the
environment is passed in; it loads no Django and opens no database.
"""

import argparse
import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from razdar.keys import callers, hardening, server
from razdar.keys.agent import LocalAgent
from razdar.runtime import logs, supervise

_SWITCH_SECONDS = 0.0005
"""One connection's work must not hold up another's: Python's own interval is ten times the time of a batch."""


@dataclass(frozen=True)
class Surroundings:
    """Where the agent runs.

    Attributes:
        socket: where it listens.
        list: of its callers, where there is one.
        callers: further ones, ``ACCOUNT=ROLE``.
    """

    socket: Path
    list: Path | None
    callers: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--caller",
        action="append",
        default=[],
        metavar="ACCOUNT=ROLE",
        help=f"answer processes of this account, in one of the roles {', '.join(callers.Role)}; may be repeated",
    )


def run(
    where: Surroundings,
    passphrase: Callable[[], AbstractContextManager[bytearray]],
    unlock: Callable[[bytearray], LocalAgent],
    stop: threading.Event,
) -> int:
    """Serve until ``stop`` is set.

    Args:
        where: see there.
        passphrase: reads it; wiped at the end of its block.
        unlock: opens the key store.
        stop: ends it.

    Raises:
        Misconfigured: a wrong passphrase, an unusable list of callers, a socket folder that others can write.
        Unavailable: another agent runs.
    """
    missing = hardening.harden()
    listed = callers.listed(where.list) if where.list else []
    known = callers.known([*listed, *where.callers], own=os.geteuid())
    sys.setswitchinterval(_SWITCH_SECONDS)
    with server.bound(server.Place(where.socket, shared=bool(known.roles))) as listener:
        with passphrase() as words:
            agent = unlock(words)
        with closing(agent):
            listener.listen()
            if not supervise.is_child():
                logs.event("key-agent-ready", walls_missing=len(missing), callers=len(known.roles))
            supervise.tell_ready()
            server.Server(agent, known, walls_missing=missing).serve(listener, stop)
    return 0
