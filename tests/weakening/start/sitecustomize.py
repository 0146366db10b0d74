"""Python runs this file at start when its folder is on PYTHONPATH: it exchanges named functions, in tests only.

Started by `tests.weakening.environment`; see there. A post-import hook, because the product must not be imported early:
the exchange happens right after the module that defines the function has run, before anybody can take the name from it.

`WEAKENED_FUNCTION` names one exchange, which holds from then on. `WEAKENED_IN_TURN` names several, each behind a switch
that is off: `weakened` holds the one that is on, and `tests.weakening.verdicts` says when.
"""

import functools
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any

weakened = ""
"""The exchange that is on, of those that are made in turn."""


class Exchange(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module as Python would, and changes it once it has run."""

    loader: importlib.abc.Loader

    def __init__(self, module: str, exchanges: Sequence[str], make: Callable[[str, Any], Any]) -> None:
        self.module, self.exchanges, self.make = module, exchanges, make

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
        for exchange in self.exchanges:
            path = exchange.split(" ")[0].partition(":")[2]
            *outer, name = path.split(".")
            owner: object = module
            for part in outer:
                owner = vars(owner)[part]
            if name not in vars(owner):
                raise ImportError(f"weakening: {self.module} has no {path}")
            setattr(owner, name, self.make(exchange, vars(owner)[name]))


def stand_in(exchange: str, original: Any) -> Any:
    """What takes the function's place."""
    home, factory = exchange.split(" ")[1].split(":")
    return getattr(importlib.import_module(home), factory)(original)


def switched(exchange: str, original: Any) -> Any:
    """The function, or what takes its place while its exchange is on."""
    if not isinstance(original, FunctionType):
        raise ImportError(f"weakening: {exchange} exchanges no plain function, and cannot be switched")
    other = stand_in(exchange, original)

    @functools.wraps(original)
    def switch(*args: Any, **kwargs: Any) -> Any:
        return (other if weakened == exchange else original)(*args, **kwargs)

    return switch


def prepare(exchanges: Sequence[str], make: Callable[[str, Any], Any]) -> None:
    """Put an import hook in place for every module that is named."""
    for home in dict.fromkeys(exchange.partition(":")[0] for exchange in exchanges):
        of_it = [exchange for exchange in exchanges if exchange.startswith(f"{home}:")]
        sys.meta_path.insert(0, Exchange(home, of_it, make))


if os.environ.get("WEAKENED_FUNCTION"):
    prepare([os.environ["WEAKENED_FUNCTION"]], stand_in)
if os.environ.get("WEAKENED_IN_TURN"):
    prepare(os.environ["WEAKENED_IN_TURN"].split("\n"), switched)
