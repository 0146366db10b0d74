"""Documents that keep up with the tree: links lead somewhere, rooms explain themselves, commands have their lines."""

import csv
import re
import subprocess
from pathlib import Path

import pytest

from tests.shape.house import ROOT, SOURCE, rooms

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
TARGETS = ("help", "demo", "test", "check", "bench", "presidio", "requirements", "heavy", "walk", "screenshots")


def anchors(page: Path) -> set[str]:
    """The names that headings get on a code host: lower case, punctuation dropped, blanks as hyphens."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("room", sorted(rooms()))
def test_every_room_explains_itself(room: str) -> None:
    text = (SOURCE / room / "README.md").read_text()
    assert 5 <= len(text.strip().splitlines()) <= 80


def test_decisions_are_numbered_and_complete() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        for part in ("## Context", "## Options", "## Decision", "## Negative consequences"):
            assert part in record.read_text(), f"{record.name} lacks {part}"


def test_every_make_target_has_a_line_of_help() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^make (\w+) +\S.+$", shown, re.MULTILINE) == list(TARGETS)


def test_the_requirements_are_whole() -> None:
    with (ROOT / "docs" / "requirements.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["id"] for row in rows}) == len({row["title"] for row in rows}) == 160
    assert {row["priority"] for row in rows} == {"must", "should", "could", "context"}
    assert all(re.fullmatch(r"S\d{3}-\d+", row["id"]) and row["feature"].startswith("F-") for row in rows)
    assert {row["protection"] for row in rows} == {"yes", "no"}


def test_no_file_holds_an_unfinished_merge() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    left = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
    assert [name for name in files.split("\0") if name and left.search((ROOT / name).read_bytes())] == []
