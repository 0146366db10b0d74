"""How far a command is that does one thing after the other: a bar on a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

_WIDTH = 30
_EVERY_SECONDS = 10.0


@dataclass
class Steps:
    """Told of every step that is done.

    Attributes:
        total: how many there are.
        things: what they are, in the plural.
    """

    total: int
    things: str
    out: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], float] = time.monotonic
    _done: int = field(init=False, default=0)
    _said: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._said = self.now()
        self._bar = self.out.isatty()
        self._say()

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        self._say()

    def end(self) -> None:
        """Nothing more will be said."""
        if self._bar:
            self.out.write("\r" + " " * 79 + "\r")
            self.out.flush()

    def _say(self) -> None:
        text = f"{self._done:,} of {self.total:,} {self.things}"
        if self._bar:
            full = round(_WIDTH * min(self._done / self.total, 1.0)) if self.total else _WIDTH
            self.out.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {text}".ljust(79))
        elif self.now() - self._said >= _EVERY_SECONDS:
            self._said = self.now()
            self.out.write(f"{text}\n")
        self.out.flush()
