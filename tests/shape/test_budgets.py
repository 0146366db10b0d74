"""Budgets of size, and habits that no other tool checks: see docs/architecture.md, "Habits"."""

import ast
import sys
from itertools import chain
from pathlib import Path

from tests.shape.house import ROOT, SOURCE, modules, nodes, place

FILE_LINES = 400
FUNCTION_LINES_P90 = 25
ARGUMENTS = 6

PROCESS_EDGES = {  # a broad `except` belongs where a process meets the world, and nowhere else
    "src/razdar/__main__.py",  # what nobody caught is logged without its text
    "src/razdar/core/redaction/applying.py",  # of a text that cannot be searched nothing leaves
    "src/razdar/interactions/engine_child.py",  # what a library's error quotes may have been said by somebody
    "src/razdar/interactions/recogniser_child.py",  # the same, or written
    "src/razdar/interactions/redact_command.py",  # one file's failure is not that of the next; its text may be quoted
    "src/razdar/keys/server.py",  # a caller is told nothing of what went wrong; it is logged
    "src/razdar/runtime/checkup.py",  # a check that fails must not keep the others from being made; its text may quote
    "src/razdar/runtime/jobs.py",  # the job runner: any failure of a stage ends here
}

BROAD = {"Exception", "BaseException"}

CORE_MAY_IMPORT = {"ahocorasick", "cryptography", "numpy", "phonenumbers", "re2", "stdnum"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> list[tuple[Path, FunctionNode]]:
    return [(file, node) for file, node in nodes() if isinstance(node, FunctionNode)]


def test_files_are_short() -> None:
    ours = chain(modules(), *((ROOT / top).rglob("*.py") for top in ("bench", "tests")))
    long = {
        str(file.relative_to(ROOT)): count
        for file in ours
        if (count := len(file.read_text().splitlines())) > FILE_LINES
    }
    assert long == {}


def test_functions_are_short() -> None:
    lengths = sorted((node.end_lineno or node.lineno) - node.lineno + 1 for _, node in functions())
    assert lengths[int(len(lengths) * 0.9)] <= FUNCTION_LINES_P90


def test_functions_take_few_arguments() -> None:
    def count(node: FunctionNode) -> int:
        spec = node.args
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        return len([name for name in names if name not in {"self", "cls"}])

    wide = [f"{place(file, node)} {node.name}" for file, node in functions() if count(node) > ARGUMENTS]
    assert wide == []


def test_nobody_looks_models_up_by_name() -> None:
    """`apps.get_model` would be an import that the contracts cannot see. A migration's state is another matter."""

    def looks_up(node: ast.AST) -> bool:
        match node:
            case ast.Attribute(attr="get_model", value=ast.Attribute(attr="apps", value=owner)):
                return "state" not in ast.unparse(owner)
            case ast.Attribute(attr="get_model"):
                return True
            case ast.ImportFrom(module="django.apps.registry"):
                return True
            case _:
                return False

    assert [place(file, node) for file, node in nodes() if looks_up(node)] == []


def test_broad_excepts_stand_only_at_a_process_edge() -> None:
    """One that tidies up and raises again swallows nothing and may stand anywhere."""

    def is_broad(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler) or ast.unparse(node.body[-1]) == "raise":
            return False
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        return any(each is None or (isinstance(each, ast.Name) and each.id in BROAD) for each in caught)

    found = [place(file, node) for file, node in nodes() if is_broad(node)]
    assert [each for each in found if each.partition(":")[0] not in PROCESS_EDGES] == []


def test_the_domain_has_no_signals() -> None:
    """What follows what is written in services.py, in order; bulk writes would skip a signal, and the log with it."""

    def listens(node: ast.AST) -> bool:
        match node:
            case ast.ImportFrom(module=str(module)):
                return module.startswith("django.db.models.signals") or module == "django.dispatch"
            case ast.Attribute(attr="connect", value=ast.Attribute(attr=signal) | ast.Name(id=signal)):
                return signal.startswith(("pre_", "post_", "m2m_"))
            case _:
                return False

    assert [place(file, node) for file, node in nodes() if listens(node)] == []


def test_models_do_nothing_when_saved() -> None:
    def overrides(node: ast.AST) -> bool:
        if not isinstance(node, ast.ClassDef):
            return False
        names = {each.name for each in node.body if isinstance(each, FunctionNode)}
        is_model = any("Model" in ast.unparse(base) for base in node.bases)
        return is_model and bool(names & {"save", "delete"})

    assert [place(file, node) for file, node in nodes() if overrides(node)] == []


def test_core_uses_only_its_six_libraries() -> None:
    def outside(node: ast.AST) -> set[str]:
        match node:
            case ast.Import(names=names):
                tops = {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module), level=0):
                tops = {module.partition(".")[0]}
            case _:
                return set()
        return tops - set(sys.stdlib_module_names) - CORE_MAY_IMPORT - {"razdar", "_typeshed"}

    core = [(file, node) for file, node in nodes() if (SOURCE / "core") in file.parents]
    assert {name for _, node in core for name in outside(node)} == set()
