"""What a named-entity engine is to the rest: how its model is checked and loaded. What it is asked, and what it may
answer, is `razdar.core.redaction.EntityEngine`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from razdar.core.errors import Misconfigured
from razdar.core.redaction import EntityEngine
from razdar.core.registry import Registry


class NotReady(Misconfigured):
    """The engine that was chosen cannot work here; the sentence says what is missing."""

    code = "recogniser-not-ready"


@dataclass(frozen=True)
class Recogniser:
    """An engine as it is registered.

    Attributes:
        module: the file it is registered in.
        library: the module it needs; an optional dependency.
        licence: of that library.
        check: says by `NotReady` what is wrong with a model's folder; imports nothing of the library.
        load: in the child process: the engine, ready to be asked.
    """

    module: str
    library: str
    licence: str
    check: Callable[[Path], None]
    load: Callable[[Path], EntityEngine]

    @property
    def is_installed(self) -> bool:
        """Whether its library can be imported."""
        return find_spec(self.library) is not None

    def make_sure(self, folder: Path | None) -> Path:
        """The folder of models, looked at before anything is loaded.

        Raises:
            NotReady: the library or the model is not there.
        """
        if not self.is_installed:
            raise NotReady(f"The library of this named-entity engine is not installed: {self.library}.")
        if folder is None:
            raise NotReady("Name the folder of the named-entity engine's models; nothing is downloaded.")
        if not folder.is_dir():
            raise NotReady("What is named as the folder of models is no folder that can be read.")
        self.check(folder)
        return folder.resolve()


RECOGNISERS: Registry[Recogniser] = Registry("named-entity engine")
