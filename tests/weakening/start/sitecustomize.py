"""Python runs this file at start when its folder is on PYTHONPATH: it exchanges one named function, in tests only.

Started by `tests.weakening.environment`; see there. A post-import hook, because the product must not be imported early:
the exchange happens right after the module that defines the function has run, before anybody can take the name from it.
"""

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class Exchange(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module as Python would, and changes it once it has run."""

    loader: importlib.abc.Loader

    def __init__(self, target: str, replacement: str) -> None:
        self.module, self.path = target.split(":")
        self.replacement = replacement

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            self.loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        *outer, name = self.path.split(".")
        owner: object = module
        for part in outer:
            owner = vars(owner)[part]
        if name not in vars(owner):
            raise ImportError(f"weakening: {self.module} has no {self.path}")
        home, factory = self.replacement.split(":")
        make = getattr(importlib.import_module(home), factory)
        setattr(owner, name, make(vars(owner)[name]))


if os.environ.get("WEAKENED_FUNCTION"):
    sys.meta_path.insert(0, Exchange(*os.environ["WEAKENED_FUNCTION"].split(" ")))
