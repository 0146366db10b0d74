"""Stand-ins for control runs. Each factory is called with the original function and returns what takes its place.

These run inside the weakened child process only. They import nothing of the product at the top.
"""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def agrees(_original: Function) -> Function:
    """A check that always says yes."""
    return lambda *_args, **_kwargs: True


def finds_nothing(_original: Function) -> Function:
    """A search that comes back empty."""
    return lambda *_args, **_kwargs: []


def does_nothing(_original: Function) -> Function:
    """An action that is left out."""
    return lambda *_args, **_kwargs: None
