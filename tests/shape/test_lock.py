"""The lock files install the same bytes anywhere: exact versions, hashes for all of them, no address of any index."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.shape.house import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]


def pins(lock: Path) -> dict[str, str]:
    """Package and version (with its marker, where there is one) to the hashes that follow."""
    text = lock.read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {line.partition("--hash")[0].strip(): line for line in lines}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_is_exact_and_has_hashes(lock: Path) -> None:
    assert pins(lock)
    for pin, line in pins(lock).items():
        assert re.match(r"[a-z0-9.-]+==[\w.]+( ; .+)?$", pin), pin
        assert "--hash=sha256:" in line, pin


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_address_is_written_down(lock: Path) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted|@ file", lock.read_text())


def test_what_runs_is_part_of_what_is_tested() -> None:
    runtime, dev = (pins(lock) for lock in LOCKS)
    assert runtime.keys() <= dev.keys()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, dev = ({pin.partition("==")[0] for pin in pins(lock)} for lock in LOCKS)
    assert {name(each) for each in asked["project"]["dependencies"]} <= runtime
    assert {name(each) for each in asked["dependency-groups"]["dev"]} <= dev
    assert "setuptools" in runtime


def name(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")  # type: ignore[index]
