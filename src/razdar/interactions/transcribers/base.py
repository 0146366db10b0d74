"""What an engine is to the rest: how its model is checked, loaded, and listened with.

Shapes: sound of one channel is int16 of (frames,); times are seconds from its start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from razdar.core.errors import Misconfigured
from razdar.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Heard:
    """One word: when it was said, and how sure the engine is of it, from 0 to 1."""

    text: str = field(repr=False)
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Passage:
    """The words up to a moment; an engine gives one every now and then, so that it is seen to go on."""

    until: float
    words: tuple[Heard, ...] = field(repr=False)


class Ear(Protocol):
    """A loaded engine."""

    def hear(self, sound: NDArray[np.int16], rate: int, language: str) -> Iterator[Passage]:
        """The words of one channel, in order.

        Args:
            sound: int16, (frames,).
            rate: frames a second; the engine's own `rate`, where it has one.
            language: BCP 47 tag of the conversation; empty where nobody knows it.
        """
        ...


class NotReady(Misconfigured):
    """The engine that was chosen cannot work here; the sentence says what is missing."""

    code = "engine-not-ready"


@dataclass(frozen=True)
class Engine:
    """An engine as it is registered.

    Attributes:
        library: the module it needs; an optional dependency.
        licence: of that library.
        check: says by `NotReady` what is wrong with a model's folder; imports nothing of the library.
        load: in the child process: the engine, ready to hear.
        rate: frames a second that the engine wants; None where it takes what there is.
        has_model: whether it works from a folder; the others bring their model with them.
        for_tests: too poor for anything but tests and demonstrations, and labelled so wherever its words are shown.
    """

    module: str
    library: str
    licence: str
    check: Callable[[Path], None]
    load: Callable[[Path | None], Ear]
    rate: int | None = None
    has_model: bool = True
    for_tests: bool = False

    @property
    def is_installed(self) -> bool:
        """Whether its library can be imported."""
        return find_spec(self.library) is not None

    def make_sure(self, folder: Path | None) -> None:
        """Look before anything is loaded.

        Raises:
            NotReady: the library or the model is not there.
        """
        if not self.is_installed:
            raise NotReady(f"The library of this transcription engine is not installed: {self.library}.")
        if not self.has_model:
            return
        if folder is None:
            raise NotReady("Name the folder of the engine's model in RAZDAR_TRANSCRIBER_MODEL; nothing is downloaded.")
        if not folder.is_dir():
            raise NotReady("RAZDAR_TRANSCRIBER_MODEL is not a folder that can be read; nothing is downloaded.")
        self.check(folder)


def lacks(folder: Path, *names: str) -> bool:
    """Whether one of these files is missing in a model's folder."""
    return not all((folder / name).is_file() for name in names)


ENGINES: Registry[Engine] = Registry("transcription engine")
"""By the name that RAZDAR_TRANSCRIBER gives."""
