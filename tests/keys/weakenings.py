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


def believes_it_destroyed(_original: Function) -> Function:
    """`KeyStore.destroyed`: whatever is certified has happened."""

    def destroyed(_store: Any, client: Any, customer: Any) -> Any:
        from datetime import UTC, datetime

        from razdar.keys.records import DestroyedKeys

        return DestroyedKeys(client, customer, (1,), ("0" * 32,), datetime(2026, 1, 1, tzinfo=UTC))

    return destroyed
