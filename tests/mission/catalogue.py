"""docs/requirements.csv: the mission's requirements under their ids, with our own titles."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "requirements.csv"


@dataclass(frozen=True)
class Requirement:
    """One row. A protection is shown only by a test with a control run."""

    id: str
    title: str
    feature: str
    priority: str
    protection: bool


@cache
def requirements() -> dict[str, Requirement]:
    with FILE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["id"]: Requirement(row["id"], row["title"], row["feature"], row["priority"], row["protection"] == "yes")
        for row in rows
    }
