"""The rules of README.md that can be read off the source: `complaints` names each one that is broken."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.mission.catalogue import requirements

BANNED = {
    "razdar",
    "django",
    "procrastinate",
    "importlib",
    "pkgutil",
    "runpy",
    "imp",
}  # the product, and ways around a ban
BANNED_CALLS = {"__import__", "exec", "eval", "compile"}
SHARED_TEST_CODE = ("tests.mission", "tests.needs", "tests.weakening", "tests.leaks.needles")
CONTROL_KEYWORDS = {"patch", "with_", "fails_with"}


def complaints(file: Path) -> list[str]:
    """Each broken rule of one file in tests/mission, as `file:line: sentence`."""
    tree = ast.parse(file.read_text())
    found = list(_imports(tree))
    if file.name.startswith("test_"):
        found += [c for test in _tests(tree) for c in _test(test)]
    return [f"{file.name}:{line}: {text}" for line, text in sorted(found)]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=module, level=level):
                modules = [module or ""] if level == 0 else ["tests.mission"] if level == 1 else ["relative"]
            case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS:
                modules = [name]
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                modules = ["sys.modules"]
            case _:
                continue
        yield from ((node.lineno, f"{m} is not for tests of the mission") for m in modules if _is_banned(m))


def _is_banned(module: str) -> bool:
    top = module.partition(".")[0]
    if top == "tests":
        return not module.startswith(SHARED_TEST_CODE)
    return top in BANNED or module in BANNED_CALLS | {"sys.modules", "relative"}


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node


def _test(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    if not (ast.get_docstring(test) or "").strip():
        yield test.lineno, f"{test.name} does not state its acceptance in a docstring"
    ids = [_only_text(mark) for mark in _marks(test, "requirement")]
    if len(ids) != 1 or ids[0] is None:
        yield test.lineno, f"{test.name} must carry exactly one requirement id"
        return
    requirement = requirements().get(ids[0])
    if requirement is None:
        yield test.lineno, f"{test.name}: {ids[0]} is not in docs/requirements.csv"
        return
    controls = _marks(test, "control")
    if requirement.protection and not controls:
        yield test.lineno, f"{test.name}: {requirement.id} is a protection and needs a control run"
    if any(not _is_complete(mark) for mark in controls) or len(controls) > 1:
        yield test.lineno, f"{test.name}: one control, with patch, with_ and fails_with as plain strings"


def _marks(test: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> list[ast.Call]:
    calls = [node for node in test.decorator_list if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == f"pytest.mark.{name}"]


def _only_text(call: ast.Call) -> str | None:
    match call:
        case ast.Call(args=[ast.Constant(value=str(text))], keywords=[]):
            return text
        case _:
            return None


def _is_complete(call: ast.Call) -> bool:
    texts = {k.arg for k in call.keywords if isinstance(k.value, ast.Constant) and isinstance(k.value.value, str)}
    empty = any(isinstance(k.value, ast.Constant) and not k.value.value for k in call.keywords)
    return not call.args and texts == CONTROL_KEYWORDS and not empty
