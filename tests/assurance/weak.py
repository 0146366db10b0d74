"""Stand-ins for one function, in a child process."""

from collections.abc import Callable
from typing import Any


def breaks_off(_original: Callable[..., Any]) -> Callable[..., Any]:
    """What cannot be done now."""

    def fails(*_args: Any) -> Any:
        from razdar.core.errors import Unavailable

        raise Unavailable("Not now.")

    return fails
