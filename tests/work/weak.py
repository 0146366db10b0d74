"""Stand-ins for the control runs of these tests; see `tests.weakening`. They run in the weakened child only."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def takes_it_as_it_is(_original: Function) -> Function:
    """`detecting.storable`: nothing is taken out."""
    return lambda text: text
