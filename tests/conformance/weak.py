"""Stand-ins for the control runs of the transcription engines."""

from collections.abc import Callable
from typing import Any

from tests.weakening import environment

Function = Callable[..., Any]


def does_nothing(_original: Function) -> Function:
    return lambda *_args, **_kwargs: None


def finds_nothing(_original: Function) -> Function:
    """Whatever an engine says, it is taken for an empty list."""
    return lambda *_args, **_kwargs: []


def without_walls(original: Function) -> Function:
    """The engine's process takes nothing from itself."""
    return _weakened(original, "confine")


def without_a_filter(original: Function) -> Function:
    """The engine's process may reach the network and start programs."""
    return _weakened(original, "forbid")


def without_landlock(original: Function) -> Function:
    """The engine's process may read what its account may, as under a kernel that has no Landlock."""
    return _weakened(original, "restrict")


def _weakened(original: Function, name: str) -> Function:
    patch = f"razdar.interactions.engine_walls:{name}"
    return lambda: environment(patch=patch, with_="tests.conformance.weak:does_nothing", base=original())


def believes_every_line(original: Function) -> Function:
    """What cannot be read is passed over."""

    def take(self: object, line: bytes) -> None:
        from razdar.interactions.engine_lines import EngineNonsense

        try:
            original(self, line)
        except EngineNonsense:
            return

    return take
