"""Stand-ins for the control runs of these tests; see `tests.weakening`. They run in the weakened child only."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def always_clear(_original: Function) -> Function:
    """A door that has forgotten the matrix, the purpose and the assignment."""

    def level(*_args: object, **_kwargs: object) -> object:
        from razdar.core.disclosure import Level

        return Level.CLEAR

    return level


def opens_every_gate(original: Function) -> Function:
    """Pages that ask nobody who they are."""
    return lambda view, _gate, permission: original(view, lambda _request: None, permission)
