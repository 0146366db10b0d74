"""Each import contract catches the violation it is there for: planted in a copy of the tree, lint-imports names it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.house import ROOT, SOURCE

PLANTS = {
    "core does input and output": ("core is pure", {"core/ids.py": "import socket"}),
    "core knows the framework": ("core is pure", {"core/ledger/__init__.py": "from django.db import models"}),
    "a lower room asks upwards": ("rooms import downwards", {"runtime/planted.py": "import razdar.customers"}),
    "a room reads the settings module": (
        "rooms import downwards",
        {"interactions/planted.py": "import razdar.settings"},
    ),
    "a room borrows from the demo": ("rooms import downwards", {"customers/planted.py": "import razdar.demo"}),
    "siblings import each other": ("rooms import downwards", {"security/planted.py": "import razdar.oversight"}),
    "a folder without a place": ("rooms import downwards", {"attic/__init__.py": ""}),
    "a view meets rows": (
        "masked by construction",
        {"interactions/views.py": "from razdar.interactions import models"},
    ),
    "a module of pages meets rows": (
        "masked by construction",
        {"oversight/monitor_views.py": "from razdar.oversight import models"},
    ),
    "a room reads another's contacts by itself": (
        "contacts are read through their rooms",
        {"work/planted.py": "from razdar.interactions.models import Interaction"},
    ),
    "a workspace opens the vault": ("masked by construction", {"desk/planted.py": "import razdar.vault.door"}),
    "a room does its own cryptography": (
        "keys behind the vault",
        {"customers/planted.py": "import razdar.core.crypto"},
    ),
    "a room writes the log's tables": ("one audit door", {"oversight/planted.py": "import razdar.audit.models"}),
    "adapters know each other": (
        "adapters alone",
        {"interactions/transcribers/planted.py": "", "interactions/transcribers/other.py": "from . import planted"},
    ),
    "detectors know each other": (
        "adapters alone",
        {"core/redaction/detectors/countries/planted.py": "import razdar.core.redaction.detectors.countries.ir"},
    ),
    "a circle inside a room": (
        "no cycles",
        {"runtime/one.py": "from . import two", "runtime/two.py": "from . import one"},
    ),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(SOURCE, tmp_path / "src" / "razdar", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(tree / "src"), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_the_tree_keeps_all_eight(tree: Path) -> None:
    result = lint(tree)
    assert "8 kept, 0 broken" in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "files"), PLANTS.values(), ids=PLANTS.keys())
def test_a_planted_violation_is_caught(tree: Path, contract: str, files: dict[str, str]) -> None:
    for name, line in files.items():
        file = tree / "src" / "razdar" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as text:
            text.write(f"\n{line}\n")
    result = lint(tree)
    assert f"{contract} BROKEN" in result.stdout, result.stdout + result.stderr
