"""Stand-ins for control runs of the key agent; see ``tests.weakening``."""

import os
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def believes_everybody(_original: Function) -> Function:
    """`peer_account`: whoever calls is of the agent's own account."""
    return lambda _connection: os.geteuid()


def leaves_it(_original: Function) -> Function:
    """`harden`: nothing is taken from the process, and nothing is said about it."""
    return lambda: ()
