"""How far a run is: a bar on a terminal, a plain line now and then anywhere else."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

_WIDTH = 30
_EVERY = {True: 0.2, False: 10.0}


@dataclass
class Progress:
    """Told by the reader how far it is in the file, and by the workers what is done.

    Attributes:
        size: of the file, in bytes.
        things: what the rows become.
    """

    size: int
    things: str
    out: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], float] = time.monotonic
    _began: float = field(init=False, default=0.0)
    _said: float = field(init=False, default=0.0)
    _rows: int = field(init=False, default=0)
    _position: int = field(init=False, default=0)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._began = self._said = self.now()
        self._bar = self.out.isatty()

    def at(self, position: int) -> None:
        """The reader is here in the file."""
        with self._lock:
            self._position = position
            self._say()

    def settled(self, rows: int) -> None:
        """So many more rows have their place."""
        with self._lock:
            self._rows += rows
            self._say()

    def end(self) -> None:
        """Nothing more will be said."""
        if self._bar:
            self.out.write("\r" + " " * 79 + "\r")
            self.out.flush()

    def _say(self) -> None:
        now = self.now()
        if now - self._said < _EVERY[self._bar]:
            return
        self._said = now
        rate = self._rows / max(now - self._began, 0.001)
        share = min(self._position / self.size, 1.0) if self.size else 1.0
        text = f"{share:4.0%} read, {self._rows:,} rows settled, {rate:,.0f} a second"
        if self._bar:
            full = round(share * _WIDTH)
            self.out.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {text}".ljust(79))
        else:
            self.out.write(f"{text}\n")
        self.out.flush()
