"""Which walls between the parts of Razdar are absent here: looked at, not assumed.

The parts of ``razdar up`` share the account of the process that looks, so what this process can do, each of them can.
"""

import os
from collections.abc import Sequence
from pathlib import Path

_FIRST = "All parts run under one account on this host, so these walls between them are absent:"
_LAST = "They stand where each part is a unit of its own, under its own account."
_PTRACE_SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
_OWN_CHILDREN_ONLY = 1


def absent(keys: Path, of_agent: Sequence[str] = ()) -> tuple[str, ...]:
    """A sentence for each wall that is absent.

    Args:
        keys: folder of the key store.
        of_agent: what the key agent's own process is missing (``KeysStatus.walls_missing``).
    """
    found = []
    if os.access(keys, os.R_OK | os.X_OK):
        found.append("The web process and the worker could read the key store file and the book of unwraps.")
        found.append("The key agent believes every process of this account; a role is only what a process says it is.")
    if os.geteuid() == 0:
        found.append("They run as root: any of them could read the key agent's memory and change every file.")
    elif _others_attach():
        found.append("A process of this account could read the memory of the web process and the worker.")
    found.append("The passphrase stays in the memory of the process that started the others.")
    return (*found, *of_agent)


def told(sentences: Sequence[str]) -> list[str]:
    """The lines to show."""
    return [_FIRST, *(f"  - {sentence}" for sentence in sentences), _LAST]


def _others_attach() -> bool:
    """Whether processes of one account may attach to each other (Yama's ptrace_scope, 0 or absent)."""
    try:
        return int(_PTRACE_SCOPE.read_text()) < _OWN_CHILDREN_ONLY
    except (OSError, ValueError):
        return True
