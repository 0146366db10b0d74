"""The tree as the tests of its shape see it: rooms in their order, and every source file parsed once."""

import ast
import configparser
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "razdar"


@cache
def layers() -> tuple[frozenset[str], ...]:
    """The rooms from the top layer to the bottom one, as .importlinter orders them; the first line is the wiring."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    text = parser["importlinter:contract:rooms"]["layers"]
    return tuple(frozenset(re.findall(r"\w+", line)) for line in text.strip().splitlines())


def rooms() -> frozenset[str]:
    """Every folder that is a room, core included."""
    return frozenset(room for layer in layers()[1:] for room in layer if (SOURCE / room).is_dir())


def depth(room: str) -> int:
    """0 for the wiring, larger for lower rooms.

    Raises:
        LookupError: the room has no layer.
    """
    for number, layer in enumerate(layers()):
        if room in layer:
            return number
    raise LookupError(room)


def room_of(file: Path) -> str:
    """The room (or the wiring module) that a source file belongs to."""
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


@cache
def modules() -> dict[Path, ast.Module]:
    """Every source file but migrations, parsed."""
    files = (file for file in sorted(SOURCE.rglob("*.py")) if "migrations" not in file.parts)
    return {file: ast.parse(file.read_text(), str(file)) for file in files}


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for file, tree in modules().items():
        for node in ast.walk(tree):
            yield file, node


def place(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
