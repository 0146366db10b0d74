"""Every module of pages stands under the contract *masked by construction*, whatever it is called."""

import ast
import configparser
import re

from tests.shape.house import ROOT, SOURCE, modules

GUARDS = {"page", "public_page"}
NAMED = re.compile(r"(^|_)(views?|pages?|panels?)$")
FRAME = {"razdar.ui.pages"}
"""What makes the guards, beneath the contract's whole room."""


def listed() -> tuple[str, ...]:
    """The contract's sources, a star for one name of a module."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return tuple(parser["importlinter:contract:masked"]["source_modules"].split())


def covered(module: str) -> bool:
    patterns = (re.escape(each).replace(r"\*", r"[^.]+") for each in listed())
    return any(re.fullmatch(rf"{pattern}(\..+)?", module) for pattern in patterns)


def is_of_pages(name: str, tree: ast.Module) -> bool:
    """Whether it is called like one, or takes a guard of pages."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module in FRAME]
    guarded = any(alias.name in GUARDS for node in imports for alias in node.names)
    return guarded or NAMED.search(name) is not None


def test_the_contract_names_every_module_of_pages() -> None:
    found = {
        ".".join(("razdar", *file.relative_to(SOURCE).with_suffix("").parts))
        for file, tree in modules().items()
        if is_of_pages(file.stem, tree)
    }
    assert len(found) > 20
    assert sorted(module for module in found if not covered(module)) == []


def test_nothing_is_listed_that_is_not_there() -> None:
    for each in listed():
        if "*" not in each:
            path = SOURCE.joinpath(*each.split(".")[1:])
            assert path.is_dir() or path.with_suffix(".py").is_file(), each
