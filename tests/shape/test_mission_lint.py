"""The rules for tests of the mission: kept by those that are there, and each one bites."""

from pathlib import Path

import pytest

from tests.mission.catalogue import requirements
from tests.mission.lint import complaints
from tests.mission.report import lines, state
from tests.shape.house import ROOT

GOOD = '''
import subprocess
import pytest
from tests.needs import needs

@pytest.mark.requirement("S003-5")
@pytest.mark.control(patch="razdar.core.crypto.blobs:seal", with_="tests.weakening.patches:x", fails_with="readable")
def test_raw_files(build):
    """No planted word is found in any file."""

@pytest.mark.requirement("S002-17")
def test_history(build):
    """The timeline is complete."""
'''

BAD = {
    "imports the product": (("import subprocess", "import razdar.core"), "razdar.core is not for"),
    "from the product": (("import subprocess", "from razdar import core"), "razdar is not for"),
    "by another way": (("import subprocess", "import importlib"), "importlib is not for"),
    "by the back door": (("import subprocess", "__import__('raz' + 'dar')"), "__import__ is not for"),
    "out of what is loaded": (("import subprocess", "import sys; sys.modules"), "sys.modules is not for"),
    "through other tests": (("tests.needs", "tests.vault.conftest"), "tests.vault.conftest is not for"),
    "without a docstring": (('"""The timeline is complete."""', "pass"), "does not state its acceptance"),
    "without an id": (('@pytest.mark.requirement("S002-17")\n', ""), "exactly one requirement id"),
    "with two ids": (('"S002-17")', '"S002-17")\n@pytest.mark.requirement("S002-2")'), "exactly one requirement id"),
    "with two in one": (('"S002-17")', '"S002-17", "S002-2")'), "exactly one requirement id"),
    "with an unknown id": (("S002-17", "S009-1"), "not in docs/requirements.csv"),
    "a protection without control": (("S002-17", "S004-6"), "needs a control run"),
    "a control without words": ((', fails_with="readable"', ""), "one control"),
    "a control with empty words": (('fails_with="readable"', 'fails_with=""'), "one control"),
}


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "mission").rglob("*.py")), ids=lambda file: file.name)
def test_the_tests_of_the_mission_keep_the_rules(file: Path) -> None:
    assert complaints(file) == []


def test_a_good_file_passes(tmp_path: Path) -> None:
    file = tmp_path / "test_good.py"
    file.write_text(GOOD)
    assert complaints(file) == []


@pytest.mark.parametrize(("change", "sentence"), BAD.values(), ids=BAD.keys())
def test_each_rule_bites(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    assert change[0] in GOOD
    file = tmp_path / "test_bad.py"
    file.write_text(GOOD.replace(*change))
    assert any(sentence in each for each in complaints(file)), complaints(file)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({}, "not yet"),
        ({"a[sound]": "passed", "a[weakened]": "passed"}, "shown"),
        ({"a[sound]": "passed", "a[weakened]": "failed"}, "failing"),
        ({"a": "passed", "b": "skipped"}, "skipped"),
    ],
)
def test_a_requirement_is_shown_only_when_all_of_it_passed(outcomes: dict[str, str], expected: str) -> None:
    assert state(outcomes) == expected


def test_the_report_counts_all_of_them() -> None:
    catalogue = requirements()
    states = dict.fromkeys(catalogue, "not yet") | {"S004-6": "shown"}
    report = lines(states, catalogue.values())
    assert report[0].startswith("S004-6 ")
    assert report[-1].startswith("shown 1 of 160")
    assert sum(line.startswith("  S") for line in report) == 159
